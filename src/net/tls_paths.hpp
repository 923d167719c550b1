// Verifies a chain where several certificates of one authority came, by whichever of them leads to one that is trusted.
#pragma once

#include <openssl/x509_vfy.h>

namespace connprobe::net {

/// As X509_verify_cert, which takes the first certificate that has the issuer's name and looks at no other: of an
/// authority that was cross-signed, or made anew under its name, servers send both. What is found in the end is in
/// `chain`: the path that is good, or what was wrong with the first one.
[[nodiscard]] bool verify_by_any_path(X509_STORE_CTX* chain);

}  // namespace connprobe::net
