#include "net/tls_certificate_failure.hpp"

#include <doctest/doctest.h>
#include <openssl/x509_vfy.h>

#include <functional>

using namespace connprobe;
using namespace connprobe::net;
using namespace std::chrono_literals;

namespace {

const WallTime now = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1}} + 12h;

Failure failure(long error, const std::function<void(Refusal&)>& change = {}) {
    Refusal refusal;
    refusal.error = error;
    refusal.sent = 2;
    refusal.certificate.subject = "CN=db.example.org";
    refusal.certificate.issuer = "CN=Some Authority";
    refusal.certificate.sans = {"db.example.org"};
    refusal.key = "RSA, 1024 bits";
    refusal.signature = "sha1WithRSAEncryption";
    refusal.name = "api.example.org";
    refusal.now = now;
    refusal.certificate.not_before = now - 90 * 24h;
    refusal.certificate.not_after = now + 275 * 24h;
    if (change) change(refusal);
    return certificate_failure(refusal);
}

}  // namespace

TEST_CASE("an end in the past is told with its age") {
    struct Row {
        std::chrono::seconds ago;
        std::string words;
    };
    const Row rows[] = {
        {72h, "the certificate CN=db.example.org ended on 2026-02-26 12:00:00 UTC, 3 days ago"},
        {47h, "the certificate CN=db.example.org ended on 2026-02-27 13:00:00 UTC, 1 day ago"},
        {119min, "the certificate CN=db.example.org ended on 2026-03-01 10:01:00 UTC, 1 hour ago"},
        {2min, "the certificate CN=db.example.org ended on 2026-03-01 11:58:00 UTC, 2 minutes ago"},
        {1s, "the certificate CN=db.example.org ended on 2026-03-01 11:59:59 UTC, 1 second ago"},
    };
    for (const auto& row : rows) {
        const auto told =
            failure(X509_V_ERR_CERT_HAS_EXPIRED, [&](Refusal& it) { it.certificate.not_after = now - row.ago; });
        CHECK(told.code == Code::certificate_expired);
        CHECK(told.message == row.words);
    }
}

TEST_CASE("a beginning in the future is told with how far it is") {
    const auto told = failure(X509_V_ERR_CERT_NOT_YET_VALID, [](Refusal& it) { it.certificate.not_before = now + 3h; });
    CHECK(told.code == Code::certificate_not_yet_valid);
    CHECK(told.message == "the certificate CN=db.example.org begins on 2026-03-01 15:00:00 UTC, in 3 hours");
}

TEST_CASE("whose certificate it is, is told where it is not the server's") {
    const auto told = failure(X509_V_ERR_CERT_HAS_EXPIRED, [](Refusal& it) {
        it.depth = 1;
        it.certificate.subject = "CN=Old Authority";
        it.certificate.not_after = now - 48h;
    });
    CHECK(told.message.starts_with("the authority's certificate CN=Old Authority (depth 1) ended on "));
    CHECK(told.hint != info(Code::certificate_expired).hint);
}

TEST_CASE("a certificate for other names tells them, five at most") {
    CHECK(failure(X509_V_ERR_HOSTNAME_MISMATCH).message ==
          "the certificate is for db.example.org and ends 2026-12-01; the name asked for is api.example.org");
    const auto many = failure(X509_V_ERR_HOSTNAME_MISMATCH,
                              [](Refusal& it) { it.certificate.sans = {"a", "b", "c", "d", "e", "f", "g"}; });
    CHECK(many.message ==
          "the certificate is for a, b, c, d, e and 2 more and ends 2026-12-01; the name asked for is api.example.org");
    const auto none = failure(X509_V_ERR_HOSTNAME_MISMATCH, [](Refusal& it) { it.certificate.sans.clear(); });
    CHECK(none.message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) is for no host: it has no subject "
          "alternative names, so it is not for api.example.org");
    CHECK(none.hint.find("CN=db.example.org") != std::string::npos);
    const auto address = failure(X509_V_ERR_IP_ADDRESS_MISMATCH, [](Refusal& it) {
        it.certificate.sans = {"192.0.2.1"};
        it.name = "192.0.2.1";
        it.is_address = true;
    });
    CHECK(address.code == Code::hostname_mismatch);
    CHECK(address.message ==
          "the certificate is for 192.0.2.1 and ends 2026-12-01; the address asked for is 192.0.2.1");
    CHECK(address.hint == "have the address entered as an IP address: as a DNS name it does not count");
}

TEST_CASE("who issued the certificate is told when nobody here knows them") {
    CHECK(failure(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY).message ==
          "the chain leads to CN=Some Authority, which this machine does not know; its last link is the certificate "
          "CN=db.example.org (valid 2025-12-01 to 2026-12-01)");
    const auto alone = failure(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, [](Refusal& it) {
        it.sent = 1;
        it.trusted = "ca.pem";
    });
    CHECK(alone.message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) was issued by CN=Some Authority, which "
          "ca.pem does not know; the server "
          "sent no other certificate");
    CHECK(alone.hint.find("full chain") != std::string::npos);
    CHECK(failure(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN).message ==
          "the chain ends in the root CN=db.example.org (valid 2025-12-01 to 2026-12-01), which this machine does not "
          "trust");
    CHECK(failure(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT).message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) is self-signed, and this machine does "
          "not trust it");
}

