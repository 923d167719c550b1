#include "pool/machine.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "machine_script.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::pool;
using namespace connprobe::tests;

TEST_CASE("a pool opens nothing that nobody asks for, and then what was asked for") {
    Script pool{rules(0, 10)};
    CHECK(pool.does().empty());
    pool.acquire(1);
    CHECK(pool.does() == "open 1");
    pool.opened(1);
    CHECK(pool.does() == "lend 1 to 1");
    pool.returned(1);
    CHECK(pool.does().empty());
    pool.acquire(2);
    CHECK(pool.does() == "lend 1 to 2");
}

TEST_CASE("connections are opened in parallel, as many as wait, and never more than max") {
    Script pool{rules(0, 3)};
    for (WaiterId id = 1; id <= 5; ++id) pool.acquire(id);
    CHECK(pool.does() == "open 1; open 2; open 3");
    pool.opened(2);
    CHECK(pool.does() == "lend 2 to 1");
    pool.returned(2);
    CHECK(pool.does() == "lend 2 to 2");
    pool.opened(1);
    pool.opened(3);
    CHECK(pool.does() == "lend 3 to 3; lend 1 to 4");
    pool.returned(1);
    CHECK(pool.does() == "lend 1 to 5");
}

TEST_CASE("what comes back serves the first in line, and no further connection is opened for it") {
    Script pool{rules(0, 10)};
    pool.acquire(1);
    CHECK(pool.does() == "open 1");
    pool.opened(1);
    CHECK(pool.does() == "lend 1 to 1");
    pool.acquire(2);
    CHECK(pool.does() == "open 2");
    pool.returned(1);
    CHECK(pool.does() == "lend 1 to 2");
    pool.acquire(3);
    CHECK(pool.does().empty());  // the one on its way is for it
    pool.opened(2);
    CHECK(pool.does() == "lend 2 to 3");
}

TEST_CASE("the connection used last is lent first") {
    Script pool{rules(2, 2)};
    CHECK(pool.does() == "open 1; open 2");
    pool.opened(1);
    pool.opened(2);
    pool.acquire(1);
    CHECK(pool.does() == "lend 2 to 1");
}

TEST_CASE("the minimum is opened at once, or spread over the ramp") {
    Script at_once{rules(3, 5)};
    CHECK(at_once.does() == "open 1; open 2; open 3");

    auto spread = rules(4, 4);
    spread.ramp = 1s;
    Script slowly{spread};
    CHECK(slowly.does() == "open 1");
    CHECK(slowly.sleeps() == 250ms);
    slowly.sleep();
    CHECK(slowly.does() == "open 2");
    slowly.acquire(1);
    slowly.acquire(2);
    slowly.acquire(3);
    CHECK(slowly.does() == "open 3");  // who asks does not wait for the ramp
    slowly.wait(800ms);
    CHECK(slowly.does() == "open 4");
}

TEST_CASE("without a place nothing is opened, and all else goes on") {
    Script pool{rules(0, 2)};
    pool.acquire(1);
    CHECK(pool.does(false).empty());
    CHECK(pool.machine.wants_to_open(pool.now));
    CHECK(pool.does() == "open 1");
    CHECK_FALSE(pool.machine.wants_to_open(pool.now));
}

TEST_CASE("who waits too long is told why not") {
    Script pool{rules(0, 1)};
    pool.acquire(1);
    CHECK(pool.does() == "open 1");
    pool.opened(1);
    CHECK(pool.does() == "lend 1 to 1");
    pool.acquire(2, 2s);
    CHECK(pool.does().empty());
    CHECK(pool.sleeps() == 2s);
    pool.sleep();
    const auto action = pool.machine.next(pool.now);
    REQUIRE(action);
    const auto& failure = std::get<Fail>(*action).failure;
    CHECK(failure.code == Code::deadline_exceeded);
    CHECK_FALSE(failure.phase);
    CHECK(failure.message == "no connection to db within 2 s (acquire_timeout): 1 of at most 1 in use, 0 on their way");
    CHECK(failure.hint == "return connections sooner, or allow more of them (max)");
    CHECK(pool.machine.metrics().timed_out == 1);
}

TEST_CASE("who changes their mind waits no longer, and what is on its way is kept") {
    Script pool{rules(0, 1)};
    pool.acquire(1);
    CHECK(pool.does() == "open 1");
    CHECK(pool.machine.cancel(1));
    CHECK_FALSE(pool.machine.cancel(1));
    CHECK(pool.does().empty());
    pool.opened(1);
    CHECK(pool.does().empty());
    CHECK(pool.machine.metrics().idle == 1);
}

