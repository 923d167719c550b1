#include "demo/servers.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "demo/certificates.hpp"
#include "demo/descriptor.hpp"

using namespace connprobe::demo;

namespace {

struct Connected {
    Descriptor socket;
    int error;  ///< errno of connect, 0 when it succeeded
};

Connected connect_to(const Server& server, int flags = 0) {
    Descriptor socket{::socket(server.port != 0 ? AF_INET : AF_UNIX, SOCK_STREAM | flags, 0)};
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_in);
    if (server.port != 0) {
        auto& address = reinterpret_cast<sockaddr_in&>(storage);
        address.sin_family = AF_INET;
        address.sin_port = htons(server.port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        auto& address = reinterpret_cast<sockaddr_un&>(storage);
        address.sun_family = AF_UNIX;
        server.unix_path.copy(address.sun_path, sizeof address.sun_path - 1);
        size = sizeof(sockaddr_un);
    }
    const int status = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&storage), size);
    return {std::move(socket), status == 0 ? 0 : errno};
}

struct Handshake {
    bool completed;
    long verified;    ///< X509_V_OK or why not
    long hours_left;  ///< of the certificate, rounded
};

/// As a client that trusts the demo's authority and asks for that name; an empty one is the address.
Handshake shake_hands(const Servers& servers, const Server& server, const char* name = "") {
    const Connected connected = connect_to(server);
    REQUIRE(connected.error == 0);
    const Owned<SSL_CTX> context{SSL_CTX_new(TLS_client_method())};
    REQUIRE(SSL_CTX_load_verify_locations(context.get(), servers.ca_file().c_str(), nullptr) == 1);
    const Owned<SSL> tls{SSL_new(context.get())};
    SSL_set_fd(tls.get(), connected.socket.get());
    X509_VERIFY_PARAM* wanted = SSL_get0_param(tls.get());
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);
    if (*name != '\0') {
        X509_VERIFY_PARAM_set1_host(wanted, name, 0);
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(wanted, "127.0.0.1");
    }
    Handshake seen{SSL_connect(tls.get()) == 1, SSL_get_verify_result(tls.get()), 0};
    if (seen.completed) {
        int days = 0, seconds = 0;
        ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(SSL_get0_peer_certificate(tls.get())));
        seen.hours_left = days * 24 + std::lround(seconds / 3600.0);
    }
    return seen;
}

std::string read_to_end(int socket) {
    std::string all;
    std::array<char, 512> bytes{};
    for (ssize_t size = 0; (size = ::recv(socket, bytes.data(), bytes.size(), 0)) > 0;) {
        all.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return all;
}

}  // namespace

TEST_CASE("a demo server that is up takes connections, by port and by unix socket, until the client closes") {
    Servers servers;
    for (const Behaviour behaviour : {Behaviour::up, Behaviour::unix_socket}) {
        const Connected connected = connect_to(servers.add(behaviour));
        CHECK(connected.error == 0);
        ::shutdown(connected.socket.get(), SHUT_WR);
        CHECK(read_to_end(connected.socket.get()).empty());
    }
}

TEST_CASE("a refusing demo server refuses") {
    Servers servers;
    CHECK(connect_to(servers.add(Behaviour::refusing)).error == ECONNREFUSED);
}

TEST_CASE("a silent demo server does not answer") {
    Servers servers;
    const Connected connected = connect_to(servers.add(Behaviour::silent), SOCK_NONBLOCK);
    CHECK(connected.error == EINPROGRESS);
    pollfd answer{connected.socket.get(), POLLIN | POLLOUT, 0};
    CHECK(::poll(&answer, 1, 50) == 0);
}

TEST_CASE("each TLS demo server shows the certificate it was built for, and no other fault") {
    Servers servers;
    const auto check = [&](Behaviour behaviour, const char* name, long verified, int days_left) {
        CAPTURE(info(behaviour).name);
        const Handshake seen = shake_hands(servers, servers.add(behaviour), name);
        CHECK(seen.completed);
        CHECK(std::string{X509_verify_cert_error_string(seen.verified)} == X509_verify_cert_error_string(verified));
        CHECK(seen.hours_left == days_left * 24);
    };
    check(Behaviour::tls, "", X509_V_OK, 90);
    check(Behaviour::tls, "localhost", X509_V_OK, 90);
    check(Behaviour::slow, "", X509_V_OK, 90);
    check(Behaviour::expiring, "", X509_V_OK, 5);
    check(Behaviour::expired, "", X509_V_ERR_CERT_HAS_EXPIRED, -3);
    check(Behaviour::wrong_name, "api.example.com", X509_V_ERR_HOSTNAME_MISMATCH, 90);
    check(Behaviour::untrusted, "", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 90);
}

TEST_CASE("a slow demo server lets its delay pass before it shakes hands") {
    Servers servers;
    const Server server = servers.add(Behaviour::slow);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(shake_hands(servers, server).completed);
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds{300});
}

TEST_CASE("a flapping demo server breaks off every first handshake and completes every second") {
    Servers servers;
    const Server server = servers.add(Behaviour::flapping);
    for (const bool completes : {false, true, false, true}) CHECK(shake_hands(servers, server).completed == completes);
}

TEST_CASE("a demo server that has an answer gives it to whatever it is asked") {
    Servers servers;
    for (const auto& [behaviour, answer] :
         {std::pair{Behaviour::plain_text, "HTTP/1.1 400 "}, std::pair{Behaviour::ready, "HTTP/1.1 200 "},
          std::pair{Behaviour::unavailable, "HTTP/1.1 503 "}, std::pair{Behaviour::loading, "-LOADING "}}) {
        const Connected connected = connect_to(servers.add(behaviour));
        REQUIRE(::send(connected.socket.get(), "\x16\x03\x01", 3, MSG_NOSIGNAL) == 3);
        CHECK(read_to_end(connected.socket.get()).starts_with(answer));
    }
}

TEST_CASE("the demo's directory is private and goes with its servers, and connections that are left are closed") {
    Connected left{Descriptor{}, 0};
    std::string directory;
    {
        Servers servers;
        left = connect_to(servers.add(Behaviour::up));
        directory = servers.directory();
        CHECK(std::filesystem::status(directory).permissions() == std::filesystem::perms::owner_all);
        CHECK(std::filesystem::exists(servers.write("servers.yaml", "version: 1\n")));
    }
    CHECK_FALSE(std::filesystem::exists(directory));
    CHECK(read_to_end(left.socket.get()).empty());
}

TEST_CASE("demo servers leave the calling thread's signal mask as it was") {
    sigset_t before{}, after{};
    pthread_sigmask(SIG_SETMASK, nullptr, &before);
    const Servers servers;
    pthread_sigmask(SIG_SETMASK, nullptr, &after);
    CHECK(std::memcmp(&before, &after, sizeof before) == 0);
}
