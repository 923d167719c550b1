// One handshake of the phase tls against a port on loopback, as the engine would do it.
#pragma once

#include <optional>
#include <string>

#include "connprobe/target.hpp"
#include "loopback_server.hpp"
#include "net/tls.hpp"

namespace connprobe::tests {

struct TlsProbe {
    Target target;
    TlsSettings settings;
    Duration timeout = std::chrono::seconds{20};  ///< long: no test depends on the machine's speed
    Duration connect_time{};
    bool reads = false;      ///< waits for the server's first byte before it closes
    bool late = false;       ///< begins only when the server has reset the connection
    bool cut_short = false;  ///< the run ends when the handshake waits for its first answer

    explicit TlsProbe(std::uint16_t port, std::string host = "localhost") {
        target.host = std::move(host);
        target.port = port;
    }
};

struct TlsOutcome {
    std::optional<Failure> failure;
    net::TlsReport report;
    Duration elapsed{};
    bool session_kept = false;

    [[nodiscard]] std::string code() const { return failure ? std::string{to_string(failure->code)} : "up"; }
};

/// With what is shared by the handshakes of a run.
[[nodiscard]] TlsOutcome run(const TlsProbe& probe, net::TlsContexts& contexts);
[[nodiscard]] TlsOutcome run(const TlsProbe& probe);

}  // namespace connprobe::tests