TEST_CASE("weak, wrong and strange certificates tell what about them is so") {
    CHECK(failure(X509_V_ERR_EE_KEY_TOO_SMALL).message ==
          "the key of the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) is too weak: RSA, 1024 bits");
    CHECK(failure(X509_V_ERR_CA_MD_TOO_WEAK).message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) is signed with sha1WithRSAEncryption, "
          "which is too weak");
    CHECK(failure(X509_V_ERR_INVALID_PURPOSE).message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) was not issued for TLS servers: its key "
          "usage forbids it");
    const auto usage = failure(X509_V_ERR_INVALID_PURPOSE, [](Refusal& it) { it.usage = "E-mail Protection"; });
    CHECK(usage.message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) is for E-mail Protection, not for TLS "
          "servers");
    CHECK(failure(X509_V_ERR_CERT_REVOKED).message ==
          "the certificate has been revoked (CN=db.example.org, valid 2025-12-01 to 2026-12-01)");
}

TEST_CASE("a name that seems to fit and does not gets a hint") {
    struct Row {
        std::string pattern;
        std::string_view asked;
        std::string words;
    };
    const Row rows[] = {
        {"*.example.org", "a.b.example.org", "exactly one label"},
        {"*.example.org", "example.org", "exactly one label"},
        {"a*.example.org", "ab.example.org", "the whole first label"},
        {"a.*.org", "a.b.org", "the whole first label"},
        {"*", "localhost", "the whole first label"},
        {"*.org", "example.org", "top-level domain"},
    };
    const auto hint = [](const std::string& pattern, std::string_view asked) {
        const auto told = failure(X509_V_ERR_HOSTNAME_MISMATCH, [&](Refusal& it) {
            it.certificate.sans = {"other.example", pattern};
            it.name = asked;
        });
        CHECK(told.code == Code::hostname_mismatch);
        return told.hint;
    };
    for (const auto& row : rows) {
        CAPTURE(row.pattern);
        CHECK(hint(row.pattern, row.asked).find(row.words) != std::string::npos);
    }
    CHECK(hint("*.example.org", "notexample.org") == info(Code::hostname_mismatch).hint);
}

TEST_CASE("an authority at hand that has the issuer's name and is not the issuer is told, with the reason") {
    const auto told = [](long why) {
        return failure(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, [=](Refusal& it) {
            it.namesake = "CN=Some Authority";
            it.namesake_error = why;
        });
    };
    const auto other_key = told(X509_V_ERR_AKID_SKID_MISMATCH);
    CHECK(other_key.code == Code::unknown_authority);
    CHECK(other_key.message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) was not issued by the CN=Some Authority "
          "at hand: the issuer at hand has "
          "another key than the certificate names");
    CHECK(told(X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM).code == Code::certificate_invalid);
    CHECK(told(X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH).code == Code::certificate_bad_signature);
    const auto malformed = told(X509_V_ERR_UNSPECIFIED);
    CHECK(malformed.code == Code::certificate_invalid);
    CHECK(malformed.message.find("malformed or there twice") != std::string::npos);
}

TEST_CASE("a name against its authority's constraints is told with them") {
    const auto told = [](long error) {
        return failure(error,
                       [](Refusal& it) {
                           it.constrainer = "CN=Narrow";
                           it.constraints = "example.com, example.net";
                       })
            .message;
    };
    CHECK(told(X509_V_ERR_PERMITTED_VIOLATION) ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) is for db.example.org, but its authority "
          "CN=Narrow may issue only for "
          "example.com, example.net");
    CHECK(told(X509_V_ERR_EXCLUDED_VIOLATION).find("CN=Narrow may not issue for example.com") != std::string::npos);
}

TEST_CASE("a key that cannot be read is not called weak") {
    for (const long error : {X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL}) {
        const auto told = failure(error, [](Refusal& it) { it.key_is_known = false; });
        CHECK(told.code == Code::certificate_invalid);
        CHECK(told.message.find("cannot be read") != std::string::npos);
    }
}

TEST_CASE("every number of OpenSSL has a code, a sentence and a hint, also one that it will only invent") {
    for (long error = 1; error < 200; ++error) {
        CAPTURE(error);
        const auto told = failure(error);
        CHECK(told.phase == Phase::tls);
        CHECK_FALSE(told.message.empty());
        CHECK_FALSE(told.hint.empty());
    }
}

TEST_CASE("a revocation is told with its day, and a list that decides nothing with its issuer") {
    const auto revoked = failure(X509_V_ERR_CERT_REVOKED, [](Refusal& it) { it.revoked_at = now - 24h; });
    CHECK(revoked.code == Code::certificate_revoked);
    CHECK(revoked.message ==
          "the certificate CN=db.example.org (valid 2025-12-01 to 2026-12-01) was revoked on 2026-02-28 12:00:00 UTC, "
          "says the list of CN=Some Authority");
    const auto expired = failure(X509_V_ERR_CRL_HAS_EXPIRED, [](Refusal& it) { it.crl_file = "list.pem"; });
    CHECK(expired.code == Code::certificate_invalid);
    CHECK(expired.message ==
          "the issuer's revocation list has expired: of CN=Some Authority, who issued CN=db.example.org");
    CHECK(expired.hint == "put a current revocation list of that issuer into list.pem");
}
