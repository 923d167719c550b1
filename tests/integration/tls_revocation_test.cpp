#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "demo/temporary_directory.hpp"
#include "revocation.hpp"
#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;

namespace {

tests::Identity below(const tests::Identity& issuer, tests::Wanted wanted = {}) {
    auto made = tests::issue(wanted, &issuer);
    made.chain = {issuer.certificate};
    return made;
}

int staple(SSL* ssl, void* der) {
    const auto& bytes = *static_cast<std::string*>(der);
    if (bytes.empty()) return SSL_TLSEXT_ERR_NOACK;
    auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(bytes.data(), bytes.size()));
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(bytes.size()));
    return SSL_TLSEXT_ERR_OK;
}

struct Fixture {
    tests::Identity root = tests::issue(tests::an_authority("Root"));
    tests::Identity middle = tests::issue(tests::an_authority("Middle"), &root);
    tests::Identity leaf = below(middle);
    demo::TemporaryDirectory directory;
    std::string ca_file = directory.write("ca.pem", tests::pem_of(*root.certificate)).string();

    [[nodiscard]] tests::TlsOutcome with_list(const std::string& pem, const tests::Identity& shown) const {
        const tests::LoopbackServer server{tests::speak_tls(tests::server_context(shown))};
        tests::TlsProbe probe{server.port()};
        probe.settings.ca_file = ca_file;
        probe.settings.crl_file = directory.write("list.pem", pem).string();
        return tests::run(probe);
    }

    [[nodiscard]] tests::TlsOutcome with_staple(std::string der, const tests::Identity& shown,
                                                Ocsp wanted = Ocsp::staple, int version = TLS1_3_VERSION) const {
        auto context = tests::server_context(shown);
        SSL_CTX_set_max_proto_version(context.get(), version);
        SSL_CTX_set_tlsext_status_cb(context.get(), staple);
        SSL_CTX_set_tlsext_status_arg(context.get(), &der);
        const tests::LoopbackServer server{tests::speak_tls(context)};
        tests::TlsProbe probe{server.port()};
        probe.settings.ca_file = ca_file;
        probe.settings.ocsp = wanted;
        return tests::run(probe);
    }
};

bool has(const tests::TlsOutcome& outcome, std::string_view words) {
    return outcome.failure && outcome.failure->message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "lists of all issuers are asked, but none of whoever issued for the root") {
    const auto good = tests::revocation_list(root) + tests::revocation_list(middle);
    CHECK(with_list(good, leaf).code() == "up");
    const auto of_root = tests::revocation_list(root);
    const auto outcome = with_list(of_root, leaf);
    CHECK(outcome.code() == "certificate_invalid");
    CHECK(has(outcome, "no revocation list of its issuer is at hand: of CN=Middle, who issued CN=localhost"));
    CHECK(with_list(tests::revocation_list(middle), leaf).code() == "certificate_invalid");
}

TEST_CASE_FIXTURE(Fixture, "what a list has revoked is not up, the server's own certificate or its authority's") {
    tests::WantedList leaf_revoked{.revoked = leaf.certificate.get()},
        middle_revoked{.revoked = middle.certificate.get()};
    const auto own = with_list(tests::revocation_list(root) + tests::revocation_list(middle, leaf_revoked), leaf);
    CHECK(own.code() == "certificate_revoked");
    CHECK(has(own, "the certificate CN=localhost (valid "));
    CHECK(has(own, " UTC, says the list of CN=Middle"));
    CHECK(own.report.facts.chain.size() == 2);
    const auto above = with_list(tests::revocation_list(root, middle_revoked) + tests::revocation_list(middle), leaf);
    CHECK(above.code() == "certificate_revoked");
    CHECK(has(above, "the authority's certificate CN=Middle (depth 1, valid "));
}

TEST_CASE_FIXTURE(Fixture, "a list that cannot be believed decides nothing, and that is told") {
    const auto of_root = tests::revocation_list(root);
    using std::chrono::hours;
    const auto expired = tests::WantedList{.begins = hours{-48}, .ends = hours{-24}};
    CHECK(has(with_list(of_root + tests::revocation_list(middle, expired), leaf),
              "the issuer's revocation list has expired: of CN=Middle"));
    const auto early = tests::WantedList{.begins = hours{24}, .ends = hours{48}};
    CHECK(has(with_list(of_root + tests::revocation_list(middle, early), leaf), "is not valid yet: of CN=Middle"));
    const auto forged = tests::WantedList{.signer = leaf.key.get()};
    const auto outcome = with_list(of_root + tests::revocation_list(middle, forged), leaf);
    CHECK(outcome.code() == "certificate_bad_signature");
    CHECK(has(outcome, "the revocation list's signature does not fit its issuer's key: of CN=Middle"));
}

