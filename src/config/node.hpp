// A document as it was written: values of JSON and YAML alike, each with its line and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "config/spot.hpp"

namespace connprobe::config {

enum class NodeKind : std::uint8_t { null, boolean, number, string, list, object };

struct Node {
    NodeKind kind = NodeKind::null;
    bool broken = false;       ///< what is wrong with it is reported already: it is left out
    bool substituted = false;  ///< the whole text came from a variable or an option: it takes the type that is wanted
    bool from_environment = false;  ///< a variable was put into the text: no log shows it
    Place place;                    ///< of its first character
    Place key_place;                ///< of its key, when it stands in an object
    std::string_view key;           ///< in an object; a key may be empty
    std::string_view text;          ///< a string's characters; a number or boolean as written; owned by the Document
    std::string_view variables;     ///< what was put in, each value ended by a NUL; owned by the Document
    std::vector<Node> children;     ///< of a list or an object, in order

    /// The value of that key, null if there is none or this is no object.
    [[nodiscard]] const Node* find(std::string_view wanted) const noexcept;
};

/// A tree and the characters its nodes point to.
class Document {
public:
    Node root;

    [[nodiscard]] std::string_view keep(std::string_view text);

private:
    std::unique_ptr<std::pmr::monotonic_buffer_resource> characters_ =
        std::make_unique<std::pmr::monotonic_buffer_resource>();
};

/// Bombs are refused before they cost memory: what is beyond these is an error with its place.
inline constexpr std::size_t deepest_nesting = 64;
inline constexpr std::size_t most_nodes = 8'000'000;

/// How a message calls a value: `null`, `true`, `70000`, `"abc"`, `a list`, `an object`.
[[nodiscard]] std::string describe(const Node& node);

}  // namespace connprobe::config
