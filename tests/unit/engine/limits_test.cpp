#include "engine/limits.hpp"

#include <doctest/doctest.h>

using namespace connprobe::engine;

TEST_CASE("without a wish, as many attempts at once as there are servers, but at most 64") {
    CHECK(concurrency(0, 1, 1024) == 1);
    CHECK(concurrency(0, 40, 1024) == 40);
    CHECK(concurrency(0, 100'000, 1024) == 64);
}

TEST_CASE("what was asked for holds as far as servers and descriptors go") {
    CHECK(concurrency(5, 100, 1024) == 5);
    CHECK(concurrency(5000, 100, 1024) == 100);
    CHECK(concurrency(5000, 100'000, 1024) == 960);
    CHECK(concurrency(5000, 100'000, 16) == 8);
    CHECK(concurrency(5000, 100'000, 1) == 1);
    CHECK(concurrency(5, 0, 1024) == 1);
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
