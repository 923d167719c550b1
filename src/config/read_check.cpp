#include "config/read_check.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "config/check_values.hpp"
#include "config/quote.hpp"
#include "config/read_layer.hpp"

namespace connprobe::config {
namespace {

bool is_of_check(Key key) noexcept { return key > Key::check_type && info(key).scope == Scope::check; }

void add_type(std::string type, Place place, const Reading& reading, Layer& layer) {
    layer.push_back({Key::check_type, std::move(type), {reading.source, place}});
}

/// `{X-Name: value}`; a value of another kind than text is told to stand in quotes.
std::optional<Value> read_headers(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading) {
    const Spot spot{reading.source, node.place};
    if (node.kind != NodeKind::object) {
        reading.problems.error(spot, path, "expected an object such as {Accept: text/plain}, found " + describe(node));
        return std::nullopt;
    }
    std::vector<HttpHeader> headers;
    bool good = true;
    for (const auto& child : node.children) {
        const Path item{path, child.key, 0};
        const auto wrong = [&](const std::string& text, Place place) {
            reading.problems.error({reading.source, place}, &item, text);
            good = false;
        };
        if (auto problem = header_name_problem(child.key); !problem.empty()) {
            wrong(problem, child.key_place);
        } else if (child.broken) {
            good = false;
        } else if (child.kind != NodeKind::string) {
            wrong("expected a text, found " + describe(child) + remedy(ValueType::text, child), child.place);
        } else if (key.type == ValueType::regex_headers) {
            if (const auto regex = parse_check_value(ValueType::regex, child.text); !regex)
                wrong(regex.problem, child.place);
        } else if (problem = header_value_problem(child.text); !problem.empty()) {
            wrong("the value " + problem, child.place);
        }
        headers.push_back({std::string{child.key}, std::string{child.text}});
    }
    return good ? std::optional<Value>{std::move(headers)} : std::nullopt;
}

std::optional<Value> read_statuses(const Node& node, const Path* path, const Reading& reading) {
    std::vector<StatusRange> statuses;
    const auto add = [&](const Node& one, const Path* at) {
        const bool scalar = one.kind == NodeKind::number || one.kind == NodeKind::string;
        const auto status = scalar
                                ? parse_status(one.text)
                                : Parsed<StatusRange>::wrong("expected a status such as 200, found " + describe(one));
        if (status) {
            statuses.push_back(*status);
        } else if (!one.broken) {
            reading.problems.error({reading.source, one.place}, at, status.problem);
        }
        return bool{status};
    };
    bool good = true;
    if (node.kind != NodeKind::list) {
        good = add(node, path);
    } else if (node.children.empty()) {
        reading.problems.error({reading.source, node.place}, path, "expected statuses such as [200], found none");
        good = false;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Path item{path, {}, i};
        good = add(node.children[i], &item) && good;
    }
    return good ? std::optional<Value>{std::move(statuses)} : std::nullopt;
}

void add_variables(const Node& step, std::string_view key, std::vector<std::string>& secrets) {
    const auto* node = step.find(key);
    for (auto left = node != nullptr ? node->variables : std::string_view{}; !left.empty();) {
        const auto end = left.find('\0');
        if (end != 0) secrets.emplace_back(left.substr(0, end));
        left.remove_prefix(end + 1);
    }
}

/// `{expect: REGEX}`, `{send: TEXT}`, or both.
std::optional<TcpStep> read_step(const Node& node, const Path* path, const Reading& reading) {
    if (node.broken) return std::nullopt;
    const auto before = reading.problems.errors();
    if (node.kind != NodeKind::object || node.children.empty()) {
        reading.problems.error({reading.source, node.place}, path,
                               "expected {expect: REGEX} or {send: TEXT}, found " + describe(node));
        return std::nullopt;
    }
    const auto layer = read_layer(node, Scope::step, false, path, reading);
    if (reading.problems.errors() != before) return std::nullopt;
    TcpStep step;
    add_variables(node, "expect", step.secrets);
    add_variables(node, "send", step.secrets);
    if (const auto* expect = find_setting(layer, Key::step_expect)) step.expect = std::get<std::string>(expect->value);
    if (const auto* send = find_setting(layer, Key::step_send)) {
        step.send = std::get<std::string>(send->value);
        step.secret = node.find("send")->from_environment;
    }
    return step;
}

std::optional<Value> read_steps(const Node& node, const Path* path, const Reading& reading) {
    if (node.kind != NodeKind::list || node.children.empty()) {
        reading.problems.error({reading.source, node.place}, path,
                               "expected a list of steps such as [{expect: ^220}], found " +
                                   (node.kind == NodeKind::list ? "none" : describe(node)));
        return std::nullopt;
    }
    std::vector<TcpStep> steps;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const Path item{path, {}, i};
        if (auto step = read_step(node.children[i], &item, reading)) steps.push_back(std::move(*step));
    }
    if (steps.size() < node.children.size()) return std::nullopt;
    return Value{std::move(steps)};
}

}  // namespace

std::optional<Value> read_check_list(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading) {
    if (key.type == ValueType::steps) return read_steps(node, path, reading);
    if (key.type == ValueType::statuses) return read_statuses(node, path, reading);
    return read_headers(key, node, path, reading);
}

void read_check(const Node& node, const Path* path, const Reading& reading, Layer& layer) {
    if (node.kind == NodeKind::boolean && node.text == "false") return add_type("none", node.place, reading, layer);
    if (node.kind == NodeKind::string) {
        const auto type = parse_check_value(ValueType::check_type, node.text);
        if (type) return add_type(std::get<std::string>(*type), node.place, reading, layer);
        return reading.problems.error({reading.source, node.place}, path, type.problem);
    }
    if (node.kind != NodeKind::object || node.children.empty()) {
        return reading.problems.error({reading.source, node.place}, path,
                                      "expected a type such as http, false or an object, found " + describe(node));
    }
    auto own = read_layer(node, Scope::check, false, path, reading);
    if (const auto* type = find_setting(own, Key::check_type)) {
        if (const auto known = check_type_of(std::get<std::string>(type->value)))
            check_keys_of(*known, own, path, reading);
    }
    std::move(own.begin(), own.end(), std::back_inserter(layer));
}

void check_keys_of(CheckType type, const Layer& layer, const Path* path, const Reading& reading) {
    for (const auto& setting : layer) {
        const auto name = info(setting.key).name();
        if (!is_of_check(setting.key) || spec(type).has(name)) continue;
        std::vector<std::string_view> names;
        for (const auto key : spec(type).keys) {
            if (!key.empty()) names.push_back(key);
        }
        const Path key_path{path, name, 0};
        reading.problems.error(
            setting.spot, &key_path,
            "no key of a check of type " + std::string{to_string(type)} + ", which has " + one_of(names));
    }
}

const Setting* first_of_check(const Layer& layer) {
    const auto found = std::ranges::find_if(layer, [](const Setting& setting) { return is_of_check(setting.key); });
    return found == layer.end() ? nullptr : &*found;
}

}  // namespace connprobe::config
