#include <doctest/doctest.h>

#include <string>

#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;

namespace {

int accept_any(int /*good*/, X509_STORE_CTX* /*chain*/) { return 1; }

tests::ServerContext asking(int version, int mode) {
    auto context = tests::server_context(tests::issue({}));
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    SSL_CTX_set_verify(context.get(), mode, accept_any);
    return context;
}

tests::TlsOutcome probe(std::function<void(int)> treat) {
    const tests::LoopbackServer server{std::move(treat)};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    probe.connect_time = std::chrono::seconds{5};  // so that a slow machine waits for the refusal long enough
    return tests::run(probe);
}

constexpr int demanded = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;

}  // namespace

TEST_CASE("a server that demands a client certificate is not up") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto outcome = probe(tests::speak_tls(asking(version, demanded)));
        REQUIRE(outcome.code() == "client_certificate_required");
        CHECK(outcome.failure->message.starts_with("the server demands a client certificate (alert "));
        CHECK(outcome.report.facts.certificate);
        CHECK_FALSE(outcome.session_kept);
    }
}

TEST_CASE("a server that only would like a client certificate is up") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto outcome = probe(tests::speak_tls(asking(version, SSL_VERIFY_PEER)));
        CHECK(outcome.code() == "up");
        CHECK(outcome.session_kept);
        // The server's tickets ended the wait: it was far shorter than it may be, and is in no phase.
        CHECK(outcome.elapsed < std::chrono::seconds{5});
    }
}

TEST_CASE("a server that is silent after asking is taken to agree") {
    auto context = asking(TLS1_3_VERSION, SSL_VERIFY_PEER);
    SSL_CTX_set_num_tickets(context.get(), 0);
    const tests::LoopbackServer server{tests::speak_tls(context)};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    const auto outcome = tests::run(probe);
    CHECK(outcome.code() == "up");
    CHECK(outcome.elapsed < std::chrono::milliseconds{20'000});
}

TEST_CASE("a server that hangs up after asking is not up, and the likely reason is told") {
    auto context = asking(TLS1_3_VERSION, SSL_VERIFY_PEER);
    SSL_CTX_set_num_tickets(context.get(), 0);
    const auto outcome = probe([context](int client) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
        SSL_set_fd(ssl.get(), client);
        SSL_accept(ssl.get());
        ::shutdown(client, SHUT_WR);
        tests::read_all(client);
    });
    REQUIRE(outcome.code() == "connection_closed");
    CHECK(outcome.failure->message == "the server closed the connection after the handshake");
    CHECK(outcome.failure->hint.find("client certificate") != std::string::npos);
}
