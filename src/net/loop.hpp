// What one io thread has for all its connections: its io_context, its deadlines, and the count of open sockets.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include "net/deadlines.hpp"
#include "net/socket_count.hpp"

namespace connprobe::net {

/// The executor's type is spelled out, not erased: a type-erased one costs a tenth of a whole connection.
using Executor = asio::io_context::executor_type;

template <class T>
using Task = asio::awaitable<T, Executor>;

inline constexpr asio::use_awaitable_t<Executor> use_task{};

/// Belongs to the one thread that runs its io_context; only the socket count is shared.
struct Loop {
    /// The io_context must outlive the loop.
    Loop(asio::io_context& io, SocketCount& count) : context{io}, deadlines{io}, sockets{count} {}

    asio::io_context& context;
    Deadlines deadlines;
    SocketCount& sockets;
};

}  // namespace connprobe::net
