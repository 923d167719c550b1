#include "connprobe/pool.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "pool_run.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;
using namespace asio::experimental::awaitable_operators;

namespace {

PoolOptions at_most(std::size_t max) {
    PoolOptions options;
    options.max = max;
    return options;
}

Settings retrying_often() {
    Settings settings;
    settings.retry.strategy = Strategy::fixed;
    settings.retry.max_attempts = 0;
    settings.retry.backoff = {.delay = 5ms, .jitter = 0};
    return settings;
}

std::string code(const Acquired& acquired) {
    return acquired.failure ? std::string{to_string(acquired.failure->code)} : "";
}

}  // namespace

TEST_CASE("a borrowed connection is a stream, comes home when it goes, and is lent again") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port())};
        for (int turn = 0; turn < 3; ++turn) {
            auto [connection, failure] = co_await pool.acquire();
            CHECK_FALSE(failure);
            CHECK(connection.id() == 1);
            CHECK(connection.address() == "127.0.0.1");
            CHECK(connection.latency().connect);
            CHECK(connection.tls() == nullptr);
            CHECK(co_await echoed(connection, "hello\n") == "hello\n");
            CHECK(pool.metrics().in_use == 1);
        }
        const auto metrics = pool.metrics();
        CHECK(metrics.open == 1);
        CHECK(metrics.idle == 1);
        CHECK(metrics.in_use == 0);
        CHECK(metrics.acquired == 3);
        CHECK(metrics.created == 1);
        co_await pool.close();
        CHECK(pool.metrics().open == 0);
        CHECK(code(co_await pool.acquire()) == "interrupted");
    });
}

TEST_CASE("a read that has to wait can be used by a program with threads of its own") {
    const LoopbackServer server{send_back};
    asio::io_context context{1}, mine{1};
    std::optional<Pool> pool{std::in_place, context, target_at("127.0.0.1", server.port())};
    const auto work = asio::make_work_guard(context);
    std::thread runner{[&] { context.run(); }};
    run_alone(mine, [&]() -> asio::awaitable<void> {
        const auto here = std::this_thread::get_id();
        auto acquired = co_await pool->acquire();
        CHECK(std::this_thread::get_id() == here);
        CHECK(co_await echoed(acquired.connection, "from afar\n") == "from afar\n");
        CHECK(std::this_thread::get_id() == here);
        acquired.connection.give_back();
        co_await pool->close();
    });
    context.stop();
    runner.join();
}

TEST_CASE("a server needs no more than where it is") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Target target;
        target.host = "127.0.0.1";
        target.port = server.port();
        Pool pool{context, target};
        auto acquired = co_await pool.acquire();
        REQUIRE(acquired);
        CHECK(co_await echoed(acquired.connection, "hello") == "hello");
    });
}

TEST_CASE("when all are in use, who asks waits in line, and not longer than they said") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), at_most(1)};
        auto first = co_await pool.acquire();
        CHECK(code(co_await pool.acquire_within(10ms)) == "deadline_exceeded");
        std::vector<int> order;
        const auto wait = [&](int number) { pool.acquire([&order, number](Acquired) { order.push_back(number); }); };
        wait(1);
        wait(2);
        wait(3);
        first.connection.give_back();
        co_await until([&] { return order.size() == 3; });
        CHECK(order == std::vector{1, 2, 3});
        CHECK(pool.metrics().created == 1);
    });
}

TEST_CASE("who is cancelled waits no longer") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), at_most(1)};
        const auto held = co_await pool.acquire();
        asio::steady_timer soon{context, 5ms};
        const auto result = co_await (pool.acquire() || soon.async_wait(asio::use_awaitable));
        CHECK(result.index() == 1);
        CHECK(pool.metrics().waiting == 0);
        CHECK(pool.metrics().in_use == 1);
    });
}

