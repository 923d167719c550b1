#include "net/spawn.hpp"

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <exception>
#include <utility>

namespace connprobe::net {

void spawn(Loop& loop, Task<void> task) {
    asio::co_spawn(loop.context, std::move(task), [](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
    });
}

void post(Loop& loop, std::function<void()> function) { asio::post(loop.context, std::move(function)); }

}  // namespace connprobe::net
