// What to do next about one failure: its hint and its commands, with the facts of the server filled in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "model/next_commands.hpp"

namespace connprobe {

/// What is known when a server has failed.
struct Circumstances {
    const Target& target;
    const Failure& failure;
    std::string_view address{};      ///< of the server, or of the proxy before it: what was connected to or tried last
    std::string_view name_server{};  ///< an address literal, where the run asks this one and not the machine's
    std::uint16_t name_server_port = 53;
};

struct Advice {
    Where where;
    std::string command;  ///< safe to paste into a shell, whatever the list or the network put into its facts
};

/// The commands for the failure, the most telling first. One is missing where a fact is missing, or is none that belongs
/// into a command, or where it would ask somebody else than the probe did.
[[nodiscard]] std::vector<Advice> commands_about(const Circumstances& known);

/// The failure's hint. Where it is that of the code's row, the command in it is this server's, or is left out.
[[nodiscard]] std::string hint_about(const Circumstances& known);

}  // namespace connprobe
