// Precedence: what a file's defaults, the options, a server and its scheme say, merged key by key.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "config/keys.hpp"
#include "config/url.hpp"
#include "config/value.hpp"

namespace connprobe::config {

/// The strongest value of each key; null where only the built-in default speaks.
class Merged {
public:
    /// Lays a layer over those before it: `false` and `none` drop what was inherited, other values replace theirs.
    void add(const Layer& layer);
    /// The target's scheme, the strongest of all.
    void add(Scheme scheme);

    [[nodiscard]] const Setting* find(Key key) const noexcept { return entry(key).setting; }
    /// Was this key set in a stronger layer than the other, or in the same?
    [[nodiscard]] bool at_least_as_strong(Key key, Key other) const noexcept {
        return entry(key).level >= entry(other).level;
    }
    [[nodiscard]] bool same_level(Key key, Key other) const noexcept { return entry(key).level == entry(other).level; }
    /// Did the layer that was added last set it?
    [[nodiscard]] bool is_newest(Key key) const noexcept { return find(key) != nullptr && entry(key).level == level_; }
    [[nodiscard]] bool speaks_tls() const noexcept;
    [[nodiscard]] Scheme scheme() const noexcept { return scheme_; }

private:
    struct Entry {
        const Setting* setting = nullptr;
        std::size_t level = 0;
    };

    [[nodiscard]] const Entry& entry(Key key) const noexcept { return entries_[static_cast<std::size_t>(key)]; }
    void drop(Key first, Key last) noexcept;

    std::array<Entry, key_count> entries_{};
    std::size_t level_ = 0;
    Scheme scheme_ = Scheme::none;
};

}  // namespace connprobe::config
