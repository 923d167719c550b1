// Small listening sockets for tests: on a free loopback port, closed when they go.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace connprobe::tests {

/// A descriptor that is closed when it goes.
class Descriptor {
public:
    explicit Descriptor(int value = -1) : value_{value} {}
    Descriptor(Descriptor&& other) noexcept : value_{std::exchange(other.value_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    [[nodiscard]] int get() const { return value_; }

private:
    int value_;
};

/// Bound to a free port of `address`. It refuses until `listen` is called.
class Listener {
public:
    explicit Listener(const char* address = "127.0.0.1") : Listener{address, 0} {}

    /// Another one at the same port, which can listen when this one has closed: the port stays taken meanwhile.
    [[nodiscard]] Listener successor() const {
        const int on = 1;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        return Listener{address_.c_str(), port_};
    }

    /// Refuses from now on.
    void close() { socket_ = Descriptor{}; }

private:
    Listener(const char* address, std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        const int on = 1;
        if (port != 0) ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        sockaddr_in ip{};
        ip.sin_family = AF_INET;
        ip.sin_port = htons(port);
        ::inet_pton(AF_INET, address, &ip.sin_addr);
        socklen_t size = sizeof ip;
        if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&ip), size) != 0 ||
            ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&ip), &size) != 0)
            throw std::runtime_error{"no free port"};
        port_ = ntohs(ip.sin_port);
        address_ = address;
    }

public:
    Listener& listen(int backlog = 1024) {
        if (::listen(socket_.get(), backlog) != 0) throw std::runtime_error{"listen"};
        return *this;
    }

    /// Fills the queue of pending connections, so that further SYNs are dropped.
    Listener& keep_silent() {
        listen(0);
        for (int i = 0; i < 8; ++i) {
            Descriptor client{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
            sockaddr_in ip{};
            ip.sin_family = AF_INET;
            ip.sin_port = htons(port_);
            ::inet_pton(AF_INET, address_.c_str(), &ip.sin_addr);
            static_cast<void>(::connect(client.get(), reinterpret_cast<sockaddr*>(&ip), sizeof ip));
            pollfd done{client.get(), POLLOUT, 0};
            const bool connected = ::poll(&done, 1, 50) > 0;
            fillers_.push_back(std::move(client));
            if (!connected) return *this;
        }
        throw std::runtime_error{"the queue could not be filled"};
    }

    /// Waits for a connection.
    [[nodiscard]] Descriptor accept() const {
        return Descriptor{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] int descriptor() const { return socket_.get(); }

private:
    Descriptor socket_;
    std::uint16_t port_ = 0;
    std::string address_;
    std::vector<Descriptor> fillers_;
};

}  // namespace connprobe::tests