TEST_CASE_FIXTURE(Fixture, "a list of changes alone is no list") {
    const tests::WantedList changes{.of_changes = true};
    const auto outcome = with_list(tests::revocation_list(root) + tests::revocation_list(middle, changes), leaf);
    CHECK(outcome.code() == "certificate_invalid");
    CHECK(has(outcome, "no revocation list of its issuer is at hand: of CN=Middle"));
    const auto whole = tests::revocation_list(middle, {.revoked = leaf.certificate.get()});
    const auto both = tests::revocation_list(root) + tests::revocation_list(middle, changes) + whole;
    CHECK(with_list(both, leaf).code() == "certificate_revoked");
}

TEST_CASE_FIXTURE(Fixture, "an issuer that is trusted needs no list that speaks of itself") {
    const auto direct = tests::issue({}, &root);
    tests::WantedList wanted{.without_issuers = true};
    CHECK(with_list(tests::revocation_list(root, wanted), direct).code() == "up");
    wanted.revoked = direct.certificate.get();
    CHECK(with_list(tests::revocation_list(root, wanted), direct).code() == "certificate_revoked");
    const tests::WantedList of_root{.without_issuers = true};
    const auto outcome = with_list(tests::revocation_list(root, of_root) + tests::revocation_list(middle), leaf);
    CHECK(outcome.code() == "certificate_invalid");
    CHECK(has(outcome, "is for other certificates: of CN=Root"));
}

TEST_CASE_FIXTURE(Fixture, "what is wrong with a file of revocation lists is said before anything is sent") {
    const auto fault = [&](const std::string& content) {
        TlsSettings settings;
        settings.ca_file = ca_file;
        settings.crl_file = directory.write("x.pem", content).string();
        net::Authorities authorities;
        const auto found = authorities.faults(settings);
        return found.empty() ? std::string{} : found.front().substr(settings.crl_file.size());
    };
    CHECK(fault(tests::revocation_list(root)).empty());
    CHECK(fault("hello") == ": holds no revocation list: expected a line -----BEGIN X509 CRL-----");
    CHECK(fault("") == ": is empty");
    CHECK(fault("\x30\x82") == ": is not PEM but DER: convert it with `openssl crl -inform DER`");
    auto damaged = tests::revocation_list(root);
    CHECK(fault(damaged.replace(60, 4, "!!!!")) == ": holds a revocation list that cannot be read");
}

TEST_CASE_FIXTURE(Fixture, "a good staple is believed, of the issuer or of its responder, over both versions") {
    tests::Wanted responder;
    responder.common_name = "Responder";
    responder.extended_usage = "OCSPSigning";
    const auto delegated = tests::issue(responder, &middle);
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
        for (const auto* signer : {static_cast<const tests::Identity*>(nullptr), &delegated}) {
            const auto outcome =
                with_staple(tests::ocsp_answer(leaf, middle, {.responder = signer}), leaf, Ocsp::require, version);
            CHECK(outcome.code() == "up");
            REQUIRE(outcome.report.facts.staple);
            CHECK(outcome.report.facts.staple->status == StapleStatus::good);
            CHECK(outcome.report.facts.staple->next_update > std::chrono::system_clock::now());
        }
}

TEST_CASE_FIXTURE(Fixture,
                  "a staple is believed from a root that was not sent, and for a certificate that is trusted itself") {
    const auto direct = tests::issue({}, &root);
    CHECK(with_staple(tests::ocsp_answer(direct, root), direct, Ocsp::require).code() == "up");
    ca_file = directory.write("leaf.pem", tests::pem_of(*leaf.certificate)).string();
    CHECK(with_staple(tests::ocsp_answer(leaf, middle), leaf, Ocsp::require).code() == "up");
    auto forged = leaf;
    const auto namesake = tests::issue(tests::an_authority("Middle"));
    forged.chain = {namesake.certificate};
    CHECK(with_staple(tests::ocsp_answer(leaf, namesake), forged, Ocsp::require).code() == "staple_missing");
}

