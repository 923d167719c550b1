#include "cli/meanings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "cli/values.hpp"
#include "config/choice.hpp"
#include "config/duration.hpp"
#include "config/quote.hpp"

namespace connprobe::cli {
namespace {

using Meaning = std::string (*)(Options&, const GivenOption&);

/// Stores a value that has been read, or says why there is none.
template <typename T, typename Place>
std::string store(config::Parsed<T> parsed, Place& place) {
    if (parsed) place = std::move(*parsed);
    return std::move(parsed.problem);
}

/// For an option whose values are words: their order is that of the enumeration.
template <typename Enum>
std::string store_word(const GivenOption& given, Enum& place) {
    std::vector<std::string_view> words;
    for (std::string_view rest = given.option->words; !rest.empty();) {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        words.push_back(rest.substr(0, space));
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    const auto found = std::ranges::find(words, given.value);
    if (found == words.end()) return config::no_choice(given.value, words);
    place = static_cast<Enum>(found - words.begin());
    return {};
}

std::string add_output(Options& options, const GivenOption& given, std::string_view value) {
    Output output;
    if (std::string problem = store(parse_output(value), output); !problem.empty()) return problem;
    output.written = given.option->name == "json" ? given.written : given.written + ' ' + given.value;
    options.outputs.push_back(std::move(output));
    return {};
}

/// Worded as for a duration that is the value of a key.
std::string store_time(const GivenOption& given, Duration& place) {
    const std::string problem = store(config::parse_duration(given.value), place);
    if (problem.empty()) return {};
    return "expected a duration, found " + config::in_quotes(given.value) + ", which " + problem;
}

std::string set_hold(Options& options, const GivenOption& given) {
    options.warm.hold = true;
    if (given.value == "forever") return {};
    std::string problem = store_time(given, options.warm.hold_for);
    if (problem.empty() && options.warm.hold_for == Duration::zero())
        problem = "a hold of 0 holds nothing: leave --hold out, or write --hold forever";
    return problem;
}

template <auto parse, auto Field>
std::string set_steady(Options& options, const GivenOption& given) {
    return store(parse(given.value), options.steady.*Field);
}

std::string set_consecutive(Options& options, const GivenOption& given) {
    std::uint64_t times = 0;
    std::string problem = store(parse_number(given.value), times);
    constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
    if (problem.empty() && (times == 0 || times > most)) {
        problem = "expected a number of times in a row, at least 1, found " + config::in_quotes(given.value);
    }
    options.prober.goal.consecutive = static_cast<std::uint32_t>(std::min(times, most));
    return problem;
}

/// A number is curl's --retry: so many retries, ever longer delays.
std::string set_retry(Options& options, const GivenOption& given) {
    std::uint32_t retries = 0;
    const char* const end = given.value.data() + given.value.size();
    const auto [last, error] = std::from_chars(given.value.data(), end, retries);
    auto& values = options.request.options;
    constexpr std::array<std::string_view, 4> strategies{"none", "fixed", "exponential", "custom"};
    if (error != std::errc{} || last != end) {
        if (std::ranges::find(strategies, given.value) == strategies.end()) {
            return "expected none, fixed, exponential, custom or a number of retries, found " +
                   config::in_quotes(given.value) + config::did_you_mean(given.value, strategies);
        }
        values.push_back({"retry", given.written, given.value});
        return {};
    }
    if (retries == 0) {
        values.push_back({"retry", given.written, "none"});
        return {};
    }
    values.push_back({"retry", given.written, "exponential"});
    values.push_back({"retry.max_attempts", given.written, std::to_string(std::uint64_t{retries} + 1)});
    return {};
}

/// The table has --servers before --servers-format, so that all sources are known here.
std::string set_format(Options& options, const GivenOption& given) {
    constexpr std::array formats{config::Format::json, config::Format::yaml, config::Format::ndjson,
                                 config::Format::lines};
    std::size_t index = 0;
    std::string problem = store_word(given, index);
    for (config::Source& source : options.request.sources) source.format = formats.at(index);
    return problem;
}

/// There is one way so far.
std::string set_fallback(Options& options, const GivenOption& given) {
    std::size_t way = 0;
    std::string problem = store_word(given, way);
    options.fallback = problem.empty();
    return problem;
}

template <bool Options::* Flag>
std::string set_flag(Options& options, const GivenOption&) {
    options.*Flag = true;
    return {};
}

template <Action Value>
std::string set_action(Options& options, const GivenOption&) {
    if (options.action < Value) options.action = Value;
    return {};
}

struct Row {
    std::string_view option;
    Meaning meaning;
};

constexpr std::array rows{
    Row{"--servers",
        [](Options& o, const GivenOption& g) {
            return o.request.sources.push_back({g.value, config::Format::automatic}), std::string{};
        }},
    Row{"--servers-format", set_format},
    Row{"--tag", [](Options& o, const GivenOption& g) { return o.request.tags.push_back(g.value), std::string{}; }},
    Row{"--name", [](Options& o, const GivenOption& g) { return o.request.names.push_back(g.value), std::string{}; }},
    Row{"--resolve",
        [](Options& o, const GivenOption& g) { return o.request.resolve.push_back(g.value), std::string{}; }},
    Row{"--dry-run", set_flag<&Options::dry_run>},
    Row{"--max-concurrent",
        [](Options& o, const GivenOption& g) {
            o.warm.adaptive = g.value == "auto";
            return store(parse_max_concurrent(g.value), o.prober.max_concurrent);
        }},
    Row{"--threads", [](Options& o, const GivenOption& g) { return store(parse_threads(g.value), o.prober.threads); }},
    Row{"--deadline", [](Options& o, const GivenOption& g) { return store_time(g, o.prober.deadline); }},
    Row{"--fallback", set_fallback},
    Row{"--resolver",
        [](Options& o, const GivenOption& g) { return store(parse_resolver(g.value), o.prober.resolver); }},
    Row{"--retry", set_retry},
    Row{"--seed",
        [](Options& o, const GivenOption& g) {
            o.seeded = true;
            return store(parse_number(g.value), o.prober.seed);
        }},
    Row{"--min-success",
        [](Options& o, const GivenOption& g) { return store(parse_required(g.value), o.prober.required); }},
    Row{"--consecutive", set_consecutive},
    Row{"--down",
        [](Options& o, const GivenOption&) { return o.prober.goal.state = Goal::State::gone, std::string{}; }},
    Row{"--fail-fast", [](Options& o, const GivenOption&) { return o.prober.fail_fast = true, std::string{}; }},
    Row{"--exit-zero", set_flag<&Options::exit_zero>},
    Row{"--output", [](Options& o, const GivenOption& g) { return add_output(o, g, g.value); }},
    Row{"--json", [](Options& o, const GivenOption& g) { return add_output(o, g, "json"); }},
    Row{"--quiet", set_flag<&Options::quiet>},
    Row{"--all", set_flag<&Options::show_all>},
    Row{"--color", [](Options& o, const GivenOption& g) { return store_word(g, o.color); }},
    Row{"--progress", [](Options& o, const GivenOption& g) { return store_word(g, o.progress); }},
    Row{"--verbose", [](Options& o, const GivenOption&) { return ++o.verbosity, std::string{}; }},
    Row{"--log-level", [](Options& o, const GivenOption& g) { return store_word(g, o.log_level); }},
    Row{"--ramp", [](Options& o, const GivenOption& g) { return store_time(g, o.warm.ramp); }},
    Row{"--until-steady", set_flag<&Options::until_steady>},
    Row{"--steady-window", set_steady<parse_positive, &warm::SteadyRule::window>},
    Row{"--steady-within", set_steady<parse_share, &warm::SteadyRule::within>},
    Row{"--steady-windows", set_steady<parse_positive, &warm::SteadyRule::windows>},
    Row{"--steady-limit", set_steady<parse_positive, &warm::SteadyRule::most>},
    Row{"--hold", set_hold},
    Row{"--keepalive", [](Options& o, const GivenOption& g) { return store_time(g, o.warm.keepalive); }},
    Row{"--max-lifetime", [](Options& o, const GivenOption& g) { return store_time(g, o.warm.max_lifetime); }},
    Row{"--pass-fds", set_flag<&Options::pass_fds>},
    Row{"--save-sessions", [](Options& o, const GivenOption& g) { return o.save_sessions = g.value, std::string{}; }},
    Row{"--load-sessions", [](Options& o, const GivenOption& g) { return o.load_sessions = g.value, std::string{}; }},
    Row{"--serve", set_flag<&Options::serve>},
    Row{"-h", set_action<Action::short_help>},
    Row{"--help", set_action<Action::help>},
    Row{"--version", set_action<Action::version>},
};

const Row* find_row(const OptionInfo& option) {
    const auto found = std::ranges::find(rows, spelling(option), &Row::option);
    return found == rows.end() ? nullptr : &*found;
}

}  // namespace

std::string apply(Options& options, const GivenOption& given) {
    if (const Row* row = find_row(*given.option)) return row->meaning(options, given);
    const std::string_view of_flag = given.option->words.empty() ? "true" : given.option->words;
    const bool flag = given.option->value == Value::flag;
    options.request.options.push_back(
        {std::string{given.option->key}, given.written, flag ? std::string{of_flag} : given.value});
    return {};
}

bool has_meaning(const OptionInfo& option) noexcept {
    return !option.key.empty() || !option.stands_for.empty() || find_row(option);
}

}  // namespace connprobe::cli
