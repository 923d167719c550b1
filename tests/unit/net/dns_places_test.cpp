#include "net/dns_places.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using connprobe::net::DnsPlaces;
using connprobe::net::TimePoint;

namespace {

const TimePoint noon = TimePoint{} + 12h;

}  // namespace

TEST_CASE("there is room until all places are taken, and again when one is given back") {
    DnsPlaces places{2};
    CHECK(places.has_room(noon));
    const auto first = places.take(noon);
    CHECK(places.has_room(noon));
    const auto second = places.take(noon);
    CHECK(first != second);
    CHECK_FALSE(places.has_room(noon));
    places.give_back(first);
    CHECK(places.has_room(noon));
}

TEST_CASE("who is not answered gives the place up after a while, and may give it back later without harm") {
    DnsPlaces places{1};
    const auto silent = places.take(noon);
    CHECK(places.next_room() == noon + DnsPlaces::patience);
    CHECK_FALSE(places.has_room(noon + DnsPlaces::patience - 1ms));
    CHECK(places.has_room(noon + DnsPlaces::patience));
    const auto next = places.take(noon + 1s);
    places.give_back(silent);
    CHECK_FALSE(places.has_room(noon + 1s));
    places.give_back(next);
    CHECK(places.has_room(noon + 1s));
}

TEST_CASE("a second question may go without room, and there is none until both are answered") {
    DnsPlaces places{1};
    const auto first = places.take(noon), second = places.take(noon);
    places.give_back(first);
    CHECK_FALSE(places.has_room(noon));
    places.give_back(second);
    CHECK(places.has_room(noon));
}
