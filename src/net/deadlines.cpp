#include "net/deadlines.hpp"

#include <utility>

namespace connprobe::net {

Deadlines::Entry::Entry(Deadlines& deadlines, TimePoint at, std::function<void()> end_wait)
    : deadlines_{deadlines},
      place_{deadlines.entries_.emplace_hint(deadlines.entries_.end(), at, this)},
      end_wait_{std::move(end_wait)} {
    if (at < deadlines_.armed_) deadlines_.arm(at);
}

Deadlines::Entry::~Entry() {
    if (state_ == Waited::ready) deadlines_.entries_.erase(place_);
}

void Deadlines::arm(TimePoint at) {
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([this](const std::error_code& error) {
        if (!error) expire_due();
    });
}

void Deadlines::expire_due() {
    armed_ = TimePoint::max();
    const auto now = Clock::now();
    while (!entries_.empty() && entries_.begin()->first <= now) fire(entries_.begin(), Waited::expired);
    if (!entries_.empty() && entries_.begin()->first < armed_) arm(entries_.begin()->first);
}

void Deadlines::cancel_all() {
    cancelled_ = true;
    while (!entries_.empty()) fire(entries_.begin(), Waited::cancelled);
    timer_.cancel();
}

void Deadlines::fire(std::multimap<TimePoint, Entry*>::iterator place, Waited state) {
    auto* entry = place->second;
    entries_.erase(place);
    entry->state_ = state;
    entry->end_wait_();
}

}  // namespace connprobe::net
