// The names that an authority may, or may not, issue certificates for (RFC 5280 §4.2.1.10), for people to read.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace connprobe::net {

/// "example.org, 10.0.0.0/255.0.0.0", five at most and how many more: those permitted, or those excluded. Empty if there
/// are none.
[[nodiscard]] std::string constrained_names(const X509& authority, bool permitted);

}  // namespace connprobe::net
