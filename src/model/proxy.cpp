#include "connprobe/proxy.hpp"

#include <array>
#include <cstddef>

namespace connprobe {

std::string_view to_string(ProxyType type) noexcept {
    constexpr std::array<std::string_view, 4> names{"http", "https", "socks5", "socks5h"};
    return names.at(static_cast<std::size_t>(type));
}

}  // namespace connprobe
