// Who we are to servers that ask: client certificates with their keys, read once for all threads.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "connprobe/target.hpp"
#include "net/tls_handles.hpp"

namespace connprobe::net {

/// A client certificate, ready to be shown; without one there is an error.
struct Identity {
    X509Ptr certificate;
    PkeyPtr key;
    std::vector<X509Ptr> chain;
    std::string error;  ///< one sentence that begins with the file: what is wrong with it, and what would be right
};

/// Nothing is read before the first question.
class Identities {
public:
    /// Null where none is to be shown. Reads the files at the first call; valid as long as this object.
    [[nodiscard]] const Identity* read(const TlsSettings& settings);

    /// What is wrong with the files, in one sentence, if anything is.
    [[nodiscard]] std::optional<std::string> check(const TlsSettings& settings);

private:
    using Files = std::tuple<std::string, std::string, std::string, std::optional<std::string>>;

    std::mutex mutex_;
    std::map<Files, Identity> read_;  // nodes stay where they are: references into it are handed out
};

/// Is a client certificate to be shown?
[[nodiscard]] bool has_identity(const TlsSettings& settings) noexcept;

/// Has this session one to show?
[[nodiscard]] bool has_identity(const SSL& session) noexcept;

/// Makes a session show it when the server asks. False if there is no memory.
[[nodiscard]] bool show(SSL* ssl, const Identity& identity) noexcept;

}  // namespace connprobe::net
