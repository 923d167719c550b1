// Cipher suites by their names, those of OpenSSL and those of the IANA registry.
#pragma once

#include <string>
#include <vector>

#include "connprobe/target.hpp"

using SSL = struct ssl_st;

namespace connprobe::net {

/// What is wrong with the suites to offer, in one sentence that begins with `ciphers`; empty if nothing is.
[[nodiscard]] std::string cipher_fault(const TlsSettings& settings);

/// Makes a session offer these suites and no others; of a version without any, it offers none. The names must be good.
void offer_ciphers(SSL* ssl, const std::vector<std::string>& names);

}  // namespace connprobe::net
