// Loopback servers inside this process that do what real ones do: answer, dawdle, refuse, show bad certificates.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "demo/behaviour.hpp"

namespace connprobe::demo {

struct Server {
    Behaviour behaviour;
    std::uint16_t port = 0;      ///< of 127.0.0.1; 0 for a unix socket
    std::string unix_path = {};  ///< empty unless it is one
};

/// Answers in one thread of its own, from the first server added until destruction. Every signal is blocked in that
/// thread. Throws std::system_error or std::runtime_error when the machine gives no socket, directory or certificate.
class Servers {
public:
    Servers();
    Servers(const Servers&) = delete;
    Servers& operator=(const Servers&) = delete;
    ~Servers();

    /// Starts a server on a free port, or in `directory`. It can be connected to when this returns.
    Server add(Behaviour behaviour);

    /// A private directory, there as long as this object: for a server list beside the sockets and `ca_file`.
    [[nodiscard]] std::string directory() const;
    /// The authority that all trusted servers' certificates are of: a PEM file.
    [[nodiscard]] std::string ca_file() const;
    /// Writes another file into `directory` and returns its path.
    std::string write(const std::string& name, std::string_view content) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace connprobe::demo
