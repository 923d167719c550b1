// Turns server lists, target arguments and options into targets, or into a list of everything that is wrong with them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/target.hpp"

namespace connprobe::config {

enum class Format { automatic, json, yaml, ndjson, lines };

struct Source {
    std::string file;  ///< "-" is standard input
    Format format = Format::automatic;
};

/// A value given on the command line for all servers: stronger than a file's `defaults`, weaker than a server's own.
struct OptionValue {
    std::string key;     ///< path of the key it sets, as in a file: "retry.delay", "tls.ca_file", "tls"
    std::string option;  ///< as the user wrote it, for messages: "--retry-delay"
    std::string value;   ///< its text; "true" for a flag
};

/// The built-in defaults, the weakest of all: they differ from command to command.
struct BuiltIn {
    Strategy strategy = Strategy::none;
    std::uint32_t max_attempts = 3;  ///< with a strategy
    Duration delay = std::chrono::seconds{1};
    bool persistent = false;  ///< RetryPolicy::persistent
};

struct Request {
    std::vector<Source> sources;         ///< read first, in this order
    std::vector<std::string> arguments;  ///< targets of the command line, after all sources
    std::vector<OptionValue> options;    ///< one that may be repeated (a retry rule) stands here once for each time
    std::vector<std::string> resolve;    ///< values of --resolve HOST:PORT:ADDR
    std::vector<std::string> tags;       ///< values of --tag: one of them must fit; "a,b" needs both, "!a" its absence
    std::vector<std::string> names;      ///< values of --name: one of the globs must fit
    BuiltIn built_in;
    bool keep_origins = false;                                                ///< fill Outcome::origins
    std::function<std::optional<std::string>(std::string_view)> environment;  ///< looks a variable up
};

/// One setting of one target, as --dry-run shows it.
struct Origin {
    std::string key;     ///< "retry.delay"
    std::string value;   ///< as a user would write it; never a secret
    std::string origin;  ///< "servers.yaml:3:12", "--retry-delay", "the target", "default"
};

struct Outcome {
    std::vector<Target> targets;  ///< selected, in order; empty if there are errors
    /// The first twenty, in order, and how many more; each a whole line:
    /// `servers.yaml:7:11: servers[0].port: expected 1–65535, found 70000`
    std::vector<std::string> errors;
    std::vector<std::string> warnings;         ///< the same
    std::vector<std::vector<Origin>> origins;  ///< one list a target, if asked for
    std::vector<std::string> formats;          ///< one a source: "servers.yaml: YAML, by its ending"
    std::size_t filtered = 0;                  ///< servers that --tag and --name left out
};

/// Reads everything, reports everything that is wrong at once. Opens the sources, touches nothing else.
[[nodiscard]] Outcome read_servers(const Request& request);

}  // namespace connprobe::config
