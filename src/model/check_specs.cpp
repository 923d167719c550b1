#include "model/check_specs.hpp"

#include <variant>

namespace connprobe {

static_assert(std::variant_size_v<Check> == check_specs.size());

std::string_view to_string(CheckType type) noexcept { return spec(type).name; }

}  // namespace connprobe
