#include "model/resolver.hpp"

#include <doctest/doctest.h>

using namespace connprobe;
using Kind = Resolver::Kind;

TEST_CASE("--resolver is read") {
    struct Row {
        const char* text;
        Kind kind;
        const char* server;
        unsigned port;
    };
    const Row rows[] = {
        {"auto", Kind::automatic, "", 53},
        {"system", Kind::system, "", 53},
        {"dns", Kind::dns, "", 53},
        {"dns:192.0.2.53", Kind::dns, "192.0.2.53", 53},
        {"dns:192.0.2.53:5353", Kind::dns, "192.0.2.53", 5353},
        {"dns:2001:db8::53", Kind::dns, "2001:db8::53", 53},
        {"dns:[2001:db8::53]", Kind::dns, "2001:db8::53", 53},
        {"dns:[::1]:65535", Kind::dns, "::1", 65535},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        std::string error;
        const auto resolver = parse_resolver(row.text, error);
        REQUIRE(resolver);
        CHECK(error.empty());
        CHECK(resolver->kind == row.kind);
        CHECK(resolver->server == row.server);
        CHECK(resolver->port == row.port);
    }
}

TEST_CASE("a wrong --resolver is told what would be right") {
    const std::string address = ": write dns:192.0.2.53, dns:192.0.2.53:5353 or dns:[2001:db8::53]:5353";
    const std::string wanted = "expected the address of a DNS server after \"dns:\", found ";
    struct Row {
        const char* text;
        std::string error;
    };
    const Row rows[] = {
        {"", "expected auto, system, dns or dns:ADDRESS[:PORT], found \"\""},
        {"DNS", "expected auto, system, dns or dns:ADDRESS[:PORT], found \"DNS\""},
        {"192.0.2.53", "expected auto, system, dns or dns:ADDRESS[:PORT], found \"192.0.2.53\""},
        {"system:", "expected auto, system, dns or dns:ADDRESS[:PORT], found \"system:\""},
        {"dns:", wanted + "\"\"" + address},
        {"dns:ns.example", wanted + "\"ns.example\"" + address},
        {"dns::53", wanted + "\":53\"" + address},
        {"dns:[192.0.2.53]:53", wanted + "\"[192.0.2.53]:53\"" + address},
        {"dns:[::1", wanted + "\"[::1\"" + address},
        {"dns:[::1]53", wanted + "\"[::1]53\"" + address},
        {"dns:[::1%lo]", wanted + "\"[::1%lo]\"" + address},
        {"dns:192.0.2.53:", "expected a port from 1 to 65535 after \"dns:192.0.2.53\", found \"\""},
        {"dns:192.0.2.53:0", "expected a port from 1 to 65535 after \"dns:192.0.2.53\", found \"0\""},
        {"dns:192.0.2.53:65536", "expected a port from 1 to 65535 after \"dns:192.0.2.53\", found \"65536\""},
        {"dns:192.0.2.53:+53", "expected a port from 1 to 65535 after \"dns:192.0.2.53\", found \"+53\""},
        {"dns:[::1]:5x", "expected a port from 1 to 65535 after \"dns:::1\", found \"5x\""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        std::string error;
        CHECK_FALSE(parse_resolver(row.text, error));
        CHECK(error == row.error);
    }
}
