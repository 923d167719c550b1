#include "config/retry_rule.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "config/nearest.hpp"
#include "config/quote.hpp"

namespace connprobe::config {
namespace {

/// The keys of a rule in parentheses, in the order in which they are written.
constexpr std::array<Key, 5> argument_keys{
    Key::rule_delay, Key::rule_max_delay, Key::rule_multiplier, Key::rule_jitter, Key::rule_max_attempts,
};

std::vector<std::string_view> pattern_words() {
    std::vector<std::string_view> words{"*", "transient"};
    for (const auto failure_class : all_classes()) words.push_back(to_string(failure_class));
    for (const auto& row : all_codes()) words.push_back(row.name);
    return words;
}

/// A failure as rules see it.
using Seen = std::pair<FailureClass, Code>;

bool fits(const RuleSpec& rule, const Seen& seen) {
    return std::any_of(rule.on.begin(), rule.on.end(), [&](const FailurePattern& pattern) {
        return connprobe::fits(pattern, seen.first, seen.second);
    });
}

/// All failures after which another attempt could be made: not those that end the run.
std::vector<Seen> all_failures() {
    std::vector<Seen> all;
    for (const auto& row : all_codes()) {
        if (row.failure_class == FailureClass::cancelled) continue;
        all.emplace_back(row.failure_class, row.code);
    }
    return all;
}

std::string format_pattern(const FailurePattern& pattern) {
    struct Format {
        std::string operator()(AnyFailure) const { return "*"; }
        std::string operator()(TransientFailure) const { return "transient"; }
        std::string operator()(FailureClass failure_class) const { return std::string{to_string(failure_class)}; }
        std::string operator()(Code code) const { return std::string{to_string(code)}; }
    };
    return std::visit(Format{}, pattern);
}

/// Reads one argument of a strategy, `15s` or `max_delay=15s`; the problem, empty if there is none.
std::string read_argument(std::string_view text, bool is_first, RuleSpec& rule) {
    const auto equals = text.find('=');
    const auto name = equals == text.npos ? std::string_view{"delay"} : text.substr(0, equals);
    const auto value_text = equals == text.npos ? text : text.substr(equals + 1);
    if (equals == text.npos && !is_first)
        return "only the first argument, the delay, stands without a name: found " + in_quotes(text);
    for (const auto key : argument_keys) {
        if (info(key).name() != name) continue;
        const auto value = parse_value(info(key).type, value_text);
        if (!value) return std::string{name} + ": " + value.problem;
        if (!set_argument(key, *value, rule)) return std::string{name} + " stands twice";
        return {};
    }
    std::vector<std::string_view> names;
    for (const auto key : argument_keys) names.push_back(info(key).name());
    const auto near = nearest(name, names);
    return "unknown argument " + in_quotes(name) +
           (near.empty() ? ": there are " + one_of(names) : ": did you mean " + std::string{near} + '?');
}

/// `stop`, `fixed`, `exponential(1s,max_delay=15s)`; the problem, empty if there is none.
std::string read_action(std::string_view text, RuleSpec& rule) {
    const auto open = text.find('(');
    const auto word = text.substr(0, open);
    rule.stop = word == "stop";
    rule.exponential = word == "exponential";
    if (word != "stop" && word != "fixed" && word != "exponential") {
        return "expected stop, fixed or exponential after the =, found " + in_quotes(word) +
               (word == "none" ? ": write stop" : "");
    }
    if (open == text.npos) return {};
    if (rule.stop) return "stop takes no arguments";
    if (!text.ends_with(')')) return "has no closing parenthesis";
    auto arguments = text.substr(open + 1, text.size() - open - 2);
    for (bool is_first = true;; is_first = false) {
        const auto comma = arguments.find(',');
        if (auto problem = read_argument(arguments.substr(0, comma), is_first, rule); !problem.empty()) return problem;
        if (comma == arguments.npos) return {};
        arguments.remove_prefix(comma + 1);
    }
}

}  // namespace

bool set_argument(Key key, const Value& value, RuleSpec& rule) {
    const auto set = [&value](auto& field) {
        const bool is_new = !field.has_value();
        field = std::get<std::decay_t<decltype(*field)>>(value);
        return is_new;
    };
    switch (key) {
        case Key::rule_delay: return set(rule.delay);
        case Key::rule_max_delay: return set(rule.max_delay);
        case Key::rule_multiplier: return set(rule.multiplier);
        case Key::rule_jitter: return set(rule.jitter);
        case Key::rule_max_attempts: return set(rule.max_attempts);
        default: return true;
    }
}

Parsed<FailurePattern> parse_pattern(std::string_view text) {
    if (text == "*") return FailurePattern{AnyFailure{}};
    if (text == "transient") return FailurePattern{TransientFailure{}};
    if (const auto failure_class = class_from_name(text)) return FailurePattern{*failure_class};
    if (const auto code = code_from_name(text)) return FailurePattern{*code};
    const auto words = pattern_words();
    const auto near = nearest(text, words);
    return Parsed<FailurePattern>::wrong(
        "expected a class or code of failure, transient or *, found " + in_quotes(text) +
        (near.empty() ? ": connprobe explain lists them" : ": did you mean " + std::string{near} + '?'));
}

Parsed<RuleSpec> parse_rule(std::string_view text) {
    using Result = Parsed<RuleSpec>;
    const auto equals = text.find('=');
    if (equals == text.npos || equals == 0) {
        return Result::wrong("expected FAILURES=ACTION, as in 'auth=stop' or '*=fixed(2s)', found " + in_quotes(text));
    }
    RuleSpec rule;
    for (auto patterns = text.substr(0, equals);;) {
        const auto comma = patterns.find(',');
        const auto pattern = parse_pattern(patterns.substr(0, comma));
        if (!pattern) return Result::wrong(pattern.problem);
        rule.on.push_back(*pattern);
        if (comma == patterns.npos) break;
        patterns.remove_prefix(comma + 1);
    }
    if (auto problem = read_action(text.substr(equals + 1), rule); !problem.empty())
        return Result::wrong(std::move(problem));
    return rule;
}

std::string format_rule(const RuleSpec& rule) {
    std::string text;
    for (const auto& pattern : rule.on) text += (text.empty() ? "" : ",") + format_pattern(pattern);
    if (rule.stop) return text + "=stop";
    text += rule.exponential ? "=exponential" : "=fixed";
    std::string arguments;
    const auto add = [&arguments](std::string_view name, const auto& field) {
        if (!field) return;
        if (!arguments.empty()) arguments += ',';
        arguments.append(name).append(1, '=').append(format_value(Value{*field}));
    };
    add("delay", rule.delay);
    add("max_delay", rule.max_delay);
    add("multiplier", rule.multiplier);
    add("jitter", rule.jitter);
    add("max_attempts", rule.max_attempts);
    return arguments.empty() ? text : text + '(' + arguments + ')';
}

std::optional<Unreachable> find_unreachable(const std::vector<RuleSpec>& rules) {
    auto left = all_failures();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto before = left.size();
        std::erase_if(left, [&](const Seen& seen) { return fits(rules[i], seen); });
        if (left.size() < before) continue;
        const auto is_cancelled = [&](const auto& row) {
            return row.failure_class == FailureClass::cancelled && fits(rules[i], {row.failure_class, row.code});
        };
        const auto codes = all_codes();
        const bool ends_run = std::any_of(codes.begin(), codes.end(), is_cancelled);
        return Unreachable{i, ends_run && i == 0 ? "such a failure ends the run: nothing follows it"
                                                 : "the rules before it decide all that it is for"};
    }
    return std::nullopt;
}

bool cover_everything(const std::vector<RuleSpec>& rules) {
    const auto all = all_failures();
    return std::all_of(all.begin(), all.end(), [&](const Seen& seen) {
        return std::any_of(rules.begin(), rules.end(), [&](const RuleSpec& rule) { return fits(rule, seen); });
    });
}

}  // namespace connprobe::config
