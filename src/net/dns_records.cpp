#include "net/dns_records.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <list>
#include <memory>
#include <ranges>
#include <sstream>

namespace connprobe::net {

namespace {

constexpr std::uint16_t dns_port = 53;
constexpr std::size_t header_size = 12;  // RFC 1035 §4.1.1

std::string with_port(const std::string& address, bool v6, int port) {
    if (port == 0 || port == dns_port) return address;
    return (v6 ? '[' + address + ']' : address) + ':' + std::to_string(port);
}

struct FreeData {
    void operator()(void* data) const noexcept { ares_free_data(data); }
};

std::unique_ptr<ares_addr_port_node, FreeData> servers_of(ares_channel channel) {
    ares_addr_port_node* servers = nullptr;
    if (ares_get_servers_ports(channel, &servers) != ARES_SUCCESS) servers = nullptr;
    return std::unique_ptr<ares_addr_port_node, FreeData>{servers};
}

std::string text_of(const ares_addr_port_node& server) {
    char address[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(server.family, &server.addr, address, sizeof address);
    return with_port(address, server.family == AF_INET6, server.udp_port);
}

}  // namespace

int check_header(std::span<const unsigned char> reply, int& code) {
    if (reply.size() < header_size || (reply[2] & 0x80U) == 0) return ARES_EBADRESP;
    const int found = reply[3] & 0x0f;
    if (found <= 5) return ARES_SUCCESS;
    code = found;
    return ARES_EBADRESP;
}

bool is_cut_short(std::span<const unsigned char> reply) noexcept {
    return reply.size() >= header_size && (reply[2] & 0x02U) != 0 && (reply[3] & 0x0fU) == 0;
}

bool wants_tcp(std::string_view resolv_conf) {
    std::istringstream lines{std::string{resolv_conf}};
    bool wanted = false;
    for (std::string line, word; std::getline(lines, line);) {
        std::istringstream words{line};
        if (!(words >> word) || word != "options") continue;
        while (words >> word) wanted = wanted || word == "use-vc";
    }
    return wanted;
}

std::string server_text(const sockaddr& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.sa_family == AF_INET) {
        sockaddr_in v4;
        std::memcpy(&v4, &address, sizeof v4);
        ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        return with_port(text, false, ntohs(v4.sin_port));
    }
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return with_port(text, true, ntohs(v6.sin6_port));
}

std::string servers_text(ares_channel channel) {
    const auto servers = servers_of(channel);
    std::string text;
    for (const auto* server = servers.get(); server != nullptr; server = server->next) {
        if (!text.empty()) text += ", ";
        text += text_of(*server);
    }
    return text;
}

std::size_t server_count(ares_channel channel) {
    const auto servers = servers_of(channel);
    std::size_t count = 0;
    for (const auto* server = servers.get(); server != nullptr; server = server->next) ++count;
    return count;
}

void prefer_server(ares_channel channel, const std::string& text) {
    const auto servers = servers_of(channel);
    std::list<ares_addr_port_node> order;
    for (const auto* server = servers.get(); server != nullptr; server = server->next)
        order.insert(text_of(*server) == text ? order.begin() : order.end(), *server);
    ares_addr_port_node* next = nullptr;
    for (auto& server : std::views::reverse(order)) {
        server.next = next;
        next = &server;
    }
    if (next != nullptr) ares_set_servers_ports(channel, next);
}

int use_server(ares_channel channel, const std::string& address, std::uint16_t port) {
    ares_addr_port_node server{};
    server.udp_port = server.tcp_port = port;
    server.family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    if (::inet_pton(server.family, address.c_str(), &server.addr) != 1) return ARES_EBADSTR;
    return ares_set_servers_ports(channel, &server);
}

}  // namespace connprobe::net
