#include "config/read_rules.hpp"

#include <string>
#include <utility>
#include <vector>

#include "config/read_layer.hpp"
#include "config/retry_rule.hpp"

namespace connprobe::config {
namespace {

/// The patterns in one text, `dns,timeout`.
bool add_patterns(const Node& node, const Path* path, const Reading& reading, std::vector<FailurePattern>& patterns) {
    if (node.broken) return false;
    if (node.kind != NodeKind::string) {
        reading.problems.error({reading.source, node.place}, path,
                               "expected a class or code of failure, found " + describe(node));
        return false;
    }
    for (auto text = node.text;;) {
        const auto comma = text.find(',');
        const auto pattern = parse_pattern(text.substr(0, comma));
        if (!pattern) {
            reading.problems.error({reading.source, node.place}, path, pattern.problem);
            return false;
        }
        patterns.push_back(*pattern);
        if (comma == text.npos) return true;
        text.remove_prefix(comma + 1);
    }
}

bool read_on(const Node& node, const Path* path, const Reading& reading, std::vector<FailurePattern>& patterns) {
    if (node.kind != NodeKind::list) return add_patterns(node, path, reading, patterns);
    if (node.children.empty()) {
        reading.problems.error({reading.source, node.place}, path,
                               "expected classes or codes of failures, found " + describe(node));
        return false;
    }
    bool good = true;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Path item{path, {}, i};
        good = add_patterns(node.children[i], &item, reading, patterns) && good;
    }
    return good;
}

/// Reads one key of a rule; false when it is wrong, which is reported.
bool read_key(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading, RuleSpec& rule) {
    if (node.broken) return false;
    if (key.key == Key::rule_on) return read_on(node, path, reading, rule.on);
    const Spot spot{reading.source, node.place};
    if (key.key == Key::rule_strategy && node.kind == NodeKind::string && node.text == "stop") {
        reading.problems.error(spot, path, "expected fixed or exponential, found \"stop\": write stop: true");
        return false;
    }
    const auto value = read_value(key, node, path, reading);
    if (!value) return false;
    if (key.key == Key::rule_stop) {
        rule.stop = std::get<bool>(*value);
        if (!rule.stop)
            reading.problems.error(spot, path, "expected true, found false: leave it out and give a strategy");
        return rule.stop;
    }
    if (key.key == Key::rule_strategy) {
        const auto strategy = std::get<Strategy>(*value);
        rule.exponential = strategy == Strategy::exponential;
        if (strategy == Strategy::fixed || rule.exponential) return true;
        reading.problems.error(spot, path,
                               "expected fixed or exponential, found " + describe(node) +
                                   (strategy == Strategy::none ? ": write stop: true" : ""));
        return false;
    }
    return set_argument(key.key, *value, rule);
}

std::optional<RuleSpec> read_rule(const Node& node, const Path* path, const Reading& reading) {
    const Spot spot{reading.source, node.place};
    if (node.kind != NodeKind::object) {
        reading.problems.error(spot, path,
                               "expected an object such as {on: auth, stop: true}, found " + describe(node));
        return std::nullopt;
    }
    RuleSpec rule;
    bool good = true;
    for (const auto& child : node.children) {
        const Path key_path{path, child.key, 0};
        const auto* key = find_key(Scope::rule, child.key);
        if (key == nullptr) {
            reading.problems.error({reading.source, child.key_place}, &key_path,
                                   unknown_key(Scope::rule, false, child.key));
            good = false;
        } else {
            good = read_key(*key, child, &key_path, reading, rule) && good;
        }
    }
    if (!good) return std::nullopt;
    const bool has_strategy = node.find("strategy") != nullptr;
    if (rule.on.empty()) {
        reading.problems.error(spot, path, "expected a key on: which failures is the rule for?");
        return std::nullopt;
    }
    if (rule.stop == has_strategy) {
        reading.problems.error(
            spot, path, std::string{"expected stop: true or a strategy, found "} + (rule.stop ? "both" : "neither"));
        return std::nullopt;
    }
    if (rule.stop && node.children.size() > 2) {
        reading.problems.error(spot, path, "expected nothing beside on and stop: after a stop there is no wait");
        return std::nullopt;
    }
    return rule;
}

}  // namespace

std::optional<Value> read_rules(const Node& node, const Path* path, const Reading& reading) {
    if (node.kind != NodeKind::list) {
        reading.problems.error({reading.source, node.place}, path, "expected a list of rules, found " + describe(node));
        return std::nullopt;
    }
    std::vector<RuleSpec> rules;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Path item{path, {}, i};
        if (auto rule = read_rule(node.children[i], &item, reading)) rules.push_back(std::move(*rule));
    }
    if (rules.size() < node.children.size()) return std::nullopt;
    if (const auto unreachable = find_unreachable(rules)) {
        const Path item{path, {}, unreachable->index};
        reading.problems.error({reading.source, node.children[unreachable->index].place}, &item,
                               "can never be reached: " + unreachable->why);
        return std::nullopt;
    }
    return Value{std::move(rules)};
}

}  // namespace connprobe::config
