// What a lookup that failed means: tables from the statuses of c-ares and getaddrinfo to a code and a fact.
#pragma once

#include <optional>
#include <string>

#include "connprobe/failure.hpp"

namespace connprobe::net {

struct DnsFault {
    Code code;
    std::string fact;  ///< a clause that a sentence can end with: "the DNS server answered SERVFAIL"
};

/// Of an ARES_* status (ares.h) other than success; none for one that has no row.
[[nodiscard]] std::optional<DnsFault> ares_fault(int status);

/// Of an EAI_* status of getaddrinfo(3) other than 0; none for one that has no row. `error` is the errno right after
/// the call, which says what EAI_SYSTEM means.
[[nodiscard]] std::optional<DnsFault> getaddrinfo_fault(int status, int error);

}  // namespace connprobe::net
