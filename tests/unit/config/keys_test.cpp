#include "config/keys.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

using namespace connprobe::config;
using nlohmann::json;

namespace {

json schema() {
    std::ifstream file{CONNPROBE_SOURCE_DIR "/configs/servers.schema.json"};
    REQUIRE(file);
    return json::parse(file);
}

/// The names under `properties` of a definition, without $schema.
std::set<std::string> properties(const json& document, const std::string& definition) {
    std::set<std::string> names;
    for (const auto& [name, value] : document["$defs"][definition]["properties"].items()) {
        if (!name.starts_with('$')) names.insert(name);
    }
    return names;
}

std::set<std::string> keys_in(Scope scope, bool is_defaults) {
    std::set<std::string> names;
    for (const auto& key : all_keys) {
        if (find_key(scope, key.name(), is_defaults) == &key) names.insert(std::string{key.name()});
    }
    for (const auto& [alias, key] : key_aliases) {
        if (scope == Scope::server && find_key(scope, alias, is_defaults) == &info(key))
            names.insert(std::string{alias});
    }
    return names;
}

/// Where the schema describes the key.
json described(const json& document, const KeyInfo& key) {
    const std::string name{key.name()};
    switch (key.scope) {
        case Scope::document: return document["$defs"]["document"]["properties"][name];
        case Scope::retry: return document["$defs"]["retry_object"]["properties"][name];
        case Scope::rule: return document["$defs"]["rule"]["properties"][name];
        case Scope::tls: return document["$defs"]["tls_object"]["properties"][name];
        case Scope::check: return document["$defs"]["check_object"]["properties"][name];
        case Scope::step: return document["$defs"]["step"]["properties"][name];
        default: return document["$defs"][name];
    }
}

}  // namespace

TEST_CASE("the schema of lists has exactly the keys of the table") {
    const auto document = schema();
    CHECK(properties(document, "document") == keys_in(Scope::document, false));
    CHECK(properties(document, "server") == keys_in(Scope::server, false));
    CHECK(properties(document, "defaults") == keys_in(Scope::server, true));
    CHECK(properties(document, "retry_object") == keys_in(Scope::retry, false));
    CHECK(properties(document, "rule") == keys_in(Scope::rule, false));
    CHECK(properties(document, "tls_object") == keys_in(Scope::tls, false));
    CHECK(properties(document, "check_object") == keys_in(Scope::check, false));
    CHECK(properties(document, "step") == keys_in(Scope::step, false));
}

TEST_CASE("the schema says of every key what the table says") {
    const auto document = schema();
    for (const auto& key : all_keys) {
        CAPTURE(key.path);
        const auto description = described(document, key);
        CHECK(description.value("description", "") == key.meaning);
        CHECK(description.contains("default") != key.fallback.empty());
    }
}
