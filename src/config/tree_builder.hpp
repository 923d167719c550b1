// Builds a Document from the events of a JSON or YAML parser, and refuses what no list of servers needs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.hpp"
#include "config/problems.hpp"

namespace connprobe::config {

/// How many values there are in a tree.
[[nodiscard]] std::size_t size_of(const Node& node);

class TreeBuilder {
public:
    TreeBuilder(Document& document, Problems& problems, std::uint32_t source)
        : document_(document), problems_(problems), source_(source) {}

    /// Each returns false when the document is beyond a limit: then parsing ends, the problem is reported.
    [[nodiscard]] bool scalar(NodeKind kind, std::string_view text, Place place);
    [[nodiscard]] bool open(NodeKind kind, Place place);
    void key(std::string_view name, Place place);
    void close();
    /// Adds a copy of a subtree, as a YAML alias stands for it.
    [[nodiscard]] bool copy(const Node& node, Place place);

    /// The way to the value that comes next: at each level its index. Nodes move while the tree grows, positions do not.
    [[nodiscard]] std::vector<std::size_t> next_position() const;
    /// The value at a position, null while it is still open.
    [[nodiscard]] const Node* at(const std::vector<std::size_t>& position) const;

    void error(Place place, const std::string& text) const;

private:
    [[nodiscard]] Node* place_for(Place place);
    [[nodiscard]] bool count(std::size_t nodes, Place place);
    void refuse_duplicate_keys(const Node& object) const;

    Document& document_;
    Problems& problems_;
    std::uint32_t source_;
    std::vector<Node*> open_;  ///< a parent's children do not move while one of them is open
    std::size_t nodes_ = 0;
    std::string_view key_;
    Place key_place_;
};

}  // namespace connprobe::config
