#include "config/tree_builder.hpp"

#include <algorithm>
#include <utility>

#include "config/quote.hpp"

namespace connprobe::config {
namespace {

std::size_t depth_of(const Node& node) {
    std::size_t deepest = 0;
    for (const auto& child : node.children) deepest = std::max(deepest, depth_of(child));
    return deepest + (node.kind == NodeKind::list || node.kind == NodeKind::object ? 1 : 0);
}

}  // namespace

std::size_t size_of(const Node& node) {
    std::size_t size = 1;
    for (const auto& child : node.children) size += size_of(child);
    return size;
}

void TreeBuilder::error(Place place, const std::string& text) const {
    problems_.error({source_, place}, nullptr, text);
}

bool TreeBuilder::count(std::size_t nodes, Place place) {
    nodes_ += nodes;
    if (nodes_ <= most_nodes) return true;
    error(place, "more than 8,000,000 values in one document: write so many servers as lines");
    return false;
}

Node* TreeBuilder::place_for(Place place) {
    Node* node = &document_.root;
    if (!open_.empty()) {
        node = &open_.back()->children.emplace_back();
        if (open_.back()->kind == NodeKind::object) {
            node->key = key_;
            node->key_place = key_place_;
        }
    }
    node->place = place;
    return node;
}

bool TreeBuilder::scalar(NodeKind kind, std::string_view text, Place place) {
    if (!count(1, place)) return false;
    Node* node = place_for(place);
    node->kind = kind;
    node->text = document_.keep(text);
    return true;
}

bool TreeBuilder::open(NodeKind kind, Place place) {
    if (!count(1, place)) return false;
    if (open_.size() >= deepest_nesting) {
        error(place, "nested more than 64 deep: no list of servers is");
        return false;
    }
    Node* node = place_for(place);
    node->kind = kind;
    open_.push_back(node);
    return true;
}

void TreeBuilder::key(std::string_view name, Place place) {
    key_ = document_.keep(name);
    key_place_ = place;
}

void TreeBuilder::close() {
    if (open_.back()->kind == NodeKind::object) refuse_duplicate_keys(*open_.back());
    open_.pop_back();
}

bool TreeBuilder::copy(const Node& node, Place place) {
    if (!count(size_of(node), place)) return false;
    if (open_.size() + depth_of(node) > deepest_nesting) {
        error(place, "nested more than 64 deep: no list of servers is");
        return false;
    }
    auto copied = node;  // before the place is made: that may move the original
    Node* at = place_for(place);
    copied.key = at->key;
    copied.key_place = at->key_place;
    *at = std::move(copied);
    return true;
}

std::vector<std::size_t> TreeBuilder::next_position() const {
    std::vector<std::size_t> position;
    for (const auto* node : open_)
        position.push_back(node == open_.back() ? node->children.size() : node->children.size() - 1);
    return position;
}

const Node* TreeBuilder::at(const std::vector<std::size_t>& position) const {
    const Node* node = &document_.root;
    for (const auto index : position) node = &node->children[index];
    return std::find(open_.begin(), open_.end(), node) == open_.end() ? node : nullptr;
}

void TreeBuilder::refuse_duplicate_keys(const Node& object) const {
    std::vector<const Node*> sorted;
    sorted.reserve(object.children.size());
    for (const auto& child : object.children) sorted.push_back(&child);
    std::stable_sort(sorted.begin(), sorted.end(), [](const Node* a, const Node* b) { return a->key < b->key; });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i]->key != sorted[i - 1]->key) continue;
        error(sorted[i]->key_place, "duplicate key " + in_quotes(sorted[i]->key) + ": it stands already at line " +
                                        std::to_string(sorted[i - 1]->key_place.line));
    }
}

}  // namespace connprobe::config