TEST_CASE_FIXTURE(Fixture, "a staple that says revoked counts, unless it was not asked for") {
    const auto der = tests::ocsp_answer(leaf, middle, {.status = V_OCSP_CERTSTATUS_REVOKED});
    const auto outcome = with_staple(der, leaf);
    CHECK(outcome.code() == "certificate_revoked");
    CHECK(has(outcome, "(keyCompromise), says the OCSP answer beside it"));
    CHECK_FALSE(outcome.session_kept);
    CHECK(with_staple(der, leaf, Ocsp::off).code() == "up");
    CHECK_FALSE(with_staple(der, leaf, Ocsp::off).report.facts.staple);
}

TEST_CASE_FIXTURE(Fixture, "of a staple that says several things what is current counts, and of that the worst") {
    using std::chrono::hours;
    const tests::WantedAnswer good, revoked{.status = V_OCSP_CERTSTATUS_REVOKED};
    const tests::WantedAnswer ended{.begins = hours{-48}, .ends = hours{-24}};
    const tests::WantedAnswer revoked_by_other_digest{.status = V_OCSP_CERTSTATUS_REVOKED, .id_digest = EVP_sha256()};
    const auto code = [&](tests::WantedAnswer first, const tests::WantedAnswer& second) {
        first.more = {second};
        return with_staple(tests::ocsp_answer(leaf, middle, first), leaf).code();
    };
    CHECK(code(good, revoked) == "certificate_revoked");
    CHECK(code(revoked, good) == "certificate_revoked");
    CHECK(code(good, revoked_by_other_digest) == "certificate_revoked");
    CHECK(code(ended, good) == "up");
    CHECK(code(good, ended) == "up");
    CHECK(code(ended, ended) == "staple_missing");
}

TEST_CASE_FIXTURE(Fixture, "a staple that cannot be believed is as bad as none where one must be") {
    using std::chrono::hours;
    const auto other = below(middle);
    const auto stranger = tests::issue(tests::an_authority("Middle"));
    const auto no_responder = below(middle);
    tests::Wanted responder;
    responder.extended_usage = "OCSPSigning";
    responder.digest = "SHA1";
    const auto weak = tests::issue(responder, &middle);
    struct Row {
        std::string der, words;
        StapleStatus status = StapleStatus::invalid;
    };
    const Row rows[] = {
        {tests::ocsp_answer(leaf, middle, {.begins = hours{-48}, .ends = hours{-24}}), "it ended on "},
        {tests::ocsp_answer(leaf, middle, {.begins = hours{24}, .ends = hours{48}}), "it is not valid yet"},
        {tests::ocsp_answer(other, middle), "it is about another certificate"},
        {tests::ocsp_answer(leaf, middle, {.responder = &stranger}),
         "it is not signed by the certificate's issuer CN=Middle"},
        {tests::ocsp_answer(leaf, middle, {.responder = &no_responder}),
         "it is not signed by the certificate's issuer CN=Middle"},
        {tests::ocsp_answer(leaf, middle, {.digest = EVP_sha1()}), "its signature is too weak"},
        {tests::ocsp_answer(leaf, middle, {.responder = &weak}),
         "it is not signed by the certificate's issuer CN=Middle"},
        {"\x30\x03xyz", "it is malformed"},
        {tests::ocsp_answer(leaf, middle, {.status = V_OCSP_CERTSTATUS_UNKNOWN}), "its responder does not know it",
         StapleStatus::unknown},
    };
    for (const auto& row : rows) {
        CAPTURE(row.words);
        const auto outcome = with_staple(row.der, leaf);
        CHECK(outcome.code() == "staple_missing");
        CHECK(has(outcome, row.words));
        REQUIRE(outcome.report.facts.staple);
        CHECK(outcome.report.facts.staple->status == row.status);
    }
}

TEST_CASE_FIXTURE(Fixture, "no staple, or an excuse, is a failure only where one is required or promised") {
    auto promising = tests::Wanted{};
    promising.must_staple = true;
    const auto promised = below(middle, promising);
    for (const auto& der : {std::string{}, tests::ocsp_excuse()}) {
        CHECK(with_staple(der, leaf).code() == "up");
        CHECK(has(with_staple(der, leaf, Ocsp::require), ", and one is required (ocsp)"));
        CHECK(with_staple(der, promised).code() == "staple_missing");
        CHECK(has(with_staple(der, promised), ", and the certificate promises one (must-staple)"));
        CHECK(with_staple(der, promised, Ocsp::off).code() == "up");
    }
    CHECK(with_staple(tests::ocsp_answer(promised, middle), promised).code() == "up");
}
