#include "net/proxy_tls.hpp"

#include <algorithm>
#include <string>

#include "model/text.hpp"

namespace connprobe::net {

namespace {

// Empty if the certificate says only patterns, or something that is no host.
std::string name_to_write(const TlsFacts& facts) {
    if (!facts.certificate) return {};
    const auto may_stand_in_url = [](const std::string& name) {
        return !name.empty() && printable(name) == name && name.find_first_of("*/@:?# ") == name.npos;
    };
    const auto found = std::ranges::find_if(facts.certificate->sans, may_stand_in_url);
    return found == facts.certificate->sans.end() ? "" : *found;
}

std::string hint_for_name(const Route& route, const TlsFacts& facts) {
    const auto name = name_to_write(facts);
    return "write the proxy's URL with a name that its certificate holds" +
           (name.empty() ? "" : ": https://" + name + ':' + std::to_string(route.proxy.port));
}

std::string hint_for(const Route& route, const TlsFacts& facts, const Failure& failure) {
    switch (failure.code) {
        case Code::not_tls: return "the port does not speak TLS: write " + route.with_scheme(ProxyType::http);
        case Code::client_certificate_required:
        case Code::client_certificate_rejected:
            return "connprobe shows a proxy no client certificate: let this machine in without one, or use a port that "
                   "does not ask";
        case Code::hostname_mismatch:
            // What fits this certificate better than the words for all of them stays.
            if (failure.hint == info(failure.code).hint) return hint_for_name(route, facts);
            break;
        default: break;
    }
    const bool is_about_name = failure.hint.find("tls.server_name") != std::string::npos;
    return is_about_name ? "write the proxy's URL with a name that the proxy is set up for" : failure.hint;
}

}  // namespace

Failure failed_with_proxy(const Route& route, const TlsFacts& facts, const Failure& failure) {
    const auto code = failure.code == Code::tls_timeout ? Code::proxy_timeout : failure.code;
    return proxy_fault(code, "TLS with " + route.proxy_text() + ": " + failure.message,
                       hint_for(route, facts, failure));
}

}  // namespace connprobe::net
