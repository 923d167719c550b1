// A second look at a good certificate chain, by the rules that only strict clients apply: it makes a warning, no verdict.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

using SSL = struct ssl_st;

namespace connprobe::net {

/// Belongs to one thread. Remembers what it found, so that a chain seen before costs nothing.
class StrictLooks {
public:
    /// What is against RFC 5280 in the chain of a verified session, in one sentence; empty if nothing is.
    /// `fingerprint` is that of the server's certificate. Valid until the next call.
    [[nodiscard]] const std::string& at(SSL* verified, std::string_view fingerprint);

private:
    std::unordered_map<std::string, std::string> found_;
};

}  // namespace connprobe::net
