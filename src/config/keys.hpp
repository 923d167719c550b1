// Every key that a server list may hold: one table, which reader, schema, man page and messages are held to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace connprobe::config {

enum class Key : std::uint8_t {
    version,
    defaults,
    servers,
    name,
    host,
    port,
    unix_path,
    url,
    address,
    tags,
    timeout,
    dns_timeout,
    connect_timeout,
    proxy_timeout,
    tls_timeout,
    check_timeout,
    retry,
    retry_strategy,
    retry_max_attempts,
    retry_delay,
    retry_max_delay,
    retry_multiplier,
    retry_jitter,
    retry_rules,
    rule_on,
    rule_stop,
    rule_strategy,
    rule_delay,
    rule_max_delay,
    rule_multiplier,
    rule_jitter,
    rule_max_attempts,
    tls,
    tls_server_name,
    tls_ca_file,
    tls_ca_dir,
    tls_cert_file,
    tls_key_file,
    tls_key_passphrase_env,
    tls_insecure,
    tls_alpn,
    tls_alpn_required,
    tls_min_version,
    tls_max_version,
    tls_pkcs12_file,
    tls_ciphers,
    tls_crl_file,
    tls_ocsp,
    tls_pins,
    tls_resume,
    proxy,
    proxy_protocol,
    starttls,
    family,
    source,
    interface,
    address_delay,
    all_addresses,
    max_latency,
    cert_expiry,
    connections,
    check,
    check_type,
    check_steps,
    check_method,
    check_path,
    check_headers,
    check_body,
    check_status,
    check_expect_body,
    check_expect_headers,
    check_username,
    check_password_env,
    check_user,
    check_database,
    step_expect,
    step_send,
};
inline constexpr std::size_t key_count = static_cast<std::size_t>(Key::step_send) + 1;

enum class ValueType : std::uint8_t {
    object,
    list,
    text,
    words,
    boolean,
    count,
    positive,
    factor,
    port,
    duration,
    path,
    address,
    host,
    jitter,
    strategy,
    rules,
    patterns,
    tls_version,
    ocsp,
    starttls,
    family,
    interface,
    version,
    check_type,
    steps,
    method,
    request_path,
    headers,
    body,
    statuses,
    regex,
    regex_headers,
    variable,
    proxy,
    proxy_protocol,
};

/// In which object a key stands.
enum class Scope : std::uint8_t {
    document,  ///< the top level
    server,    ///< a server only
    both,      ///< a server, or `defaults`
    retry,     ///< the object `retry`
    rule,      ///< an element of `retry.rules`
    tls,       ///< the object `tls`
    check,     ///< the object `check`
    step,      ///< an element of `check.steps`
};

struct KeyInfo {
    Key key;
    Scope scope;
    std::string_view path;  ///< from the server on; [] is any element of a list
    ValueType type;
    std::string_view fallback;  ///< the built-in default as a user would write it; empty: none
    std::string_view meaning;

    /// The last part of the path: how the key is spelt in its object.
    [[nodiscard]] constexpr std::string_view name() const noexcept { return path.substr(path.rfind('.') + 1); }
};

