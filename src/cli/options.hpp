// What a command line asks for, in the terms of those who do it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_table.hpp"
#include "config/servers.hpp"
#include "connprobe/prober.hpp"
#include "report/registry.hpp"
#include "terminal/colour.hpp"
#include "warm/warmer.hpp"

namespace connprobe::cli {

enum class Action : std::uint8_t { run, short_help, help, version };

enum class LogLevel : std::uint8_t { off, error, warning, info, debug };

/// One --output.
struct Output {
    const report::FormatInfo* format = nullptr;
    std::string file;                    ///< empty: standard output
    std::string written;                 ///< the option as its user wrote it, for messages
    bool names_standard_output = false;  ///< with =-: also where a program follows whose output it then precedes
    bool is_implied = false;             ///< the table, where nothing else is printed
};

struct Options {
    Command command = Command::probe;
    Action action = Action::run;
    config::Request request;         ///< where the servers are, and what is said for all of them
    std::vector<std::string> words;  ///< of explain and completion
    std::vector<std::string> cmd;    ///< the program to become when all went well, with its arguments; empty: none
    ProberOptions prober;
    warm::Options warm;
    warm::SteadyRule steady;
    bool until_steady = false;
    bool pass_fds = false;
    std::string save_sessions, load_sessions;  ///< names of files; empty: none
    std::vector<Output> outputs;  ///< complete: the table stands here where it is printed without being asked for
    terminal::When color = terminal::When::automatic;
    terminal::When progress = terminal::When::automatic;
    LogLevel log_level = LogLevel::warning;
    bool dry_run = false;
    bool seeded = false;    ///< prober.seed was given
    bool fallback = false;  ///< one at a time, where many at a time have failed
    bool quiet = false;
    bool show_all = false;
    bool exit_zero = false;
    bool serve = false;
    int verbosity = 0;  ///< how often --verbose was given
};

struct Parsed {
    Options options;
    std::vector<std::string> errors;  ///< whole sentences; the options are of no use when there are any
};

/// Reads a command line without the program's name. Opens nothing.
[[nodiscard]] Parsed parse(const std::vector<std::string_view>& arguments);

}  // namespace connprobe::cli
