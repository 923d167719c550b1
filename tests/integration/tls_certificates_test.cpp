#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "demo/temporary_directory.hpp"
#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;
using tests::Identity;
using tests::issue;
using tests::Wanted;

namespace {

// An authority that the probes of these tests trust.
struct Trust {
    Identity root = issue(tests::an_authority("Test Root"));
    demo::TemporaryDirectory directory;
    std::string file = directory.write("root.pem", tests::pem_of(*root.certificate)).string();
};

Trust& trust() {
    static Trust trust;
    return trust;
}

tests::TlsOutcome probe(const Identity& shown, const std::string& name = "localhost") {
    const tests::LoopbackServer server{tests::speak_tls(tests::server_context(shown))};
    tests::TlsProbe probe{server.port()};
    probe.settings.ca_file = trust().file;
    probe.settings.server_name = name;
    return tests::run(probe);
}

Identity with(const std::function<void(Wanted&)>& change) {
    Wanted wanted;
    change(wanted);
    return issue(wanted, &trust().root);
}

// A server's certificate whose issuer is not the root itself.
Identity below(const Wanted& intermediate, bool send_it = true) {
    const auto middle = issue(intermediate, &trust().root);
    auto made = issue(Wanted{}, &middle);
    if (send_it) made.chain.push_back(middle.certificate);
    return made;
}

bool says(const tests::TlsOutcome& outcome, const std::string& words) {
    INFO(outcome.failure->message);
    return outcome.failure->message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a good certificate is verified, and its facts are told") {
    const auto outcome = probe(with([](Wanted& wanted) { wanted.alternative_names = "DNS:localhost,IP:192.0.2.1"; }));
    REQUIRE(outcome.code() == "up");
    const auto& facts = outcome.report.facts;
    CHECK(facts.version == "TLSv1.3");
    CHECK(facts.cipher == "TLS_AES_256_GCM_SHA384");
    CHECK(facts.group == "x25519");
    CHECK(facts.resumed == false);
    CHECK(facts.verified == true);
    CHECK_FALSE(facts.alpn);
    REQUIRE(facts.certificate);
    CHECK(facts.certificate->subject == "CN=localhost");
    CHECK(facts.certificate->issuer == "CN=Test Root");
    CHECK(facts.certificate->sans == std::vector<std::string>{"localhost", "192.0.2.1"});
    CHECK(facts.certificate->fingerprint_sha256.size() == 64);
    CHECK(facts.chain_not_after == facts.certificate->not_after);
    CHECK(outcome.report.warnings.empty());
    CHECK(outcome.elapsed.count() > 0);
    CHECK(outcome.session_kept);
}

TEST_CASE("each defect of a certificate has its code and its facts") {
    using std::chrono::hours;
    const auto weak = tests::an_authority("Weak Middle");
    auto leafy = tests::an_authority("No Authority");
    leafy.authority = false;
    leafy.key_usage = "critical,digitalSignature";
    auto shallow_root = tests::an_authority("Shallow");
    shallow_root.path_length = 0;
    auto stale = tests::an_authority("Stale Middle");
    stale.ends = hours{-48};
    auto limited = tests::an_authority("Limited");
    limited.name_constraints = "critical,permitted;DNS:example.org";

    struct Row {
        std::string defect;
        std::function<Identity()> make;
        std::string code, words;
    };
    const std::vector<Row> rows{
        {"expired", [] { return with([](Wanted& w) { w.ends = hours{-75}, w.begins = hours{-100}; }); },
         "certificate_expired", ", 3 days ago"},
        {"not yet valid", [] { return with([](Wanted& w) { w.begins = hours{25}; }); }, "certificate_not_yet_valid",
         ", in 1 day"},
        {"other name", [] { return with([](Wanted& w) { w.alternative_names = "DNS:a.example,DNS:b.example"; }); },
         "hostname_mismatch", "the certificate is for a.example, b.example and ends "},
        {"name in the subject only", [] { return with([](Wanted& w) { w.alternative_names.clear(); }); },
         "hostname_mismatch", "no subject alternative names"},
        {"self-signed", [] { return issue(Wanted{}); }, "self_signed", " is self-signed, and "},
        {"unknown authority",
         [] {
             const auto stranger = issue(tests::an_authority("Stranger"));
             return issue(Wanted{}, &stranger);
         },
         "unknown_authority", "issued by CN=Stranger"},
        {"unknown root is sent along",
         [] {
             const auto stranger = issue(tests::an_authority("Stranger"));
             auto made = issue(Wanted{}, &stranger);
             made.chain.push_back(stranger.certificate);
             return made;
         },
         "unknown_authority", "ends in the root CN=Stranger"},
        {"intermediate missing", [] { return below(tests::an_authority("Middle"), false); }, "unknown_authority",
         "issued by CN=Middle"},
        {"authority expired", [stale] { return below(stale); }, "certificate_expired",
         "the authority's certificate CN=Stale Middle (depth 1) ended on"},
        {"RSA 1024", [] { return with([](Wanted& w) { w.rsa_bits = 1024; }); }, "weak_certificate",
         " is too weak: RSA, 1024 bits"},
        {"SHA-1", [] { return with([](Wanted& w) { w.digest = "SHA1"; }); }, "weak_certificate",
         " is signed with ecdsa-with-SHA1"},
        {"issuer is no authority", [leafy] { return below(leafy); }, "invalid_authority", "CN=No Authority"},
        {"path too long",
         [shallow_root] {
             const auto upper = issue(shallow_root, &trust().root);
             const auto lower = issue(tests::an_authority("Lower"), &upper);
             auto made = issue(Wanted{}, &lower);
             made.chain = {lower.certificate, upper.certificate};
             return made;
         },
         "invalid_authority", "the chain is longer than its authority allows"},
        {"for clients only", [] { return with([](Wanted& w) { w.extended_usage = "clientAuth"; }); },
         "certificate_purpose", " is for TLS Web Client Authentication"},
        {"name constraints", [limited] { return below(limited); }, "name_constraints", "CN=localhost"},
        {"authority of another key",
         [] {
             const auto impostor = issue(tests::an_authority("Test Root"));
             Wanted wanted;
             wanted.names_issuers_key = false;
             return issue(wanted, &impostor);
         },
         "certificate_bad_signature", "CN=localhost"},
        {"critical extension that nobody knows", [] { return with([](Wanted& w) { w.unknown_critical = true; }); },
         "certificate_invalid", "critical extension that is not understood"},
        {"authority of another key, which is named",
         [] {
             const auto impostor = issue(tests::an_authority("Test Root"));
             return issue(Wanted{}, &impostor);
         },
         "unknown_authority", "CN=Test Root"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.defect);
        const auto outcome = probe(row.make());
        CHECK(outcome.code() == row.code);
        if (!outcome.failure) continue;
        CHECK(says(outcome, row.words));
        CHECK_FALSE(outcome.failure->hint.empty());
        CHECK(outcome.failure->phase == Phase::tls);
        const auto& facts = outcome.report.facts;
        CHECK(facts.verified == false);
        CHECK(facts.version == "TLSv1.3");
        REQUIRE(facts.certificate);
        CHECK(facts.certificate->subject == "CN=localhost");
        CHECK_FALSE(facts.chain_not_after);
        CHECK_FALSE(outcome.session_kept);
    }
}
