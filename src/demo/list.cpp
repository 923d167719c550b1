#include "demo/list.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace connprobe::demo {
namespace {

std::string place_of(const Server& server) {
    if (!server.unix_path.empty()) return "unix: " + std::filesystem::path{server.unix_path}.filename().string();
    return "host: 127.0.0.1, port: " + std::to_string(server.port);
}

std::string entry_of(const Server& server, std::size_t name_width) {
    const BehaviourInfo& behaviour = info(server.behaviour);
    std::string name{behaviour.name};
    name += ',';
    name.resize(name_width + 1, ' ');
    std::string entry = "  - { name: " + name + ' ' + place_of(server);
    if (!behaviour.tls.empty()) entry += ", tls: " + std::string{behaviour.tls};
    if (!behaviour.keys.empty()) entry += ", " + std::string{behaviour.keys};
    return entry + " }";
}

}  // namespace

std::string server_list(std::span<const Server> servers) {
    std::size_t name_width = 0;
    for (const Server& server : servers) name_width = std::max(name_width, info(server.behaviour).name.size());
    std::string list =
        "version: 1\n"
        "defaults:\n"
        "  retry: { strategy: exponential, delay: 100ms }\n"
        "servers:\n";
    for (const Server& server : servers) {
        list += "  # " + std::string{info(server.behaviour).does} + '\n' + entry_of(server, name_width) + '\n';
    }
    return list;
}

}  // namespace connprobe::demo
