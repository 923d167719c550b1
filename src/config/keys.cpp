#include "config/keys.hpp"

#include <algorithm>

namespace connprobe::config {
namespace {

constexpr bool table_is_in_order() noexcept {
    for (std::size_t i = 0; i < all_keys.size(); ++i) {
        if (static_cast<std::size_t>(all_keys[i].key) != i) return false;
    }
    return true;
}
static_assert(table_is_in_order(), "all_keys stands in the order of Key");

constexpr bool stands_in(const KeyInfo& key, Scope scope, bool is_defaults) noexcept {
    if (scope != Scope::server) return key.scope == scope;
    return key.scope == Scope::both || (key.scope == Scope::server && !is_defaults);
}

}  // namespace

const KeyInfo* find_key(Scope scope, std::string_view name, bool is_defaults) noexcept {
    if (scope == Scope::server) {
        for (const auto& [alias, key] : key_aliases) {
            if (name == alias) name = info(key).name();
        }
    }
    const auto found = std::find_if(all_keys.begin(), all_keys.end(), [&](const KeyInfo& key) {
        return stands_in(key, scope, is_defaults) && key.name() == name;
    });
    return found == all_keys.end() ? nullptr : &*found;
}

const KeyInfo* find_key_by_path(std::string_view path) noexcept {
    const auto found = std::find_if(all_keys.begin(), all_keys.end(), [&](const KeyInfo& key) {
        return key.scope != Scope::document && key.path == path;
    });
    return found == all_keys.end() ? nullptr : &*found;
}

}  // namespace connprobe::config
