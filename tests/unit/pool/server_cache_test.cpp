#include "pool/server_cache.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <set>
#include <vector>

#include "pool/least_loaded.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::pool;

namespace {

const net::TimePoint start = net::TimePoint{} + 1h;

std::vector<std::size_t> evicted(ServerCache& cache, net::TimePoint now, const std::set<std::size_t>& busy = {}) {
    std::vector<std::size_t> all;
    while (const auto one = cache.evict(now, [&](std::size_t server) { return busy.contains(server); }))
        all.push_back(*one);
    return all;
}

}  // namespace

TEST_CASE("of too many servers the one not used for the longest time goes first") {
    ServerCache cache{2, {}};
    cache.used(1, start);
    cache.used(2, start + 1s);
    CHECK(evicted(cache, start + 1s).empty());
    cache.used(1, start + 2s);
    cache.used(3, start + 3s);
    CHECK(evicted(cache, start + 3s) == std::vector<std::size_t>{2});
    CHECK(cache.wake_at(start + 3s) == net::TimePoint::max());
}

TEST_CASE("a busy server stays, and another goes for it; if all are busy there are too many for a while") {
    ServerCache cache{1, {}};
    cache.used(1, start);
    cache.used(2, start);
    cache.used(3, start);
    CHECK(evicted(cache, start, {1, 3}) == std::vector<std::size_t>{2});
    CHECK(evicted(cache, start, {1, 3}).empty());
    CHECK(evicted(cache, start, {3}) == std::vector<std::size_t>{1});
    CHECK(evicted(cache, start).empty());
}

TEST_CASE("a server not used for its time to live goes, unless it is busy") {
    ServerCache cache{0, 10s};
    cache.used(1, start);
    cache.used(2, start + 4s);
    CHECK(cache.wake_at(start + 5s) == start + 10s);
    CHECK(evicted(cache, start + 9s).empty());
    CHECK(evicted(cache, start + 10s, {1}).empty());
    CHECK(cache.wake_at(start + 10s) == start + 14s);
    CHECK(evicted(cache, start + 10s) == std::vector<std::size_t>{1});
    CHECK(evicted(cache, start + 14s) == std::vector<std::size_t>{2});
}

TEST_CASE("the least loaded is chosen; of several, the next in turn") {
    const std::array<std::size_t, 4> loads{3, 1, 2, 1};
    CHECK(least_loaded(loads, 0) == 1);
    CHECK(least_loaded(loads, 1) == 1);
    CHECK(least_loaded(loads, 2) == 3);
    CHECK(least_loaded(loads, 7) == 3);
    const std::array<std::size_t, 3> equal{};
    CHECK(least_loaded(equal, 2) == 2);
    CHECK(least_loaded(equal, 3) == 0);
}
