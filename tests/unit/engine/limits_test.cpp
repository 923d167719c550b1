#include "engine/limits.hpp"

#include <doctest/doctest.h>

#include "connprobe/result.hpp"

using namespace connprobe::engine;

namespace {

constexpr std::size_t plenty = std::size_t{1} << 40;

}  // namespace

TEST_CASE("without a wish the limit may grow to the servers, but at most to 16,384") {
    CHECK(concurrency(0, 1, {1 << 20, plenty}) == 1);
    CHECK(concurrency(0, 40, {1 << 20, plenty}) == 40);
    CHECK(concurrency(0, 10'000, {1 << 20, plenty}) == 10'000);
    CHECK(concurrency(0, 400'000, {1 << 20, plenty}) == 16'384);
    CHECK(concurrency(0, 400'000, {1024, plenty}) == 960);
}

TEST_CASE("without a wish, attempts get a quarter of the memory that is left") {
    CHECK(concurrency(0, 400'000, {1 << 20, std::size_t{512} << 20}) == 2048);
    CHECK(concurrency(0, 400'000, {1 << 20, 0}) == 1);
}

TEST_CASE("what was asked for holds as far as servers and descriptors go, whatever memory there is") {
    CHECK(concurrency(5, 100, {1024, 0}) == 5);
    CHECK(concurrency(5000, 100, {1024, plenty}) == 100);
    CHECK(concurrency(5000, 100'000, {1024, plenty}) == 960);
    CHECK(concurrency(50'000, 100'000, {1 << 20, plenty}) == 50'000);
    CHECK(concurrency(5000, 100'000, {16, plenty}) == 8);
    CHECK(concurrency(5000, 100'000, {1, plenty}) == 1);
    CHECK(concurrency(5, 0, {1024, plenty}) == 1);
}

TEST_CASE("a wait of a minute is in the history as a whole, and the histories of many servers fit into memory") {
    CHECK(history_room(0) == 300);
    CHECK(history_room(1) == 300);
    CHECK(history_room(10'000) == 100);
    CHECK(history_room(400'000) == 20);
    CHECK(history_room(400'000) > connprobe::attempts_before_left_out);
}

TEST_CASE("one thread for each 32 servers, at most the processors") {
    CHECK(threads(0, 1, 8, 64) == 1);
    CHECK(threads(0, 32, 8, 64) == 1);
    CHECK(threads(0, 33, 8, 64) == 2);
    CHECK(threads(0, 100'000, 8, 64) == 8);
    CHECK(threads(0, 100'000, 0, 64) == 1);
}

TEST_CASE("never more threads than attempts at once") {
    CHECK(threads(16, 1000, 2, 4) == 4);
    CHECK(threads(16, 1000, 2, 64) == 16);
    CHECK(threads(0, 1000, 8, 1) == 1);
}
