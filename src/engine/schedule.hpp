// Who waits for another attempt on this thread, and whose time has come.
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "net/time.hpp"

namespace connprobe::engine {

/// A queue by due time; of equal times, who came first. It reads no clock: who asks says what time it is.
template <class Waiting>
class Schedule {
public:
    void add(net::TimePoint due, Waiting waiting) {
        heap_.push_back({due, next_ticket_++, std::move(waiting)});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    /// The one that is due the longest, if one is.
    [[nodiscard]] std::optional<Waiting> take_due(net::TimePoint now) {
        if (heap_.empty() || heap_.front().due > now) return std::nullopt;
        return take_first();
    }

    /// Anyone, due or not: the run is ending.
    [[nodiscard]] std::optional<Waiting> take_any() {
        if (heap_.empty()) return std::nullopt;
        return take_first();
    }

    /// When the next one is due; TimePoint::max() if nobody waits.
    [[nodiscard]] net::TimePoint next_due() const { return heap_.empty() ? net::TimePoint::max() : heap_.front().due; }

private:
    struct Entry {
        net::TimePoint due;
        std::uint64_t ticket;
        Waiting waiting;
    };
    static bool later(const Entry& a, const Entry& b) { return a.due != b.due ? a.due > b.due : a.ticket > b.ticket; }
    Waiting take_first() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        auto waiting = std::move(heap_.back().waiting);
        heap_.pop_back();
        return waiting;
    }

    std::vector<Entry> heap_;
    std::uint64_t next_ticket_ = 0;
};

}  // namespace connprobe::engine
