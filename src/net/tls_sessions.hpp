// TLS sessions of earlier connections, by server: with one of them a handshake costs half (RFC 8446 §2.2).
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/target.hpp"

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;
using SSL_SESSION = struct ssl_session_st;

namespace connprobe::net {

/// Belongs to one thread, and outlives every connection that was offered to it.
class TlsSessions {
public:
    /// Before a handshake: resumes a session of this server if there is one, and keeps those that the server will send.
    /// Sessions are apart by address, name and trust: what was taken unverified never stands for what must be verified.
    void offer(SSL* ssl, const Target& target, const TlsSettings& settings);

    /// Makes the connections of a context tell of the sessions they are sent.
    static void watch(SSL_CTX* context) noexcept;

    /// The newest session of each server, as text. It holds secrets: whoever has it can read the connections that are
    /// resumed with it.
    [[nodiscard]] std::string text() const;

    /// Adds the sessions of a text that `text` gave. Returns what is wrong with it, and then nothing was added; empty
    /// if nothing is.
    [[nodiscard]] std::string add(std::string_view text);

    /// Servers with a session.
    [[nodiscard]] std::size_t size() const noexcept { return sessions_.size(); }

private:
    friend struct SessionOwner;
    struct Free {
        void operator()(SSL_SESSION* session) const noexcept;
    };
    using SessionPtr = std::unique_ptr<SSL_SESSION, Free>;
    using ByServer = std::map<std::string, std::vector<SessionPtr>>;

    void keep(const std::string& server, SessionPtr session);
    [[nodiscard]] SessionPtr take(const std::string& server);

    ByServer sessions_;  // the newest last
};

}  // namespace connprobe::net
