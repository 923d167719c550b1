#include <algorithm>
#include <asio/experimental/awaitable_operators.hpp>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "pool/extras.hpp"
#include "pool_run.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;
using namespace asio::experimental::awaitable_operators;

namespace {

/// Three servers that send back what comes: a, b and c; b and c are `core`.
struct Three {
    LoopbackServer a{send_back}, b{send_back}, c{send_back};

    [[nodiscard]] std::vector<Target> targets() const {
        return {named("a", a.port(), {}), named("b", b.port(), {"core"}), named("c", c.port(), {"core"})};
    }
    static Target named(std::string name, std::uint16_t port, std::vector<std::string> tags) {
        auto target = target_at("127.0.0.1", port);
        target.name = std::move(name);
        target.tags = std::move(tags);
        return target;
    }
};

asio::awaitable<std::string> borrowed_from(PoolSet& pools, std::string tag, Balance balance) {
    const auto acquired = co_await pools.acquire_any(std::move(tag), balance);
    co_return acquired ? acquired.connection.server().name : acquired.failure->message;
}

std::string with_pool(const PoolSet& pools) {
    std::string names;
    for (const auto& name : pools.servers())
        if (pools.metrics(name)) names += name;
    return names;
}

}  // namespace

TEST_CASE("servers are known by name, and pools are made at their first use") {
    const Three three;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSet pools{context, three.targets()};
        CHECK(pools.servers() == std::vector<std::string>{"a", "b", "c"});
        CHECK(pools.servers("core") == std::vector<std::string>{"b", "c"});
        CHECK(with_pool(pools).empty());
        auto acquired = co_await pools.acquire("b");
        REQUIRE(acquired);
        CHECK(acquired.connection.server().name == "b");
        CHECK(co_await echoed(acquired.connection, "hello") == "hello");
        CHECK(with_pool(pools) == "b");
        CHECK(pools.metrics("b")->in_use == 1);
        const auto none = co_await pools.acquire("d");
        REQUIRE(none.failure);
        CHECK(none.failure->code == Code::bad_name);
        CHECK(none.failure->message == "no server is called d");
    });
}

TEST_CASE("round robin takes the servers of a tag in turn, least in use those with the least to do") {
    const Three three;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSet pools{context, three.targets()};
        std::string turns;
        for (int i = 0; i < 4; ++i) turns += co_await borrowed_from(pools, "core", Balance::round_robin);
        CHECK(turns == "bcbc");
        const auto held = co_await pools.acquire("b");
        std::string least;
        for (int i = 0; i < 3; ++i) least += co_await borrowed_from(pools, "core", Balance::least_in_use);
        CHECK(least == "ccc");
        CHECK(co_await borrowed_from(pools, "edge", Balance::least_in_use) == "no server has the tag edge");
    });
}

TEST_CASE("all servers can be asked at the same time, and those that fail fail alone") {
    const Three three;
    const Listener closed;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        auto targets = three.targets();
        targets.push_back(Three::named("dead", closed.port(), {"core"}));
        PoolSet pools{context, targets};
        {
            const auto all = co_await pools.acquire_all("");
            REQUIRE(all.size() == 4);
            CHECK(std::ranges::count_if(all, [](const auto& one) { return bool{one}; }) == 3);
            CHECK(all[3].failure->code == Code::connection_refused);
            CHECK(all[1].connection.server().name == "b");
        }
        CHECK((co_await pools.acquire_all("core")).size() == 3);
        CHECK((co_await pools.acquire_all("edge")).empty());
    });
}

TEST_CASE("each way of asking may have a time of its own") {
    const Three three;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSetOptions options;
        options.pool.max = 1;
        options.pool.acquire_timeout = {};
        PoolSet pools{context, three.targets(), options};
        const auto held = co_await pools.acquire_within(1h, "c");
        REQUIRE(held);
        const auto named = co_await pools.acquire_within(10ms, "c");
        REQUIRE(named.failure);
        CHECK(named.failure->code == Code::deadline_exceeded);
        CHECK(named.failure->message.starts_with("no connection to c within 10 ms"));
        const auto any = co_await pools.acquire_any_within(1h, "core", Balance::round_robin);
        REQUIRE(any);
        CHECK(any.connection.server().name == "b");
        const auto next = co_await pools.acquire_any_within(10ms, "core", Balance::round_robin);
        REQUIRE(next.failure);
        CHECK(next.failure->code == Code::deadline_exceeded);
        const auto all = co_await pools.acquire_all_within(10ms, "");
        REQUIRE(all.size() == 3);
        CHECK(all[0]);
        for (const auto index : {1U, 2U}) {
            REQUIRE(all[index].failure);
            CHECK(all[index].failure->code == Code::deadline_exceeded);
        }
    });
}

TEST_CASE("asking all can be cancelled: what had come goes back") {
    const Three three;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSetOptions options;
        options.pool.max = 1;
        PoolSet pools{context, three.targets(), options};
        const auto held = co_await pools.acquire("c");
        asio::steady_timer soon{context, 10ms};
        const auto result = co_await (pools.acquire_all("") || soon.async_wait(asio::use_awaitable));
        CHECK(result.index() == 1);
        for (const auto* name : {"a", "b", "c"}) {
            CHECK(pools.metrics(name)->waiting == 0);
            CHECK(pools.metrics(name)->in_use == (*name == 'c' ? 1 : 0));
        }
    });
}

