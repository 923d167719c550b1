#include "connprobe/result.hpp"

#include <doctest/doctest.h>

#include <set>

#include "connprobe/prober.hpp"

using namespace connprobe;
using namespace std::chrono_literals;

TEST_CASE("the total is the sum of the phases that were entered") {
    CHECK(PhaseTimes{}.total() == 0us);
    PhaseTimes times;
    times.resolve = 1ms;
    times.connect = 250us;
    times.tls = 3ms;
    CHECK(times.total() == 4250us);
    times.proxy = 1us;
    times.check = 2us;
    CHECK(times.total() == 4253us);
}

TEST_CASE("a result's latency is that of its last attempt") {
    Result result;
    CHECK(result.latency().total() == 0us);
    CHECK_FALSE(result.latency().connect);
    result.history.resize(2);
    result.history[0].latency.connect = 5ms;
    result.history[1].latency.connect = 7ms;
    CHECK(result.latency().connect == 7ms);
}

TEST_CASE("each warning has a name, a sentence, and says whether it degrades") {
    std::set<std::string_view> degrading;
    for (const WarningInfo& row : all_warnings()) {
        CAPTURE(row.name);
        CHECK(to_string(row.code) == row.name);
        CHECK(row.meaning.ends_with('.'));
        if (row.degrades) degrading.insert(row.name);
    }
    CHECK(all_warnings().size() == 9);
    CHECK(degrading ==
          std::set<std::string_view>{"slow", "certificate_expires_soon", "connections_missing", "address_down"});
}

TEST_CASE("status, stop and verdict have the names of the JSON document") {
    CHECK(to_string(Status::up) == "up");
    CHECK(to_string(Status::degraded) == "degraded");
    CHECK(to_string(Status::down) == "down");
    CHECK(to_string(Status::unknown) == "unknown");
    CHECK(to_string(StoppedBy::attempts) == "attempts");
    CHECK(to_string(StoppedBy::rule) == "rule");
    CHECK(to_string(StoppedBy::deadline) == "deadline");
    CHECK(to_string(StoppedBy::signal) == "signal");
    CHECK(to_string(StoppedBy::fail_fast) == "fail_fast");
    CHECK(to_string(ConnectedFamily::ipv4) == "ipv4");
    CHECK(to_string(ConnectedFamily::ipv6) == "ipv6");
    CHECK(to_string(ConnectedFamily::local) == "unix");
    CHECK(to_string(Verdict::up) == "up");
    CHECK(to_string(Verdict::degraded) == "degraded");
    CHECK(to_string(Verdict::down) == "down");
    CHECK(to_string(Verdict::incomplete) == "incomplete");
}

TEST_CASE("how many must be up: all, any, a number, or a share that is rounded up") {
    using Kind = Required::Kind;
    struct Case {
        Required required;
        std::size_t servers, expected;
    };
    for (const Case& c :
         {Case{{Kind::all, 0}, 7, 7}, Case{{Kind::any, 0}, 7, 1}, Case{{Kind::count, 3}, 7, 3},
          Case{{Kind::count, 9}, 7, 9}, Case{{Kind::count, 0}, 7, 0}, Case{{Kind::percent, 50}, 7, 4},
          Case{{Kind::percent, 50}, 8, 4}, Case{{Kind::percent, 100}, 7, 7}, Case{{Kind::percent, 0}, 7, 0},
          Case{{Kind::percent, 1}, 7, 1}, Case{{Kind::percent, 7}, 100, 7}, Case{{Kind::percent, 64.4}, 250, 161},
          Case{{Kind::percent, 99.9}, 1'000'000, 999'000}, Case{{Kind::percent, 33.4}, 3, 2}}) {
        CAPTURE(c.required.value);
        CHECK(c.required.of(c.servers) == c.expected);
    }
}
