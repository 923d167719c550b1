#include "net/wildcard.hpp"

#include <algorithm>

#include "model/text.hpp"

namespace connprobe::net {

bool stands_for(std::string_view pattern, std::string_view name) noexcept {
    if (!pattern.starts_with("*.")) return false;
    const auto domain = pattern.substr(1);
    const auto label = name.find('.');
    if (label == 0 || label == std::string_view::npos || domain.find('*') != std::string_view::npos) return false;
    const auto dot = domain.find('.', 1);
    if (dot == std::string_view::npos || dot + 1 == domain.size()) return false;
    return std::ranges::equal(
        domain, name.substr(label), {}, [](char c) { return lower_case(c); }, [](char c) { return lower_case(c); });
}

}  // namespace connprobe::net
