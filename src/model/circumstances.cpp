#include "model/circumstances.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "model/starttls.hpp"

namespace connprobe {

namespace {

std::string in_brackets(std::string_view host) {
    return host.find(':') == host.npos ? std::string{host} : '[' + std::string{host} + ']';
}

std::string number(std::uint16_t port) { return port == 0 ? "" : std::to_string(port); }

/// A host and a port, and what else one must know to speak with whoever is there.
struct Place {
    std::string host;
    std::uint16_t port = 0;
    std::string address;
    std::string name;  ///< that its certificate is to be for
};

Place proxy_of(const Circumstances& known) {
    const auto& proxy = *known.target.settings->proxy;
    Place place{proxy.host, proxy.port, std::string{known.address}, proxy.host};
    if (place.address.empty() && is_address_literal(proxy.host)) place.address = proxy.host;
    return place;
}

Place server_of(const Circumstances& known) {
    const auto& target = known.target;
    const auto& tls = target.settings->tls;
    Place place{target.host, target.port, target.address, target.host};
    if (scene_of(known) == Scene::direct && !known.address.empty()) place.address = known.address;
    if (place.address.empty() && is_address_literal(target.host)) place.address = target.host;
    if (tls && !tls->server_name.empty()) place.name = tls->server_name;
    // A server of the record failed, and which one is not said here.
    if (names_a_record(target) && known.failure.phase != Phase::resolve) place.host.clear();
    return place;
}

std::string url_of(const Target& target) {
    if (target.written.starts_with("http://") || target.written.starts_with("https://")) return target.written;
    const auto& check = target.settings->check;
    const auto* http = check ? std::get_if<HttpCheck>(&*check) : nullptr;
    if (http == nullptr || target.host.empty() || target.port == 0) return "";
    const std::string scheme = target.settings->tls ? "https://" : "http://";
    return scheme + in_brackets(target.host) + ':' + number(target.port) + http->path.substr(0, http->path.find('?'));
}

/// As it is written on the command line so that what is asked there is what was asked here; empty where no scheme says it.
std::string target_of(const Target& target) {
    const auto& settings = *target.settings;
    if (target.written.find("://") != std::string::npos || (!settings.tls && !settings.check)) return target.written;
    if (!target.unix_path.empty() || settings.starttls) return "";
    const auto place = "://" + in_brackets(target.host) + ':' + number(target.port);
    if (!settings.check) return "tls" + place;
    switch (type_of(*settings.check)) {
        case CheckType::http: return url_of(target);
        case CheckType::redis: return (settings.tls ? "rediss" : "redis") + place;
        case CheckType::postgres: return settings.tls ? "" : "postgres" + place;
        case CheckType::tcp: break;
    }
    return "";
}

std::string user_of(const Target& target) {
    const auto& check = target.settings->check;
    const auto* redis = check ? std::get_if<RedisCheck>(&*check) : nullptr;
    return redis == nullptr ? "" : redis->username;
}

std::string starttls_of(const Target& target) {
    const auto& starttls = target.settings->starttls;
    return starttls ? std::string{spec(*starttls).name} : "";
}

std::string proxy_url(const Target& target) {
    const auto& proxy = target.settings->proxy;
    if (!proxy) return "";
    return std::string{to_string(proxy->type)} + "://" + in_brackets(proxy->host) + ':' + number(proxy->port);
}

std::string name_for_tls(const std::string& name) { return is_address_literal(name) ? "" : name; }

}  // namespace

Scene scene_of(const Circumstances& known) noexcept {
    using enum FailureClass;
    const auto& failure = known.failure;
    if (!known.target.settings->proxy) return Scene::direct;
    const bool blamed = failure.failure_class == proxy && info(failure.code).failure_class != proxy;
    if (blamed || failure.phase == Phase::connect) return Scene::at_the_proxy;
    if (failure.phase == Phase::resolve) return Scene::name_asked;
    return failure.phase == Phase::proxy ? Scene::told_by_proxy : Scene::behind_proxy;
}

bool is_address_literal(std::string_view host) noexcept {
    return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

bool names_a_record(const Target& target) noexcept { return target.port == 0 && target.unix_path.empty(); }

std::optional<std::string> fact(const Circumstances& known, std::string_view placeholder, bool before_colon) {
    const auto& target = known.target;
    const auto& proxy = target.settings->proxy;
    const bool at_proxy = scene_of(known) == Scene::at_the_proxy;
    const auto place = at_proxy ? proxy_of(known) : server_of(known);
    const auto literal = [&](const std::string& host) { return before_colon ? in_brackets(host) : host; };
    if (placeholder == "HOST") return literal(place.host);
    if (placeholder == "PORT") return number(place.port);
    if (placeholder == "ADDRESS") return literal(place.address);
    if (placeholder == "NAME") return name_for_tls(place.name);
    if (placeholder == "PATH") return target.unix_path.starts_with('/') ? target.unix_path : "";
    if (placeholder == "PROTOCOL") return at_proxy ? "" : starttls_of(target);
    if (placeholder == "USER") return user_of(target);
    if (placeholder == "TARGET")
        return at_proxy ? in_brackets(place.host) + ':' + number(place.port) : target_of(target);
    if (placeholder == "URL") return at_proxy ? "" : url_of(target);
    if (placeholder == "PROXY") return proxy_url(target);
    if (placeholder == "PROXYHOST") return proxy ? literal(proxy->host) : "";
    if (placeholder == "PROXYPORT") return proxy ? number(proxy->port) : "";
    return std::nullopt;
}

}  // namespace connprobe
