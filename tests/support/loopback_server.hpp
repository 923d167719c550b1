// A server on loopback, in a thread of the test, that treats every connection as the test says.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "listener.hpp"

namespace connprobe::tests {

/// OpenSSL writes with write(2), which raises SIGPIPE when the other side is gone.
inline void block_sigpipe() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

class LoopbackServer {
public:
    /// `treat` gets a connected, blocking descriptor, on a thread of its own; the descriptor is closed after it.
    explicit LoopbackServer(std::function<void(int)> treat) : treat_{std::move(treat)} {
        block_sigpipe();
        listener_.listen();
        acceptor_ = std::thread{[this] { accept_all(); }};
    }
    ~LoopbackServer() {
        ::shutdown(listener_.descriptor(), SHUT_RD);  // ends the waiting accept
        acceptor_.join();
        for (auto& thread : connections_) thread.join();
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

private:
    void accept_all() {
        for (;;) {
            auto connection = listener_.accept();
            if (connection.get() < 0) return;
            connections_.emplace_back([this, client = std::move(connection)] { treat_(client.get()); });
        }
    }

    std::function<void(int)> treat_;
    Listener listener_;
    std::thread acceptor_;
    std::vector<std::thread> connections_;  // touched by the acceptor until it is joined
};

inline void send_text(int descriptor, std::string_view text) {
    ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
}

/// Blocks until the client has said something; returns false when it hung up instead.
inline bool wait_for_client(int descriptor) {
    char byte = 0;
    return ::recv(descriptor, &byte, 1, MSG_PEEK) > 0;
}

/// Reads until the client hangs up.
inline void read_all(int descriptor) {
    char chunk[4096];
    while (::recv(descriptor, chunk, sizeof chunk, 0) > 0) {
    }
}

/// Makes the closing of the descriptor a reset.
inline void reset_on_close(int descriptor) {
    const linger at_once{1, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace connprobe::tests
