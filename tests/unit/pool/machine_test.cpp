#include "pool/machine.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::pool;

namespace {

const Failure refused = make_failure(Phase::connect, Code::connection_refused, "nothing listens");

/// A machine with a clock of its own; what it decides is written down as words.
struct Script {
    explicit Script(Rules rules) : machine{std::move(rules), now} {}

    void wait(Duration duration) { now += duration; }
    void acquire(WaiterId id, Duration timeout = 30s) { machine.acquire({id, now, now + timeout}); }
    void opened(ConnectionId id) { machine.opened(id, now); }
    std::optional<Duration> open_failed(ConnectionId id) { return machine.open_failed(id, refused, now); }
    void returned(ConnectionId id) { machine.returned(id, now); }
    void lost(ConnectionId id) { machine.lost(id, refused, now); }
    void validated(ConnectionId id) { machine.validated(id, now); }

    /// All that there is to do now: "open 1; lend 2 to 7".
    std::string does(bool may_open = true) {
        std::string all;
        while (const auto action = machine.next(now, may_open)) {
            if (!all.empty()) all += "; ";
            all += std::visit([](const auto& what) { return words(what); }, *action);
        }
        const auto wake = machine.wake_at(now);
        CHECK(wake > now);
        return all;
    }

    /// How long it sleeps when nothing happens.
    [[nodiscard]] Duration sleeps() const { return std::chrono::duration_cast<Duration>(machine.wake_at(now) - now); }
    void sleep() { now = machine.wake_at(now); }

    static std::string words(const Open& open) { return "open " + std::to_string(open.id); }
    static std::string words(const Lend& lend) {
        return "lend " + std::to_string(lend.id) + " to " + std::to_string(lend.waiter.id);
    }
    static std::string words(const Fail& fail) {
        return "fail " + std::to_string(fail.waiter) + ": " + std::string{to_string(fail.failure.code)};
    }
    static std::string words(const Validate& validate) { return "validate " + std::to_string(validate.id); }
    static std::string words(const Close& close) {
        return "close " + std::to_string(close.id) + " " + std::string{to_string(close.reason)};
    }

    net::TimePoint now = net::TimePoint{} + 1h;
    Machine machine;
};

Rules rules(std::size_t min, std::size_t max) {
    Rules all;
    all.name = "db";
    all.min = min;
    all.max = max;
    return all;
}

Rules retrying(Rules all, std::uint32_t max_attempts = 0) {
    all.retry.strategy = Strategy::exponential;
    all.retry.max_attempts = max_attempts;
    all.retry.backoff = {.exponential = true, .delay = 1s, .jitter = 0};
    return all;
}

}  // namespace

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
