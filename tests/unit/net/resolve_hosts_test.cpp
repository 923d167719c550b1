#include "net/resolve_hosts.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>

using namespace connprobe::net;

namespace {

std::string texts(const std::vector<asio::ip::address>& addresses) {
    std::string text;
    for (const auto& address : addresses) text += (text.empty() ? "" : " ") + address.to_string();
    return text;
}

}  // namespace

TEST_CASE("the hosts file is read as everybody reads it") {
    const auto table = parse_hosts(
        "127.0.0.1\tlocalhost\n"
        "  192.0.2.1   db.example  DB  # the first\n"
        "192.0.2.2 db\n"
        "2001:db8::1 db\r\n"
        "192.0.2.2 db\n"
        "#192.0.2.3 gone\n"
        "192.0.2.4#nameless\n"
        "not-an-address broken\n"
        "300.0.0.1 broken\n"
        "\n"
        "192.0.2.5 last");
    struct Row {
        const char* name;
        const char* addresses;
    };
    const Row rows[] = {
        {"localhost", "127.0.0.1"},
        {"db", "192.0.2.1 192.0.2.2 2001:db8::1"},
        {"db.example", "192.0.2.1"},
        {"last", "192.0.2.5"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        REQUIRE(table.contains(row.name));
        CHECK(texts(table.at(row.name)) == row.addresses);
    }
    CHECK(table.size() == 4);
}

TEST_CASE("a scope stays with the address") {
    const auto table = parse_hosts("fe80::1%lo router\n");
    REQUIRE(table.contains("router"));
    CHECK(table.at("router").front().to_v6().scope_id() != 0);
}

TEST_CASE("the hosts file is read again when it has changed") {
    const std::string path = "/tmp/connprobe-hosts-test-" + std::to_string(::getpid());
    HostsFile hosts{path};
    CHECK(hosts.find("db").addresses.empty());
    std::ofstream{path} << "192.0.2.1 db\n";
    CHECK(texts(hosts.find("Db.").addresses) == "192.0.2.1");
    std::ofstream{path} << "192.0.2.22 db\n";
    CHECK(texts(hosts.find("db").addresses) == "192.0.2.22");
    std::remove(path.c_str());
    CHECK(hosts.find("db").addresses.empty());
}

TEST_CASE("a hosts file that cannot be opened for want of descriptors is not an empty one") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    rlimit none = before;
    none.rlim_cur = 0;
    HostsFile hosts{"/etc/passwd"};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto found = hosts.find("db");
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK(found.error == EMFILE);
    CHECK(hosts.find("db").error == 0);
}
