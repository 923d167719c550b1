// How many descriptors this process may have.
#pragma once

namespace connprobe::os {

/// Raises the soft limit of descriptors to the hard one: the soft one is low for the sake of programs that use
/// select(2). Does nothing where that is refused; whoever runs out of descriptors says so.
void raise_descriptor_limit() noexcept;

}  // namespace connprobe::os
