// Which format a list is in: said by the user, by the file's ending, or by its content.
#pragma once

#include <string>
#include <string_view>

#include "config/servers.hpp"

namespace connprobe::config {

struct DetectedFormat {
    Format format;
    std::string_view how;  ///< "as said", "by its ending", "by its content"
};

[[nodiscard]] DetectedFormat detect_format(const Source& source, std::string_view text);

[[nodiscard]] std::string_view to_string(Format format) noexcept;

}  // namespace connprobe::config
