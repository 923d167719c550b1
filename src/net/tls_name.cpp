#include "net/tls_name.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace connprobe::net {

namespace {

bool is_literal(const std::string& text) {
    in6_addr bytes{};
    return ::inet_pton(AF_INET, text.c_str(), &bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

}  // namespace

ServerName server_name(const Target& target, const TlsSettings& settings) {
    auto text = settings.server_name.empty() ? target.host : settings.server_name;
    const auto without_zone = text.substr(0, text.find('%'));
    if (is_literal(without_zone)) return {without_zone, true};
    if (text.ends_with('.')) text.pop_back();
    // To OpenSSL ".example.com" stands for every name below it.
    if (text.starts_with('.')) text.clear();
    return {text, false};
}

}  // namespace connprobe::net
