#include "net/connect.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "net/connect_failure.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::net;

namespace {

AddressFate fate(Code code) {
    return {"192.0.2.1", ConnectedFamily::ipv4, {}, make_failure(Phase::connect, code, "x")};
}

}  // namespace

TEST_CASE("an answer says more than silence, silence more than no way there") {
    using Codes = std::vector<Code>;
    struct Row {
        Codes codes;
        std::size_t most;
    };
    for (const auto& row : {Row{{Code::connection_refused, Code::connect_timeout}, 0},
                            Row{{Code::connect_timeout, Code::connection_refused}, 1},
                            Row{{Code::network_unreachable, Code::connect_timeout}, 1},
                            Row{{Code::network_unreachable, Code::host_unreachable}, 1},
                            Row{{Code::address_not_available, Code::admin_prohibited, Code::connect_timeout}, 1},
                            Row{{Code::connection_refused, Code::connection_refused}, 0}}) {
        std::vector<AddressFate> fates;
        for (const auto code : row.codes) fates.push_back(fate(code));
        CHECK(most_telling(fates) == row.most);
    }
}

TEST_CASE("an address that was never tried says nothing") {
    std::vector<AddressFate> fates{{"192.0.2.1", ConnectedFamily::ipv4, {}, {}}, fate(Code::network_unreachable)};
    CHECK(most_telling(fates) == 1);
}

TEST_CASE("a failed connect says where, and what the kernel or a router said") {
    const auto peer = *literal_peer("192.0.2.1", 5432);
    CHECK(connect_failure(peer, ECONNREFUSED, {}, 0ms).message == "192.0.2.1:5432 refused the connection");
    CHECK(connect_failure(peer, ENETUNREACH, {}, 0ms).message == "no route to 192.0.2.1:5432 (ENETUNREACH)");
    CHECK(connect_failure(peer, ETIMEDOUT, {}, 130s).message ==
          "no answer from 192.0.2.1:5432: the kernel gave up after 2 min 10 s");
    const auto prohibited = connect_failure(peer, EHOSTUNREACH, Icmp{false, 3, 13}, 0ms);
    CHECK(prohibited.code == Code::admin_prohibited);
    CHECK(prohibited.message == "a router or firewall forbids the connection to 192.0.2.1:5432 (ICMP 3/13)");
    CHECK(connect_failure(*unix_peer("/x"), ENOENT, {}, 0ms).message == "/x does not exist (ENOENT)");
}

TEST_CASE("a time-out names the limit that ran out") {
    const auto peer = *literal_peer("::1", 80);
    CHECK(connect_timed_out(peer, {TimePoint{}, 1500ms, "connect_timeout"}).message ==
          "no answer from [::1]:80 within 1.5 s (connect_timeout)");
}

TEST_CASE("the earlier of the two limits counts, and 0 is none") {
    const TimePoint start{};
    CHECK(phase_limit(start, 5s, start + 1s, 2s, "tls_timeout").at == start + 3s);
    CHECK(phase_limit(start, 5s, start + 1s, 2s, "tls_timeout").name == "tls_timeout");
    CHECK(phase_limit(start, 5s, start + 4s, 2s, "tls_timeout").at == start + 5s);
    CHECK(phase_limit(start, 5s, start + 4s, 2s, "tls_timeout").name == "timeout");
    CHECK(phase_limit(start, 5s, start, Duration{}, "tls_timeout").name == "timeout");
    CHECK(phase_limit(start, Duration{}, start, std::nullopt, "tls_timeout").at == TimePoint::max());
    CHECK(phase_limit(start, Duration::max(), start, Duration::max(), "tls_timeout").at == TimePoint::max());
}
