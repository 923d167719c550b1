// What the demo's servers do to those who connect, and which verdict each of them was built for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "connprobe/result.hpp"

namespace connprobe::demo {

enum class Behaviour : std::uint8_t {
    up,
    unix_socket,
    ready,
    tls,
    flapping,
    slow,
    expiring,
    expired,
    wrong_name,
    untrusted,
    plain_text,
    unavailable,
    loading,
    refusing,
    silent,
};

/// The verdict that a server was built for.
struct Expected {
    Status status;
    std::optional<Code> code = {};
    std::optional<WarningCode> warning = {};
    std::size_t attempts = 1;  ///< at least
};

struct BehaviourInfo {
    Behaviour behaviour;
    std::string_view name;  ///< of the server in the demo's list
    std::string_view does;  ///< a few words
    std::string_view tls;   ///< the value of `tls` in its line of the list; empty: it is asked without
    std::string_view keys;  ///< further keys of that line
    Expected expected;
    std::string_view answer = {};  ///< to what comes first, in plain text; empty: it says nothing
};

/// All behaviours, in the order of `Behaviour`. The storage is static.
[[nodiscard]] std::span<const BehaviourInfo> all_behaviours() noexcept;
[[nodiscard]] const BehaviourInfo& info(Behaviour behaviour) noexcept;

/// What is wrong with the result of such a server, as one line; none when it got its verdict.
[[nodiscard]] std::optional<std::string> surprise(Behaviour behaviour, const Result& result);

}  // namespace connprobe::demo
