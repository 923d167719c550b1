#include "net/tls_failure.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>

using namespace connprobe;
using namespace connprobe::net;
using namespace std::string_view_literals;

namespace {

const TlsSettings settings = [] {
    TlsSettings made;
    made.alpn = {"h2", "http/1.1"};
    return made;
}();

HandshakeFacts at(Reached reached, bool certificate_requested = false, std::uint16_t port = 443) {
    return {.name = "db.example.org",
            .port = port,
            .settings = settings,
            .reached = reached,
            .certificate_requested = certificate_requested,
            .first = {}};
}

bool has(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a time-out says how far the handshake had come, and which limit it was") {
    const Limit limit{TimePoint{}, std::chrono::milliseconds{1500}, "timeout"};
    const auto message = [&](Reached reached) { return tls_timed_out(at(reached), limit).message; };
    CHECK(message(Reached::nothing) == "the server sent nothing within 1.5 s (timeout)");
    CHECK(message(Reached::bytes) ==
          "the server did not finish the handshake within 1.5 s (timeout): it stopped in the midst of its hello");
    CHECK(has(message(Reached::server_hello), "it stopped after its hello"));
    CHECK(has(message(Reached::certificate), "it stopped after its certificate"));
    CHECK(has(message(Reached::finished), "did not say within "));
    CHECK(tls_timed_out(at(Reached::nothing), limit).code == Code::tls_timeout);
    CHECK(has(tls_timed_out(at(Reached::nothing), limit).hint, "is this the TLS port?"));
    CHECK(has(tls_timed_out(at(Reached::certificate), limit).hint, "MTU"));
}

TEST_CASE("the socket's errors keep the codes that they have elsewhere") {
    struct Row {
        int error;
        Code code;
        std::string words;
    };
    const Row rows[] = {
        {ECONNRESET, Code::connection_reset, "the server reset the connection after its hello"},
        {EPIPE, Code::connection_closed, "the server closed the connection after its hello"},
        {ETIMEDOUT, Code::tls_timeout, "the connection broke after its hello (ETIMEDOUT)"},
        {EHOSTUNREACH, Code::host_unreachable, "(EHOSTUNREACH)"},
        {ENETUNREACH, Code::network_unreachable, "(ENETUNREACH)"},
        {ENOBUFS, Code::out_of_memory, "(ENOBUFS)"},
        {EIO, Code::connection_reset, "(EIO)"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.words);
        const auto failure = broken_off(at(Reached::server_hello), row.error);
        CHECK(failure.code == row.code);
        CHECK(has(failure.message, row.words));
        CHECK(failure.phase == Phase::tls);
    }
}

TEST_CASE("who hangs up on a ClientHello gets a hint that fits the port") {
    CHECK(has(closed_in_handshake(at(Reached::nothing)).hint, "is this the TLS port?"));
    CHECK(has(closed_in_handshake(at(Reached::nothing, false, 5432)).hint, "PostgreSQL begins in plain text"));
    CHECK(has(closed_in_handshake(at(Reached::finished, true)).hint, "client certificate"));
    CHECK(closed_in_handshake(at(Reached::server_hello)).hint == info(Code::connection_closed).hint);
}

TEST_CASE("an alert means something else when a client certificate was asked for") {
    struct Row {
        int alert;
        Reached reached;
        bool requested;
        Code code;
    };
    const Row rows[] = {
        {SSL_AD_HANDSHAKE_FAILURE, Reached::bytes, false, Code::no_shared_cipher},
        {SSL_AD_HANDSHAKE_FAILURE, Reached::certificate, false, Code::handshake_failure},
        {SSL_AD_HANDSHAKE_FAILURE, Reached::certificate, true, Code::client_certificate_required},
        {SSL_AD_CERTIFICATE_REQUIRED, Reached::finished, true, Code::client_certificate_required},
        {SSL_AD_BAD_CERTIFICATE, Reached::finished, true, Code::client_certificate_required},
        {SSL_AD_CERTIFICATE_UNKNOWN, Reached::finished, true, Code::client_certificate_required},
        {SSL_AD_UNKNOWN_CA, Reached::finished, true, Code::client_certificate_required},
        {SSL_AD_ACCESS_DENIED, Reached::finished, true, Code::client_certificate_required},
        {SSL_AD_DECODE_ERROR, Reached::finished, true, Code::handshake_failure},
        {SSL_AD_PROTOCOL_VERSION, Reached::bytes, false, Code::protocol_version},
        {SSL_AD_NO_APPLICATION_PROTOCOL, Reached::bytes, false, Code::no_shared_alpn},
        {SSL_AD_CLOSE_NOTIFY, Reached::bytes, false, Code::connection_closed},
        {200, Reached::bytes, false, Code::handshake_failure},
    };
    for (const auto& row : rows) {
        CAPTURE(row.alert);
        CAPTURE(row.requested);
        const auto failure = refused_by_alert(at(row.reached, row.requested), row.alert);
        CHECK(failure.code == row.code);
        CHECK_FALSE(failure.message.empty());
        CHECK_FALSE(failure.hint.empty());
    }
}

TEST_CASE("an alert's sentence has the facts and the alert's name") {
    const auto message = [](int alert) { return refused_by_alert(at(Reached::bytes), alert).message; };
    CHECK(message(SSL_AD_PROTOCOL_VERSION) == "the server does not speak TLS 1.2 to 1.3 (alert protocol_version)");
    CHECK(message(SSL_AD_NO_APPLICATION_PROTOCOL) ==
          "the server speaks none of h2, http/1.1 (ALPN) (alert no_application_protocol)");
    CHECK(message(SSL_AD_UNRECOGNIZED_NAME) == "the server has no site named db.example.org (alert unrecognized_name)");
    CHECK(message(200) == "the server sent the alert 200, which has no name");
}

TEST_CASE("what OpenSSL does not like is told in its words, where no better ones are known") {
    const auto unknown = refused_by_us(at(Reached::certificate), SSL_R_BAD_CIPHER, "bad cipher");
    CHECK(unknown.code == Code::handshake_failure);
    CHECK(unknown.message == "the handshake with the server broke off after its certificate: bad cipher");
    auto facts = at(Reached::bytes);
    facts.first = "SSH-2.0-x\r\n";
    CHECK(refused_by_us(facts, SSL_R_WRONG_VERSION_NUMBER, "wrong version number").code == Code::not_tls);
    const auto small = refused_by_us(at(Reached::server_hello), SSL_R_DH_KEY_TOO_SMALL, "dh key too small");
    CHECK(small.code == Code::no_shared_cipher);
    CHECK(has(small.message, "(dh key too small)"));
    CHECK(refused_by_us(at(Reached::nothing), SSL_R_UNEXPECTED_EOF_WHILE_READING, "").code == Code::connection_closed);
}

TEST_CASE("a server that ends after a warning is told with it") {
    auto facts = at(Reached::bytes);
    facts.first = "\x15\x03\x03\x00\x02\x01\x70"sv;
    const auto closed = closed_in_handshake(facts);
    CHECK(closed.code == Code::connection_closed);
    CHECK(closed.message == "the server closed the connection after the warning unrecognized_name");
    CHECK(has(closed.hint, "tls.server_name"));
    facts.first = "\x15\x03\x03\x00\x02\x01\xee"sv;
    CHECK(has(closed_in_handshake(facts).message, "after the warning 238"));
}

TEST_CASE("a downgrade is not told as a version that was not offered") {
    auto facts = at(Reached::bytes);
    facts.first = "\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03"sv;
    const auto failure = refused_by_us(facts, SSL_R_INAPPROPRIATE_FALLBACK, "inappropriate fallback");
    CHECK(failure.code == Code::protocol_version);
    CHECK(has(failure.message, "could speak a newer TLS version"));
    CHECK(has(failure.hint, "in between"));
}

TEST_CASE("a certificate that cannot be read is no failure of the handshake") {
    CHECK(refused_by_us(at(Reached::server_hello), ERR_R_ASN1_LIB, "too long").code == Code::certificate_invalid);
    CHECK(refused_by_us(at(Reached::server_hello), SSL_R_CERT_LENGTH_MISMATCH, "").code == Code::certificate_invalid);
}

TEST_CASE("what follows an agreement to change to TLS is told as such") {
    auto facts = at(Reached::nothing, false, 5432);
    facts.asked_before = true;
    const Limit limit{TimePoint{}, std::chrono::seconds{1}, "timeout"};
    const std::string hint =
        "it had agreed to change to TLS: look into its log, for its certificate or key may not be usable";
    CHECK(tls_timed_out(facts, limit).hint == hint);
    CHECK(closed_in_handshake(facts).hint == hint);
    CHECK(broken_off(facts, ECONNRESET).hint == hint);
    facts.first = "250 hi\r\n";
    CHECK(not_tls(facts).message == "the server agreed to change to TLS and went on in plain text: \"250 hi\"");
    facts.asked_before = false;
    CHECK(has(closed_in_handshake(facts).hint, "use --starttls postgres"));
}

TEST_CASE("where we have a client certificate, a complaint about one is its refusal, and it is named") {
    struct Row {
        int alert;
        Code code;
        std::string message;
    };
    const Row rows[] = {
        {SSL_AD_UNKNOWN_CA, Code::client_certificate_rejected,
         "the server does not know the client certificate's authority: CN=client, issued by CN=Some (alert "
         "unknown_ca)"},
        {SSL_AD_CERTIFICATE_EXPIRED, Code::client_certificate_rejected,
         "the client certificate has expired: CN=client, issued by CN=Some (alert certificate_expired)"},
        {SSL_AD_HANDSHAKE_FAILURE, Code::client_certificate_rejected,
         "the server does not accept the client certificate: CN=client, issued by CN=Some (alert handshake_failure)"},
        {SSL_AD_CERTIFICATE_REQUIRED, Code::client_certificate_required,
         "the server got no client certificate that it can use from us, who have CN=client, issued by CN=Some (alert "
         "certificate_required)"},
        {SSL_AD_ACCESS_DENIED, Code::forbidden, "the server does not let this client in (alert access_denied)"},
    };
    auto facts = at(Reached::finished, true);
    facts.shown = "CN=client, issued by CN=Some";
    for (const auto& row : rows) {
        CHECK(refused_by_alert(facts, row.alert).code == row.code);
        CHECK(refused_by_alert(facts, row.alert).message == row.message);
    }
    CHECK(has(closed_in_handshake(facts).hint, "may not like ours (CN=client, issued by CN=Some)"));
}
