#include "net/nsswitch.hpp"

#include <doctest/doctest.h>

using connprobe::net::dns_is_enough;

TEST_CASE("DNS is asked directly only where the system would not ask anybody else") {
    struct Row {
        std::optional<std::string_view> nsswitch;
        bool enough;
    };
    const Row rows[] = {
        {std::nullopt, true},
        {"", true},
        {"passwd: files ldap\n", true},
        {"hosts: files dns\n", true},
        {"hosts: files dns", true},
        {"  hosts :\tfiles\tdns # and nothing else\n", true},
        {"hosts: files\n", true},
        {"hosts: dns files\n", true},
        {"hosts: files myhostname dns\n", true},
        {"# hosts: files mdns4\nhosts: files dns\n", true},
        {"hosts: files # dns mdns4\n", true},
        {"hosts: mdns4\nhosts: files dns\n", true},
        {"hosts: files mdns4_minimal [NOTFOUND=return] dns\n", false},
        {"hosts: files resolve [!UNAVAIL=return] dns\n", false},
        {"hosts: files [NOTFOUND=return] dns\n", false},
        {"hosts: files ldap dns\n", false},
        {"hosts:files nis\n", false},
        {"hosts: files dns\nhosts: files dns wins\n", false},
        {"hosts: files dns\r\n", true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.nsswitch.value_or("no file"));
        CHECK(dns_is_enough(row.nsswitch, "127.0.0.1 localhost\n127.0.1.1 box.example box\n", "box") == row.enough);
    }
}

TEST_CASE("myhostname needs the machine's own name in the hosts file") {
    const auto line = "hosts: files dns myhostname\n";
    CHECK(dns_is_enough(line, "127.0.1.1 box\n", "box"));
    CHECK(dns_is_enough(line, "127.0.1.1 Box\n", "bOX"));
    CHECK_FALSE(dns_is_enough(line, "127.0.0.1 localhost\n", "box"));
    CHECK_FALSE(dns_is_enough(line, "#127.0.1.1 box\n", "box"));
    CHECK_FALSE(dns_is_enough(line, "", ""));
}
