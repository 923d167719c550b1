#include "cli/waiting.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "cli/wait_lines.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::cli;

namespace {

std::vector<Target> targets_named(const std::vector<std::string>& names) {
    std::vector<Target> targets;
    for (const std::string& name : names) {
        Target target;
        target.name = name;
        target.settings = std::make_shared<const Settings>();
        targets.push_back(std::move(target));
    }
    return targets;
}

ProberOptions patient(Goal goal = {}) {
    ProberOptions options;
    options.deadline = 60s;
    options.goal = goal;
    return options;
}

Event failed(std::size_t index, Code code, Phase phase = Phase::connect) {
    return AttemptFailed{index, 1, make_failure(phase, code, "no luck"), 250ms};
}
Event good(std::size_t index) { return AttemptSucceeded{index, 1, 250ms}; }

Event finished(const std::vector<Target>& targets, std::size_t index, Status status,
               std::optional<StoppedBy> stopped_by = {}) {
    Result result;
    result.index = index;
    result.target = &targets[index];
    result.status = status;
    result.stopped_by = stopped_by;
    result.elapsed = 3217ms;
    result.history.resize(13);
    if (status == Status::down) result.error = make_failure(Phase::connect, Code::connection_refused, "no luck");
    return Finished{std::move(result)};
}

}  // namespace

TEST_CASE("a wait says for what and how long") {
    const auto one = targets_named({"db:5432"}), three = targets_named({"a", "b", "c"});
    ProberOptions options = patient();
    CHECK(Waiting{one, options}.beginning() == "waiting up to 60 s for db:5432 (--deadline)");
    CHECK(Waiting{three, options}.beginning() == "waiting up to 60 s for 3 servers (--deadline)");
    options.required = {Required::Kind::count, 2};
    CHECK(Waiting{three, options}.beginning() == "waiting up to 60 s for 2 of 3 servers (--deadline)");
    options.deadline = 0s;
    options.goal.state = Goal::State::gone;
    CHECK(Waiting{three, options}.beginning() == "waiting without end for 2 of 3 servers to be gone (--deadline 0)");
}

TEST_CASE("a change is worth a sentence, its repetition is not") {
    const auto targets = targets_named({"db", "web"});
    Waiting waiting{targets, patient()};
    CHECK(waiting.hear(failed(0, Code::connection_refused)) == "db: down: no luck (connection_refused)");
    CHECK(waiting.hear(failed(0, Code::connection_refused)).empty());
    CHECK(waiting.hear(failed(0, Code::not_serving, Phase::check)) == "db: down: no luck (not_serving)");
    CHECK(waiting.hear(finished(targets, 1, Status::up)) == "web: up after 3.217 s");
    CHECK(waiting.hear(finished(targets, 0, Status::down, StoppedBy::attempts)) ==
          "db: given up after 13 attempts: no luck (connection_refused)");
    CHECK(waiting.hear(finished(targets, 0, Status::down, StoppedBy::deadline)).empty());
}

TEST_CASE("several times in a row are counted from the first, and anew after a failure") {
    const auto targets = targets_named({"db"});
    Waiting waiting{targets, patient({Goal::State::up, 3})};
    CHECK(waiting.hear(good(0)) == "db: up, 1 of 3 times in a row");
    CHECK(waiting.hear(good(0)).empty());
    CHECK(waiting.still(10s) == "still waiting for db (up 2 of 3 times); 50 s left");
    CHECK(waiting.hear(failed(0, Code::connection_refused)) == "db: down: no luck (connection_refused)");
    CHECK(waiting.hear(good(0)) == "db: up, 1 of 3 times in a row");
}

TEST_CASE("a server that is to go is still there, unknown, or gone") {
    const auto targets = targets_named({"db"});
    Waiting waiting{targets, patient({Goal::State::gone, 2})};
    CHECK(waiting.hear(good(0)) == "db: still there");
    CHECK(waiting.hear(good(0)).empty());
    CHECK(waiting.still(10s) == "still waiting for db (still there); 50 s left");
    CHECK(waiting.hear(failed(0, Code::certificate_expired, Phase::tls)) ==
          "db: still there: no luck (certificate_expired)");
    CHECK(waiting.hear(failed(0, Code::host_not_found, Phase::resolve)) == "db: unknown: no luck (host_not_found)");
    CHECK(waiting.hear(failed(0, Code::connection_refused)) ==
          "db: gone, 1 of 2 times in a row: no luck (connection_refused)");
    CHECK(waiting.hear(finished(targets, 0, Status::down)) == "db: gone after 3.217 s: no luck (connection_refused)");
}

