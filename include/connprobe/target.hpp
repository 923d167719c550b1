// One server to be probed: where it is, what it is called, and how to ask it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/check.hpp"
#include "connprobe/failure.hpp"
#include "connprobe/proxy.hpp"
#include "connprobe/retry.hpp"

namespace connprobe {

/// Which of a name's addresses are used.
enum class AddressFamily : std::uint8_t { any, ipv4, ipv6 };

/// RFC 8996 forbids what is older.
enum class TlsVersion : std::uint8_t { tls1_2, tls1_3 };

/// What is made of the OCSP answer that a server staples to its certificate (RFC 6066 §8).
enum class Ocsp : std::uint8_t {
    off,      ///< not asked for
    staple,   ///< asked for; one that comes must be good, and a certificate that promises one must have it (RFC 7633)
    require,  ///< there must be a good one
};

/// Protocols that begin in plain text and change to TLS when they are asked to.
enum class StartTls : std::uint8_t { smtp, imap, pop3, ftp, ldap, postgres, mysql };

struct TlsSettings {
    std::string server_name;    ///< SNI and the name that is verified; empty: the target's host
    std::string ca_file;        ///< PEM file of the only authorities to trust; empty: the system's
    std::string ca_dir{};       ///< directory of authorities under hashed names, alone or beside `ca_file`
    std::string cert_file{};    ///< PEM file of the client certificate and its chain; empty: none is shown
    std::string key_file{};     ///< PEM file of its key; empty: the key stands in `cert_file`
    std::string pkcs12_file{};  ///< PKCS#12 file of all of these, instead of both
    std::optional<std::string> key_passphrase{};  ///< of the key or of the PKCS#12 file
    bool insecure = false;                        ///< report the certificate, do not verify it
    std::vector<std::string> alpn;                ///< offered protocols, the best first (RFC 7301)
    bool alpn_required = false;                   ///< no protocol agreed on is a failure
    TlsVersion min_version = TlsVersion::tls1_2;
    TlsVersion max_version = TlsVersion::tls1_3;
    std::vector<std::string> ciphers{};  ///< to offer, by their names in OpenSSL or IANA; empty: OpenSSL's choice
    std::string crl_file{};              ///< PEM file of revocation lists, one for each issuer of the chain
    Ocsp ocsp = Ocsp::staple;
    std::vector<std::string> pins{};  ///< sha256//BASE64 of public keys, one of which must be the server's
    bool resume = false;              ///< later connections of a run resume the TLS session of earlier ones

    friend bool operator==(const TlsSettings&, const TlsSettings&) = default;
};

/// How to ask. Targets share one object where they can, so that a million targets do not hold a million copies.
struct Settings {
    Duration timeout = std::chrono::seconds{5};  ///< of one attempt, all phases together; 0: none
    std::optional<Duration> dns_timeout;         ///< these only shorten it; 0: none
    std::optional<Duration> connect_timeout;
    std::optional<Duration> proxy_timeout;
    std::optional<Duration> tls_timeout;
    std::optional<Duration> check_timeout;
    RetryPolicy retry;
    std::optional<TlsSettings> tls;      ///< none: plain text
    std::optional<StartTls> starttls{};  ///< with `tls`: asked for in this protocol; none: TLS from the first byte on
    std::optional<Check> check;          ///< none: the connection is judged; without TLS no byte is sent
    std::optional<Proxy> proxy{};        ///< none: the target is connected to directly
    std::optional<ProxyProtocol> proxy_protocol{};  ///< none: no such header is sent
    AddressFamily family = AddressFamily::any;
    std::string source;     ///< an address literal of this machine to connect from; names are asked for its family only
    std::string interface;  ///< the name of the network interface to connect through
    /// One address of a name is waited for so long before the next is tried as well (RFC 8305 §5); 0: all at once.
    Duration address_delay = std::chrono::milliseconds{250};
    bool all_addresses = false;  ///< judge every address of a name for itself; warm connections go to one of them
    std::optional<Duration> max_latency;  ///< a `total` above it is degraded
    std::optional<Duration> cert_expiry;  ///< a verified chain that ends sooner is degraded
    std::uint32_t connections = 1;        ///< to be opened and kept, where they are kept; at least 1

    friend bool operator==(const Settings&, const Settings&) = default;
};

/// What came of asking for an SRV record before the run: it belongs to the first attempt.
struct AskedBefore {
    Duration took{};
    std::optional<Failure> failure;  ///< none: there was no answer yet
};

struct Target {
    std::string name;        ///< unique within a run: the key of its result
    std::string written;     ///< the target as its user wrote it, without userinfo, query and fragment
    std::string host;        ///< a name or an address literal without brackets; empty for a unix socket
    std::uint16_t port = 0;  ///< 0 for a unix socket, and where `host` is an SRV record that says it (RFC 2782)
    std::string unix_path;   ///< the socket's path; empty unless it is one
    std::string address;     ///< connect to this literal, ask no name; empty: ask for `host`
    std::vector<std::string> tags;
    std::shared_ptr<const Settings> settings;           ///< never null in a target that is given to a Prober
    std::shared_ptr<const AskedBefore> asked_before{};  ///< null if it was not, and where there is no SRV record
};

}  // namespace connprobe
