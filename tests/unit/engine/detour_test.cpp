#include "engine/detour.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <vector>

using namespace std::chrono_literals;
using namespace connprobe;
using engine::detour;

namespace {

AddressFate silent(const std::string& address) { return {address, ConnectedFamily::ipv4, {}, {}, true}; }

AddressFate refusing(const std::string& address) {
    return {address, ConnectedFamily::ipv4, {}, make_failure(Phase::connect, Code::connection_refused, "refused")};
}

AddressFate connected(Duration time) { return {"192.0.2.9", ConnectedFamily::ipv4, time, {}, true}; }

}  // namespace

TEST_CASE("time lost on dead addresses is told apart from the time of the address that answered") {
    CHECK(detour(std::vector{silent("192.0.2.1"), connected(20ms)}, 1, "192.0.2.9:80", 270ms) ==
          "250 ms of the connect time passed before 192.0.2.9:80 was tried: 192.0.2.1 had not answered");
    CHECK(detour(std::vector{refusing("192.0.2.1"), silent("192.0.2.2"), connected(1ms)}, 2, "192.0.2.9:80", 301ms) ==
          "300 ms of the connect time passed before 192.0.2.9:80 was tried: 192.0.2.1 failed (connection_refused), "
          "192.0.2.2 had not answered");
}

TEST_CASE("an address that connected in the same moment is not called dead") {
    auto late = silent("192.0.2.1");
    late.connect = 250ms;
    CHECK(detour(std::vector{late, connected(1ms)}, 1, "192.0.2.9:80", 251ms) ==
          "250 ms of the connect time passed before 192.0.2.9:80 was tried: 192.0.2.1 connected too late");
}

TEST_CASE("of many dead addresses the first three are named") {
    std::vector<AddressFate> fates(5, silent("192.0.2.1"));
    fates.push_back(connected(1s));
    CHECK(detour(fates, 5, "192.0.2.9:80", 2250ms) ==
          "1.25 s of the connect time passed before 192.0.2.9:80 was tried: 192.0.2.1 had not answered, 192.0.2.1 had "
          "not answered, 192.0.2.1 had not answered and 2 more");
}

TEST_CASE("two clocks that differ by a hair lose no time") {
    CHECK(detour(std::vector{refusing("192.0.2.1"), connected(20ms)}, 1, "192.0.2.9:80", 19ms).starts_with("0 ms of "));
}
