// Why a server's certificate was refused: from OpenSSL's number and the certificates to a code and a sentence.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/result.hpp"

namespace connprobe::net {

/// What the sentences are made of.
struct Refusal {
    long error = 0;            ///< an X509_V_ERR_*
    std::size_t depth = 0;     ///< of the certificate that was refused; 0 is the server's own
    std::size_t sent = 0;      ///< certificates that the server sent
    Certificate certificate;   ///< the one that was refused
    std::string key;           ///< of it: "RSA, 1024 bits"
    bool key_is_known = true;  ///< OpenSSL can read it
    std::string signature;     ///< of it: "sha1WithRSAEncryption"
    std::string usage;         ///< what it may be used for, if it says so
    std::string_view name;     ///< that the server's own should have been for
    bool is_address = false;   ///< that name
    std::string trusted;       ///< whom to trust: files; empty: the system's authorities
    std::string_view crl_file = {};
    std::optional<WallTime> revoked_at = {};
    WallTime now;

    std::string constrainer;  ///< the authority whose name constraints it is against; empty: not known
    std::string constraints;  ///< the names that those permit or exclude
    std::string namesake;     ///< an authority with the issuer's name that is not the issuer; empty: there is none
    long namesake_error = 0;  ///< why it is not, an X509_V_ERR_*
};

[[nodiscard]] Failure certificate_failure(Refusal refusal);

}  // namespace connprobe::net
