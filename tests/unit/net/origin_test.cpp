#include "net/origin.hpp"

#include <doctest/doctest.h>

#include <cerrno>

#include "net/connect_failure.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::net;

TEST_CASE("a source or an interface that cannot be used says which and why") {
    const Origin origin{"192.0.2.7", "eth7"};
    struct Row {
        bool device;
        int error;
        Code code;
        const char* message;
    };
    for (const auto& row : {
             Row{true, ENODEV, Code::address_not_available, "this machine has no interface eth7 (ENODEV)"},
             Row{true, EPERM, Code::permission_denied, "this user may not use the interface eth7 (EPERM)"},
             Row{true, EINVAL, Code::address_not_available, "the interface eth7 cannot be used (EINVAL)"},
             Row{false, EADDRNOTAVAIL, Code::address_not_available,
                 "this machine does not have the source address 192.0.2.7 (EADDRNOTAVAIL)"},
             Row{false, EINVAL, Code::address_not_available, "the source address 192.0.2.7 cannot be used (EINVAL)"},
             Row{false, ENOBUFS, Code::out_of_memory, "the source address 192.0.2.7 cannot be used (ENOBUFS)"},
         }) {
        const auto failure = origin_failure(origin, row.device, row.error);
        CHECK(failure.code == row.code);
        CHECK(failure.phase == Phase::connect);
        CHECK(failure.message == row.message);
    }
}

TEST_CASE("who may not use an interface is told what would allow it") {
    CHECK(origin_failure({{}, "eth0"}, true, EPERM).hint ==
          "give connprobe CAP_NET_RAW, or use --source with an address of the interface");
}

TEST_CASE("a source whose ports are used up is told apart from a machine without a free port") {
    const auto peer = *literal_peer("192.0.2.1", 80);
    CHECK(connect_failure(peer, EADDRNOTAVAIL, {}, 0ms).code == Code::no_free_port);
    const auto failure = connect_failure(peer, EADDRNOTAVAIL, {}, 0ms, "192.0.2.7");
    CHECK(failure.code == Code::address_not_available);
    CHECK(failure.message ==
          "the source address 192.0.2.7 has no free port for a connection to 192.0.2.1:80 (EADDRNOTAVAIL)");
}

TEST_CASE("an address on every link needs the name of an interface that is there") {
    const auto named = *literal_peer("fe80::1%nope0", 22);
    CHECK(named.text() == "[fe80::1%nope0]:22");
    const auto failure = connect_failure(named, EINVAL, {}, 0ms);
    CHECK(failure.code == Code::network_unreachable);
    CHECK(failure.message ==
          "this machine has no interface nope0, through which [fe80::1%nope0]:22 would be reached (EINVAL)");
    CHECK(connect_failure(*literal_peer("fe80::1", 22), EINVAL, {}, 0ms).message ==
          "[fe80::1]:22 is a link-local address without its interface (EINVAL)");
    CHECK(connect_failure(*literal_peer("2001:db8::1", 22), EINVAL, {}, 0ms).message ==
          "no route to [2001:db8::1]:22 (EINVAL)");
}
