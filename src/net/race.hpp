// Happy eyeballs: which address of a name is tried next, and when (RFC 8305 §5).
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "connprobe/retry.hpp"
#include "net/time.hpp"

namespace connprobe::net {

/// The order is given; this decides the moments. The next address starts a delay after the one before it, or at once when
/// one has failed. More may join while it goes on. It reads no clock: who asks says what time it is.
class Race {
public:
    /// `delay` is the RFC's "Connection Attempt Delay"; 0 starts all at once.
    Race(std::size_t addresses, Duration delay) : addresses_{addresses}, delay_{delay} {}

    /// The index of an address to start now, if it is time for one.
    [[nodiscard]] std::optional<std::size_t> start(TimePoint now) {
        if (started_ == addresses_ || now < next_start_) return std::nullopt;
        next_start_ = later(now, delay_);
        return started_++;
    }

    /// So many more have become known.
    void join(std::size_t addresses) { addresses_ += addresses; }

    /// An address that was started has failed.
    void failed(TimePoint now) {
        ++failed_;
        if (now < next_start_) next_start_ = now;
    }

    /// When `start` will have something to say, unless an address fails before.
    [[nodiscard]] TimePoint next_start() const { return started_ == addresses_ ? TimePoint::max() : next_start_; }

    /// The same, were there always another address.
    [[nodiscard]] TimePoint next_due() const { return next_start_; }

    [[nodiscard]] bool running() const { return started_ > failed_; }

    /// All have been started, and all have failed.
    [[nodiscard]] bool lost() const { return failed_ == addresses_; }

private:
    std::size_t addresses_, started_ = 0, failed_ = 0;
    Duration delay_;
    TimePoint next_start_ = TimePoint::min();
};

}  // namespace connprobe::net
