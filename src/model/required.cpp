#include <algorithm>
#include <cmath>

#include "connprobe/prober.hpp"

namespace connprobe {

std::size_t Required::of(std::size_t servers) const noexcept {
    switch (kind) {
        case Kind::all: return servers;
        case Kind::any: return 1;
        case Kind::count: return static_cast<std::size_t>(value);
        case Kind::percent: break;
    }
    // 64.4 % of 250 are 161, though the product of the doubles is a little more.
    constexpr double rounding_error = 1e-6;
    const double share = value * static_cast<double>(servers) / 100;
    return static_cast<std::size_t>(std::ceil(std::max(share - rounding_error, 0.0)));
}

}  // namespace connprobe
