#include "config/read_document.hpp"

#include <string>

#include "config/read_server.hpp"
#include "config/substitute.hpp"

namespace connprobe::config {
namespace {

void read_servers(const Node& list, const Path* path, const Reading& reading, Adder& to) {
    for (std::size_t i = 0; i < list.children.size(); ++i) {
        const Path item{path, {}, i};
        read_server(list.children[i], &item, reading, to);
    }
}

void check_version(const Node& node, const Path& path, const Reading& reading) {
    if (node.kind == NodeKind::number && node.text == "1") return;
    reading.problems.error({reading.source, node.place}, &path, "expected 1, found " + describe(node));
}

/// Reports keys that no document has; a server that stands alone is told where it belongs.
void check_keys(const Node& root, const Reading& reading) {
    const bool is_server = root.find("host") || root.find("url") || root.find("unix");
    if (is_server && !root.find("servers")) {
        reading.problems.error({reading.source, root.place}, nullptr, "a server stands in a list: write [{…}]");
        return;
    }
    for (const auto& child : root.children) {
        if (child.key == "$schema" || child.key.starts_with("x-") || find_key(Scope::document, child.key)) continue;
        const Path path{nullptr, child.key, 0};
        reading.problems.error({reading.source, child.key_place}, &path,
                               unknown_key(Scope::document, false, child.key));
    }
    if (!root.find("servers"))
        reading.problems.error({reading.source, root.place}, nullptr, "expected a key servers, a list");
}

Layer read_defaults(const Node& root, const Reading& reading) {
    const auto* node = root.find("defaults");
    if (node == nullptr) return {};
    const Path path{nullptr, "defaults", 0};
    if (node->kind == NodeKind::object) return read_layer(*node, Scope::server, true, &path, reading);
    reading.problems.error({reading.source, node->place}, &path, "expected an object, found " + describe(*node));
    return {};
}

/// What stands under $schema and x- keys is no concern of ours, its variables neither.
void substitute_in(Document& document, const Reading& reading, const Environment& environment) {
    auto& root = document.root;
    if (root.kind == NodeKind::list)
        return substitute(root, document, environment, nullptr, reading.source, reading.problems);
    for (auto& child : root.children) {
        const Path path{nullptr, child.key, 0};
        if (!find_key(Scope::document, child.key)) continue;
        substitute(child, document, environment, &path, reading.source, reading.problems);
    }
}

}  // namespace

void read_document(Document& document, const Reading& reading, bool with_variables, Run& run) {
    const auto& root = document.root;
    if (root.kind != NodeKind::list && root.kind != NodeKind::object) {
        return reading.problems.error(
            {reading.source, root.place}, nullptr,
            "expected a list of servers or an object with the key servers, found " + describe(root));
    }
    if (with_variables) substitute_in(document, reading, run.request.environment);
    if (root.kind == NodeKind::object) check_keys(root, reading);
    if (const auto* node = root.find("version")) check_version(*node, {nullptr, "version", 0}, reading);
    const auto defaults = read_defaults(root, reading);
    Adder to{run, defaults};
    if (root.kind == NodeKind::list) return read_servers(root, nullptr, reading, to);
    const auto* servers = root.find("servers");
    if (servers == nullptr) return;
    const Path path{nullptr, "servers", 0};
    if (servers->kind == NodeKind::list) return read_servers(*servers, &path, reading, to);
    reading.problems.error({reading.source, servers->place}, &path,
                           "expected a list of servers, found " + describe(*servers));
}

}  // namespace connprobe::config
