#include <doctest/doctest.h>

#include <openssl/pkcs12.h>
#include <functional>
#include <string>
#include "demo/temporary_directory.hpp"
#include "net/tls_identity.hpp"

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

namespace {

/// Clients with files of their own, and a server that knows their authority.
struct Clients {
    tests::Identity authority = tests::issue(tests::an_authority("Clients"));
    tests::Identity middle = tests::issue(tests::an_authority("Some Clients"), &authority);
    tests::Identity ours = tests::issue(client("client"), &middle);
    demo::TemporaryDirectory directory;
    std::string certificate =
        write("client.pem", tests::pem_of(*ours.certificate) + tests::pem_of(*middle.certificate));
    std::string key = write("client.key", key_pem(ours));

    static tests::Wanted client(std::string name) {
        tests::Wanted wanted;
        wanted.common_name = std::move(name);
        wanted.alternative_names.clear();
        wanted.extended_usage = "clientAuth";
        return wanted;
    }

    [[nodiscard]] std::string write(const std::string& name, const std::string& content) const {
        return directory.write(name, content).string();
    }

    static std::string key_pem(const tests::Identity& identity, const char* passphrase = nullptr) {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
        const auto* cipher = passphrase == nullptr ? nullptr : EVP_aes_256_cbc();
        PEM_write_bio_PKCS8PrivateKey(out.get(), identity.key.get(), cipher, nullptr, 0, nullptr,
                                      const_cast<char*>(passphrase));
        char* data = nullptr;
        const auto size = BIO_get_mem_data(out.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }

    [[nodiscard]] std::string pkcs12(const char* passphrase, int mac_rounds = 0) const {
        STACK_OF(X509)* chain = sk_X509_new_null();
        sk_X509_push(chain, middle.certificate.get());
        auto* made =
            PKCS12_create(passphrase, "client", ours.key.get(), ours.certificate.get(), chain, 0, 0, 0, mac_rounds, 0);
        sk_X509_free(chain);
        unsigned char* bytes = nullptr;
        const int size = i2d_PKCS12(made, &bytes);
        std::string der{reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size)};
        OPENSSL_free(bytes);
        PKCS12_free(made);
        return write("client.p12", der);
    }

    [[nodiscard]] tests::TlsOutcome show_to(const tests::Identity& trusted, int version,
                                            const std::function<void(TlsSettings&)>& set) const {
        auto context = asking(version, 0);
        SSL_CTX_set_verify(context.get(), demanded, nullptr);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), trusted.certificate.get());
        const tests::LoopbackServer server{tests::speak_tls(context)};
        tests::TlsProbe probe{server.port()};
        probe.settings.insecure = true;
        probe.connect_time = std::chrono::seconds{5};
        set(probe.settings);
        return tests::run(probe);
    }

    static std::string fault(const std::function<void(TlsSettings&)>& set) {
        TlsSettings settings;
        set(settings);
        net::Identities identities;
        return identities.check(settings).value_or("");
    }
};

}  // namespace

TEST_CASE_FIXTURE(Clients, "a client certificate is shown with its chain, from PEM files or PKCS#12") {
    const auto locked = write("locked.key", key_pem(ours, "secret"));
    const auto both =
        write("both.pem", key_pem(ours) + tests::pem_of(*ours.certificate) + tests::pem_of(*middle.certificate));
    const auto archive = pkcs12("secret");
    const std::function<void(TlsSettings&)> ways[] = {
        [&](TlsSettings& it) { it.cert_file = certificate, it.key_file = key; },
        [&](TlsSettings& it) { it.cert_file = both; },
        [&](TlsSettings& it) { it.cert_file = certificate, it.key_file = locked, it.key_passphrase = "secret"; },
        [&](TlsSettings& it) { it.pkcs12_file = archive, it.key_passphrase = "secret"; },
    };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
        for (const auto& way : ways) CHECK(show_to(authority, version, way).code() == "up");
}

