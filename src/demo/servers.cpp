#include "demo/servers.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include "demo/loop.hpp"
#include "demo/temporary_directory.hpp"

namespace connprobe::demo {
namespace {

int require(int result, const char* what) {
    if (result < 0) throw std::system_error{errno, std::generic_category(), what};
    return result;
}

Descriptor new_socket(int family) {
    return Descriptor{require(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")};
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

Descriptor bind_to_free_port() {
    Descriptor socket = new_socket(AF_INET);
    const sockaddr_in address = loopback(0);
    require(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind to 127.0.0.1");
    return socket;
}

Descriptor bind_to_path(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        throw std::system_error{ENAMETOOLONG, std::generic_category(), "a unix socket cannot be at " + path};
    }
    path.copy(address.sun_path, path.size());
    Descriptor socket = new_socket(AF_UNIX);
    require(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), path.c_str());
    return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    require(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

/// Takes the one place in the queue of a socket that listens with backlog 0, so that Linux drops every further SYN.
Descriptor fill_backlog(const Descriptor& listening) {
    Descriptor filler = new_socket(AF_INET);
    const sockaddr_in address = loopback(port_of(listening));
    if (::connect(filler.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 &&
        errno != EINPROGRESS) {
        throw std::system_error{errno, std::generic_category(), "connect to 127.0.0.1"};
    }
    pollfd queued{listening.get(), POLLIN, 0};
    int ready = 0;
    do ready = ::poll(&queued, 1, -1);
    while (ready < 0 && errno == EINTR);
    return filler;
}

CertificateRequest certificate_of(Behaviour behaviour) {
    switch (behaviour) {
        case Behaviour::expiring: return {.ends_in_days = 5};
        case Behaviour::expired: return {.begins_in_days = -93, .ends_in_days = -3};
        case Behaviour::wrong_name: return {.names = "DNS:www.example.com"};
        default: return {};
    }
}

}  // namespace

struct Servers::Parts {
    TemporaryDirectory directory;
    Authority authority{"connprobe demo authority"};
    Authority stranger{"nobody's authority"};
    std::string ca_file = directory.write("ca.pem", authority.pem());
    std::vector<Descriptor> held;  // bound but not listening, or with a full backlog
    Loop loop;

    Owned<SSL_CTX> context_for(Behaviour behaviour) const {
        if (info(behaviour).tls.empty() || !info(behaviour).answer.empty()) return nullptr;
        const Authority& issuer = behaviour == Behaviour::untrusted ? stranger : authority;
        return issuer.server_context(certificate_of(behaviour));
    }
};

Servers::Servers() : parts_{std::make_unique<Parts>()} {}
Servers::~Servers() = default;

Server Servers::add(Behaviour behaviour) {
    Server server{.behaviour = behaviour};
    if (behaviour == Behaviour::unix_socket) server.unix_path = directory() + "/app.sock";
    const bool is_unix = !server.unix_path.empty();
    Descriptor socket = is_unix ? bind_to_path(server.unix_path) : bind_to_free_port();
    if (!is_unix) server.port = port_of(socket);
    if (behaviour == Behaviour::refusing) {
        parts_->held.push_back(std::move(socket));
        return server;
    }
    if (behaviour == Behaviour::silent) {
        require(::listen(socket.get(), 0), "listen");
        parts_->held.push_back(fill_backlog(socket));
        parts_->held.push_back(std::move(socket));
        return server;
    }
    require(::listen(socket.get(), SOMAXCONN), "listen");
    parts_->loop.add({.behaviour = behaviour, .socket = std::move(socket), .context = parts_->context_for(behaviour)});
    return server;
}

std::string Servers::directory() const { return parts_->directory.path(); }

std::string Servers::ca_file() const { return parts_->ca_file; }

std::string Servers::write(const std::string& name, std::string_view content) const {
    return parts_->directory.write(name, content);
}

}  // namespace connprobe::demo
