#include "cli/option_table.hpp"

#include <algorithm>
#include <array>

namespace connprobe::cli {
namespace {

using enum Group;
using enum Value;

constexpr std::array commands{
    CommandInfo{Command::probe, "probe", "[OPTIONS] TARGET...", "Probe each server once, with retries (the default)"},
    CommandInfo{Command::wait, "wait", "wait [OPTIONS] TARGET... [-- CMD [ARGUMENT...]]",
                "Wait until enough servers are up, then run CMD"},
    CommandInfo{Command::warm, "warm", "warm [OPTIONS] TARGET... [-- CMD [ARGUMENT...]]",
                "Open connections to every server at once and keep them warm"},
    CommandInfo{Command::explain, "explain", "explain [CODE]", "Say what a failure code means and what to do"},
    CommandInfo{Command::demo, "demo", "demo [OPTIONS]", "Try it on servers that it starts itself, offline"},
    CommandInfo{Command::completion, "completion", "completion bash|zsh|fish", "Print a completion script for a shell"},
};

/// One of the command warm alone.
constexpr OptionInfo warm_option(std::string_view name, std::string_view argument, Value value, std::string_view help,
                                 std::string_view key = {}, std::string_view words = {}) {
    return {.letter = '\0',
            .name = name,
            .argument = argument,
            .value = value,
            .group = kept,
            .help = help,
            .key = key,
            .words = words,
            .of = only(Command::warm)};
}

constexpr std::array options{
    OptionInfo{'s',
               "servers",
               "FILE",
               file,
               targets,
               "Read them from FILE: JSON, YAML, NDJSON or lines; - is standard input",
               "",
               {},
               true},
    OptionInfo{'\0', "servers-format", "FORMAT", word, targets, "json, yaml, ndjson, lines [by ending or content]", "",
               "json yaml ndjson lines"},
    OptionInfo{
        '\0', "tag", "TAG[,TAG]", text, targets, "Only servers with this tag (A,B: both; !A: without)", "", {}, true},
    OptionInfo{'\0', "name", "GLOB", text, targets, "Only servers whose name fits, such as 'db-*'", "", {}, true},
    OptionInfo{'\0', "dry-run", "", flag, targets, "Show servers, options, retry times; probe nothing", ""},

    OptionInfo{'c', "max-concurrent", "N", text, at_once, "Attempts at the same time [auto: by the answers]", "",
               "auto"},
    OptionInfo{.letter = '\0',
               .name = "threads",
               .argument = "N",
               .value = text,
               .group = at_once,
               .help = "[one for each 32 servers, at most the processors]",
               .of = passing},
    OptionInfo{.letter = '\0',
               .name = "deadline",
               .argument = "TIME",
               .value = time,
               .group = at_once,
               .help = "End the run after TIME (500ms, 2s, 1m30s) [none]",
               .in_wait = "Give up after TIME (500ms, 2s, 1m30s; 0: never) [60s]",
               .in_warm = "Give up opening after TIME [none]"},
    OptionInfo{.letter = '\0',
               .name = "fallback",
               .argument = "HOW",
               .value = word,
               .group = at_once,
               .help = "sequential: if fewer than half are up, the others once more, one at a time",
               .words = "sequential",
               .of = only(Command::probe),
               .why_not = "it is for one pass; here servers are tried again in any case"},
    OptionInfo{.letter = 't',
               .name = "timeout",
               .argument = "TIME",
               .value = time,
               .group = at_once,
               .help = "The same as --deadline",
               .of = with_cmd,
               .stands_for = "deadline"},

    OptionInfo{.letter = 't',
               .name = "timeout",
               .argument = "TIME",
               .value = time,
               .group = one_attempt,
               .help = "All phases of one attempt together [5s]",
               .key = "timeout",
               .of = only(Command::probe)},
    OptionInfo{.letter = '\0',
               .name = "attempt-timeout",
               .argument = "TIME",
               .value = time,
               .group = one_attempt,
               .help = "The same as --timeout",
               .key = "timeout",
               .in_wait = "All phases of one attempt together [5s]",
               .in_warm = "All phases of one attempt together [5s]"},
    OptionInfo{'\0', "dns-timeout", "TIME", time, one_attempt, "The name alone", "dns_timeout"},
    OptionInfo{'\0', "connect-timeout", "TIME", time, one_attempt, "The connection alone", "connect_timeout"},
    OptionInfo{'\0', "proxy-timeout", "TIME", time, one_attempt, "The way through a proxy alone", "proxy_timeout"},
    OptionInfo{'\0', "tls-timeout", "TIME", time, one_attempt, "The TLS handshake alone", "tls_timeout"},
    OptionInfo{'\0', "check-timeout", "TIME", time, one_attempt, "The check alone", "check_timeout"},
    OptionInfo{'4', "", "", flag, one_attempt, "Use IPv4 addresses only", "family", "ipv4"},
    OptionInfo{'6', "", "", flag, one_attempt, "Use IPv6 addresses only", "family", "ipv6"},
    OptionInfo{'\0', "source", "ADDR", text, one_attempt, "Connect from this address of this machine", "source"},
    OptionInfo{'\0', "interface", "NAME", text, one_attempt, "Connect through this network interface", "interface"},
    OptionInfo{'\0', "address-delay", "TIME", time, one_attempt, "Between the addresses of a name [250ms]",
               "address_delay"},
    OptionInfo{.letter = '\0',
               .name = "all-addresses",
               .value = flag,
               .group = one_attempt,
               .help = "Judge every address of a name separately",
               .key = "all_addresses",
               .words = "true",
               .of = passing,
               .why_not = "a connection that is kept goes to one address"},
    OptionInfo{'\0',
               "resolve",
               "HOST:PORT:ADDR",
               text,
               one_attempt,
               "Connect to ADDR for HOST:PORT, ask for no name",
               "",
               {},
               true},
    OptionInfo{'\0', "proxy", "URL", text, one_attempt, "http, https, socks5, socks5h://[USER:PASSWORD@]HOST:PORT",
               "proxy", "http:// https:// socks5:// socks5h:// none"},
    OptionInfo{'\0', "resolver", "HOW", text, one_attempt, "Who resolves names: auto, system, dns[:ADDR[:PORT]]", "",
               "auto system dns"},

    OptionInfo{.letter = '\0',
               .name = "retry",
               .argument = "STRATEGY",
               .value = text,
               .group = again,
               .help = "fixed, exponential, or N for N retries [none]",
               .key = "retry",
               .words = "none fixed exponential",
               .in_wait = "fixed, exponential, or N for N retries [fixed]"},
    OptionInfo{.letter = '\0',
               .name = "max-attempts",
               .argument = "N",
               .value = text,
               .group = again,
               .help = "The first included [3 with a strategy]",
               .key = "retry.max_attempts",
               .in_wait = "The first included; 0: no limit [0]"},
    OptionInfo{.letter = '\0',
               .name = "retry-delay",
               .argument = "TIME",
               .value = time,
               .group = again,
               .help = "Before the first retry [1s]",
               .key = "retry.delay",
               .in_wait = "Between attempts [250ms]"},
    OptionInfo{'\0', "retry-max-delay", "TIME", time, again, "No delay grows beyond it [30s]", "retry.max_delay"},
    OptionInfo{'\0', "retry-multiplier", "X", text, again, "Each delay is X times the last [2]", "retry.multiplier"},
    OptionInfo{'\0', "retry-jitter", "F|full", text, again, "Spread of each delay, 0 to 1 [0.1]", "retry.jitter",
               "full"},
    OptionInfo{'\0',
               "retry-rule",
               "RULE",
               text,
               again,
               "By failure: 'auth=stop', 'dns,timeout=fixed(2s)'; the first that fits decides",
               "retry.rules",
               {},
               true},
    OptionInfo{'\0', "seed", "N", text, again, "Draw the same delays as another run with this N", ""},

    OptionInfo{'\0', "tls", "", flag, tls, "Speak TLS, unless a target says otherwise", "tls"},
    OptionInfo{'\0', "server-name", "NAME", text, tls, "Name to ask for and verify [the target's host]",
               "tls.server_name"},
    OptionInfo{'\0', "cacert", "FILE", file, tls, "Trust these authorities instead of the system's", "tls.ca_file"},
    OptionInfo{'\0', "capath", "DIRECTORY", file, tls, "The same, under hashed names (openssl rehash)", "tls.ca_dir"},
    OptionInfo{'\0', "cert", "FILE", file, tls, "Show this client certificate, with its chain", "tls.cert_file"},
    OptionInfo{'\0', "key", "FILE", file, tls, "Its private key [in the same file]", "tls.key_file"},
    OptionInfo{'k', "insecure", "", flag, tls, "Report the certificate, do not verify it", "tls.insecure"},
    OptionInfo{'\0', "alpn", "NAME[,NAME]", text, tls, "Protocols to offer, such as h2,http/1.1", "tls.alpn",
               "h2 http/1.1"},
    OptionInfo{'\0', "tls-min", "VERSION", text, tls, "The oldest version to accept [1.2]", "tls.min_version",
               "1.2 1.3"},
    OptionInfo{'\0', "tls-max", "VERSION", text, tls, "The newest version to offer [1.3]", "tls.max_version",
               "1.2 1.3"},

    OptionInfo{'\0', "starttls", "PROTO", text, tls, "Switch to TLS in smtp, imap, pop3, ftp, ldap, postgres, mysql",
               "starttls", "smtp imap pop3 ftp ldap postgres mysql"},

    OptionInfo{'\0', "min-success", "N|P%", text, enough, "How many must be up; also: all, any [all]", "", "all any"},
    OptionInfo{.letter = '\0',
               .name = "consecutive",
               .argument = "N",
               .value = text,
               .group = enough,
               .help = "wait: a server is up after N successes in a row [1]",
               .of = only(Command::wait),
               .in_wait = "A server is up after N successes in a row [1]"},
    OptionInfo{.letter = '\0',
               .name = "down",
               .value = flag,
               .group = enough,
               .help = "wait: until they are gone",
               .of = only(Command::wait),
               .in_wait = "Wait until they are gone"},
    OptionInfo{.letter = '\0',
               .name = "fail-fast",
               .value = flag,
               .group = enough,
               .help = "Stop as soon as enough can no longer be up",
               .of = passing},
    OptionInfo{'\0', "max-latency", "TIME", time, enough, "Slower is degraded (exit status 3)", "max_latency"},
    OptionInfo{'\0', "cert-expiry", "TIME", time, enough, "A certificate that ends sooner (14d) is degraded",
               "cert_expiry"},
    OptionInfo{'\0', "exit-zero", "", flag, enough, "Exit with 0 instead of 1, 3 and 124", ""},

    warm_option("connections", "N", text, "Opened to each server at the same time [1]", "connections"),
    warm_option("ramp", "TIME", time, "Spread the opening evenly over TIME"),
    warm_option("until-steady", "", flag, "Go on with requests until the latency has settled"),
    warm_option("steady-window", "N", text, "Requests in a window [20]"),
    warm_option("steady-within", "P%", text, "Steady: their median changes by less [10%] ..."),
    warm_option("steady-windows", "N", text, "... this many times in a row [3]"),
    warm_option("steady-limit", "N", text, "Give up after this many requests [1000]"),
    warm_option("hold", "TIME", text, "Keep them open for TIME, or forever", "", "forever"),
    warm_option("keepalive", "TIME", time, "How often each is checked; 0: never [10s]"),
    warm_option("max-lifetime", "TIME", time, "Replace one that is older [never]"),
    warm_option("pass-fds", "", flag, "Give CMD the plain connections as descriptors 3, 4, ..."),
    warm_option("save-sessions", "FILE", file, "Write the TLS sessions for a later run"),
    warm_option("load-sessions", "FILE", file, "Resume the TLS sessions of an earlier run"),

    OptionInfo{'o', "output", "FORMAT[=FILE]", text, output, "table, json, ndjson, or FILE.json [table]", "",
               "table json ndjson", true},
    OptionInfo{'j', "json", "", flag, output, "The same as --output json", ""},
    OptionInfo{'q', "quiet", "", flag, output, "Nothing on standard output", ""},
    OptionInfo{'\0', "all", "", flag, output, "Every server in the table, however many", ""},
    OptionInfo{'\0', "color", "WHEN", word, output, "auto, always, never [auto: on a terminal]", "",
               "auto always never"},
    OptionInfo{'\0', "progress", "WHEN", word, output, "A line on standard error: auto, always, never", "",
               "auto always never"},
    OptionInfo{'v', "verbose", "", flag, output, "Log every attempt; -vv: every step", ""},
    OptionInfo{'\0', "log-level", "LEVEL", word, output, "off, error, warning, info, debug [warning]", "",
               "off error warning info debug"},

    OptionInfo{
        '\0', "serve", "", flag, other, "demo: keep its servers until Ctrl-C", "", {}, false, only(Command::demo)},
    OptionInfo{'h', "", "", flag, other, "A short help", "", {}, false, every_command},
    OptionInfo{'\0', "help", "", flag, other, "This help", "", {}, false, every_command},
    OptionInfo{'V',
               "version",
               "",
               flag,
               other,
               "The version; with -v also those of the libraries",
               "",
               {},
               false,
               every_command},
};

using namespace std::string_view_literals;

constexpr std::array reserved_commands{"watch"sv, "report"sv, "compare"sv};

constexpr std::array reserved_options{
    "rate"sv,
    "stream"sv,
    "max-per-host"sv,
    "count"sv,
};

constexpr std::array reserved_formats{"csv"sv, "junit"sv, "prometheus"sv, "markdown"sv, "html"sv, "tap"sv, "github"sv};

template <typename Range, typename Fits>
auto* find(const Range& range, Fits fits) noexcept {
    const auto found = std::ranges::find_if(range, fits);
    return found == range.end() ? nullptr : &*found;
}

/// The one that the command takes, else the first.
template <typename Fits>
const OptionInfo* find_for(Command command, Fits fits) noexcept {
    const OptionInfo* own =
        find(options, [&](const OptionInfo& option) { return fits(option) && takes(info(command), option); });
    return own != nullptr ? own : find(options, fits);
}

}  // namespace

std::span<const OptionInfo> all_options() noexcept { return options; }
std::span<const CommandInfo> all_commands() noexcept { return commands; }

std::string_view title(Group group) noexcept {
    constexpr std::array titles{"Targets"sv, "At once"sv,   "One attempt"sv, "Again"sv, "TLS"sv,
                                "Enough"sv,  "Kept open"sv, "Output"sv,      "Other"sv};
    return titles.at(static_cast<std::size_t>(group));
}

const OptionInfo* find_option(std::string_view name, Command command) noexcept {
    if (name.empty()) return nullptr;
    return find_for(command, [&](const OptionInfo& option) { return option.name == name; });
}

const OptionInfo* find_option(char letter, Command command) noexcept {
    if (letter == '\0') return nullptr;
    return find_for(command, [&](const OptionInfo& option) { return option.letter == letter; });
}

const CommandInfo* find_command(std::string_view name) noexcept {
    return find(commands, [&](const CommandInfo& command) { return command.name == name; });
}

const CommandInfo& info(Command command) noexcept { return commands.at(static_cast<std::size_t>(command)); }

std::string spelling(const OptionInfo& option) {
    return option.name.empty() ? std::string{'-', option.letter} : "--" + std::string{option.name};
}

bool takes(const CommandInfo& command, const OptionInfo& option) noexcept {
    // The demo knows which verdicts its servers must get: how they are probed is its own affair.
    if (command.command == Command::demo && option.group == Group::output) return true;
    return contains(option.of, command.command);
}

std::string_view help_of(const CommandInfo& command, const OptionInfo& option) noexcept {
    const bool is_wait = command.command == Command::wait;
    const std::string_view own = is_wait                            ? option.in_wait
                                 : command.command == Command::warm ? option.in_warm
                                                                    : std::string_view{};
    return own.empty() ? option.help : own;
}

bool is_reserved_option(std::string_view name) noexcept { return std::ranges::count(reserved_options, name) > 0; }
bool is_reserved_command(std::string_view name) noexcept { return std::ranges::count(reserved_commands, name) > 0; }
bool is_reserved_format(std::string_view name) noexcept { return std::ranges::count(reserved_formats, name) > 0; }

}  // namespace connprobe::cli
