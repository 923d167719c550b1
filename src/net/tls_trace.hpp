// What was seen of a handshake: OpenSSL's callbacks write it down, and a failure's sentence is made of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/result.hpp"
#include "net/tls_handles.hpp"

namespace connprobe::net {

struct HandshakeTrace {
    std::string first;                   ///< the first bytes that the server sent, as many as were needed to know it
    std::size_t taken = 0;               ///< of them, by OpenSSL
    bool certificate_requested = false;  ///< a client certificate, that is
    bool answered = false;               ///< the server sent something after its handshake was done

    std::optional<bool> verified;  ///< none until the certificate came; false with `insecure`
    int verify_error = X509_V_OK;
    int depth = 0;               ///< of the certificate that was refused; 0 is the server's own
    std::size_t sent = 0;        ///< certificates that the server sent
    std::vector<X509Ptr> chain;  ///< the first of them; these are set on refusal only
    X509Ptr leaf, refused;
    std::optional<WallTime> revoked_at;

    /// The authority whose name constraints the refused certificate is against.
    X509Ptr constrainer;
    /// An authority that has the name of the issuer that could not be found; why it is not the issuer is
    /// `namesake_error`, an X509_V_ERR_*.
    X509Ptr namesake;
    int namesake_error = X509_V_OK;
};

/// Makes the callbacks of a session write to `trace`, until `stop_tracing`.
void trace_handshake(SSL* ssl, HandshakeTrace& trace) noexcept;
void stop_tracing(SSL* ssl) noexcept;

/// OpenSSL's callback for verifying a chain: notes what is wrong with it. For SSL_CTX_set_cert_verify_callback.
int verify_and_trace(X509_STORE_CTX* chain, void* unused) noexcept;

/// Reads what the server said beyond that, once OpenSSL has given up. False when there is enough, or nothing more will come.
[[nodiscard]] bool read_on(SSL* ssl, HandshakeTrace& trace) noexcept;

/// From here on `answered` is set when a handshake message comes: an alert may be the way to a refusal.
void watch_for_answer(SSL* ssl) noexcept;

}  // namespace connprobe::net
