#include "net/tls_constraints.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

std::string address_text(const unsigned char* bytes, int family) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(family, bytes, text.data(), text.size());
    return text.data();
}

// The address, then its mask.
std::string network_text(const ASN1_OCTET_STRING* network) {
    constexpr int of_ipv4 = 8, of_ipv6 = 32;
    const int size = ASN1_STRING_length(network);
    if (size != of_ipv4 && size != of_ipv6) return "a malformed address";
    const int family = size == of_ipv4 ? AF_INET : AF_INET6;
    const auto* bytes = ASN1_STRING_get0_data(network);
    return address_text(bytes, family) + "/" + address_text(bytes + size / 2, family);
}

std::string text_of(const GENERAL_NAME& name) {
    int type = 0;
    const auto* string = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(&name, &type));
    if (type == GEN_IPADD) return network_text(string);
    if (type != GEN_DNS && type != GEN_URI && type != GEN_EMAIL) return "names of another kind";
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(string));
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)), size};
}

}  // namespace

std::string constrained_names(const X509& authority, bool permitted) {
    constexpr int most = 5;
    const NameConstraintsPtr all{
        static_cast<NAME_CONSTRAINTS*>(X509_get_ext_d2i(&authority, NID_name_constraints, nullptr, nullptr))};
    if (!all) return {};
    const auto* subtrees = permitted ? all->permittedSubtrees : all->excludedSubtrees;
    const int count = std::max(sk_GENERAL_SUBTREE_num(subtrees), 0);
    std::string list;
    for (int at = 0; at < std::min(count, most); ++at)
        list.append(list.empty() ? "" : ", ").append(text_of(*sk_GENERAL_SUBTREE_value(subtrees, at)->base));
    if (count > most) list += " and " + std::to_string(count - most) + " more";
    return list;
}

}  // namespace connprobe::net
