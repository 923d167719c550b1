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
#include <functional>
#include <string>

#include "connprobe/pool.hpp"
#include "loopback_server.hpp"
#include "run.hpp"

namespace connprobe::tests {

/// Runs until nothing is left to do: a pool that keeps the loop from ending fails the test by its time limit.
void run_alone(asio::io_context& context, std::function<asio::awaitable<void>()> body);

/// Looks again and again, letting the loop turn, until it is so.
asio::awaitable<void> until(std::function<bool()> so);

/// Sends a line to a server that sends it back.
asio::awaitable<std::string> echoed(Connection& connection, std::string line);

/// Treats a connection of a LoopbackServer: sends back what comes.
void send_back(int descriptor);

}  // namespace connprobe::tests
