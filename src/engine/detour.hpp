// What it cost that other addresses of a name were tried before the one that answered, in a sentence.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "connprobe/result.hpp"

namespace connprobe::engine {

/// `winner` is an index; `place` its address and port; `connect` the whole phase, of which it took only a part.
[[nodiscard]] std::string detour(std::span<const AddressFate> fates, std::size_t winner, const std::string& place,
                                 Duration connect);

}  // namespace connprobe::engine
