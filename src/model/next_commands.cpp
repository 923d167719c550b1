#include "model/next_commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace connprobe {

namespace {

using enum Where;

/// By code, in the order of `Code`. S_CLIENT and REDIS stand for all that these clients must be told to speak with the
/// server.
constexpr std::array commands = std::to_array<NextCommand>({
    {Code::host_not_found, here, "getent ahosts HOST"},
    {Code::host_not_found, here, "dig HOST"},
    {Code::no_address, here, "dig HOST A"},
    {Code::no_address, here, "dig HOST AAAA"},
    {Code::dns_server_failure, here, "dig HOST"},
    {Code::dns_server_failure, here, "dig +cd HOST"},
    {Code::dns_server_failure, here, "dig +trace HOST"},
    {Code::dns_refused, here, "dig HOST"},
    {Code::dns_refused, here, "cat /etc/resolv.conf"},
    {Code::dns_temporary_failure, here, "connprobe --resolver dns TARGET"},
    {Code::dns_temporary_failure, here, "resolvectl status"},
    {Code::dns_bad_reply, here, "dig HOST"},
    {Code::dns_bad_reply, here, "dig +tcp HOST"},
    {Code::dns_timeout, here, "dig HOST"},
    {Code::dns_timeout, here, "cat /etc/resolv.conf"},
    {Code::bad_name, here, "connprobe --dry-run TARGET"},
    {Code::connection_refused, here, "getent ahosts HOST"},
    {Code::connection_refused, on_the_server, "ss -ltnp sport = :PORT"},
    {Code::connection_reset, here, "tcpdump -n host ADDRESS and port PORT"},
    {Code::connection_reset, on_the_server, "ss -tn sport = :PORT"},
    {Code::connection_closed, here, "nc -w 5 ADDRESS PORT"},
    {Code::host_unreachable, here, "ip route get ADDRESS"},
    {Code::host_unreachable, here, "ip neigh show ADDRESS"},
    {Code::host_unreachable, here, "traceroute -n ADDRESS"},
    {Code::network_unreachable, here, "ip route get ADDRESS"},
    {Code::network_unreachable, here, "ip -br address"},
    {Code::admin_prohibited, here, "ip route get ADDRESS"},
    {Code::admin_prohibited, here, "traceroute -n -T -p PORT ADDRESS"},
    {Code::backlog_full, here, "ss -lxp src PATH"},
    {Code::socket_missing, here, "ls -ld PATH"},
    {Code::socket_missing, here, "ss -lxp"},
    {Code::connect_timeout, here, "connprobe HOST:22 HOST:443"},
    {Code::connect_timeout, here, "traceroute -n -T -p PORT ADDRESS"},
    {Code::connect_timeout, on_the_server, "tcpdump -n port PORT"},
    {Code::proxy_timeout, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::proxy_timeout, here, "connprobe PROXYHOST:PROXYPORT"},
    {Code::proxy_timeout, on_the_proxy, "connprobe HOST:PORT"},
    {Code::tls_timeout, here, "S_CLIENT </dev/null"},
    {Code::tls_timeout, here, "connprobe tcp://HOST:PORT"},
    {Code::tls_timeout, here, "ping -c 3 -M do -s 1400 ADDRESS"},
    {Code::check_timeout, here, "curl -v URL"},
    {Code::check_timeout, here, "REDIS ping"},
    {Code::check_timeout, here, "pg_isready -h HOST -p PORT"},
    {Code::check_timeout, here, "connprobe -vv TARGET"},
    {Code::certificate_expired, here, "S_CLIENT </dev/null | openssl x509 -noout -subject -issuer -dates"},
    {Code::certificate_expired, here, "date -u"},
    {Code::certificate_not_yet_valid, here, "S_CLIENT </dev/null | openssl x509 -noout -subject -issuer -dates"},
    {Code::certificate_not_yet_valid, here, "date -u"},
    {Code::hostname_mismatch, here, "S_CLIENT </dev/null | openssl x509 -noout -ext subjectAltName"},
    {Code::unknown_authority, here, "S_CLIENT -showcerts </dev/null"},
    {Code::self_signed, here, "S_CLIENT </dev/null | openssl x509 -noout -subject -issuer -fingerprint -sha256"},
    {Code::certificate_revoked, here,
     "S_CLIENT </dev/null | openssl x509 -noout -serial -issuer -ext crlDistributionPoints"},
    {Code::certificate_bad_signature, here, "S_CLIENT -showcerts </dev/null"},
    {Code::invalid_authority, here, "S_CLIENT -showcerts </dev/null"},
    {Code::certificate_purpose, here, "S_CLIENT </dev/null | openssl x509 -noout -ext extendedKeyUsage,keyUsage"},
    {Code::name_constraints, here, "S_CLIENT -showcerts </dev/null"},
    {Code::name_constraints, here, "S_CLIENT </dev/null | openssl x509 -noout -ext subjectAltName"},
    {Code::weak_certificate, here, "S_CLIENT -cipher DEFAULT:@SECLEVEL=0 </dev/null | openssl x509 -noout -text"},
    {Code::certificate_invalid, here, "S_CLIENT </dev/null | openssl x509 -noout -text"},
    {Code::staple_missing, here, "S_CLIENT -status </dev/null"},
    {Code::pin_mismatch, here,
     "S_CLIENT </dev/null | openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 "
     "-binary | base64"},
    {Code::protocol_version, here, "S_CLIENT -tls1_3 </dev/null"},
    {Code::protocol_version, here, "S_CLIENT -tls1_2 </dev/null"},
    {Code::no_shared_cipher, here, "S_CLIENT -cipher ALL:@SECLEVEL=0 </dev/null"},
    {Code::no_shared_alpn, here, "S_CLIENT -alpn h2,http/1.1 </dev/null"},
    {Code::not_tls, here, "curl -v http://HOST:PORT/"},
    {Code::not_tls, here, "nc -w 5 ADDRESS PORT"},
    {Code::starttls_refused, here, "S_CLIENT </dev/null"},
    {Code::handshake_failure, here, "S_CLIENT -msg </dev/null"},
    {Code::handshake_failure, here, "connprobe -k TARGET"},
    {Code::client_certificate_required, here, "S_CLIENT </dev/null"},
    {Code::client_certificate_rejected, here, "S_CLIENT </dev/null"},
    {Code::authentication_failed, here, "curl -v URL"},
    {Code::authentication_failed, here, "REDIS [--user USER] --askpass ping"},
    {Code::authentication_failed, here, "connprobe -vv TARGET"},
    {Code::proxy_authentication_failed, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::forbidden, here, "curl -v URL"},
    {Code::proxy_denied, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::proxy_denied, on_the_proxy, "connprobe HOST:PORT"},
    {Code::proxy_unexpected_reply, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::unexpected_status, here, "curl -v URL"},
    {Code::unexpected_reply, here, "curl -v URL"},
    {Code::unexpected_reply, here, "nc -w 5 ADDRESS PORT"},
    {Code::reply_too_large, here, "curl -s URL | wc -c"},
    {Code::reply_too_large, here, "nc -w 5 ADDRESS PORT"},
    {Code::not_serving, here, "connprobe wait TARGET"},
    {Code::not_serving, here, "REDIS ping"},
    {Code::not_serving, here, "pg_isready -h HOST -p PORT"},
    {Code::too_many_open_files, here, "ulimit -n"},
    {Code::too_many_open_files, here, "cat /proc/sys/fs/file-nr"},
    {Code::no_free_port, here, "ss -s"},
    {Code::no_free_port, here, "sysctl net.ipv4.ip_local_port_range"},
    {Code::address_not_available, here, "ip -br address"},
    {Code::out_of_memory, here, "free -m"},
    {Code::out_of_memory, here, "cat /proc/net/sockstat"},
    {Code::permission_denied, here, "namei -l PATH"},
    {Code::permission_denied, here, "id"},
    {Code::permission_denied, here, "nft list ruleset"},
    {Code::interrupted, here, "connprobe TARGET"},
    {Code::deadline_exceeded, here, "connprobe TARGET"},
    {Code::fail_fast, here, "connprobe TARGET"},
});
static_assert(std::ranges::is_sorted(commands, {}, &NextCommand::code));

constexpr auto clients = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"S_CLIENT", "openssl s_client -connect ADDRESS:PORT [-servername NAME] [-starttls PROTOCOL]"},
    {"REDIS", "redis-cli -h HOST -p PORT"},
});

}  // namespace

std::span<const NextCommand> commands_for(Code code) noexcept {
    const auto [begin, end] = std::ranges::equal_range(commands, code, {}, &NextCommand::code);
    return {begin, end};
}

std::string in_general(const NextCommand& command) {
    for (const auto& [client, whole] : clients)
        if (command.text.starts_with(client)) return std::string{whole}.append(command.text.substr(client.size()));
    return std::string{command.text};
}

}  // namespace connprobe
