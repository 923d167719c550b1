#include <doctest/doctest.h>

#include <string>

#include "demo/temporary_directory.hpp"
#include "net/tls_pins.hpp"
#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;

namespace {

const std::string other_pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

struct Fixture {
    tests::Identity leaf = tests::issue({});
    std::string pin = net::pin_of(*leaf.certificate);
    tests::LoopbackServer server{tests::speak_tls(tests::server_context(leaf))};

    [[nodiscard]] tests::TlsOutcome probe(std::vector<std::string> pins) const {
        tests::TlsProbe probe{server.port()};
        probe.settings.insecure = true;
        probe.settings.pins = std::move(pins);
        return tests::run(probe);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "one of several pins is enough, also where nothing else is verified") {
    CHECK(pin.starts_with("sha256//"));
    CHECK(pin.size() == other_pin.size());
    CHECK(probe({pin}).code() == "up");
    CHECK(probe({other_pin, pin}).code() == "up");
}

TEST_CASE_FIXTURE(Fixture, "a key that is not pinned is named") {
    const auto outcome = probe({other_pin});
    REQUIRE(outcome.code() == "pin_mismatch");
    CHECK(outcome.failure->message == "the server's public key is " + pin + ", not " + other_pin);
    CHECK_FALSE(outcome.session_kept);
    CHECK(probe({other_pin, other_pin}).failure->message ==
          "the server's public key is " + pin + ", none of the 2 that are pinned");
}

TEST_CASE("cipher suites are offered as named, and no others") {
    const auto leaf = tests::issue({});
    const tests::LoopbackServer server{tests::speak_tls(tests::server_context(leaf))};
    const auto chosen = [&](std::vector<std::string> ciphers) {
        tests::TlsProbe probe{server.port()};
        probe.settings.insecure = true;
        probe.settings.ciphers = std::move(ciphers);
        const auto outcome = tests::run(probe);
        return outcome.failure ? outcome.code() : *outcome.report.facts.version + " " + *outcome.report.facts.cipher;
    };
    CHECK(chosen({"TLS_CHACHA20_POLY1305_SHA256"}) == "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256");
    CHECK(chosen({"ECDHE-ECDSA-AES128-GCM-SHA256"}) == "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256");
    CHECK(chosen({"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"}) == "TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384");
    CHECK(chosen({"ECDHE-RSA-AES128-GCM-SHA256"}) == "no_shared_cipher");
}

TEST_CASE("a name that is no cipher suite, or one too weak, is an error before anything is sent") {
    const auto fault = [](std::vector<std::string> ciphers) {
        TlsSettings settings;
        settings.ciphers = std::move(ciphers);
        net::Authorities authorities;
        const auto found = authorities.faults(settings);
        return found.empty() ? std::string{} : found.front();
    };
    CHECK(fault({"TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"}).empty());
    CHECK(fault({"HIGH"}) ==
          "ciphers: HIGH is the name of no cipher suite that OpenSSL knows: `openssl ciphers -stdname ALL` lists them");
    TlsSettings contrary;
    contrary.ciphers = {"ECDHE-RSA-AES128-GCM-SHA256"};
    contrary.min_version = TlsVersion::tls1_3;
    CHECK(net::Authorities{}.faults(contrary).front() ==
          "ciphers: none of TLS 1.3 is among them, which min_version demands");
    CHECK(fault({"ADH-AES128-SHA256"}) == "ciphers: ADH-AES128-SHA256 is too weak to be offered");
}

TEST_CASE("the chain that was sent and the one that was verified are told, also when it is refused") {
    const auto root = tests::issue(tests::an_authority("Root"));
    const auto middle = tests::issue(tests::an_authority("Middle"), &root);
    auto leaf = tests::issue({}, &middle);
    const auto unneeded = tests::issue(tests::an_authority("Unneeded"));
    leaf.chain = {middle.certificate, unneeded.certificate};
    for (int more = 0; more < 20; ++more) leaf.chain.push_back(unneeded.certificate);
    const demo::TemporaryDirectory directory;
    const auto facts = [&](const tests::Identity& trusted) {
        const tests::LoopbackServer server{tests::speak_tls(tests::server_context(leaf))};
        tests::TlsProbe probe{server.port()};
        probe.settings.ca_file = directory.write("ca.pem", tests::pem_of(*trusted.certificate)).string();
        return tests::run(probe).report.facts;
    };
    const auto good = facts(root);
    CHECK(good.chain.size() == 10);
    CHECK(good.chain_length == 23);
    CHECK(good.chain[2].subject == "CN=Unneeded");
    REQUIRE(good.verified_chain.size() == 3);
    CHECK(good.verified_chain[0].subject == "CN=localhost");
    CHECK(good.verified_chain[1].subject == "CN=Middle");
    CHECK(good.verified_chain[2].subject == "CN=Root");
    CHECK(good.verified_chain[0].key == "EC");
    CHECK(good.verified_chain[0].key_bits == 256);
    CHECK(good.verified_chain[0].signature == "ecdsa-with-SHA256");
    const auto refused = facts(unneeded);
    CHECK(refused.verified_chain.empty());
    CHECK(refused.chain.size() == 10);
    CHECK(refused.chain_length == 23);
    CHECK(refused.chain[1].subject == "CN=Middle");
}
