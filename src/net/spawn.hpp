// Starts work on an io thread: a coroutine, or a function from any thread.
#pragma once

#include <functional>

#include "net/loop.hpp"

namespace connprobe::net {

/// Runs it on the loop's thread, on its own from now on. What it throws is a bug, and ends the loop's run.
void spawn(Loop& loop, Task<void> task);

/// Calls it on the loop's thread, soon. From any thread that knows the loop to be still there.
void post(Loop& loop, std::function<void()> function);

}  // namespace connprobe::net
