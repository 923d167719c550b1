// Which name a server is asked for (SNI) and must prove with its certificate.
#pragma once

#include <string>

#include "connprobe/target.hpp"

namespace connprobe::net {

struct ServerName {
    std::string text;         ///< without trailing dot or zone; empty when there is none that could be proved
    bool is_address = false;  ///< an IP literal: it is proved as such, and not sent (RFC 6066 §3)
};

[[nodiscard]] ServerName server_name(const Target& target, const TlsSettings& settings);

}  // namespace connprobe::net