TEST_CASE("when there are too many pools, the one not used for the longest time is closed, but never one in use") {
    const Three three;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSetOptions options;
        options.max_servers = 1;
        PoolSet pools{context, three.targets(), options};
        {
            const auto a = co_await pools.acquire("a");
        }
        CHECK(with_pool(pools) == "a");
        const auto b = co_await pools.acquire("b");
        CHECK(with_pool(pools) == "b");
        {
            const auto c = co_await pools.acquire("c");
            CHECK(with_pool(pools) == "bc");
        }
        CHECK(with_pool(pools) == "b");
    });
}

TEST_CASE("the pool of a server that nobody has used for its time to live is closed") {
    const Three three;
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSetOptions options;
        options.time_to_live = 5ms;
        PoolSet pools{context, three.targets(), options};
        const auto held = co_await pools.acquire("a");
        {
            const auto used = co_await pools.acquire("b");
        }
        co_await until([&] { return with_pool(pools) == "a"; });
        const auto again = co_await pools.acquire("b");
        CHECK(again);
    });
}

TEST_CASE("with a minimum all are filled at once, never more being opened at the same time than allowed") {
    const Three three;
    asio::io_context context{1};
    PoolSetOptions options;
    options.pool.min = options.pool.max = 5;
    options.pool.max_connecting = 2;
    std::size_t opened = 0;
    options.pool.observer = [&](const PoolEvent& event) {
        if (std::holds_alternative<ConnectionOpened>(event.what)) ++opened;
    };
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolSet pools{context, three.targets(), options};
        co_await until([&] {
            std::size_t opening = 0;
            for (const auto& name : pools.servers())
                if (const auto metrics = pools.metrics(name)) opening += metrics->opening;
            CHECK(opening <= 2);
            return opened == 15;
        });
        co_await pools.close();
        for (const auto& name : pools.servers()) CHECK(pools.metrics(name)->open == 0);
        CHECK((co_await pools.acquire("a")).failure->message == "the pools are closed");
        CHECK((co_await pools.acquire_all(""))[0].failure->code == Code::interrupted);
    });
}

TEST_CASE("a check is the last phase of an opening, comes before use after a while, and is the keepalive") {
    const Three three;
    asio::io_context context{1};
    std::size_t checks = 0;
    bool healthy = true;
    pool::Extras extras;
    extras.check = [&](net::Stream& stream, const Target&, net::TimePoint until) -> net::Task<std::optional<Failure>> {
        ++checks;
        char answer[4];
        static_cast<void>(co_await stream.write_all("ping", until));
        static_cast<void>(co_await stream.read_some(answer, until));
        if (healthy) co_return std::nullopt;
        co_return make_failure(Phase::check, Code::not_serving, "it is ill");
    };
    run_alone(context, [&]() -> asio::awaitable<void> {
        PoolOptions options;
        options.validate_after = 1ms;
        const auto shared = pool::make_shared_parts(context, {}, 0);
        Pool checked = pool::make_pool(shared, three.targets()[0], options, extras);
        {
            const auto first = co_await checked.acquire();
            CHECK(first.connection.latency().check);
            CHECK(checks == 1);
        }
        asio::steady_timer longer{context, 50ms};
        co_await longer.async_wait(asio::use_awaitable);
        {
            const auto second = co_await checked.acquire();
        }
        CHECK(checks == 2);
        healthy = false;
        longer.expires_after(2ms);
        co_await longer.async_wait(asio::use_awaitable);
        const auto third = co_await checked.acquire();
        REQUIRE(third.failure);
        CHECK(third.failure->message == "it is ill");
        CHECK(checks == 4);  // the idle one, and a new one
        CHECK(checked.metrics().lost == 1);
    });
}

TEST_CASE("a target's own check says whether a connection is any good; one that spends it is asked once") {
    std::atomic<bool> ready{true};
    std::atomic<int> asked{0};
    for (const bool keeps : {true, false}) {
        const LoopbackServer server{[&, keeps](int descriptor) {
            while (wait_for_client(descriptor)) {
                char request[1024];
                if (::recv(descriptor, request, sizeof request, 0) <= 0) return;
                ++asked;
                send_text(descriptor, ready ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 503 Busy\r\n");
                send_text(descriptor, keeps ? "Content-Length: 0\r\n\r\n" : "Connection: close\r\n\r\n");
                if (!keeps) return;
            }
        }};
        asked = 0;
        ready = true;
        asio::io_context context{1};
        Settings settings;
        settings.check = HttpCheck{};
        run_alone(context, [&]() -> asio::awaitable<void> {
            PoolOptions options;
            options.validate_after = 1ms;
            Pool checked{context, target_at("127.0.0.1", server.port(), settings), options};
            for (int turn = 0; turn < 3; ++turn) {
                CHECK(co_await checked.acquire());
                asio::steady_timer longer{context, 50ms};
                co_await longer.async_wait(asio::use_awaitable);
            }
            CHECK(checked.metrics().created == 1);
            CHECK(asked == (keeps ? 3 : 1));
            ready = false;
            const auto last = co_await checked.acquire();
            CHECK(bool{last} == !keeps);
            if (!last) CHECK(last.failure->code == Code::unexpected_status);
        });
    }
}
