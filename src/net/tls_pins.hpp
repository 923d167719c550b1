// Public keys that a server must have one of: pins, as curl's --pinnedpubkey.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connprobe/failure.hpp"

using X509 = struct x509_st;

namespace connprobe::net {

/// "sha256//BASE64" of a certificate's public key (its SubjectPublicKeyInfo).
[[nodiscard]] std::string pin_of(const X509& certificate);

/// None if the key is among the pins, or there are no pins. A server without a certificate has no key.
[[nodiscard]] std::optional<Failure> pin_mismatch(const X509* certificate, const std::vector<std::string>& pins);

}  // namespace connprobe::net
