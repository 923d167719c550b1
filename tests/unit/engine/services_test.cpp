#include "engine/services.hpp"

#include <doctest/doctest.h>

using namespace connprobe;
using namespace connprobe::engine;

TEST_CASE("a target without a port is an SRV record when its name is that of one") {
    Target target;
    target.host = "_ldap._tcp.example.com";
    CHECK(is_service(target));
    target.port = 389;
    CHECK_FALSE(is_service(target));
    Target local;
    local.unix_path = "/run/x";
    CHECK_FALSE(is_service(local));
    Target without_port;
    without_port.host = "example.com";
    CHECK_FALSE(is_service(without_port));
}

TEST_CASE("a server of a record is called by its own place, behind the name that the record was given") {
    Target record;
    record.host = "_ldap._tcp.example.com";
    record.name = record.written = "srv://_ldap._tcp.example.com";
    record.tags = {"core"};
    const net::Service service{"ldap1.example.com", 389, 10, 0};
    const auto unnamed = target_of(record, service);
    CHECK(unnamed.name == "ldap1.example.com:389");
    CHECK(unnamed.written == "ldap1.example.com:389");
    CHECK(unnamed.host == "ldap1.example.com");
    CHECK(unnamed.port == 389);
    CHECK(unnamed.tags == record.tags);
    record.name = "directory";
    CHECK(target_of(record, service).name == "directory/ldap1.example.com:389");
    CHECK(target_of(record, service).written == "ldap1.example.com:389");
}
