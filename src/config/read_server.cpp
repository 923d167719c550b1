#include "config/read_server.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/quote.hpp"
#include "config/read_check.hpp"
#include "config/url.hpp"
#include "model/secrets.hpp"

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

/// The name of a scheme that asks the same over TLS; empty if there is none.
std::string_view over_tls(Scheme scheme) {
    if (scheme == Scheme::tcp) return "tls";
    if (scheme == Scheme::http) return "https";
    return scheme == Scheme::redis ? "rediss" : "";
}

/// The scheme says whether TLS is spoken: an own key that says otherwise is an error.
bool contradicts_tls(const Draft& draft, Scheme scheme) {
    const auto* tls = draft.find(Key::tls);
    if (tls == nullptr || std::get<bool>(tls->value) == spec(scheme).tls) return false;
    const auto with_tls = over_tls(scheme);
    draft.error(tls->spot.place, "tls",
                "the scheme " + std::string{spec(scheme).name} + ":// of its url says the opposite: " +
                    (with_tls.empty() ? "drop one of them" : "write " + std::string{with_tls} + "://"));
    return true;
}

/// `tls: false` beside starttls, or a scheme that begins otherwise.
bool contradicts_starttls(const Draft& draft, Scheme scheme) {
    const auto* starttls = draft.find(Key::starttls);
    if (starttls == nullptr) return false;
    const auto protocol = std::get<StartTls>(starttls->value);
    const auto type = spec(scheme).check;
    const bool fits = type == CheckType::postgres ? protocol == StartTls::postgres : scheme == Scheme::tls;
    if (fits) return false;
    const auto remedy = type == CheckType::tcp        ? "write tls://"
                        : type == CheckType::postgres ? "write starttls: postgres"
                                                      : "drop one of them";
    draft.error(starttls->spot.place, "starttls",
                "the scheme " + std::string{spec(scheme).name} + ":// of its url begins otherwise: " + remedy);
    return true;
}

/// So does it say what is asked, and its user and path say more of that.
bool contradicts_check(const Draft& draft, Scheme scheme, const UrlParts& parts) {
    const Path path{draft.path, "check", 0};
    const auto wrong = [&](const Setting& setting, const std::string& text) {
        const Path key_path{&path, info(setting.key).name(), 0};
        draft.reading.problems.error(setting.spot, &key_path, text);
        return true;
    };
    const auto* type = draft.find(Key::check_type);
    if (type != nullptr && std::get<std::string>(type->value) != to_string(spec(scheme).check))
        return wrong(*type, "the scheme " + std::string{spec(scheme).name} + ":// of its url says " +
                                std::string{to_string(spec(scheme).check)} + ": drop one of them");
    static constexpr std::array<std::pair<Key, std::optional<std::string> UrlParts::*>, 5> said{{
        {Key::check_path, &UrlParts::path},
        {Key::check_username, &UrlParts::user},
        {Key::check_password_env, &UrlParts::password},
        {Key::check_user, &UrlParts::user},
        {Key::check_database, &UrlParts::path},
    }};
    for (const auto& [key, part] : said) {
        const auto* setting = draft.find(key);
        if (setting != nullptr && parts.*part) return wrong(*setting, "its url says it already: drop one of them");
    }
    return false;
}

std::optional<FromUrl> read_url(const Draft& draft, Target& target) {
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
    if (syntax->scheme == Scheme::srv && draft.written(Key::address))
        return wrong("its record names the servers, and address one: drop one of them");
    if (is_url(syntax->scheme)) {
        if (contradicts_starttls(draft, syntax->scheme)) return std::nullopt;
        if (!draft.find(Key::starttls) && contradicts_tls(draft, syntax->scheme)) return std::nullopt;
        if (contradicts_check(draft, syntax->scheme, syntax->parts)) return std::nullopt;
    }
    target.host = host_of(*syntax);
    target.port = syntax->ports.first;
    target.unix_path = syntax->unix_path;
    target.written = public_name(*syntax, text);
    return FromUrl{syntax->scheme, syntax->parts};
}

std::optional<FromUrl> read_host_and_port(const Draft& draft, const Merged& merged, Target& target) {
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
    target.host = ascii_host(target.host);
    return FromUrl{};
}

/// Fills in where the server is; none when that is wrong, which is reported.
std::optional<FromUrl> read_place(const Draft& draft, const Merged& merged, Target& target) {
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
    return FromUrl{Scheme::unix_socket, {}};
}

/// Own keys of `check` belong to the type that it says itself, or that its url or the defaults say.
void check_type_of_keys(const Draft& draft, const Merged& merged, const FromUrl& url) {
    const auto* first = first_of_check(draft.own);
    if (first == nullptr) return;
    const Path path{draft.path, "check", 0};
    const auto* type = merged.find(Key::check_type);
    const auto known = is_url(url.scheme) ? std::optional{spec(url.scheme).check}
                       : type != nullptr  ? check_type_of(std::get<std::string>(type->value))
                                          : std::nullopt;
    // With an own type this was looked at when it was read.
    if (known)
        return draft.find(Key::check_type) != nullptr ? void() : check_keys_of(*known, draft.own, &path, draft.reading);
    draft.reading.problems.error(first->spot, &path,
                                 "no type: write type: " + std::string{type_with(info(first->key).name())});
}

void read_object(const Node& node, const Path* path, const Reading& reading, Adder& to) {
    const auto errors_before = reading.problems.errors();
    const auto own = read_layer(node, Scope::server, false, path, reading);
    const Draft draft{node, own, path, reading, reading.problems.errors() == errors_before};
    Target target;
    const FromUrl nothing;
    const auto merged = to.merged(own, nothing);
    const auto url = read_place(draft, merged, target);
    if (url) check_type_of_keys(draft, merged, *url);
    if (!url || reading.problems.errors() != errors_before) return;
    target.name = hide_userinfo(draft.text(Key::name));  // which some make from the URL
    if (target.name.empty()) target.name = target.written;
    target.address = draft.text(Key::address);
    const auto* name = draft.find(Key::name);
    to.add(std::move(target), own, *url, {reading.source, name != nullptr ? name->spot.place : node.place}, false);
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