TEST_CASE("a report names what is waited for and why, at most five") {
    const auto targets = targets_named({"a", "b", "c", "d", "e", "f", "g", "h\x1b[2J"});
    ProberOptions options = patient();
    Waiting waiting{targets, options};
    CHECK(waiting.hear(finished(targets, 0, Status::up)) == "a: up after 3.217 s");
    CHECK_FALSE(waiting.hear(failed(2, Code::connection_refused)).empty());
    CHECK(waiting.still(12s) ==
          "still waiting for 7 of 8 servers: b (no answer yet), c (connection_refused), d (no answer yet), "
          "e (no answer yet), f (no answer yet) and 2 more; 48 s left");
    options.required = {Required::Kind::any, 0};
    options.deadline = 0s;
    const auto two = targets_named({"a", "h\x1b[2J"});
    CHECK(Waiting{two, options}.still(12s) ==
          "still waiting for 2 of 2 servers: a (no answer yet), h\\x1b[2J (no answer yet); 1 is enough");
}

TEST_CASE("the line that is drawn has as many names as fit") {
    const auto targets = targets_named({"db", "cache", "web"});
    Waiting waiting{targets, patient()};
    CHECK_FALSE(waiting.hear(finished(targets, 2, Status::up)).empty());
    CHECK_FALSE(waiting.hear(failed(0, Code::connection_refused)).empty());
    CHECK(waiting.line(12s, 200) == "1 of 3 up, waiting for db (connection_refused), cache (no answer yet), 48 s left");
    CHECK(waiting.line(12s, 79) == "1 of 3 up, waiting for db (connection_refused) and 1 more, 48 s left");
    CHECK(waiting.line(12s, 30) == "1 of 3 up, 48 s left");
    CHECK(waiting.line(12s, 9).size() <= 9);
}

TEST_CASE("the line that is drawn names a server where no list of them fits") {
    const std::string primary = "database-primary.internal.example.com:5432";
    const auto late = targets_named({primary, "db:5432", primary});
    CHECK(Waiting{late, patient()}.line(0s, 80) ==
          "0 of 3 up, waiting for db:5432 (no answer yet) and 2 more, 60 s left");
    const auto all_long = targets_named({primary, primary, primary});
    CHECK(Waiting{all_long, patient()}.line(0s, 80) ==
          "0 of 3 up, waiting for database-primary...example.com:5432 and 2 more, 60 s left");
}

TEST_CASE("lines come at the beginning, with each change, and every ten seconds") {
    const auto targets = targets_named({"db"});
    Waiting waiting{targets, patient()};
    WaitLines lines{true};
    CHECK(lines.after(RunStarted{}, "", waiting) == "connprobe: waiting up to 60 s for db (--deadline)\n");
    CHECK(lines.after(good(0), "db: up", waiting) == "connprobe: db: up\n");
    CHECK(lines.after(good(0), "", waiting).empty());
    CHECK(lines.after(Tick{9900ms, 0}, "", waiting).empty());
    CHECK(lines.after(Tick{10s, 0}, "", waiting) == "connprobe: still waiting for db (no answer yet); 50 s left\n");
    CHECK(lines.after(Tick{10100ms, 0}, "", waiting).empty());
    CHECK_FALSE(lines.after(Tick{20s, 0}, "", waiting).empty());
    WaitLines without{false};
    CHECK(without.after(good(0), "db: up", waiting).empty());
}

TEST_CASE("what is over is not waited for, though a report would be due") {
    const auto targets = targets_named({"db"});
    Waiting waiting{targets, patient()};
    WaitLines lines{true}, cut{true};
    CHECK_FALSE(waiting.is_over());
    CHECK(cut.after(Stopped{RunEnd::deadline}, "", waiting).empty());
    CHECK(cut.after(Tick{60s, 0}, "", waiting).empty());
    CHECK(waiting.hear(finished(targets, 0, Status::up)) == "db: up after 3.217 s");
    CHECK(waiting.is_over());
    CHECK(lines.after(Tick{10s, 0}, "", waiting).empty());
}

TEST_CASE("what makes a server degraded is said, not what else there is to warn of") {
    const auto targets = targets_named({"db"});
    Waiting waiting{targets, patient()};
    Event event = finished(targets, 0, Status::degraded);
    std::get<Finished>(event).result.warnings = {{WarningCode::fallback_address, "another address"},
                                                 {WarningCode::slow, "too slow"}};
    CHECK(waiting.hear(event) == "db: up after 3.217 s, degraded: too slow");
}

TEST_CASE("many changes do not flood a log") {
    const auto targets = targets_named({"db"});
    const Waiting waiting{targets, patient()};
    WaitLines lines{true};
    std::size_t written = 0;
    for (int i = 0; i < 400; ++i) written += lines.after(good(0), "x: up", waiting).empty() ? 0 : 1;
    CHECK(written == 20);
    CHECK(lines.after(Tick{1s, 0}, "", waiting) == "connprobe: and 380 more changes\n");
    CHECK(lines.after(good(0), "x: up", waiting).empty());
    CHECK(lines.after(Tick{1900ms, 0}, "", waiting).empty());
    CHECK(lines.after(Tick{10s, 0}, "", waiting) ==
          "connprobe: and 1 more change\nconnprobe: still waiting for db (no answer yet); 50 s left\n");
    CHECK(lines.after(good(0), "x: up", waiting) == "connprobe: x: up\n");
    CHECK(lines.after(Stopped{RunEnd::deadline}, "", waiting).empty());
}
