#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>

#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;

namespace {

using Change = std::function<void(SSL_CTX*)>;

// A probe without verification, for what has nothing to do with certificates.
tests::TlsOutcome probe(const Change& server_side, const std::function<void(TlsSettings&)>& client_side = {}) {
    const auto context = tests::server_context(tests::issue({}));
    server_side(context.get());
    const tests::LoopbackServer server{tests::speak_tls(context)};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    if (client_side) client_side(probe.settings);
    return tests::run(probe);
}

Change only_version(int version) {
    return [version](SSL_CTX* context) {
        SSL_CTX_set_min_proto_version(context, version);
        SSL_CTX_set_max_proto_version(context, version);
    };
}

int choose_h2(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
              unsigned int offered_size, void* answer_without) {
    static constexpr std::string_view h2 = "\x02h2";
    auto* out = const_cast<unsigned char**>(chosen);
    if (SSL_select_next_proto(out, size, reinterpret_cast<const unsigned char*>(h2.data()), 3, offered, offered_size) ==
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_OK;
    return answer_without == nullptr ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

// Whatever is offered.
int choose_spdy(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* size, const unsigned char* /*offered*/,
                unsigned int /*offered_size*/, void* /*unused*/) {
    static constexpr std::string_view spdy = "spdy/1";
    *chosen = reinterpret_cast<const unsigned char*>(spdy.data());
    *size = static_cast<unsigned char>(spdy.size());
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TEST_CASE("a server that chooses a protocol which was not offered is not up") {
    for (const bool required : {true, false}) {
        const auto outcome = probe([](SSL_CTX* context) { SSL_CTX_set_alpn_select_cb(context, choose_spdy, nullptr); },
                                   [required](TlsSettings& ours) {
                                       ours.alpn = {"h2"};
                                       ours.alpn_required = required;
                                   });
        REQUIRE(outcome.code() == "handshake_failure");
        CHECK(outcome.failure->message.find("sent an extension that is malformed") != std::string::npos);
    }
}

TEST_CASE("client and server agree on the newest version that both want") {
    const auto newest = probe([](SSL_CTX*) {});
    CHECK(newest.report.facts.version == "TLSv1.3");
    const auto old_server = probe(only_version(TLS1_2_VERSION));
    CHECK(old_server.code() == "up");
    CHECK(old_server.report.facts.version == "TLSv1.2");
    CHECK(old_server.report.facts.cipher == "ECDHE-ECDSA-AES256-GCM-SHA384");
    CHECK(old_server.report.facts.group == "x25519");
    const auto careful_client =
        probe([](SSL_CTX*) {}, [](TlsSettings& ours) { ours.max_version = TlsVersion::tls1_2; });
    CHECK(careful_client.report.facts.version == "TLSv1.2");
}

TEST_CASE("without a version in common both sides' versions are named") {
    const auto modern =
        probe(only_version(TLS1_3_VERSION), [](TlsSettings& ours) { ours.max_version = TlsVersion::tls1_2; });
    REQUIRE(modern.code() == "protocol_version");
    CHECK(modern.failure->message == "the server does not speak TLS 1.2 (alert protocol_version)");
    const auto strict =
        probe(only_version(TLS1_2_VERSION), [](TlsSettings& ours) { ours.min_version = TlsVersion::tls1_3; });
    REQUIRE(strict.code() == "protocol_version");
    CHECK(strict.failure->message == "the server does not speak TLS 1.3 (alert protocol_version)");
    const auto old = probe(only_version(TLS1_VERSION));
    REQUIRE(old.code() == "protocol_version");
    CHECK(old.failure->message == "the server does not speak TLS 1.2 to 1.3 (alert protocol_version)");
}

TEST_CASE("a server that answers with an older version is told by the version it chose") {
    const tests::LoopbackServer server{[](int client) {
        using namespace std::string_view_literals;
        // A ServerHello of TLS 1.0: random, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        tests::wait_for_client(client);
        tests::send_text(client,
                         "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01"
                         "0123456789abcdef0123456789abcdef\0\0\x2f\0"sv);
        tests::read_all(client);
    }};
    tests::TlsProbe probe{server.port()};
    probe.settings.insecure = true;
    const auto outcome = tests::run(probe);
    REQUIRE(outcome.code() == "protocol_version");
    CHECK(outcome.failure->message == "the server chose TLS 1.0; offered was TLS 1.2 to 1.3");
}

TEST_CASE("no cipher in common is told as such") {
    const auto outcome = probe([](SSL_CTX* context) {
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
        SSL_CTX_set_cipher_list(context, "ECDHE-RSA-AES128-GCM-SHA256");  // its key is an elliptic curve's
    });
    REQUIRE(outcome.code() == "no_shared_cipher");
    CHECK(outcome.failure->message.find("alert handshake_failure") != std::string::npos);
}

TEST_CASE("ALPN: what was chosen is told, and no choice is a failure only where one is required") {
    const Change speaks_h2 = [](SSL_CTX* context) { SSL_CTX_set_alpn_select_cb(context, choose_h2, nullptr); };
    const Change likes_h2 = [](SSL_CTX* context) { SSL_CTX_set_alpn_select_cb(context, choose_h2, context); };
    const Change knows_none = [](SSL_CTX*) {};
    struct Row {
        const Change& server;
        std::vector<std::string> offered;
        bool required;
        std::string code, chosen, words;
    };
    const Row rows[] = {
        {speaks_h2, {"http/1.1", "h2"}, false, "up", "h2", ""},
        {speaks_h2,
         {"http/1.1"},
         false,
         "no_shared_alpn",
         "",
         "none of http/1.1 (ALPN) (alert no_application_protocol)"},
        {likes_h2, {"http/1.1"}, false, "up", "", ""},
        {likes_h2,
         {"http/1.1", "acme"},
         true,
         "no_shared_alpn",
         "",
         "chose no protocol (ALPN); offered: http/1.1, acme"},
        {knows_none, {"h2"}, false, "up", "", ""},
        {knows_none, {"h2"}, true, "no_shared_alpn", "", "offered: h2"},
        {speaks_h2, {"h2"}, true, "up", "h2", ""},
        {speaks_h2, {}, false, "up", "", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.offered);
        CAPTURE(row.required);
        const auto outcome = probe(row.server, [&](TlsSettings& ours) {
            ours.alpn = row.offered;
            ours.alpn_required = row.required;
        });
        CHECK(outcome.code() == row.code);
        CHECK(outcome.report.facts.alpn.value_or("") == row.chosen);
        if (outcome.failure) CHECK(outcome.failure->message.find(row.words) != std::string::npos);
    }
}

TEST_CASE("insecure verifies nothing, says so, and still tells whose certificate it is") {
    const auto outcome = probe([](SSL_CTX*) {});
    CHECK(outcome.code() == "up");
    const auto& facts = outcome.report.facts;
    CHECK(facts.verified == false);
    CHECK_FALSE(facts.chain_not_after);
    REQUIRE(facts.certificate);
    CHECK(facts.certificate->subject == "CN=localhost");
    REQUIRE(outcome.report.warnings.size() == 1);
    CHECK(outcome.report.warnings.front().code == WarningCode::verification_off);
}
