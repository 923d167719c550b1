#include "config/node.hpp"

#include <algorithm>
#include <cstring>

#include "config/quote.hpp"

namespace connprobe::config {

const Node* Node::find(std::string_view wanted) const noexcept {
    if (kind != NodeKind::object) return nullptr;
    const auto found =
        std::find_if(children.begin(), children.end(), [&](const Node& child) { return child.key == wanted; });
    return found == children.end() ? nullptr : &*found;
}

std::string_view Document::keep(std::string_view text) {
    if (text.empty()) return {};
    auto* copy = static_cast<char*>(characters_->allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
}

std::string describe(const Node& node) {
    switch (node.kind) {
        case NodeKind::null: return "null";
        case NodeKind::boolean:
        case NodeKind::number: return quotable(node.text);
        case NodeKind::string: return in_quotes(node.text);
        case NodeKind::list: return node.children.empty() ? "an empty list" : "a list";
        case NodeKind::object: return "an object";
    }
    return {};
}

}  // namespace connprobe::config
