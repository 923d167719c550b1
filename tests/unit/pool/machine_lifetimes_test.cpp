// How long a pool keeps its connections, and how it sees to them meanwhile.
#include <doctest/doctest.h>

#include <chrono>

#include "machine_script.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::pool;
using namespace connprobe::tests;

TEST_CASE("one idle for long is checked before it is lent") {
    auto checking = rules(1, 1);
    checking.validate_after = 500ms;
    Script pool{checking};
    CHECK(pool.does() == "open 1");
    pool.opened(1);
    pool.acquire(1);
    CHECK(pool.does() == "lend 1 to 1");
    pool.returned(1);
    pool.wait(500ms);
    CHECK(pool.does().empty());
    pool.acquire(2);
    pool.acquire(3);
    CHECK(pool.does() == "validate 1");
    pool.validated(1);
    CHECK(pool.does() == "lend 1 to 2");
    pool.returned(1);
    CHECK(pool.does() == "lend 1 to 3");
    pool.returned(1);
    pool.wait(1s);
    pool.acquire(4);
    CHECK(pool.does() == "validate 1");
    pool.lost(1);
    CHECK(pool.does() == "open 2");
}

TEST_CASE("what nobody uses is closed after the idle time-out, but for the minimum; up to 2.5 % sooner") {
    auto idling = rules(1, 3);
    idling.idle_timeout = 100s;
    Script pool{idling};
    for (WaiterId id = 1; id <= 3; ++id) pool.acquire(id);
    CHECK(pool.does() == "open 1; open 2; open 3");
    for (ConnectionId id = 1; id <= 3; ++id) pool.opened(id);
    CHECK(pool.does() == "lend 3 to 1; lend 2 to 2; lend 1 to 3");
    for (ConnectionId id = 1; id <= 3; ++id) pool.returned(id);
    CHECK(pool.does().empty());
    CHECK(pool.sleeps() >= 97500ms);
    CHECK(pool.sleeps() <= 100s);
    pool.sleep();
    CHECK(pool.does().find("idle") != std::string::npos);
    pool.wait(100s);
    pool.does();
    CHECK(pool.machine.metrics().open == 1);
}

TEST_CASE("what has lived long enough is replaced when it is idle, each a little sooner than it must") {
    auto mortal = rules(40, 40);
    mortal.max_lifetime = 1000s;
    Script pool{mortal};
    pool.does();
    for (ConnectionId id = 1; id <= 40; ++id) pool.opened(id);
    pool.acquire(1);
    CHECK(pool.does() == "lend 40 to 1");
    pool.wait(974s);
    CHECK(pool.does().empty());
    pool.wait(13s);
    pool.does();
    const auto closed = pool.machine.metrics().closed;
    CHECK(closed > 5);
    CHECK(closed < 35);
    pool.wait(13s);
    pool.does();
    CHECK(pool.machine.metrics().closed == 39);
    CHECK(pool.machine.metrics().opening == 39);
    pool.returned(40);
    CHECK(pool.does() == "close 40 lifetime; open 80");
}

TEST_CASE("keepalive checks every idle connection in each period, evenly spread") {
    auto kept = rules(100, 100);
    kept.keepalive = 10s;
    Script pool{kept};
    pool.does();
    for (ConnectionId id = 1; id <= 100; ++id) pool.opened(id);
    for (int period = 0; period < 3; ++period) {
        for (int second = 0; second < 10; ++second) {
            pool.wait(1s);
            std::size_t checks = 0;
            while (const auto action = pool.machine.next(pool.now)) {
                pool.validated(std::get<Validate>(*action).id);
                ++checks;
            }
            CHECK(checks >= 8);
            CHECK(checks <= 12);
        }
    }
}

TEST_CASE("a closing pool serves nobody, closes what is idle, and is finished when the last one has come home") {
    Script pool{rules(2, 3)};
    CHECK(pool.does() == "open 1; open 2");
    pool.opened(1);
    pool.opened(2);
    for (WaiterId id = 1; id <= 4; ++id) pool.acquire(id);
    CHECK(pool.does() == "lend 2 to 1; lend 1 to 2; open 3");
    pool.machine.close();
    CHECK(pool.does() == "fail 3: interrupted; fail 4: interrupted");
    pool.returned(1);
    CHECK(pool.does() == "close 1 closing");
    pool.opened(3);
    CHECK(pool.does() == "close 3 closing");
    CHECK_FALSE(pool.machine.finished());
    pool.machine.given_up(2);
    CHECK(pool.does().empty());
    CHECK(pool.machine.finished());
    CHECK(pool.machine.wake_at(pool.now) == net::TimePoint::max());
    pool.acquire(5);
    CHECK(pool.does() == "fail 5: interrupted");
}
