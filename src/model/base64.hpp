// Bytes as letters and digits (RFC 4648 §4), and back.
#pragma once

#include <string>
#include <string_view>

namespace connprobe {

/// With padding.
[[nodiscard]] std::string base64(std::string_view bytes);

/// Empty where `text` is no such encoding, or lacks its padding.
[[nodiscard]] std::string decode_base64(std::string_view text);

}  // namespace connprobe
