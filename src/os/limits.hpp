// How many descriptors this process may have.
#pragma once

#include <cstddef>

namespace connprobe::os {

/// Raises the soft limit of descriptors to the hard one: the soft one is low for the sake of programs that use
/// select(2). Does nothing where that is refused; whoever runs out of descriptors says so.
void raise_descriptor_limit() noexcept;

/// How many descriptors this program may have open, by its soft limit; SIZE_MAX without one.
[[nodiscard]] std::size_t descriptor_limit() noexcept;

}  // namespace connprobe::os
