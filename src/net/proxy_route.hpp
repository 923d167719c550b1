// A way through a proxy, and what its failures are called: the proxy's own faults, and what it says of the target.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/proxy.hpp"

namespace connprobe::net {

struct Route {
    const Proxy& proxy;
    std::string host;  ///< that the proxy is asked to connect to: a name, or a literal without brackets
    std::uint16_t port = 0;

    /// "the proxy 10.0.0.1:3128"
    [[nodiscard]] std::string proxy_text() const;
    /// "db:5432", "[2001:db8::1]:443"
    [[nodiscard]] std::string target_text() const;
    /// "socks5h://10.0.0.1:1080": this proxy with another scheme, without user and password
    [[nodiscard]] std::string with_scheme(ProxyType type) const;
};

[[nodiscard]] inline bool has_credentials(const Proxy& proxy) noexcept {
    return !proxy.username.empty() || !proxy.password.empty();
}

/// What a proxy said, without the user and the password where it repeats them.
[[nodiscard]] std::string hide_login(std::string text, const Proxy& proxy);

/// The same of a sentence about the target, which may quote a proxy that is no way to it: a server that repeats what it
/// is sent. `proxy` may be none.
[[nodiscard]] std::string hide_repeated_login(std::string text, const std::optional<Proxy>& proxy);
void hide_repeated_login(std::optional<Failure>& failure, const std::optional<Proxy>& proxy);

[[nodiscard]] inline bool is_socks(ProxyType type) noexcept {
    return type == ProxyType::socks5 || type == ProxyType::socks5h;
}

/// A failure of the phase proxy with the class of its code: what the proxy says of the target, and its time-out.
[[nodiscard]] Failure through_proxy(Code code, std::string message, std::string hint = {});

/// One of the proxy itself: the class is proxy, unless it is about a login or about this machine.
[[nodiscard]] Failure proxy_fault(Code code, std::string message, std::string hint = {});

/// Makes a failure on the way to the proxy one of class proxy; those of this machine, and of a run that ended, stay.
void blame_proxy(Failure& failure, std::string_view beginning);

/// Something else than a proxy of this kind answered; `first` are the first bytes that came.
[[nodiscard]] Failure no_such_proxy(const Route& route, std::string_view first);

}  // namespace connprobe::net