/// In the order of `Key`.
inline constexpr std::array<KeyInfo, key_count> all_keys{{
    {Key::version, Scope::document, "version", ValueType::version, "1", "the version of this format"},
    {Key::defaults, Scope::document, "defaults", ValueType::object, "",
     "what holds for each server that does not say otherwise"},
    {Key::servers, Scope::document, "servers", ValueType::list, "",
     "the servers: objects, or targets as on the command line"},
    {Key::name, Scope::server, "name", ValueType::text, "", "the key of its result; else the target as written"},
    {Key::host, Scope::server, "host", ValueType::host, "", "a name or an address"},
    {Key::port, Scope::both, "port", ValueType::port, "", "1 to 65535"},
    {Key::unix_path, Scope::server, "unix", ValueType::path, "", "the path of a unix socket, instead of host and port"},
    {Key::url, Scope::server, "url", ValueType::text, "",
     "a target with a scheme, such as https://host/path, instead of host and port"},
    {Key::address, Scope::server, "address", ValueType::address, "",
     "connect to this address, ask no name; TLS keeps the host"},
    {Key::tags, Scope::both, "tags", ValueType::words, "", "words by which --tag selects"},
    {Key::timeout, Scope::both, "timeout", ValueType::duration, "5s",
     "limit of one attempt, all phases together; 0: none"},
    {Key::dns_timeout, Scope::both, "dns_timeout", ValueType::duration, "",
     "limit of the phase resolve; only shortens timeout"},
    {Key::connect_timeout, Scope::both, "connect_timeout", ValueType::duration, "",
     "limit of the phase connect; only shortens timeout"},
    {Key::proxy_timeout, Scope::both, "proxy_timeout", ValueType::duration, "",
     "limit of the phase proxy; only shortens timeout"},
    {Key::tls_timeout, Scope::both, "tls_timeout", ValueType::duration, "",
     "limit of the phase tls; only shortens timeout"},
    {Key::check_timeout, Scope::both, "check_timeout", ValueType::duration, "",
     "limit of the phase check; only shortens timeout"},
    {Key::retry, Scope::both, "retry", ValueType::object, "none",
     "whether and when a failed attempt is followed by another; a word is its strategy"},
    {Key::retry_strategy, Scope::retry, "retry.strategy", ValueType::strategy, "none",
     "none, fixed, exponential or custom; exponential where max_attempts or delay is given, custom with rules"},
    {Key::retry_max_attempts, Scope::retry, "retry.max_attempts", ValueType::count, "3",
     "attempts of a server, the first included; 0: no limit; 1 without a strategy"},
    {Key::retry_delay, Scope::retry, "retry.delay", ValueType::duration, "1s",
     "wait before the first retry; 0: at once"},
    {Key::retry_max_delay, Scope::retry, "retry.max_delay", ValueType::duration, "30s",
     "longest wait of the strategy exponential; 0: no limit"},
    {Key::retry_multiplier, Scope::retry, "retry.multiplier", ValueType::factor, "2",
     "growth of the wait of the strategy exponential, at least 1"},
    {Key::retry_jitter, Scope::retry, "retry.jitter", ValueType::jitter, "0.1",
     "share by which each wait is spread, 0 to 1; full: between 0 and the wait"},
    {Key::retry_rules, Scope::retry, "retry.rules", ValueType::rules, "",
     "what follows which failure; the first rule that fits decides"},
    {Key::rule_on, Scope::rule, "retry.rules[].on", ValueType::patterns, "",
     "failure classes and codes, transient (dns, network, timeout), * (all)"},
    {Key::rule_stop, Scope::rule, "retry.rules[].stop", ValueType::boolean, "", "true: no further attempt"},
    {Key::rule_strategy, Scope::rule, "retry.rules[].strategy", ValueType::strategy, "", "fixed or exponential"},
    {Key::rule_delay, Scope::rule, "retry.rules[].delay", ValueType::duration, "",
     "as in retry, whose value holds where the rule has none"},
    {Key::rule_max_delay, Scope::rule, "retry.rules[].max_delay", ValueType::duration, "", "as in retry"},
    {Key::rule_multiplier, Scope::rule, "retry.rules[].multiplier", ValueType::factor, "", "as in retry"},
    {Key::rule_jitter, Scope::rule, "retry.rules[].jitter", ValueType::jitter, "", "as in retry"},
    {Key::rule_max_attempts, Scope::rule, "retry.rules[].max_attempts", ValueType::count, "",
     "replaces the general number for the failures this rule decides; 0: no limit"},
    {Key::tls, Scope::both, "tls", ValueType::object, "false", "speak TLS: true, false, or an object of its settings"},
    {Key::tls_server_name, Scope::tls, "tls.server_name", ValueType::host, "",
     "name for SNI and verification; else the host"},
    {Key::tls_ca_file, Scope::tls, "tls.ca_file", ValueType::path, "",
     "PEM file of the authorities to trust instead of the system's"},
    {Key::tls_ca_dir, Scope::tls, "tls.ca_dir", ValueType::path, "",
     "directory of authorities under hashed names (openssl rehash), instead of the system's or beside ca_file"},
    {Key::tls_cert_file, Scope::tls, "tls.cert_file", ValueType::path, "",
     "PEM file of the client certificate, followed by its chain, for servers that ask for one"},
    {Key::tls_key_file, Scope::tls, "tls.key_file", ValueType::path, "",
     "PEM file of its private key; else it stands in cert_file"},
    {Key::tls_key_passphrase_env, Scope::tls, "tls.key_passphrase_env", ValueType::variable, "",
     "the environment variable that holds the passphrase of the key or of pkcs12_file"},
    {Key::tls_insecure, Scope::tls, "tls.insecure", ValueType::boolean, "false",
     "report the certificate, do not verify it"},
    {Key::tls_alpn, Scope::tls, "tls.alpn", ValueType::words, "", "protocols to offer, the best first"},
    {Key::tls_alpn_required, Scope::tls, "tls.alpn_required", ValueType::boolean, "false",
     "no protocol agreed on is a failure"},
    {Key::tls_min_version, Scope::tls, "tls.min_version", ValueType::tls_version, "1.2",
     "oldest version of TLS to accept"},
    {Key::tls_max_version, Scope::tls, "tls.max_version", ValueType::tls_version, "1.3",
     "newest version of TLS to offer"},
    {Key::tls_pkcs12_file, Scope::tls, "tls.pkcs12_file", ValueType::path, "",
     "PKCS#12 file of client certificate, chain and key, instead of cert_file and key_file"},
    {Key::tls_ciphers, Scope::tls, "tls.ciphers", ValueType::words, "",
     "the cipher suites to offer, of TLS 1.2 and 1.3, and no others"},
    {Key::tls_crl_file, Scope::tls, "tls.crl_file", ValueType::path, "",
     "PEM file of revocation lists, one of each issuer in the chain"},
    {Key::tls_ocsp, Scope::tls, "tls.ocsp", ValueType::ocsp, "staple",
     "the OCSP answer beside the certificate: off, staple (asked for, verified) or require (there must be one)"},
    {Key::tls_pins, Scope::tls, "tls.pins", ValueType::words, "",
     "public keys, one of which must be the server's: sha256//BASE64 as curl's --pinnedpubkey"},
    {Key::tls_resume, Scope::tls, "tls.resume", ValueType::boolean, "false",
     "resume the TLS session of an earlier connection of the run"},
    {Key::proxy, Scope::both, "proxy", ValueType::proxy, "none",
     "the way to it leads through this proxy: http, https, socks5 or socks5h://HOST:PORT"},
    {Key::proxy_protocol, Scope::both, "proxy_protocol", ValueType::proxy_protocol, "",
     "header that tells it who its client is, sent before all else: 1 or 2"},
    {Key::starttls, Scope::both, "starttls", ValueType::starttls, "",
     "ask for TLS in this protocol first: smtp, imap, pop3, ftp, ldap, postgres or mysql; turns tls on"},
    {Key::family, Scope::both, "family", ValueType::family, "any",
     "which addresses of a name to use: any, ipv4 or ipv6"},
    {Key::source, Scope::both, "source", ValueType::address, "",
     "the address of this machine to connect from; only addresses of its family are used"},
    {Key::interface, Scope::both, "interface", ValueType::interface, "", "the network interface to connect through"},
    {Key::address_delay, Scope::both, "address_delay", ValueType::duration, "250ms",
     "how long one address of a name is waited for before the next is tried as well; 0: all at once"},
    {Key::all_addresses, Scope::both, "all_addresses", ValueType::boolean, "false",
     "judge every address of a name separately: up if all are, degraded if only some"},
    {Key::max_latency, Scope::both, "max_latency", ValueType::duration, "", "a server that takes longer is degraded"},
    {Key::cert_expiry, Scope::both, "cert_expiry", ValueType::duration, "",
     "a certificate chain that ends sooner makes its server degraded"},
    {Key::connections, Scope::both, "connections", ValueType::positive, "1",
     "that the command warm opens to it and keeps, at least 1"},
    {Key::check, Scope::both, "check", ValueType::object, "none",
     "what is asked over the connection to learn whether the server is ready; a word is its type"},
    {Key::check_type, Scope::check, "check.type", ValueType::check_type, "",
     "tcp, http, redis or postgres; the scheme of a url says it already; none: only the connection is judged"},
    {Key::check_steps, Scope::check, "check.steps", ValueType::steps, "",
     "tcp: what the server is expected to say, and what is said to it"},
    {Key::check_method, Scope::check, "check.method", ValueType::method, "GET", "http: the request's method"},
    {Key::check_path, Scope::check, "check.path", ValueType::request_path, "/", "http: the path, with its query"},
    {Key::check_headers, Scope::check, "check.headers", ValueType::headers, "", "http: headers of the request"},
    {Key::check_body, Scope::check, "check.body", ValueType::body, "", "http: the body of the request"},
    {Key::check_status, Scope::check, "check.status", ValueType::statuses, "200-399",
     "http: the statuses that are up, a list of numbers and ranges"},
    {Key::check_expect_body, Scope::check, "check.expect_body", ValueType::regex, "",
     "http: a regular expression (RE2) that the body must hold in its first 64 KiB"},
    {Key::check_expect_headers, Scope::check, "check.expect_headers", ValueType::regex_headers, "",
     "http: headers that the answer must have, each with a regular expression (RE2)"},
    {Key::check_username, Scope::check, "check.username", ValueType::text, "", "redis: the user of AUTH"},
    {Key::check_password_env, Scope::check, "check.password_env", ValueType::variable, "",
     "redis: the environment variable that holds the password of AUTH"},
    {Key::check_user, Scope::check, "check.user", ValueType::text, "connprobe",
     "postgres: the user in the startup message; it is not logged in"},
    {Key::check_database, Scope::check, "check.database", ValueType::text, "",
     "postgres: the database in the startup message; else that of the user's name"},
    {Key::step_expect, Scope::step, "check.steps[].expect", ValueType::regex, "",
     "a regular expression (RE2) for what the server says next; ^ and $ match at the ends of lines"},
    {Key::step_send, Scope::step, "check.steps[].send", ValueType::body, "",
     "text that is sent as it is, with its line end (\\r\\n)"},
}};

[[nodiscard]] constexpr const KeyInfo& info(Key key) noexcept { return all_keys[static_cast<std::size_t>(key)]; }

/// A second spelling of a key.
struct KeyAlias {
    std::string_view alias;
    Key key;
};
inline constexpr std::array<KeyAlias, 2> key_aliases{{{"cacheKey", Key::name}, {"enableTLS", Key::tls}}};

/// The key of that name in an object of that scope, null if there is none. `is_defaults` leaves out a server's own keys.
[[nodiscard]] const KeyInfo* find_key(Scope scope, std::string_view name, bool is_defaults = false) noexcept;

/// The key with that path from the server on, null if there is none.
[[nodiscard]] const KeyInfo* find_key_by_path(std::string_view path) noexcept;

}  // namespace connprobe::config
