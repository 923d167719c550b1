#include "warm/steady.hpp"

#include <algorithm>

#include "warm/samples.hpp"

namespace connprobe::warm {

void Steadiness::add(Duration latency) {
    if (verdict()) return;
    ++requests_;
    window_.push_back(latency);
    if (window_.size() == rule_.window) close_window();
}

void Steadiness::fail() {
    if (!verdict()) ++failures_;
}

void Steadiness::close_window() {
    const auto now = median(std::move(window_));
    window_.clear();
    if (last_) {
        const auto change = std::chrono::abs(now - *last_);
        const auto allowed =
            std::max(rule_.within * static_cast<double>(last_->count()), static_cast<double>(rule_.least.count()));
        alike_ = static_cast<double>(change.count()) < allowed ? alike_ + 1 : 0;
    }
    last_ = now;
}

std::optional<bool> Steadiness::verdict() const noexcept {
    if (alike_ >= rule_.windows) return true;
    if (requests_ >= rule_.most || failures_ >= rule_.failures) return false;
    return std::nullopt;
}

}  // namespace connprobe::warm
