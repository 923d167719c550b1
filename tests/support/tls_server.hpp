// A TLS server on loopback with any certificate and any setting.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>

#include "certificates.hpp"
#include "loopback_server.hpp"

namespace connprobe::tests {

using ServerContext = std::shared_ptr<SSL_CTX>;

inline ServerContext server_context(const Identity& identity) {
    const ServerContext context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    SSL_CTX_set_security_level(context.get(), 0);  // so that it can have certificates that are too weak
    must(SSL_CTX_use_certificate(context.get(), identity.certificate.get()) == 1, "a server's certificate");
    must(SSL_CTX_use_PrivateKey(context.get(), identity.key.get()) == 1, "a server's key");
    for (const auto& certificate : identity.chain)
        must(SSL_CTX_add1_chain_cert(context.get(), certificate.get()) == 1, "a server's chain");
    return context;
}

/// Shakes hands, then reads until the client hangs up.
inline std::function<void(int)> speak_tls(ServerContext context) {
    return [context = std::move(context)](int descriptor) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
        SSL_set_fd(ssl.get(), descriptor);
        char chunk[1024];
        if (SSL_accept(ssl.get()) == 1) {
            while (SSL_read(ssl.get(), chunk, sizeof chunk) > 0) {
            }
        }
        ::shutdown(descriptor, SHUT_WR);
        read_all(descriptor);  // so that an alert is not lost in a reset
    };
}

}  // namespace connprobe::tests
