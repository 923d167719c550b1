// Bytes of what was read, as numbers.
#pragma once

#include <cstddef>
#include <string_view>

namespace connprobe::net {

/// The byte at that place, which must exist: 0 to 255, whatever the sign of char.
[[nodiscard]] constexpr unsigned byte(std::string_view bytes, std::size_t at) noexcept {
    return static_cast<unsigned char>(bytes[at]);
}

}  // namespace connprobe::net