TEST_CASE("a connection for somebody who is cancelled in the very moment they are served goes back") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), at_most(1)};
        for (const bool served_first : {true, false}) {
            CAPTURE(served_first);
            auto held = co_await pool.acquire();
            asio::cancellation_signal signal;
            std::optional<std::string> told;
            pool.acquire(asio::bind_cancellation_slot(
                signal.slot(), [&](const Acquired& acquired) { told = acquired ? "served" : code(acquired); }));
            // On the pool's own thread both happen at once: neither is told before this coroutine waits.
            if (!served_first) signal.emit(asio::cancellation_type::terminal);
            held.connection.give_back();
            if (served_first) signal.emit(asio::cancellation_type::terminal);
            CHECK_FALSE(told);
            co_await until([&] { return told.has_value(); });
            CHECK((*told == "served" || *told == "interrupted"));
            if (served_first) CHECK(*told == "served");
            CHECK(pool.metrics().in_use == 0);
            CHECK(pool.metrics().idle == 1);
        }
        CHECK(pool.metrics().created == 1);
    });
}

TEST_CASE("a connection for somebody who is gone when it comes goes back") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    std::optional<asio::io_context> theirs{std::in_place, 1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), at_most(1)};
        pool.acquire(asio::bind_executor(theirs->get_executor(), [](const Acquired&) { FAIL("called"); }));
        co_await until([&] { return pool.metrics().in_use == 1; });
        theirs.reset();
        CHECK(pool.metrics().in_use == 0);
        CHECK(pool.metrics().idle == 1);
    });
}

TEST_CASE("all who wait for a dead server share its attempts, and are served when it is there") {
    Listener listener;
    asio::io_context context{1};
    std::size_t failed = 0;
    PoolOptions options = at_most(10);
    options.observer = [&](const PoolEvent& event) {
        const auto* none = std::get_if<OpenFailed>(&event.what);
        if (none == nullptr) return;
        CHECK(none->failure.code == Code::connection_refused);
        if (++failed == 12) listener.listen();
    };
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", listener.port(), retrying_often()), options};
        std::size_t served = 0;
        for (int i = 0; i < 5; ++i) pool.acquire([&](const Acquired& acquired) { served += acquired ? 1 : 0; });
        co_await until([&] { return served == 5; });
        CHECK(failed == 12);  // five at first, then one at a time
    });
}

TEST_CASE("who waits for a server that is not tried again fails with its failure at once") {
    const Listener listener;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", listener.port())};
        const auto acquired = co_await pool.acquire();
        CHECK(code(acquired) == "connection_refused");
        CHECK(acquired.failure->phase == Phase::connect);
        CHECK_FALSE(acquired.connection);
    });
}

TEST_CASE("closing waits for what is borrowed, and fails who waits") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), at_most(1)};
        auto held = co_await pool.acquire();
        std::string waited;
        bool closed = false;
        pool.acquire([&](const Acquired& acquired) { waited = acquired.failure->message; });
        pool.close([&] { closed = true; });
        co_await until([&] { return !waited.empty(); });
        CHECK(waited == "the pool of 127.0.0.1:" + std::to_string(server.port()) + " is closed");
        asio::steady_timer soon{context, 5ms};
        const auto end = co_await (pool.close(asio::use_awaitable) || soon.async_wait(asio::use_awaitable));
        CHECK(end.index() == 1);
        CHECK_FALSE(closed);
        CHECK(co_await echoed(held.connection, "still here\n") == "still here\n");
        held.connection.give_back();
        co_await until([&] { return closed; });
        CHECK(pool.metrics().open == 0);
    });
}

TEST_CASE("what is borrowed may come home to a pool that is gone") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Connection connection;
        {
            Pool pool{context, target_at("127.0.0.1", server.port())};
            connection = std::move((co_await pool.acquire()).connection);
        }
        CHECK(co_await echoed(connection, "orphan\n") == "orphan\n");
    });
}

TEST_CASE("a loop that is destroyed with everything in it leaks nothing and hangs nowhere") {
    const LoopbackServer server{send_back};
    std::optional<asio::io_context> context{std::in_place, 1};
    {
        Pool pool{*context, target_at("127.0.0.1", server.port()), at_most(1)};
        bool reading = false;
        asio::co_spawn(
            *context,
            [&]() -> asio::awaitable<void> {
                auto held = co_await pool.acquire();
                pool.acquire([](const Acquired&) {});
                reading = true;
                char byte = 0;
                co_await held.connection.async_read_some(asio::buffer(&byte, 1));
            },
            asio::detached);
        while (!reading) context->run_one();
    }
    context.reset();
}
