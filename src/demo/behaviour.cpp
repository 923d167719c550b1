#include "demo/behaviour.hpp"

#include <algorithm>
#include <array>

namespace connprobe::demo {
namespace {

constexpr std::string_view trusting = "{ ca_file: ca.pem }";
constexpr std::string_view under_another_name = "{ ca_file: ca.pem, server_name: api.example.com }";

constexpr Expected up(std::size_t attempts = 1) { return {.status = Status::up, .attempts = attempts}; }
constexpr Expected degraded(WarningCode warning) { return {.status = Status::degraded, .warning = warning}; }
constexpr Expected down(Code code) { return {.status = Status::down, .code = code}; }

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view bad_request = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view service_unavailable =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view is_loading = "-LOADING Redis is loading the dataset in memory\r\n";

constexpr std::array<BehaviourInfo, 15> behaviours{{
    {Behaviour::up, "up", "accepts connections", "", "", up()},
    {Behaviour::unix_socket, "unix", "accepts them on a unix socket", "", "", up()},
    {Behaviour::ready, "ready", "answers over HTTP that it is ready", "", "check: http", up(), ok},
    {Behaviour::tls, "tls", "has a certificate of the demo's own authority", trusting, "", up()},
    {Behaviour::flapping, "flapping", "breaks off the first handshake, completes the second", trusting, "", up(2)},
    {Behaviour::slow, "slow", "lets the handshake wait for 300 ms", trusting, "max_latency: 200ms",
     degraded(WarningCode::slow)},
    {Behaviour::expiring, "expiring", "its certificate ends within a week", trusting, "cert_expiry: 14d",
     degraded(WarningCode::certificate_expires_soon)},
    {Behaviour::expired, "expired", "its certificate ended three days ago", trusting, "",
     down(Code::certificate_expired)},
    {Behaviour::wrong_name, "wrong-name", "its certificate is for www.example.com", under_another_name, "",
     down(Code::hostname_mismatch)},
    {Behaviour::untrusted, "untrusted", "its certificate is of an authority that nobody knows", trusting, "",
     down(Code::unknown_authority)},
    {Behaviour::plain_text, "plain-text", "answers in plain HTTP on a port for TLS", trusting, "", down(Code::not_tls),
     bad_request},
    {Behaviour::unavailable, "unready", "answers over HTTP that it is not ready", "", "check: http",
     down(Code::unexpected_status), service_unavailable},
    {Behaviour::loading, "loading", "a Redis that is still loading its data", "", "check: redis",
     down(Code::not_serving), is_loading},
    {Behaviour::refusing, "refusing", "nothing listens there", "", "", down(Code::connection_refused)},
    {Behaviour::silent, "silent", "never answers", "", "connect_timeout: 700ms", down(Code::connect_timeout)},
}};

std::string_view found(const Result& result) { return result.error ? to_string(result.error->code) : "no failure"; }

}  // namespace

std::span<const BehaviourInfo> all_behaviours() noexcept { return behaviours; }

const BehaviourInfo& info(Behaviour behaviour) noexcept { return behaviours[static_cast<std::size_t>(behaviour)]; }

std::optional<std::string> surprise(Behaviour behaviour, const Result& result) {
    const Expected& expected = info(behaviour).expected;
    const std::string server{result.target->name};
    if (result.status != expected.status) {
        return server + ": expected " + std::string{to_string(expected.status)} + ", found " +
               std::string{to_string(result.status)} + " (" + std::string{found(result)} + ")";
    }
    if (expected.code && (!result.error || result.error->code != *expected.code)) {
        return server + ": expected " + std::string{to_string(*expected.code)} + ", found " +
               std::string{found(result)};
    }
    const auto warned = [&](const Warning& warning) { return warning.code == *expected.warning; };
    if (expected.warning && std::ranges::none_of(result.warnings, warned)) {
        return server + ": expected the warning " + std::string{to_string(*expected.warning)} + ", found none of it";
    }
    if (result.history.size() < expected.attempts) {
        return server + ": expected at least " + std::to_string(expected.attempts) + " attempts, found " +
               std::to_string(result.history.size());
    }
    return std::nullopt;
}

}  // namespace connprobe::demo
