// An authority made for the moment, and the certificates that it issues to the demo's TLS servers.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace connprobe::demo {

/// What one server's certificate says.
struct CertificateRequest {
    std::string names = "IP:127.0.0.1,DNS:localhost";  ///< subject alternative names in OpenSSL's notation
    int begins_in_days = -1;                           ///< from now; negative is past
    int ends_in_days = 90;
};

struct Free {
    void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const noexcept { X509_free(certificate); }
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
    void operator()(SSL* connection) const noexcept { SSL_free(connection); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// Keys are EC P-256 and live in memory only. Throws std::runtime_error when OpenSSL fails.
class Authority {
public:
    explicit Authority(const char* name);

    /// The authority's own certificate, for a `ca_file`.
    [[nodiscard]] std::string pem() const;

    /// A server's context that presents a fresh certificate and speaks TLS 1.2 and later.
    [[nodiscard]] Owned<SSL_CTX> server_context(const CertificateRequest& request) const;

private:
    [[nodiscard]] Owned<X509> issue(const CertificateRequest& request, EVP_PKEY* key) const;

    Owned<EVP_PKEY> key_;
    Owned<X509> certificate_;
};

}  // namespace connprobe::demo
