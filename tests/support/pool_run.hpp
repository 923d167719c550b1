// Runs a test of the pool as one coroutine on a loop of its own, and lets it wait for what it cannot see.
#pragma once

#include <doctest/doctest.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "connprobe/pool.hpp"
#include "loopback_server.hpp"
#include "run.hpp"

namespace connprobe::tests {

/// Runs until nothing is left to do: a pool that keeps the loop from ending fails the test by its time limit.
inline void run_alone(asio::io_context& context, std::function<asio::awaitable<void>()> body) {
    asio::co_spawn(context, std::move(body), [](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
    });
    context.run();
}

/// Looks again and again, letting the loop turn, until it is so.
inline asio::awaitable<void> until(std::function<bool()> so) {
    asio::steady_timer pause{co_await asio::this_coro::executor};
    while (!so()) {
        pause.expires_after(std::chrono::milliseconds{1});
        co_await pause.async_wait(asio::use_awaitable);
    }
}

/// Sends a line to a server that sends it back.
inline asio::awaitable<std::string> echoed(Connection& connection, std::string line) {
    co_await asio::async_write(connection, asio::buffer(line), asio::use_awaitable);
    std::string answer(line.size(), '\0');
    co_await asio::async_read(connection, asio::buffer(answer), asio::use_awaitable);
    co_return answer;
}

/// Treats a connection of a LoopbackServer: sends back what comes.
inline void send_back(int descriptor) {
    char chunk[4096];
    for (;;) {
        const auto count = ::recv(descriptor, chunk, sizeof chunk, 0);
        if (count <= 0) return;
        send_text(descriptor, {chunk, static_cast<std::size_t>(count)});
    }
}

}  // namespace connprobe::tests
