#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "demo/temporary_directory.hpp"
#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;

namespace {

const tests::Identity& root() {
    static const auto root = tests::issue(tests::an_authority("Test Root"));
    return root;
}

// What a server with these alternative names is found to be when it is asked for `host` (or `server_name`).
std::string verdict(const std::string& names, const std::string& host, const std::string& server_name = {}) {
    const demo::TemporaryDirectory directory;
    tests::Wanted wanted;
    wanted.common_name = "shop.example.org";
    wanted.alternative_names = names;
    const tests::LoopbackServer server{tests::speak_tls(tests::server_context(tests::issue(wanted, &root())))};
    tests::TlsProbe probe{server.port(), host};
    probe.settings.ca_file = directory.write("root.pem", tests::pem_of(*root().certificate)).string();
    probe.settings.server_name = server_name;
    return tests::run(probe).code();
}

int note_name(SSL* ssl, int* /*alert*/, void* seen) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    *static_cast<std::string*>(seen) = name == nullptr ? "(none)" : name;
    return SSL_TLSEXT_ERR_OK;
}

// The name that a server sees in the ClientHello (SNI).
std::string announced(const std::string& host, const std::string& server_name = {}) {
    std::string seen;
    const auto context = tests::server_context(tests::issue({}));
    SSL_CTX_set_tlsext_servername_callback(context.get(), note_name);
    SSL_CTX_set_tlsext_servername_arg(context.get(), &seen);
    {
        const tests::LoopbackServer server{tests::speak_tls(context)};
        tests::TlsProbe probe{server.port(), host};
        probe.settings.insecure = true;
        probe.settings.server_name = server_name;
        CHECK(tests::run(probe).code() == "up");
    }
    return seen;
}

}  // namespace

TEST_CASE("a certificate is for the names that it holds, and for no others") {
    struct Row {
        std::string names, host, server_name, code;
    };
    const Row rows[] = {
        {"DNS:shop.example.org", "shop.example.org", "", "up"},
        {"DNS:shop.example.org", "SHOP.Example.ORG", "", "up"},
        {"DNS:Shop.EXAMPLE.org", "shop.example.org", "", "up"},
        {"DNS:shop.example.org", "shop.example.org.", "", "up"},
        {"DNS:shop.example.org", "localhost", "shop.example.org", "up"},
        {"DNS:shop.example.org", "shop.example.org", "other.example.org", "hostname_mismatch"},
        {"DNS:*.example.org", "shop.example.org", "", "up"},
        {"DNS:*.example.org", "a.shop.example.org", "", "hostname_mismatch"},
        {"DNS:*.example.org", "example.org", "", "hostname_mismatch"},
        {"DNS:s*.example.org", "shop.example.org", "", "hostname_mismatch"},
        {"DNS:*.example.org", ".example.org", "", "hostname_mismatch"},
        {"DNS:www.example.org", "shop.example.org", "", "hostname_mismatch"},
        {"", "shop.example.org", "", "hostname_mismatch"},
        {"IP:127.0.0.1", "127.0.0.1", "", "up"},
        {"IP:192.0.2.1,DNS:127.0.0.1", "127.0.0.1", "", "hostname_mismatch"},
        {"IP:2001:db8::1", "2001:DB8:0::1", "", "up"},
        {"IP:fe80::1", "fe80::1%lo", "", "up"},
        {"IP:127.0.0.1", "shop.example.org", "127.0.0.1", "up"},
        {"IP:127.0.0.1", "", "", "hostname_mismatch"},
        {"DNS:*.example.org",
         "b\xc3\xbc"
         "cher.example.org",
         "", "bad_name"},
        {"DNS:*.example.org", "xn--bcher-kva.example.org", "", "up"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.names);
        CAPTURE(row.host);
        CAPTURE(row.server_name);
        CHECK(verdict(row.names, row.host, row.server_name) == row.code);
    }
}

TEST_CASE("the server is told the name that is asked for, but no address") {
    CHECK(announced("shop.example.org") == "shop.example.org");
    CHECK(announced("shop.example.org.") == "shop.example.org");
    CHECK(announced("localhost", "shop.example.org") == "shop.example.org");
    CHECK(announced("127.0.0.1") == "(none)");
    CHECK(announced("::1") == "(none)");
    CHECK(announced("127.0.0.1", "shop.example.org") == "shop.example.org");
    CHECK(announced("shop.example.org", "192.0.2.1") == "(none)");
}
