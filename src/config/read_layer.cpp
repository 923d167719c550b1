#include "config/read_layer.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "config/nearest.hpp"
#include "config/quote.hpp"
#include "config/read_check.hpp"
#include "config/read_rules.hpp"
#include "config/read_value.hpp"

namespace connprobe::config {
namespace {

void add(Layer& layer, Key key, Value value, Place place, const Reading& reading) {
    layer.push_back({key, std::move(value), {reading.source, place}});
}

void append(Layer& layer, Layer more) { std::move(more.begin(), more.end(), std::back_inserter(layer)); }

/// `tls: true`, `tls: false`, `tls: {…}`.
void read_tls(const Node& node, const Path* path, const Reading& reading, Layer& layer) {
    if (node.kind == NodeKind::object) {
        add(layer, Key::tls, true, node.place, reading);
        append(layer, read_layer(node, Scope::tls, false, path, reading));
        return;
    }
    const bool is_word =
        node.kind == NodeKind::string && node.substituted && parse_value(ValueType::boolean, node.text);
    if (node.kind == NodeKind::boolean || is_word) {
        add(layer, Key::tls, node.text == "true", node.place, reading);
        return;
    }
    reading.problems.error(
        {reading.source, node.place}, path,
        "expected true, false or an object, found " + describe(node) + remedy(ValueType::boolean, node));
}

/// `retry: exponential`, `retry: {…}`.
void read_retry(const Node& node, const Path* path, const Reading& reading, Layer& layer) {
    if (node.kind == NodeKind::object) {
        append(layer, read_layer(node, Scope::retry, false, path, reading));
        return;
    }
    const Spot spot{reading.source, node.place};
    if (node.kind == NodeKind::string) {
        auto value = read_value(info(Key::retry_strategy), node, path, reading);
        if (value) add(layer, Key::retry_strategy, std::move(*value), node.place, reading);
        return;
    }
    const auto retries =
        node.kind == NodeKind::number ? parse_value(ValueType::count, node.text) : Parsed<Value>::wrong("");
    reading.problems.error(spot, path,
                           "expected a strategy or an object, found " + describe(node) +
                               (retries ? ": write {strategy: exponential, max_attempts: " +
                                              std::to_string(std::uint64_t{std::get<std::uint32_t>(*retries)} + 1) + '}'
                                        : ""));
}

/// The other spelling of the key, if it stands in the object before this one.
std::string_view earlier_spelling(const KeyInfo& key, const Node& object, const Node& child) {
    for (const auto& alias : key_aliases) {
        if (alias.key != key.key) continue;
        const auto* other = object.find(child.key == alias.alias ? key.name() : alias.alias);
        if (other != nullptr && other < &child) return other->key;
    }
    return {};
}

/// Who asks for TLS cannot switch it off in the same place.
void check_starttls(const Layer& layer, const Path* path, const Reading& reading) {
    const auto *starttls = find_setting(layer, Key::starttls), *tls = find_setting(layer, Key::tls);
    if (starttls == nullptr || tls == nullptr || std::get<bool>(tls->value)) return;
    const Path key_path{path, "starttls", 0};
    reading.problems.error(starttls->spot, &key_path, "beside tls: false: it asks for TLS; drop one of them");
}

}  // namespace

std::string unknown_key(Scope scope, bool is_defaults, std::string_view name) {
    if (name == "<<") return "merge keys (<<) are not read: use defaults, or an alias for a whole value";
    if (is_defaults && find_key(scope, name)) return "belongs to a server, not to defaults";
    std::vector<std::string_view> names;
    for (const auto& key : all_keys) {
        if (find_key(scope, key.name(), is_defaults) == &key) names.push_back(key.name());
    }
    auto near = nearest(name, names);
    const auto begun = std::ranges::find_if(names, [&](auto key) { return key.size() > 3 && name.starts_with(key); });
    if (near.empty() && begun != names.end()) near = *begun;
    if (!near.empty()) return "unknown key: did you mean " + std::string{near} + '?';
    return "unknown key: there are " + one_of(names);
}

Layer read_layer(const Node& object, Scope scope, bool is_defaults, const Path* path, const Reading& reading) {
    Layer layer;
    for (const auto& child : object.children) {
        const Path key_path{path, child.key, 0};
        const auto* key = find_key(scope, child.key, is_defaults);
        const Spot key_spot{reading.source, child.key_place};
        if (key == nullptr) {
            reading.problems.error(key_spot, &key_path, unknown_key(scope, is_defaults, child.key));
        } else if (const auto first = earlier_spelling(*key, object, child); !first.empty()) {
            reading.problems.error(key_spot, &key_path,
                                   "means the same as " + std::string{first} + ": write one of them");
        } else {
            read_setting(*key, child, &key_path, reading, layer);
        }
    }
    // The retry settings of a server or of defaults are those of its key retry, where they were checked.
    if (scope == Scope::retry) check_level(layer, path, reading);
    check_starttls(layer, path, reading);
    return layer;
}

void check_level(const Layer& layer, const Path* path, const Reading& reading) {
    const auto* strategy = find_setting(layer, Key::retry_strategy);
    if (strategy == nullptr || std::get<Strategy>(strategy->value) != Strategy::none) return;
    for (const auto key : {Key::retry_max_attempts, Key::retry_delay}) {
        const auto* beside = find_setting(layer, key);
        if (beside == nullptr) continue;
        reading.problems.error(beside->spot, path,
                               std::string{info(key).name()} +
                                   " beside the strategy none, which makes one attempt: "
                                   "drop one of them");
    }
}

void read_setting(const KeyInfo& key, const Node& node, const Path* path, const Reading& reading, Layer& layer) {
    if (node.broken) return;
    if (node.kind == NodeKind::null) {
        reading.problems.error({reading.source, node.place}, path, "expected a value, found none: leave the key out");
        return;
    }
    if (key.key == Key::tls) return read_tls(node, path, reading, layer);
    if (key.key == Key::retry) return read_retry(node, path, reading, layer);
    if (key.key == Key::check) return read_check(node, path, reading, layer);
    if (key.key == Key::check_password_env && !reading.is_trusted) {
        return reading.problems.error({reading.source, node.place}, path,
                                      "standard input may not read our environment: give the list with -s FILE");
    }
    auto value = key.type == ValueType::rules ? read_rules(node, path, reading) : read_value(key, node, path, reading);
    if (value) add(layer, key.key, std::move(*value), node.place, reading);
}

}  // namespace connprobe::config
