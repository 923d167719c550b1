#include "config/read_server.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/quote.hpp"
#include "config/url.hpp"

namespace connprobe::config {
namespace {

/// A server while it is read: what it says, and where, for messages.
struct Draft {
    const Node& node;
    const Layer& own;
    const Path* path;
    const Reading& reading;
    bool is_sound;  ///< its keys are right; else what is missing may be what is misspelt

    void error(Place place, std::string_view key, const std::string& text) const {
        const Path key_path{path, key, 0};
        reading.problems.error({reading.source, place}, key.empty() ? path : &key_path, text);
    }
    /// Was the key written, whether its value was right or not?
    [[nodiscard]] const Node* written(Key key) const { return node.find(info(key).name()); }
    [[nodiscard]] const Setting* find(Key key) const { return find_setting(own, key); }
    [[nodiscard]] std::string text(Key key) const {
        const auto* setting = find(key);
        return setting == nullptr ? std::string{} : std::get<std::string>(setting->value);
    }
};

/// Reports keys of which one says what another does.
bool is_contradictory(const Draft& draft) {
    static constexpr std::array<std::pair<Key, Key>, 6> exclusive{{
        {Key::url, Key::host},
        {Key::url, Key::port},
        {Key::url, Key::unix_path},
        {Key::unix_path, Key::host},
        {Key::unix_path, Key::port},
        {Key::unix_path, Key::address},
    }};
    for (const auto& [key, other] : exclusive) {
        if (!draft.written(key) || !draft.written(other)) continue;
        draft.error(
            draft.written(other)->key_place, info(other).name(),
            "beside " + std::string{info(key).name()} + ", which says already where the server is: drop one of them");
        return true;
    }
    return false;
}

/// The scheme says whether TLS is spoken: an own key that says otherwise is an error.
bool contradicts_scheme(const Draft& draft, Scheme scheme) {
    const auto* tls = draft.find(Key::tls);
    if (tls == nullptr || std::get<bool>(tls->value) == (scheme == Scheme::tls)) return false;
    draft.error(tls->spot.place, "tls",
                scheme == Scheme::tls ? "the scheme tls:// of its url says the opposite: drop one of them"
                                      : "the scheme tcp:// of its url says the opposite: write tls://");
    return true;
}

std::optional<Scheme> read_url(const Draft& draft, Target& target) {
    const auto* url = draft.find(Key::url);
    const auto text = draft.text(Key::url);
    const auto wrong = [&](const std::string& why) {
        draft.error(url->spot.place, "url", quotable(without_secrets(text)) + ": " + why);
        return std::nullopt;
    };
    const auto syntax = parse_target(text);
    if (!syntax) return wrong(syntax.problem);
    if (syntax->scheme == Scheme::none) return wrong("has no scheme: write host and port, or tcp:// before it");
    if (syntax->count() != 1) return wrong("stands for several servers: write it as a text of its own in the list");
    if (contradicts_scheme(draft, syntax->scheme)) return std::nullopt;
    target.host = syntax->host;
    target.port = syntax->ports.first;
    target.unix_path = syntax->unix_path;
    target.written = text;
    return syntax->scheme;
}

std::optional<Scheme> read_host_and_port(const Draft& draft, const Merged& merged, Target& target) {
    target.host = draft.text(Key::host);
    if (target.host.empty()) {
        if (!draft.written(Key::host) && draft.is_sound)
            draft.error(draft.node.place, {}, "expected a host (or unix, or url), found none");
        return std::nullopt;
    }
    const auto* port = merged.find(Key::port);
    if (port == nullptr) {
        if (!draft.written(Key::port) && draft.is_sound) {
            draft.error(draft.node.place, {}, "no port: write port: 443 beside host: " + quotable(target.host));
        }
        return std::nullopt;
    }
    target.port = static_cast<std::uint16_t>(std::get<std::uint32_t>(port->value));
    const bool bracketed = target.host.find(':') != target.host.npos;
    target.written = (bracketed ? '[' + target.host + ']' : target.host) + ':' + std::to_string(target.port);
    return Scheme::none;
}

/// Fills in where the server is; none when that is wrong, which is reported.
std::optional<Scheme> read_place(const Draft& draft, const Merged& merged, Target& target) {
    if (is_contradictory(draft)) return std::nullopt;
    if (draft.written(Key::url)) return draft.find(Key::url) ? read_url(draft, target) : std::nullopt;
    if (!draft.written(Key::unix_path)) return read_host_and_port(draft, merged, target);
    target.unix_path = draft.text(Key::unix_path);
    if (target.unix_path.empty()) return std::nullopt;
    target.written = "unix:" + target.unix_path;
    if (auto problem = unix_path_problem(target.unix_path); !problem.empty()) {
        draft.error(draft.find(Key::unix_path)->spot.place, "unix", problem);
        return std::nullopt;
    }
    return Scheme::unix_socket;
}

void read_object(const Node& node, const Path* path, const Reading& reading, Adder& to) {
    const auto errors_before = reading.problems.errors();
    const auto own = read_layer(node, Scope::server, false, path, reading);
    const Draft draft{node, own, path, reading, reading.problems.errors() == errors_before};
    Target target;
    const auto merged = to.merged(own, Scheme::none);
    const auto scheme = read_place(draft, merged, target);
    if (!scheme || reading.problems.errors() != errors_before) return;
    target.name = draft.text(Key::name);
    if (target.name.empty()) target.name = target.written;
    target.address = draft.text(Key::address);
    const auto* name = draft.find(Key::name);
    to.add(std::move(target), own, *scheme, {reading.source, name != nullptr ? name->spot.place : node.place}, false);
}

}  // namespace

void read_server(const Node& node, const Path* path, const Reading& reading, Adder& to) {
    if (node.kind == NodeKind::object) return read_object(node, path, reading, to);
    const Spot spot{reading.source, node.place};
    if (node.broken) return;
    if (node.kind == NodeKind::string) return add_target(node.text, {spot, path, false}, to);
    reading.problems.error(spot, path, "expected a server (an object or \"host:port\"), found " + describe(node));
}

}  // namespace connprobe::config
