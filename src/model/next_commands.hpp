// Commands with which a person looks further into a failure, with the facts of one server filled in.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/result.hpp"

namespace connprobe {

/// Whether it is to be run where connprobe ran, or on the machine that it could not reach.
enum class Where : std::uint8_t { here, on_the_server };

/// One command. HOST, PORT, ADDRESS, NAME, PATH, PROTOCOL, TARGET, URL and PROXY stand for what a server is; what stands in
/// brackets is left out where that is not known.
struct NextCommand {
    Code code;
    Where where;
    std::string_view text;
};

/// The ones for a code, the most telling first; none for a code that no command says more about.
[[nodiscard]] std::span<const NextCommand> commands_for(Code code) noexcept;

/// The command with its placeholders, as it stands for any server.
[[nodiscard]] std::string in_general(const NextCommand& command);

/// The command for the server of this result, safe to paste into a shell whatever the server's list or the network put
/// into it. Empty where a fact is missing, or is none that belongs into a command.
[[nodiscard]] std::string filled_in(const NextCommand& command, const Result& result);

}  // namespace connprobe
