// Many threads at one pool; for the thread sanitizer above all. CONNPROBE_STRESS=1 makes it a million acquisitions.
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/post.hpp>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>
#include <vector>

#include "pool_run.hpp"

using namespace connprobe;
using namespace connprobe::tests;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr std::size_t threads = 8, users_of_a_thread = 4, connections = 12;
constexpr std::int64_t one_in = 500;  // is discarded

struct Load {
    explicit Load(std::int64_t acquisitions)
        : left{acquisitions}, lent(static_cast<std::size_t>(acquisitions / one_in) + 4 * connections) {}

    std::atomic<std::int64_t> left;
    std::atomic<std::size_t> served{0}, cancelled{0}, lent_twice{0}, wrong_answers{0};
    std::vector<std::atomic<bool>> lent;  // by the connection's number
};

asio::awaitable<void> use(Load& load, Connection connection, std::int64_t turn) {
    auto& lent = load.lent[connection.id()];
    if (lent.exchange(true)) ++load.lent_twice;
    ++load.served;
    if (turn % 50 == 0 && co_await echoed(connection, "hello") != "hello") ++load.wrong_answers;
    lent = false;
    if (turn % one_in == 0) connection.discard();
}

// Asks for a connection, and at the same moment for something that comes at once: sometimes this one, sometimes that.
asio::awaitable<void> ask_and_regret(Load& load, Pool& pool, std::int64_t turn) {
    auto result = co_await (pool.acquire() || asio::post(asio::use_awaitable));
    auto* acquired = std::get_if<Acquired>(&result);
    if (acquired == nullptr || !*acquired) {
        ++load.cancelled;
        co_return;
    }
    co_await use(load, std::move(acquired->connection), turn);
}

asio::awaitable<void> be_a_user(Load& load, Pool& pool) {
    for (auto turn = --load.left; turn >= 0; turn = --load.left) {
        if (turn % 16 == 1) {
            co_await ask_and_regret(load, pool, turn);
        } else {
            auto acquired = co_await pool.acquire();
            if (acquired) co_await use(load, std::move(acquired.connection), turn);
        }
    }
}

}  // namespace

TEST_CASE("eight threads that acquire, use, cancel and discard lose no connection and share none") {
    Load load{std::getenv("CONNPROBE_STRESS") != nullptr ? 1'000'000 : 50'000};
    const auto asked = static_cast<std::size_t>(load.left);
    const LoopbackServer server{send_back};
    PoolOptions options;
    options.max = connections;
    asio::io_context context{1};
    auto work = std::optional{asio::make_work_guard(context)};
    std::optional<Pool> pool{std::in_place, context, target_at("127.0.0.1", server.port()), options};
    std::thread runner{[&] { context.run(); }};

    std::vector<std::unique_ptr<asio::io_context>> loops;
    std::vector<std::thread> users;
    for (std::size_t i = 0; i < threads; ++i) {
        auto& loop = *loops.emplace_back(std::make_unique<asio::io_context>(1));
        for (std::size_t user = 0; user < users_of_a_thread; ++user)
            asio::co_spawn(loop, be_a_user(load, *pool), asio::detached);
        users.emplace_back([&loop] { loop.run(); });
    }
    for (auto& user : users) user.join();

    asio::io_context last{1};
    run_alone(last, [&]() -> asio::awaitable<void> { co_await pool->close(); });
    const auto metrics = pool->metrics();
    CHECK(load.served + load.cancelled == asked);
    CHECK(load.lent_twice == 0);
    CHECK(load.wrong_answers == 0);
    CHECK(metrics.acquired >= load.served);
    CHECK(metrics.open == 0);
    CHECK(metrics.waiting == 0);
    CHECK(metrics.created == metrics.closed);
    pool.reset();
    work.reset();
    runner.join();
}
