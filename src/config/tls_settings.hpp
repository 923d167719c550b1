// What a server's merged settings say about TLS.
#pragma once

#include "config/merge.hpp"
#include "config/problems.hpp"
#include "config/settings.hpp"

namespace connprobe::config {

/// For a server that speaks TLS. Files are not looked at; the variable with the key's passphrase is.
[[nodiscard]] TlsSettings make_tls(const Merged& merged, Problems& problems, const Environment& environment);

}  // namespace connprobe::config
