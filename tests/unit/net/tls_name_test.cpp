#include "net/tls_name.hpp"

#include <doctest/doctest.h>

using namespace connprobe;

TEST_CASE("the name that a server must prove is its server_name, else its host") {
    struct Row {
        std::string host, server_name, text;
        bool is_address;
    };
    const Row rows[] = {
        {"db.example.org", "", "db.example.org", false},
        {"db.example.org.", "", "db.example.org", false},
        {"db", "api.example.org", "api.example.org", false},
        {"192.0.2.1", "api.example.org.", "api.example.org", false},
        {"192.0.2.1", "", "192.0.2.1", true},
        {"2001:db8::1", "", "2001:db8::1", true},
        {"fe80::1%eth0", "", "fe80::1", true},
        {"db", "192.0.2.7", "192.0.2.7", true},
        {"192.0.2", "", "192.0.2", false},
        {"", "", "", false},
        {".", "", "", false},
        {".example.org", "", "", false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.host);
        CAPTURE(row.server_name);
        Target target;
        target.host = row.host;
        TlsSettings settings;
        settings.server_name = row.server_name;
        const auto name = net::server_name(target, settings);
        CHECK(name.text == row.text);
        CHECK(name.is_address == row.is_address);
    }
}
