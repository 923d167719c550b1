// How many connections are opened at the same time, over all pools that share the limit.
#pragma once

#include <algorithm>
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
        peak_ = std::max(peak_, ++taken_);
        return true;
    }

    void set_limit(std::size_t limit) {
        limit_ = limit;
        for (auto free = limit_ > taken_ ? limit_ - taken_ : 0; free > 0 && !line_.empty(); --free) tell_first();
    }

    /// The most that were taken at the same time.
    [[nodiscard]] std::size_t peak() const noexcept { return peak_; }
    [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

    /// Tells the first in line that there is a place, if anybody waits for one.
    void give_back() {
        --taken_;
        if (!line_.empty()) tell_first();
    }

    /// `tell` is called once, when there may be a place.
    void line_up(std::function<void()> tell) { line_.push_back(std::move(tell)); }

    /// Who was told has taken what they wanted, maybe nothing: what is left is the next one's.
    void pass_on() {
        if (!line_.empty() && (limit_ == 0 || taken_ < limit_)) tell_first();
    }

private:
    void tell_first() {
        const auto tell = std::move(line_.front());
        line_.pop_front();
        tell();
    }

    std::size_t limit_, taken_ = 0, peak_ = 0;
    std::deque<std::function<void()>> line_;
};

}  // namespace connprobe::pool
