#include "config/tls_settings.hpp"

#include <string>
#include <utility>

#include "config/host.hpp"
#include "config/take.hpp"

namespace connprobe::config {
namespace {

void check_versions(const Merged& merged, const TlsSettings& tls, Problems& problems) {
    if (tls.min_version <= tls.max_version) return;
    const bool blame_max = merged.at_least_as_strong(Key::tls_max_version, Key::tls_min_version);
    problems.error(merged.find(blame_max ? Key::tls_max_version : Key::tls_min_version)->spot, nullptr,
                   "min_version 1.3 is above max_version 1.2: no version is left");
}

void take_passphrase(const Merged& merged, Problems& problems, const Environment& environment, TlsSettings& tls) {
    const auto* variable = merged.find(Key::tls_key_passphrase_env);
    if (variable == nullptr) return;
    const auto& name = std::get<std::string>(variable->value);
    tls.key_passphrase = environment ? environment(name) : std::nullopt;
    if (!tls.key_passphrase)
        problems.error(variable->spot, nullptr, "tls.key_passphrase_env: the variable " + name + " is not set");
}

// Of two ways to say who we are, the one that is said nearer to the server counts.
void take_client_certificate(const Merged& merged, Problems& problems, const Environment& environment,
                             TlsSettings& tls) {
    const auto* pkcs12 = merged.find(Key::tls_pkcs12_file);
    const auto* certificate = merged.find(Key::tls_cert_file);
    const auto* key = merged.find(Key::tls_key_file);
    for (const auto* other : {certificate, key}) {
        if (pkcs12 == nullptr || other == nullptr || !merged.same_level(Key::tls_pkcs12_file, other->key)) continue;
        const std::string name{info(other->key).name()};
        problems.error(pkcs12->spot, nullptr,
                       "pkcs12_file beside " + name + ": it holds certificate and key, drop one");
        break;
    }
    if (pkcs12 == nullptr && certificate == nullptr && key != nullptr)
        problems.error(key->spot, nullptr, "key_file without cert_file: a key alone shows nothing");
    const bool from_pkcs12 = pkcs12 != nullptr && (certificate == nullptr ||
                                                   merged.at_least_as_strong(Key::tls_pkcs12_file, Key::tls_cert_file));
    if (from_pkcs12) {
        tls.pkcs12_file = std::get<std::string>(pkcs12->value);
    } else {
        take(merged, Key::tls_cert_file, tls.cert_file);
        take(merged, Key::tls_key_file, tls.key_file);
    }
    take_passphrase(merged, problems, environment, tls);
}

}  // namespace

TlsSettings make_tls(const Merged& merged, Problems& problems, const Environment& environment) {
    TlsSettings tls;
    take(merged, Key::tls_server_name, tls.server_name);
    tls.server_name = ascii_host(tls.server_name);
    take(merged, Key::tls_ca_file, tls.ca_file);
    take(merged, Key::tls_ca_dir, tls.ca_dir);
    take_client_certificate(merged, problems, environment, tls);
    take(merged, Key::tls_insecure, tls.insecure);
    take(merged, Key::tls_alpn, tls.alpn);
    take(merged, Key::tls_alpn_required, tls.alpn_required);
    take(merged, Key::tls_min_version, tls.min_version);
    take(merged, Key::tls_max_version, tls.max_version);
    take(merged, Key::tls_ciphers, tls.ciphers);
    take(merged, Key::tls_crl_file, tls.crl_file);
    take(merged, Key::tls_ocsp, tls.ocsp);
    take(merged, Key::tls_pins, tls.pins);
    take(merged, Key::tls_resume, tls.resume);
    // HTTP/1.1 is what the check speaks (RFC 7301 §6 lists the names).
    if (tls.alpn.empty() && merged.check() == CheckType::http) tls.alpn = {"http/1.1"};
    check_versions(merged, tls, problems);
    if (tls.alpn_required && tls.alpn.empty()) {
        problems.error(merged.find(Key::tls_alpn_required)->spot, nullptr,
                       "alpn_required without alpn: no protocol is offered");
    }
    return tls;
}

}  // namespace connprobe::config
