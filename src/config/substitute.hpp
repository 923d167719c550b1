// ${VAR}, ${VAR:-default} and $$ in the texts of a document.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/node.hpp"
#include "config/problems.hpp"

namespace connprobe::config {

using Environment = std::function<std::optional<std::string>(std::string_view)>;

/// Replaces the variables in every text below the node; unset ones without a default are reported.
void substitute(Node& node, Document& document, const Environment& environment, const Path* path, std::uint32_t source,
                Problems& problems);

}  // namespace connprobe::config
