#include "net/tls_strict.hpp"

#include <openssl/err.h>

#include <cstddef>
#include <utility>

#include "net/tls_facts.hpp"
#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

// Lists may hold a million servers; what is forgotten is only looked at again.
constexpr std::size_t most_remembered = 4096;

std::string look(SSL* ssl) {
    const StoreContextPtr chain{X509_STORE_CTX_new()};
    auto* store = SSL_CTX_get_cert_store(SSL_get_SSL_CTX(ssl));
    if (!chain ||
        X509_STORE_CTX_init(chain.get(), store, SSL_get0_peer_certificate(ssl), SSL_get0_verified_chain(ssl)) != 1)
        return {};
    X509_STORE_CTX_set_default(chain.get(), "ssl_server");
    // The authorities are those of the verdict, to which an intermediate one is enough.
    X509_STORE_CTX_set_flags(chain.get(), X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
    const bool good = X509_verify_cert(chain.get()) == 1;
    ERR_clear_error();
    if (good) return {};
    const int error = X509_STORE_CTX_get_error(chain.get());
    auto* refused = X509_STORE_CTX_get_current_cert(chain.get());
    const auto whose = refused == nullptr ? std::string{"its chain"} : subject_of(*refused);
    return "clients that follow RFC 5280 strictly refuse the certificate: " + whose + ": " +
           X509_verify_cert_error_string(error);
}

}  // namespace

const std::string& StrictLooks::at(SSL* verified, const std::vector<Certificate>& sent) {
    if (found_.size() >= most_remembered) found_.clear();
    std::string chain;
    for (const auto& certificate : sent) chain += certificate.fingerprint_sha256;
    const auto [place, is_new] = found_.try_emplace(std::move(chain));
    if (is_new) place->second = look(verified);
    return place->second;
}

}  // namespace connprobe::net
