// Precedence: what a file's defaults, the options, a server and its scheme say, merged key by key.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "config/keys.hpp"
#include "config/url.hpp"
#include "config/value.hpp"

namespace connprobe::config {

/// The strongest value of each key; null where only the built-in default speaks.
inline const FromUrl no_url;

class Merged {
public:
    /// Lays a layer over those before it: `false` and `none` drop what was inherited, other values replace theirs.
    void add(const Layer& layer);
    /// What the target itself says, the strongest of all; it outlives this.
    void add(const FromUrl& url);

    [[nodiscard]] const Setting* find(Key key) const noexcept { return entry(key).setting; }
    /// Was this key set in a stronger layer than the other, or in the same?
    [[nodiscard]] bool at_least_as_strong(Key key, Key other) const noexcept {
        return entry(key).level >= entry(other).level;
    }
    [[nodiscard]] bool same_level(Key key, Key other) const noexcept { return entry(key).level == entry(other).level; }
    /// Did the layer that was added last set it?
    [[nodiscard]] bool is_newest(Key key) const noexcept { return find(key) != nullptr && entry(key).level == level_; }
    [[nodiscard]] bool speaks_tls() const noexcept;
    /// What makes TLS be spoken or not; null where nobody said anything.
    [[nodiscard]] const Setting* about_tls() const noexcept;
    [[nodiscard]] Scheme scheme() const noexcept { return url_->scheme; }
    [[nodiscard]] const UrlParts& url() const noexcept { return url_->parts; }
    /// What is asked; none where the connection alone is judged.
    [[nodiscard]] std::optional<CheckType> check() const noexcept;
    /// The value, where the layer that was added last has it.
    [[nodiscard]] const Setting* find_newest(Key key) const noexcept { return is_newest(key) ? find(key) : nullptr; }

private:
    struct Entry {
        const Setting* setting = nullptr;
        std::size_t level = 0;
    };

    [[nodiscard]] const Entry& entry(Key key) const noexcept { return entries_[static_cast<std::size_t>(key)]; }
    void drop(Key first, Key last) noexcept;
    /// All but the trust, for a proxy may speak TLS all the same.
    void drop_tls() noexcept;
    [[nodiscard]] bool asks_for_tls_in(StartTls protocol) const noexcept;

    std::array<Entry, key_count> entries_{};
    std::size_t level_ = 0;
    const FromUrl* url_ = &no_url;
};

}  // namespace connprobe::config
