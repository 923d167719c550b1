// What this machine has left for us: descriptors and memory.
#pragma once

#include <cstddef>

namespace connprobe::engine {

/// The limit of open files of this process; SIZE_MAX without one.
[[nodiscard]] std::size_t descriptor_limit() noexcept;

/// Bytes that can be had without swapping, the container's limit included; SIZE_MAX when the kernel does not say.
[[nodiscard]] std::size_t available_memory();

}  // namespace connprobe::engine
