// How many DNS questions are on their way at once: the socket of a server holds a few hundred datagrams, and what comes
// beyond those is lost and asked again only after a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

#include "net/time.hpp"

namespace connprobe::net {

/// Decides who may go; sends nothing and reads no clock. A question that is not answered gives its place up after a while,
/// so that silent names do not hold up the others.
class DnsPlaces {
public:
    using Number = std::uint64_t;
    static constexpr std::chrono::milliseconds patience{250};  // a live server has taken it from its socket by then

    explicit DnsPlaces(std::size_t count) : count_{count} {}

    [[nodiscard]] bool has_room(TimePoint now) {
        while (!taken_.empty() && taken_.begin()->second <= now) taken_.erase(taken_.begin());
        return taken_.size() < count_;
    }

    /// Also where there is no room: the second question about a name goes with the first.
    [[nodiscard]] Number take(TimePoint now) {
        taken_.emplace(next_, now + patience);
        return next_++;
    }

    void give_back(Number place) { taken_.erase(place); }

    /// When there is room though nobody gives back, if all are taken.
    [[nodiscard]] TimePoint next_room() const { return taken_.empty() ? TimePoint::min() : taken_.begin()->second; }

private:
    std::size_t count_;
    Number next_ = 0;
    std::map<Number, TimePoint> taken_;  ///< until when, the oldest first
};

}  // namespace connprobe::net
