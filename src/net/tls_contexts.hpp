// Whom TLS connections trust: authorities, read once for all threads, and one OpenSSL context per thread and trust.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"

using SSL_CTX = struct ssl_ctx_st;
using X509_STORE = struct x509_store_st;

namespace connprobe::net {

class StrictLooks;
class TlsSessions;

/// The trusted authorities, by the file they stand in; "" are the system's. Shared by all threads. Nothing is read, and
/// OpenSSL is not even touched, before the first question.
class Authorities {
public:
    struct Trusted {
        std::shared_ptr<X509_STORE> store;  ///< null when there is an error
        std::string error;                  ///< one sentence: what could not be read, and why
    };

    /// Reads a file at the first call, or says at every call what is wrong with it. Valid as long as this object.
    [[nodiscard]] const Trusted& read(const std::string& ca_file);

    /// What is wrong with a file, in one sentence, if anything is. The system's authorities are not looked at: reading
    /// them takes a while, and no list of servers can be blamed for them.
    [[nodiscard]] std::optional<std::string> check(const std::string& ca_file);

private:
    std::mutex mutex_;
    std::map<std::string, Trusted> trusted_;  // nodes stay where they are: references into it are handed out
};

/// One trust setting of one thread.
struct TlsContext {
    SSL_CTX* ssl;         ///< verifies the chain, unless a session turns that off
    StrictLooks* strict;  ///< null where nothing is verified
};

/// Belongs to one thread. Contexts differ by trust alone: versions, names and ALPN are set for each connection, so that
/// a thousand servers with settings of their own need one context.
class TlsContexts {
public:
    /// With `sessions`, which outlive this object, handshakes are resumed where servers allow it.
    explicit TlsContexts(Authorities& shared, TlsSessions* sessions = nullptr);
    ~TlsContexts();
    TlsContexts(const TlsContexts&) = delete;
    TlsContexts& operator=(const TlsContexts&) = delete;

    /// The context for these settings, made at the first call, or why there is none. Valid as long as this object.
    [[nodiscard]] std::variant<TlsContext, Failure> context(const TlsSettings& settings);

    /// Null where every handshake is to be a full one.
    [[nodiscard]] TlsSessions* sessions() noexcept { return sessions_; }

private:
    struct Entry;

    Authorities& shared_;
    TlsSessions* sessions_;
    std::map<std::optional<std::string>, std::unique_ptr<Entry>> entries_;  // by ca_file; none: nothing is verified
};

}  // namespace connprobe::net
