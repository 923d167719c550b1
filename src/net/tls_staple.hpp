// The OCSP answer that a server staples to its certificate (RFC 6066 §8): is it good, and about this certificate?
#pragma once

#include <optional>

#include "connprobe/failure.hpp"
#include "connprobe/result.hpp"
#include "connprobe/target.hpp"

using SSL = struct ssl_st;

namespace connprobe::net {

struct StapleVerdict {
    Staple staple;
    std::optional<Failure> failure;
};

/// After a handshake in which it was asked for. One that came is believed if the issuer in the verified chain signed it,
/// or one whom that issuer lets sign it (RFC 6960 §4.2.2.2), and if it is current. A certificate that promises a staple
/// (RFC 7633) must come with one.
[[nodiscard]] StapleVerdict judge_staple(SSL* ssl, Ocsp wanted, WallTime now);

}  // namespace connprobe::net
