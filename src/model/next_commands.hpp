// Commands with which a person looks further into a failure, for each code.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"

namespace connprobe {

/// Whether it is to be run where connprobe ran, on the machine that it could not reach, or on the proxy between them.
enum class Where : std::uint8_t { here, on_the_server, on_the_proxy };

/// One command. HOST, PORT, ADDRESS, NAME, PATH, PROTOCOL, USER, TARGET, URL, PROXY, PROXYHOST and PROXYPORT stand for
/// what a server is; what stands in brackets is left out where that is not known.
struct NextCommand {
    Code code;
    Where where;
    std::string_view text;
};

/// The ones for a code, the most telling first.
[[nodiscard]] std::span<const NextCommand> commands_for(Code code) noexcept;

/// The command with its placeholders, as it stands for any server.
[[nodiscard]] std::string in_general(const NextCommand& command);

}  // namespace connprobe
