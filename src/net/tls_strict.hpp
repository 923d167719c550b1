// A second look at a good certificate chain, by the rules that only strict clients apply: it makes a warning, no verdict.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "connprobe/result.hpp"

using SSL = struct ssl_st;

namespace connprobe::net {

/// Belongs to one thread. Remembers what it found, so that a chain seen before costs nothing.
class StrictLooks {
public:
    /// What is against RFC 5280 in the chain of a verified session, in one sentence; empty if nothing is.
    /// `sent` is the chain that the server sent. Valid until the next call.
    [[nodiscard]] const std::string& at(SSL* verified, const std::vector<Certificate>& sent);

private:
    std::unordered_map<std::string, std::string> found_;
};

}  // namespace connprobe::net
