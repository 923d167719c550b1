#include "net/tls_pins.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "model/base64.hpp"

namespace connprobe::net {

std::string pin_of(const X509& certificate) {
    constexpr std::size_t sha256_size = 32;
    unsigned char* key = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &key);
    if (size <= 0) return {};
    std::array<unsigned char, sha256_size> digest{};
    const bool hashed =
        EVP_Digest(key, static_cast<std::size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr) == 1;
    OPENSSL_free(key);
    if (!hashed) return {};
    return "sha256//" + base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::optional<Failure> pin_mismatch(const X509* certificate, const std::vector<std::string>& pins) {
    if (pins.empty()) return std::nullopt;
    if (certificate == nullptr)
        return make_failure(Phase::tls, Code::pin_mismatch, "the server showed no certificate, and its key is pinned");
    const auto pin = pin_of(*certificate);
    if (std::ranges::find(pins, pin) != pins.end()) return std::nullopt;
    const auto expected =
        pins.size() == 1 ? "not " + pins.front() : "none of the " + std::to_string(pins.size()) + " that are pinned";
    return make_failure(Phase::tls, Code::pin_mismatch, "the server's public key is " + pin + ", " + expected);
}

}  // namespace connprobe::net
