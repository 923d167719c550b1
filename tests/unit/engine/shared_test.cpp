#include "engine/shared.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace connprobe;
using namespace connprobe::engine;

TEST_CASE("no more places are given than there are, and the peak is counted") {
    std::vector<std::size_t> woken;
    Permits permits{2, 2, [&](std::size_t thread) { woken.push_back(thread); }};
    CHECK(permits.acquire(0));
    CHECK(permits.acquire(0));
    CHECK_FALSE(permits.acquire(0));
    CHECK_FALSE(permits.acquire(1));
    CHECK(permits.in_flight() == 2);
    CHECK(permits.peak() == 2);
}

TEST_CASE("a freed place wakes one parked thread, the next one another") {
    std::vector<std::size_t> woken;
    Permits permits{1, 3, [&](std::size_t thread) { woken.push_back(thread); }};
    CHECK(permits.acquire(0));
    CHECK_FALSE(permits.acquire(1));
    CHECK_FALSE(permits.acquire(2));
    permits.release();
    REQUIRE(woken.size() == 1);
    permits.wake_next();
    REQUIRE(woken.size() == 2);
    CHECK(woken[0] != woken[1]);
    permits.wake_next();
    CHECK(woken.size() == 2);
}

TEST_CASE("a thread that has ended is not woken in the place of one that waits") {
    std::vector<std::size_t> woken;
    Permits permits{1, 3, [&](std::size_t thread) { woken.push_back(thread); }};
    CHECK(permits.acquire(0));
    for (const std::size_t thread : {0U, 1U, 2U}) CHECK_FALSE(permits.acquire(thread));
    permits.retire(0);
    permits.retire(1);
    permits.release();
    CHECK(woken == std::vector<std::size_t>{2});
}

TEST_CASE("a thread that ends passes on the wake-up that it has just got") {
    std::vector<std::size_t> woken;
    Permits permits{1, 2, [&](std::size_t thread) { woken.push_back(thread); }};
    CHECK(permits.acquire(0));
    for (const std::size_t thread : {0U, 1U}) CHECK_FALSE(permits.acquire(thread));
    permits.release();
    REQUIRE(woken.size() == 1);
    permits.retire(woken.front());
    REQUIRE(woken.size() == 2);
    CHECK(woken[1] != woken[0]);
}

TEST_CASE("threads that fight for places never hold more than there are, and none is forgotten") {
    constexpr std::size_t threads = 4, rounds = 5000;
    std::vector<std::atomic<bool>> bells(threads);
    Permits permits{2, threads, [&](std::size_t thread) {
                        bells[thread] = true;
                        bells[thread].notify_one();
                    }};
    std::atomic<std::size_t> holding{0}, most{0};
    std::vector<std::jthread> crew;
    for (std::size_t id = 0; id < threads; ++id)
        crew.emplace_back([&, id] {
            for (std::size_t round = 0; round < rounds; ++round) {
                while (!permits.acquire(id)) {
                    bells[id].wait(false);
                    bells[id] = false;
                }
                const auto now = ++holding;
                auto seen = most.load();
                while (now > seen && !most.compare_exchange_weak(seen, now)) {
                }
                --holding;
                permits.release();
            }
            permits.wake_next();
        });
    crew.clear();
    CHECK(most <= 2);
    CHECK(permits.in_flight() == 0);
}

TEST_CASE("with fewer places, those that are taken stay so, and none is given until enough have been freed") {
    std::size_t woken = 0;
    Permits permits{3, 1, [&](std::size_t) { ++woken; }};
    for (int i = 0; i < 3; ++i) CHECK(permits.acquire(0));
    permits.set_limit(1);
    CHECK_FALSE(permits.acquire(0));
    permits.release();
    permits.release();
    CHECK(woken == 0);
    permits.release();
    CHECK(woken == 1);
    CHECK(permits.acquire(0));
    CHECK_FALSE(permits.acquire(0));
}

TEST_CASE("with more places every parked thread is woken") {
    std::vector<std::size_t> woken;
    Permits permits{1, 2, [&](std::size_t thread) { woken.push_back(thread); }};
    CHECK(permits.acquire(0));
    for (const std::size_t thread : {0U, 1U}) CHECK_FALSE(permits.acquire(thread));
    permits.set_limit(5);
    CHECK(woken.size() == 2);
    CHECK(permits.acquire(1));
}

TEST_CASE("an explicit limit is constant; without one it adapts, and says so when it has changed by a quarter") {
    ProberOptions options;
    options.max_concurrent = 100;
    const Shared constant{{}, options, 100, 1, [](std::size_t) {}};
    CHECK_FALSE(constant.pace.adapts());
    options.max_concurrent = 0;
    Shared shared{{}, options, 1000, 1, [](std::size_t) {}};
    REQUIRE(shared.pace.adapts());
    std::vector<LoadSample> samples(32, {LoadSample::Kind::answered, std::chrono::milliseconds{20}, 64, 0});
    const auto change = shared.pace.take(samples);
    CHECK(samples.empty());
    CHECK(shared.pace.round() == 1);
    REQUIRE(change);
    CHECK(change->limit == 128);
    std::size_t given = 0;
    while (shared.permits.acquire(0)) ++given;
    CHECK(given == 128);
    samples.assign(1, {LoadSample::Kind::exhausted, {}, 128, 1});
    CHECK(shared.pace.take(samples)->limit == 64);
    samples.assign(32, {LoadSample::Kind::answered, std::chrono::milliseconds{20}, 64, 2});
    CHECK_FALSE(shared.pace.take(samples));  // a small step
    CHECK(shared.pace.round() == 3);
}

TEST_CASE("a mailbox gives out in order what was put in, and says when it is closed") {
    Mailbox mailbox;
    std::vector<Event> batch;
    batch.emplace_back(Started{1});
    batch.emplace_back(Started{2});
    mailbox.push(batch);
    CHECK(batch.empty());
    batch.emplace_back(Started{3});
    mailbox.push(batch);
    mailbox.close();
    std::vector<Event> taken;
    REQUIRE(mailbox.take(taken, net::TimePoint::max()));
    REQUIRE(taken.size() == 3);
    CHECK(std::get<Started>(taken[0]).index == 1);
    CHECK(std::get<Started>(taken[2]).index == 3);
    CHECK_FALSE(mailbox.take(taken, net::TimePoint::max()));
}

TEST_CASE("the first reason to end a run stays") {
    const ProberOptions options;
    Shared shared{{}, options, 1, 1, [](std::size_t) {}};
    CHECK(shared.end(RunEnd::deadline));
    CHECK_FALSE(shared.end(RunEnd::signal));
    CHECK(shared.ending() == RunEnd::deadline);
}
