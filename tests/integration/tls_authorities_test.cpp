#include <doctest/doctest.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "demo/temporary_directory.hpp"
#include "net/tls_handles.hpp"
#include "net/tls_lazy_bundle.hpp"
#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;

namespace {

// Sets a variable of the environment until the end of the scope.
class Environment {
public:
    Environment(const char* name, const std::string& value) : name_{name} {
        if (const char* old = std::getenv(name)) old_ = old;
        ::setenv(name, value.c_str(), 1);
    }
    ~Environment() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    const char* name_;
    std::optional<std::string> old_;
};

std::string hashed_name(X509& certificate) {
    char name[16];
    std::snprintf(name, sizeof name, "%08lx.0", X509_subject_name_hash(&certificate));
    return name;
}

struct Fixture {
    tests::Identity root = tests::issue(tests::an_authority("Test Root"));
    tests::Identity stranger = tests::issue(tests::an_authority("Stranger"));
    tests::LoopbackServer server{tests::speak_tls(tests::server_context(tests::issue({}, &root)))};
    demo::TemporaryDirectory directory;
    std::string good = directory.write("good.pem", tests::pem_of(*root.certificate)).string();
    std::string other = directory.write("other.pem", tests::pem_of(*stranger.certificate)).string();

    tests::TlsOutcome probe(const std::string& ca_file = {}) {
        tests::TlsProbe probe{server.port()};
        probe.settings.ca_file = ca_file;
        return tests::run(probe);
    }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a file of authorities replaces the system's") {
    const Environment system{"SSL_CERT_FILE", good};
    CHECK(probe(good).code() == "up");
    CHECK(probe(other).code() == "unknown_authority");
    CHECK(probe(other).failure->message.ends_with(" was issued by CN=Test Root, which " + other +
                                                  " does not know; the server sent no other certificate"));
}

TEST_CASE_FIXTURE(Fixture, "SSL_CERT_FILE and SSL_CERT_DIR say where the system's authorities are") {
    {
        const Environment file{"SSL_CERT_FILE", good};
        CHECK(probe().code() == "up");
    }
    const auto hashed = directory.write(hashed_name(*root.certificate), tests::pem_of(*root.certificate)).parent_path();
    const Environment directories{"SSL_CERT_DIR", "/nonexistent:" + hashed.string()};
    CHECK(probe().code() == "up");
    const Environment file{"SSL_CERT_FILE", other};
    CHECK(probe().code() == "up");
}

TEST_CASE_FIXTURE(Fixture, "a place of authorities that leads nowhere is named") {
    {
        const Environment file{"SSL_CERT_FILE", "/nonexistent/ca.pem"};
        const auto outcome = probe();
        REQUIRE(outcome.code() == "unknown_authority");
        CHECK(outcome.failure->message ==
              "no certificate can be verified: SSL_CERT_FILE: /nonexistent/ca.pem: cannot "
              "be read: No such file or directory");
        CHECK(outcome.failure->hint.find("ca-certificates") != std::string::npos);
    }
    const Environment directories{"SSL_CERT_DIR", "/nonexistent"};
    const auto outcome = probe();
    REQUIRE(outcome.code() == "unknown_authority");
    CHECK(outcome.failure->message.find("SSL_CERT_DIR: /nonexistent: ") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "what is wrong with a file of authorities is said before anything is sent") {
    const auto check = [](const std::string& file) {
        net::Authorities authorities;
        TlsSettings settings;
        settings.ca_file = file;
        const auto found = authorities.faults(settings);
        return found.empty() ? std::string{} : found.front();
    };
    CHECK(check(good).empty());
    CHECK(check("").empty());
    CHECK(check("/nonexistent") == "/nonexistent: cannot be read: No such file or directory");
    CHECK(check("/tmp") == "/tmp: is a directory, not a PEM file");
    const auto empty = directory.write("empty.pem", "").string();
    CHECK(check(empty) == empty + ": holds no certificate");
    const auto text = directory.write("text.pem", "hello\n").string();
    CHECK(check(text) == text + ": holds no certificate");
    const auto der = directory.write("root.der", "\x30\x82\x01").string();
    CHECK(check(der) == der + ": is not PEM but DER: convert it with `openssl x509 -inform DER`");
    auto pem = tests::pem_of(*root.certificate);
    const auto damaged = directory.write("damaged.pem", pem.replace(100, 4, "!!!!")).string();
    CHECK(check(damaged) == damaged + ": holds a certificate that cannot be read: bad base64 decode");
}

TEST_CASE_FIXTURE(Fixture, "a directory of authorities under hashed names is searched, beside a file or alone") {
    const demo::TemporaryDirectory hashed;
    static_cast<void>(hashed.write(hashed_name(*root.certificate), tests::pem_of(*root.certificate)));
    tests::TlsProbe probe{server.port()};
    probe.settings.ca_dir = hashed.path().string();
    CHECK(tests::run(probe).code() == "up");
    probe.settings.ca_file = other;
    CHECK(tests::run(probe).code() == "up");
    const demo::TemporaryDirectory strange;
    static_cast<void>(strange.write(hashed_name(*stranger.certificate), tests::pem_of(*stranger.certificate)));
    probe.settings.ca_dir = strange.path().string();
    CHECK(tests::run(probe).failure->message.ends_with(" was issued by CN=Test Root, which " + other + " with " +
                                                       strange.path().string() +
                                                       " does not know; the server sent no other certificate"));
}

TEST_CASE_FIXTURE(Fixture, "what is wrong with a directory of authorities is said before anything is sent") {
    const auto fault = [](const std::string& folder) {
        net::Authorities authorities;
        TlsSettings settings;
        settings.ca_dir = folder;
        const auto found = authorities.faults(settings);
        return found.empty() ? std::string{} : found.front();
    };
    CHECK(fault("/nonexistent") == "/nonexistent: cannot be read: No such file or directory");
    CHECK(fault(good) == good + ": is not a directory");
    const auto path = directory.path().string();
    CHECK(fault(path) == path + ": holds no certificates under hashed names: run `openssl rehash " + path + '`');
}

TEST_CASE_FIXTURE(Fixture, "an intermediate authority, or the server's own certificate, is enough to be trusted") {
    const auto middle = tests::issue(tests::an_authority("Middle"), &root);
    const auto below_middle = tests::issue({}, &middle);
    const auto alone = tests::issue({});
    const auto up_with = [&](const tests::Identity& shown, const tests::Identity& trusted) {
        const tests::LoopbackServer other_server{tests::speak_tls(tests::server_context(shown))};
        tests::TlsProbe probe{other_server.port()};
        probe.settings.ca_file = directory.write("trusted.pem", tests::pem_of(*trusted.certificate)).string();
        const auto outcome = tests::run(probe);
        CHECK(outcome.report.warnings.empty());
        return outcome.code();
    };
    CHECK(up_with(below_middle, middle) == "up");
    CHECK(up_with(alone, alone) == "up");
    CHECK(up_with(below_middle, below_middle) == "up");
    CHECK(up_with(alone, root) == "self_signed");
}

TEST_CASE_FIXTURE(Fixture, "a bundle is read only when no quicker place has the authority") {
    const net::StorePtr store{X509_STORE_new()};
    REQUIRE(net::add_lazy_bundle(*store, good));
    const auto verify = [&](const tests::Identity& issuer) {
        const auto leaf = tests::issue({}, &issuer);
        const net::StoreContextPtr chain{X509_STORE_CTX_new()};
        X509_STORE_CTX_init(chain.get(), store.get(), leaf.certificate.get(), nullptr);
        return X509_verify_cert(chain.get()) == 1;
    };
    CHECK(sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get())) == 0);
    CHECK(verify(root));
    CHECK(sk_X509_OBJECT_num(X509_STORE_get0_objects(store.get())) == 1);
    CHECK_FALSE(verify(stranger));
    CHECK(verify(root));
}

