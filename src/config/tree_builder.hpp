// Builds a Document from the events of a JSON or YAML parser, and refuses what no list of servers needs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.hpp"
#include "config/problems.hpp"

namespace connprobe::config {

class TreeBuilder {
public:
    TreeBuilder(Document& document, Problems& problems, std::uint32_t source)
        : document_(document), problems_(problems), source_(source) {}

    /// Each returns false when the document is beyond a limit: then parsing ends, the problem is reported.
    [[nodiscard]] bool scalar(NodeKind kind, std::string_view text, Place place);
    [[nodiscard]] bool open(NodeKind kind, Place place);
    void key(std::string_view name, Place place);
    void close();
    /// A copy of a subtree, as a YAML alias stands for it.
    [[nodiscard]] bool copy(const Node& node, Place place);

    [[nodiscard]] bool complete() const noexcept { return complete_; }
    [[nodiscard]] std::size_t depth() const noexcept { return open_.size(); }
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
    bool complete_ = false;
};

}  // namespace connprobe::config
