#include "model/next_commands.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "connprobe/target.hpp"
#include "model/shell.hpp"
#include "model/starttls.hpp"

namespace connprobe {

namespace {

using enum Where;

/// By code, in the order of `Code`. S_CLIENT stands for all that openssl must be told to speak TLS with the server.
constexpr std::array commands = std::to_array<NextCommand>({
    {Code::host_not_found, here, "getent ahosts HOST"},
    {Code::host_not_found, here, "dig HOST"},
    {Code::no_address, here, "dig HOST A"},
    {Code::no_address, here, "dig HOST AAAA"},
    {Code::dns_server_failure, here, "dig HOST"},
    {Code::dns_server_failure, here, "dig +cd HOST"},
    {Code::dns_server_failure, here, "dig +trace HOST"},
    {Code::dns_refused, here, "cat /etc/resolv.conf"},
    {Code::dns_refused, here, "dig HOST"},
    {Code::dns_temporary_failure, here, "connprobe --resolver dns TARGET"},
    {Code::dns_temporary_failure, here, "resolvectl status"},
    {Code::dns_bad_reply, here, "dig HOST"},
    {Code::dns_bad_reply, here, "dig +tcp HOST"},
    {Code::dns_timeout, here, "cat /etc/resolv.conf"},
    {Code::dns_timeout, here, "dig HOST"},
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
    {Code::proxy_timeout, here, "connprobe PROXY"},
    {Code::tls_timeout, here, "S_CLIENT </dev/null"},
    {Code::tls_timeout, here, "connprobe tcp://HOST:PORT"},
    {Code::tls_timeout, here, "ping -c 3 -M do -s 1400 ADDRESS"},
    {Code::check_timeout, here, "curl -v URL"},
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
    {Code::authentication_failed, here, "connprobe -vv TARGET"},
    {Code::proxy_authentication_failed, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::forbidden, here, "curl -v URL"},
    {Code::proxy_denied, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::proxy_unexpected_reply, here, "curl -v --proxy PROXY https://HOST:PORT/"},
    {Code::unexpected_status, here, "curl -v URL"},
    {Code::unexpected_reply, here, "curl -v URL"},
    {Code::unexpected_reply, here, "nc -w 5 ADDRESS PORT"},
    {Code::reply_too_large, here, "curl -s URL | wc -c"},
    {Code::reply_too_large, here, "nc -w 5 ADDRESS PORT"},
    {Code::not_serving, here, "connprobe wait TARGET"},
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

constexpr std::string_view s_client = "S_CLIENT";
constexpr std::string_view server_name = "[-servername NAME]", protocol = "[-starttls PROTOCOL]";

std::string spelt_out(std::string_view text) {
    std::string whole{text};
    if (text.starts_with(s_client))
        whole.replace(
            0, s_client.size(),
            "openssl s_client -connect ADDRESS:PORT " + std::string{server_name} + ' ' + std::string{protocol});
    return whole;
}

bool is_literal(std::string_view host) noexcept {
    return host.find(':') != host.npos || host.find_first_not_of("0123456789.") == host.npos;
}

std::string bracketed(std::string_view host) {
    return host.find(':') == host.npos ? std::string{host} : '[' + std::string{host} + ']';
}

/// What the placeholders stand for; empty where there is none.
class Facts {
public:
    explicit Facts(const Result& result) : target_{*result.target}, result_{result} {}

    [[nodiscard]] std::optional<std::string> of(std::string_view placeholder, bool before_colon) const {
        const auto in_brackets = [&](std::string_view host) {
            return before_colon ? bracketed(host) : std::string{host};
        };
        if (placeholder == "HOST") return in_brackets(target_.host);
        if (placeholder == "PORT") return target_.port == 0 ? "" : std::to_string(target_.port);
        if (placeholder == "ADDRESS") return in_brackets(result_.address.empty() ? target_.address : result_.address);
        if (placeholder == "NAME") return name();
        if (placeholder == "PATH") return target_.unix_path.starts_with('/') ? target_.unix_path : "";
        if (placeholder == "PROTOCOL") return starttls();
        if (placeholder == "TARGET") return target_.written;
        if (placeholder == "URL") return is_web() ? target_.written : "";
        if (placeholder == "PROXY") return "";
        return std::nullopt;
    }

private:
    [[nodiscard]] bool is_web() const {
        return target_.written.starts_with("http://") || target_.written.starts_with("https://");
    }
    [[nodiscard]] std::string name() const {
        const auto& tls = target_.settings->tls;
        const auto& name = tls && !tls->server_name.empty() ? tls->server_name : target_.host;
        return is_literal(name) ? "" : name;
    }
    [[nodiscard]] std::string starttls() const {
        const auto& starttls = target_.settings->starttls;
        return starttls ? std::string{spec(*starttls).name} : "";
    }

    const Target& target_;
    const Result& result_;
};

bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }

/// One word of a command with its placeholders filled in and quoted; empty if one of them cannot be.
std::string filled_word(std::string_view word, const Facts& facts) {
    std::string filled;
    bool changed = false;
    while (!word.empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(word, is_capital) - word.begin());
        const auto fact = facts.of(word.substr(0, end), word.substr(end).starts_with(':'));
        if (fact && fact->empty()) return {};
        changed = changed || fact;
        const auto taken = end == 0 ? 1 : end;
        filled += fact ? *fact : std::string{word.substr(0, taken)};
        word.remove_prefix(taken);
    }
    return changed ? shell_word(filled) : filled;
}

void drop(std::string& text, std::string_view part) {
    const auto at = text.find(part);
    if (at != text.npos) text.erase(at, part.size() + 1);
}

void keep(std::string& text, std::string_view part) {
    const auto at = text.find(part);
    if (at == text.npos) return;
    text.erase(at + part.size() - 1, 1);
    text.erase(at, 1);
}

}  // namespace

std::span<const NextCommand> commands_for(Code code) noexcept {
    const auto [begin, end] = std::ranges::equal_range(commands, code, {}, &NextCommand::code);
    return {begin, end};
}

std::string in_general(const NextCommand& command) { return spelt_out(command.text); }

std::string filled_in(const NextCommand& command, const Result& result) {
    const Facts facts{result};
    auto text = spelt_out(command.text);
    for (const auto& [part, placeholder] : {std::pair{server_name, "NAME"}, std::pair{protocol, "PROTOCOL"}})
        facts.of(placeholder, false)->empty() ? drop(text, part) : keep(text, part);
    std::string filled;
    for (std::string_view left = text; !left.empty();) {
        const auto end = std::min(left.find(' '), left.size());
        const auto word = filled_word(left.substr(0, end), facts);
        if (word.empty()) return {};
        filled.append(filled.empty() ? "" : " ").append(word);
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return filled;
}

}  // namespace connprobe