TEST_CASE_FIXTURE(Fixture, "threads share the authorities, each with contexts of its own") {
    constexpr int threads = 4, rounds = 10;
    net::Authorities authorities;
    std::vector<int> up(threads);
    std::vector<std::thread> running;
    for (int thread = 0; thread < threads; ++thread)
        running.emplace_back([&, thread] {
            net::TlsContexts contexts{authorities};
            tests::TlsProbe probe{server.port()};
            for (int round = 0; round < rounds; ++round) {
                probe.settings.ca_file = round % 2 == 0 ? good : other;
                if (!tests::run(probe, contexts).failure) ++up[static_cast<std::size_t>(thread)];
            }
        });
    for (auto& thread : running) thread.join();
    for (const int count : up) CHECK(count == rounds / 2);
}

TEST_CASE_FIXTURE(Fixture, "what only strict clients refuse is a warning, each time the chain comes") {
    auto home_made = tests::an_authority("Home Made");
    home_made.key_usage = "none";
    const auto homely = tests::issue(home_made);
    const tests::LoopbackServer other_server{tests::speak_tls(tests::server_context(tests::issue({}, &homely)))};
    net::Authorities authorities;
    net::TlsContexts contexts{authorities};
    tests::TlsProbe probe{other_server.port()};
    probe.settings.ca_file = directory.write("homely.pem", tests::pem_of(*homely.certificate)).string();
    for (int round = 0; round < 2; ++round) {
        const auto outcome = tests::run(probe, contexts);
        CHECK(outcome.code() == "up");
        REQUIRE(outcome.report.warnings.size() == 1);
        CHECK(outcome.report.warnings.front().code == WarningCode::certificate_not_strict);
        CHECK(outcome.report.warnings.front().message.find("CN=Home Made: CA cert does not include key usage") !=
              std::string::npos);
    }
}