TEST_CASE_FIXTURE(Clients, "a client certificate that is not accepted is told, early or late, with what was shown") {
    const auto stranger = tests::issue(tests::an_authority("Stranger"));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        CAPTURE(version);
        const auto outcome =
            show_to(stranger, version, [&](TlsSettings& it) { it.cert_file = certificate, it.key_file = key; });
        REQUIRE(outcome.code() == "client_certificate_rejected");
        CHECK(
            outcome.failure->message ==
            "the server does not know the client certificate's authority: CN=client, issued by CN=Some Clients (alert "
            "unknown_ca)");
        CHECK_FALSE(outcome.session_kept);
    }
}

TEST_CASE_FIXTURE(Clients, "what is wrong with the files of a client certificate is said before anything is sent") {
    const auto with = [&](std::string cert_file, std::string key_file, std::optional<std::string> passphrase = {}) {
        return fault([&](TlsSettings& it) {
            it.cert_file = std::move(cert_file), it.key_file = std::move(key_file);
            it.key_passphrase = std::move(passphrase);
        });
    };
    CHECK(with(certificate, key).empty());
    CHECK(with("/nonexistent", key) == "/nonexistent: cannot be read: No such file or directory");
    CHECK(with("/tmp", key) == "/tmp: is a directory, not a file");
    CHECK(with(write("empty.pem", ""), key) == directory.path().string() + "/empty.pem: is empty");
    CHECK(with(key, key) == key + ": holds no certificate: expected a line -----BEGIN CERTIFICATE-----");
    CHECK(with(certificate, "") ==
          certificate + ": holds a certificate but no private key: name its file with key_file");
    CHECK(with(certificate, write("none.key", "hello\n")) ==
          directory.path().string() + "/none.key: holds no private key: expected a line -----BEGIN PRIVATE KEY-----");
    CHECK(with(pkcs12("x"), key) ==
          directory.path().string() +
              "/client.p12: is not PEM but DER or PKCS#12: give a PKCS#12 file as pkcs12_file, or convert it with "
              "`openssl x509 -inform DER`");

    const auto other = write("other.key", key_pem(middle));
    CHECK(with(certificate, other) ==
          certificate + ": the key belongs to a certificate further down: put that one first, before CN=client");
    const auto stranger = write("stranger.key", key_pem(authority));
    CHECK(with(certificate, stranger) ==
          stranger + ": the key does not belong to the first certificate in " + certificate + " (CN=client)");

    const auto locked = write("locked.key", key_pem(ours, "secret"));
    CHECK(with(certificate, locked) ==
          locked + ": the key is encrypted: give its passphrase in a variable that key_passphrase_env names");
    CHECK(with(certificate, locked, "wrong") ==
          locked + ": the key is encrypted, and the passphrase in the variable of key_passphrase_env does not open it");
    CHECK(with(certificate, locked, "secret").empty());

    auto short_key = client("short");
    short_key.rsa_bits = 1024;
    const auto weak = tests::issue(short_key, &middle);
    const auto weak_file = write("weak.pem", tests::pem_of(*weak.certificate) + key_pem(weak));
    CHECK(with(weak_file, "") == weak_file + ": its key is too weak: RSA, 1024 bits; RSA keys need 2048 bits");
}

TEST_CASE_FIXTURE(Clients, "what is wrong with a PKCS#12 file is said, too") {
    const auto with = [&](std::string file, std::optional<std::string> passphrase = {}) {
        return fault([&](TlsSettings& it) {
            it.pkcs12_file = std::move(file);
            it.key_passphrase = std::move(passphrase);
        });
    };
    CHECK(with(pkcs12("")).empty());
    const auto locked = pkcs12("secret");
    CHECK(with(locked, "secret").empty());
    CHECK(with(locked) == locked + ": is encrypted: give its passphrase in a variable that key_passphrase_env names");
    CHECK(with(locked, "wrong") ==
          locked + ": is encrypted, and the passphrase in the variable of key_passphrase_env does not open it");
    CHECK(with(certificate) == certificate + ": is not PKCS#12 but PEM: give it as cert_file");
    constexpr int no_mac = -1;
    const auto bare = pkcs12("secret", no_mac);
    CHECK(with(bare, "secret") ==
          bare +
              ": has no MAC to try its passphrase on; give PEM files, as `openssl pkcs12 -nodes -in FILE` writes them");
    const auto text = write("text.p12", "hello");
    CHECK(with(text) == text + ": is not a PKCS#12 file");
}
