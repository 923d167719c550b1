// How many connections are opened at the same time, over all pools that share the limit.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

namespace connprobe::pool {

/// Belongs to one thread.
class Places {
public:
    explicit Places(std::size_t limit) : limit_{limit} {}  ///< 0: no limit

    [[nodiscard]] bool take() noexcept {
        if (limit_ != 0 && taken_ >= limit_) return false;
        ++taken_;
        return true;
    }

    /// Tells the first in line that there is a place, if anybody waits for one.
    void give_back() {
        --taken_;
        if (line_.empty()) return;
        const auto tell = std::move(line_.front());
        line_.pop_front();
        tell();
    }

    /// `tell` is called once, when there may be a place.
    void line_up(std::function<void()> tell) { line_.push_back(std::move(tell)); }

    /// Who was told has taken what they wanted, maybe nothing: what is left is the next one's.
    void pass_on() {
        if (line_.empty() || (limit_ != 0 && taken_ >= limit_)) return;
        const auto tell = std::move(line_.front());
        line_.pop_front();
        tell();
    }

private:
    std::size_t limit_, taken_ = 0;
    std::deque<std::function<void()>> line_;
};

}  // namespace connprobe::pool