TEST_CASE("a failed server is tried again once for all who wait, after the policy's waits") {
    Script pool{retrying(rules(0, 10))};
    for (WaiterId id = 1; id <= 3; ++id) pool.acquire(id);
    CHECK(pool.does() == "open 1; open 2; open 3");
    CHECK(pool.open_failed(1) == 1s);
    CHECK(pool.open_failed(2) == 1s);
    CHECK(pool.open_failed(3) == 1s);
    CHECK(pool.does().empty());
    pool.acquire(4);
    CHECK(pool.does().empty());
    CHECK(pool.sleeps() == 1s);
    pool.sleep();
    CHECK(pool.does() == "open 4");
    CHECK(pool.open_failed(4) == 2s);
    CHECK(pool.does().empty());
    pool.sleep();
    CHECK(pool.does() == "open 5");
    pool.opened(5);
    CHECK(pool.does() == "lend 5 to 1; open 6; open 7; open 8");
}

TEST_CASE("who waits for a dead server gets its last failure when their time is over") {
    Script pool{retrying(rules(0, 10))};
    pool.acquire(1, 1500ms);
    CHECK(pool.does() == "open 1");
    CHECK(pool.open_failed(1) == 1s);
    CHECK(pool.does().empty());
    pool.sleep();
    CHECK(pool.does() == "open 2");
    pool.wait(500ms);
    CHECK(pool.does() == "fail 1: connection_refused");
}

TEST_CASE("when the policy says stop, all who wait fail at once, and who comes later begins anew") {
    Script pool{retrying(rules(1, 10), 2)};
    CHECK(pool.does() == "open 1");
    CHECK(pool.open_failed(1) == 1s);
    pool.acquire(1);
    pool.acquire(2);
    CHECK(pool.does().empty());
    pool.sleep();
    CHECK(pool.does() == "open 2");
    CHECK_FALSE(pool.open_failed(2));
    CHECK(pool.does() == "fail 2: connection_refused; fail 1: connection_refused");
    pool.wait(1h);
    CHECK(pool.does().empty());
    pool.acquire(3);
    CHECK(pool.does() == "open 3");
    CHECK(pool.open_failed(3) == 1s);
}

TEST_CASE("a stop leaves those alone for whom a connection is still on its way") {
    Script pool{rules(0, 10)};
    for (WaiterId id = 1; id <= 3; ++id) pool.acquire(id);
    CHECK(pool.does() == "open 1; open 2; open 3");
    pool.open_failed(2);
    CHECK(pool.does() == "fail 3: connection_refused");
    pool.opened(3);
    CHECK(pool.does() == "lend 3 to 1");
    pool.open_failed(1);
    CHECK(pool.does() == "open 4");  // the server lives: a failure of before says nothing
}

TEST_CASE("a server that drops its connections at once is not asked again without a pause") {
    Script pool{retrying(rules(1, 1))};
    CHECK(pool.does() == "open 1");
    pool.opened(1);
    CHECK(pool.does().empty());
    pool.lost(1);
    CHECK(pool.does().empty());
    CHECK(pool.sleeps() == 1s);
    pool.sleep();
    CHECK(pool.does() == "open 2");
    pool.opened(2);
    pool.lost(2);
    CHECK(pool.does().empty());
    CHECK(pool.sleeps() == 2s);
    pool.sleep();
    CHECK(pool.does() == "open 3");
    pool.opened(3);
    pool.wait(2s);
    pool.lost(3);
    CHECK(pool.does() == "open 4");
}

TEST_CASE("one that had broken before it was lent costs its waiter no place in the line") {
    Script pool{rules(2, 2)};
    CHECK(pool.does() == "open 1; open 2");
    pool.opened(1);
    pool.opened(2);
    pool.wait(2s);
    pool.acquire(1);
    pool.acquire(2);
    const auto action = pool.machine.next(pool.now);
    REQUIRE(action);
    CHECK(Script::words(std::get<Lend>(*action)) == "lend 2 to 1");
    pool.machine.lost_in_lending(std::get<Lend>(*action), refused, pool.now);
    CHECK(pool.does() == "lend 1 to 1; open 3");
    pool.opened(3);
    CHECK(pool.does() == "lend 3 to 2");
    CHECK(pool.machine.metrics().acquired == 2);
    CHECK(pool.machine.metrics().lost == 1);
}
