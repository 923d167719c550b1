// Happy eyeballs: which address of a name is tried next, and when (RFC 8305 §5).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "net/time.hpp"

namespace connprobe::net {

/// The order is given; this decides the moments. The next address starts 250 ms after the one before it, or at once when
/// one has failed. It reads no clock: who asks says what time it is.
class Race {
public:
    static constexpr std::chrono::milliseconds attempt_delay{250};  ///< RFC 8305 §5: "Connection Attempt Delay"

    explicit Race(std::size_t addresses) : addresses_{addresses} {}

    /// The index of an address to start now, if it is time for one.
    [[nodiscard]] std::optional<std::size_t> start(TimePoint now) {
        if (started_ == addresses_ || now < next_start_) return std::nullopt;
        next_start_ = now + attempt_delay;
        return started_++;
    }

    /// An address that was started has failed.
    void failed(TimePoint now) {
        ++failed_;
        if (now < next_start_) next_start_ = now;
    }

    /// When `start` will have something to say, unless an address fails before.
    [[nodiscard]] TimePoint next_start() const { return started_ == addresses_ ? TimePoint::max() : next_start_; }

    [[nodiscard]] bool running() const { return started_ > failed_; }

    /// All have been started, and all have failed.
    [[nodiscard]] bool lost() const { return failed_ == addresses_; }

private:
    std::size_t addresses_, started_ = 0, failed_ = 0;
    TimePoint next_start_ = TimePoint::min();
};

}  // namespace connprobe::net
