// Whom TLS connections trust: authorities, read once for all threads, and one OpenSSL context per thread and trust.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"

using SSL_CTX = struct ssl_ctx_st;
using X509_STORE = struct x509_store_st;

namespace connprobe::net {

class Identities;
class StrictLooks;
class TlsSessions;
struct Identity;

/// SHA-1, MD5 and RSA keys under 2048 bits are refused (SSL_CTX_set_security_level(3)), also in our own certificate.
inline constexpr int security_level = 2;

/// Where the authorities stand that are trusted, with what they have revoked. Without file and directory: the system's.
struct Trust {
    std::string ca_file, ca_dir, crl_file;

    friend auto operator<=>(const Trust&, const Trust&) = default;
};

/// The files that TLS needs: trusted authorities and, beside them, client certificates. Shared by all threads. Nothing is
/// read, and OpenSSL is not even touched, before the first question.
class Authorities {
public:
    Authorities();
    ~Authorities();
    Authorities(const Authorities&) = delete;
    Authorities& operator=(const Authorities&) = delete;

    struct Trusted {
        std::shared_ptr<X509_STORE> store;  ///< null when there is an error
        std::string error;                  ///< one sentence: what could not be read, and why
    };

    /// Reads the files at the first call, or says at every call what is wrong with them. Valid as long as this object.
    [[nodiscard]] const Trusted& read(const Trust& trust);

    /// What is wrong with the files of these settings, one sentence each. The system's authorities are not looked at:
    /// reading them takes a while, and no list of servers can be blamed for them.
    [[nodiscard]] std::vector<std::string> faults(const TlsSettings& settings);

    /// The other side: what servers that ask are shown of us.
    [[nodiscard]] Identities& identities() noexcept { return *identities_; }

private:
    std::mutex mutex_;
    std::map<Trust, Trusted> trusted_;  // nodes stay where they are: references into it are handed out
    std::unique_ptr<Identities> identities_;
};

[[nodiscard]] Trust trust_of(const TlsSettings& settings);

/// One trust setting of one thread.
struct TlsContext {
    SSL_CTX* ssl;              ///< verifies the chain, unless a session turns that off
    StrictLooks* strict;       ///< null where nothing is verified
    const Identity* identity;  ///< the client certificate to show, if any
};

/// Belongs to one thread. Contexts differ by trust alone: versions, names and ALPN are set for each connection, so that
/// a thousand servers with settings of their own need one context.
class TlsContexts {
public:
    /// With `sessions`, which outlive this object, handshakes are resumed where servers allow it, and if `if_asked` only
    /// where the settings say so.
    explicit TlsContexts(Authorities& shared, TlsSessions* sessions = nullptr, bool if_asked = false);
    ~TlsContexts();
    TlsContexts(const TlsContexts&) = delete;
    TlsContexts& operator=(const TlsContexts&) = delete;

    /// The context for these settings, made at the first call, or why there is none. Valid as long as this object.
    [[nodiscard]] std::variant<TlsContext, Failure> context(const TlsSettings& settings);

    /// Null where every handshake is to be a full one.
    [[nodiscard]] TlsSessions* sessions(const TlsSettings& settings) noexcept {
        return if_asked_ && !settings.resume ? nullptr : sessions_;
    }

private:
    struct Entry;

    Authorities& shared_;
    TlsSessions* sessions_;
    bool if_asked_;
    std::map<std::optional<Trust>, std::unique_ptr<Entry>> entries_;  // none: nothing is verified
};

}  // namespace connprobe::net
