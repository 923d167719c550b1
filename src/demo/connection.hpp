// One accepted connection of a demo server, as a script of steps that a poll loop drives.
#pragma once

#include <chrono>
#include <optional>

#include "demo/certificates.hpp"
#include "demo/descriptor.hpp"

namespace connprobe::demo {

using Clock = std::chrono::steady_clock;

class Connection {
public:
    /// What is done next; a connection begins with any of them.
    enum class Step {
        dawdle,      ///< see the first bytes come, let `delay` pass, then shake hands
        handshake,   ///< answer TLS, then drain
        break_off,   ///< read what comes first, then close
        speak_http,  ///< read what comes first, answer it in plain HTTP, then drain
        drain,       ///< read until the peer closes
    };
    static constexpr std::chrono::milliseconds delay{300};

    /// The socket does not block; `context` is null where no script shakes hands.
    Connection(Descriptor socket, Step first, SSL_CTX* context);

    [[nodiscard]] int socket() const noexcept { return socket_.get(); }
    [[nodiscard]] short events() const noexcept;  ///< to poll for
    /// When to proceed without any event.
    [[nodiscard]] std::optional<Clock::time_point> wakes() const noexcept { return resumes_; }

    /// Goes as far as it gets without waiting; false when the connection is over.
    [[nodiscard]] bool proceed(Clock::time_point now);

private:
    [[nodiscard]] bool dawdle(Clock::time_point now);
    [[nodiscard]] bool shake_hands();
    [[nodiscard]] bool answer_in_http();
    [[nodiscard]] bool drain();

    Descriptor socket_;
    Owned<SSL> tls_;
    Step step_;
    std::optional<Clock::time_point> resumes_;
};

}  // namespace connprobe::demo
