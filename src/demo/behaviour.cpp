#include "demo/behaviour.hpp"

#include <algorithm>
#include <array>

namespace connprobe::demo {
namespace {

constexpr std::string_view trusting = "{ ca_file: ca.pem }";

constexpr std::array<BehaviourInfo, 12> behaviours{{
    {Behaviour::up, "up", "accepts connections", "", "", {Status::up}},
    {Behaviour::unix_socket, "unix", "accepts them on a unix socket", "", "", {Status::up}},
    {Behaviour::tls, "tls", "has a certificate of the demo's own authority", trusting, "", {Status::up}},
    {Behaviour::flapping, "flapping", "breaks off the first handshake, completes the second", trusting, "",
     {.status = Status::up, .attempts = 2}},
    {Behaviour::slow, "slow", "lets the handshake wait for 300 ms", trusting, "max_latency: 200ms",
     {.status = Status::degraded, .warning = WarningCode::slow}},
    {Behaviour::expiring, "expiring", "its certificate ends in five days", trusting, "cert_expiry: 14d",
     {.status = Status::degraded, .warning = WarningCode::certificate_expires_soon}},
    {Behaviour::expired, "expired", "its certificate ended three days ago", trusting, "",
     {.status = Status::down, .code = Code::certificate_expired}},
    {Behaviour::wrong_name, "wrong-name", "its certificate is for www.example.com", "{ ca_file: ca.pem, server_name: api.example.com }", "",
     {.status = Status::down, .code = Code::hostname_mismatch}},
    {Behaviour::untrusted, "untrusted", "its certificate is of an authority that nobody knows", trusting, "",
     {.status = Status::down, .code = Code::unknown_authority}},
    {Behaviour::plain_text, "plain-text", "answers in plain HTTP on a port for TLS", trusting, "",
     {.status = Status::down, .code = Code::not_tls}},
    {Behaviour::refusing, "refusing", "nothing listens there", "", "",
     {.status = Status::down, .code = Code::connection_refused}},
    {Behaviour::silent, "silent", "never answers", "", "connect_timeout: 700ms",
     {.status = Status::down, .code = Code::connect_timeout}},
}};

std::string_view found(const Result& result) {
    return result.error ? to_string(result.error->code) : "no failure";
}

}  // namespace

std::span<const BehaviourInfo> all_behaviours() noexcept {
    return behaviours;
}

const BehaviourInfo& info(Behaviour behaviour) noexcept {
    return behaviours[static_cast<std::size_t>(behaviour)];
}

std::optional<std::string> surprise(Behaviour behaviour, const Result& result) {
    const Expected& expected = info(behaviour).expected;
    const std::string server{result.target->name};
    if (result.status != expected.status) {
        return server + ": expected " + std::string{to_string(expected.status)} + ", found " +
               std::string{to_string(result.status)} + " (" + std::string{found(result)} + ")";
    }
    if (expected.code && (!result.error || result.error->code != *expected.code)) {
        return server + ": expected " + std::string{to_string(*expected.code)} + ", found " + std::string{found(result)};
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
