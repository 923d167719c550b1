// A pool's machine with a clock of its own, whose decisions are written down as words.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <variant>

#include "pool/machine.hpp"

namespace connprobe::tests {

inline const Failure refused = make_failure(Phase::connect, Code::connection_refused, "nothing listens");

/// A machine with a clock of its own; what it decides is written down as words.
struct Script {
    explicit Script(pool::Rules rules) : machine{std::move(rules), now} {}

    void wait(Duration duration) { now += duration; }
    void acquire(pool::WaiterId id, Duration timeout = std::chrono::seconds{30}) {
        machine.acquire({id, now, now + timeout});
    }
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

    static std::string words(const pool::Open& open) { return "open " + std::to_string(open.id); }
    static std::string words(const pool::Lend& lend) {
        return "lend " + std::to_string(lend.id) + " to " + std::to_string(lend.waiter.id);
    }
    static std::string words(const pool::Fail& fail) {
        return "fail " + std::to_string(fail.waiter) + ": " + std::string{to_string(fail.failure.code)};
    }
    static std::string words(const pool::Validate& validate) { return "validate " + std::to_string(validate.id); }
    static std::string words(const pool::Close& close) {
        return "close " + std::to_string(close.id) + " " + std::string{to_string(close.reason)};
    }

    net::TimePoint now = net::TimePoint{} + std::chrono::hours{1};
    pool::Machine machine;
};

inline pool::Rules rules(std::size_t min, std::size_t max) {
    pool::Rules all;
    all.name = "db";
    all.min = min;
    all.max = max;
    return all;
}

inline pool::Rules retrying(pool::Rules all, std::uint32_t max_attempts = 0) {
    all.retry.strategy = Strategy::exponential;
    all.retry.max_attempts = max_attempts;
    all.retry.backoff = {.exponential = true, .delay = std::chrono::seconds{1}, .jitter = 0};
    return all;
}

}  // namespace connprobe::tests
