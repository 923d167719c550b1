// Adds targets that are written as text, as on the command line, to the list of servers.
#pragma once

#include <string_view>

#include "config/problems.hpp"
#include "config/server_list.hpp"
#include "config/settings_pool.hpp"

namespace connprobe::config {

/// More servers than this in one run are an error: lists beyond it would not fit in memory.
inline constexpr std::size_t most_servers = 4'000'000;

/// What adding a target needs.
struct Adding {
    ServerList& list;
    SettingsPool& pool;
    Problems& problems;
};

/// Adds what the text stands for, or reports what is wrong with it. Equal targets are one when `merge_equal`.
void add_target(std::string_view text, const Spot& spot, bool merge_equal, const Adding& to);

}  // namespace connprobe::config
