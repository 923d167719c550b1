// Where something stands that a user wrote: a place in a file, an option, an argument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace connprobe::config {

/// Counted from one; columns in characters. Line 0: no place.
struct Place {
    std::uint32_t line = 0, column = 0;
};

/// A place and whose it is: an index into SourceNames.
struct Spot {
    std::uint32_t source = 0;
    Place place;
};

/// The names of everything that can be wrong: files, "standard input", options. An argument has the empty name: it
/// stands in its message itself.
class SourceNames {
public:
    /// Who takes a URL for a file gives away no password of it.
    [[nodiscard]] std::uint32_t add(std::string_view name);
    [[nodiscard]] const std::string& operator[](std::uint32_t source) const { return names_[source]; }

    /// `servers.json:3:12`, or the name alone where there is no place.
    [[nodiscard]] std::string text(const Spot& spot) const;

private:
    std::vector<std::string> names_;
};

/// The way to a value in a document, `servers[0].retry.delay`; built on the stack, spelt out only for messages.
struct Path {
    const Path* parent = nullptr;
    std::string_view key;  ///< empty: an index
    std::size_t index = 0;

    [[nodiscard]] std::string text() const;
};

}  // namespace connprobe::config
