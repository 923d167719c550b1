// How the table looks on this terminal: its signs in UTF-8 or ASCII, its colours, and text made fit to be shown.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/result.hpp"
#include "report/writer.hpp"
#include "terminal/colour.hpp"

namespace connprobe::report::table {

using terminal::Ink;

/// A piece of a line, all in one ink.
struct Span {
    std::string text;
    Ink ink = Ink::plain;
};
using Cell = std::vector<Span>;

struct Signs {
    std::array<std::string_view, 4> marks;   ///< in the order of Status
    std::array<std::string_view, 5> shades;  ///< in the order of Phase
    std::array<std::string_view, 8> steps;   ///< of a curve, the lowest first
    std::string_view sliver;                 ///< a bar too short for one shade
    std::string_view beyond;                 ///< the end of a bar that is longer than the scale
    std::string_view none;                   ///< no figure here
    std::string_view ellipsis;
};

class Look {
public:
    explicit Look(const Style& style) : style_(style) {}

    [[nodiscard]] const Signs& signs() const noexcept;
    [[nodiscard]] std::size_t columns() const noexcept { return style_.columns; }
    [[nodiscard]] bool show_all() const noexcept { return style_.show_all; }

    /// Safe to show, and in ASCII where nothing else can be.
    [[nodiscard]] std::string text(std::string_view raw) const;
    [[nodiscard]] std::string paint(std::string_view text, Ink ink) const;
    [[nodiscard]] std::string paint(const Cell& cell) const;

private:
    Style style_;
};

[[nodiscard]] Ink ink_of(Status status) noexcept;
[[nodiscard]] std::size_t width_of(const Cell& cell) noexcept;

}  // namespace connprobe::report::table
