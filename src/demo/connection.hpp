// One accepted connection of a demo server, as a script of steps that a poll loop drives.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "demo/certificates.hpp"
#include "demo/descriptor.hpp"

namespace connprobe::demo {

using Clock = std::chrono::steady_clock;

class Connection {
public:
    /// What is done next; a connection begins with any of them.
    enum class Step {
        dawdle,     ///< see the first bytes come, let `delay` pass, then shake hands
        handshake,  ///< answer TLS, then drain
        break_off,  ///< read what comes first, then close
        answer,     ///< read what comes first, say `answer`, then drain
        drain,      ///< read until the peer closes
    };
    static constexpr std::chrono::milliseconds delay{300};

    /// The socket does not block; `context` is null where no script shakes hands, `answer` static.
    Connection(Descriptor socket, Step first, SSL_CTX* context, std::string_view answer);

    [[nodiscard]] int socket() const noexcept { return socket_.get(); }
    [[nodiscard]] short events() const noexcept;  ///< to poll for
    /// When to proceed without any event.
    [[nodiscard]] std::optional<Clock::time_point> wakes() const noexcept { return resumes_; }

    /// Goes as far as it gets without waiting; false when the connection is over.
    [[nodiscard]] bool proceed(Clock::time_point now);

private:
    [[nodiscard]] bool dawdle(Clock::time_point now);
    [[nodiscard]] bool shake_hands();
    [[nodiscard]] bool answer();
    [[nodiscard]] bool drain();

    Descriptor socket_;
    Owned<SSL> tls_;
    Step step_;
    std::string_view answer_;
    std::optional<Clock::time_point> resumes_;
};

}  // namespace connprobe::demo
