// Adds targets that are written as text, as on the command line, to the list of servers.
#pragma once

#include <string_view>

#include "config/run.hpp"

namespace connprobe::config {

/// More servers than this in one run are an error: lists beyond it would not fit in memory.
inline constexpr std::size_t most_servers = 4'000'000;

/// Where a text stands and what equal ones mean.
struct TextPlace {
    const Spot& spot;
    const Path* path = nullptr;  ///< in a document
    bool merge_equal = false;    ///< one that was written already is left out with a warning; else it is an error
};

/// Adds what the text stands for, or reports what is wrong with it.
void add_target(std::string_view text, const TextPlace& at, Adder& to);

}  // namespace connprobe::config
