// Which servers have a pool, and whose is closed first.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>

#include "connprobe/retry.hpp"
#include "net/time.hpp"

namespace connprobe::pool {

/// Servers by number, the one not used for the longest time first. It reads no clock.
class ServerCache {
public:
    using Busy = std::function<bool(std::size_t server)>;

    ServerCache(std::size_t most, Duration time_to_live) : most_{most}, time_to_live_{time_to_live} {}

    void used(std::size_t server, net::TimePoint now) {
        if (const auto known = places_.find(server); known != places_.end()) order_.erase(known->second);
        places_[server] = order_.insert(order_.end(), {server, now});
    }

    /// One to be closed now: there are too many, or its time is over. A busy one is not.
    [[nodiscard]] std::optional<std::size_t> evict(net::TimePoint now, const Busy& busy) {
        for (const auto& [server, since] : order_) {
            if (!too_many() && !over(since, now)) return std::nullopt;
            if (busy(server)) continue;
            const auto evicted = server;
            order_.erase(places_.at(evicted));
            places_.erase(evicted);
            return evicted;
        }
        return std::nullopt;
    }

    /// When the time of one will be over that is not over yet; TimePoint::max() if never.
    [[nodiscard]] net::TimePoint wake_at(net::TimePoint now) const {
        for (const auto& [server, since] : order_)
            if (!over(since, now)) return end_of(since);
        return net::TimePoint::max();
    }

private:
    struct Used {
        std::size_t server;
        net::TimePoint since;
    };
    [[nodiscard]] bool too_many() const noexcept { return most_ != 0 && order_.size() > most_; }
    [[nodiscard]] net::TimePoint end_of(net::TimePoint since) const {
        return time_to_live_.count() > 0 ? net::later(since, time_to_live_) : net::TimePoint::max();
    }
    [[nodiscard]] bool over(net::TimePoint since, net::TimePoint now) const { return end_of(since) <= now; }

    std::size_t most_;
    Duration time_to_live_;
    std::list<Used> order_;
    std::map<std::size_t, std::list<Used>::iterator> places_;
};

}  // namespace connprobe::pool
