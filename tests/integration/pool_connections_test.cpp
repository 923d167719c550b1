// What becomes of a pool's connections: lent, broken, discarded, too old, given away.
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/read_until.hpp>
#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "pool/held.hpp"
#include "pool_run.hpp"
#include "tls_server.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;
using namespace asio::experimental::awaitable_operators;

namespace {

/// What a pool said, as words.
struct Diary {
    std::vector<std::string> lines;

    [[nodiscard]] PoolObserver observer() {
        return [this](const PoolEvent& event) { std::visit([this](const auto& what) { note(what); }, event.what); };
    }
    void note(const ConnectionOpened&) { lines.emplace_back("opened"); }
    void note(const OpenFailed& none) { lines.emplace_back("failed " + std::string{to_string(none.failure.code)}); }
    void note(const ConnectionLent&) { lines.emplace_back("lent"); }
    void note(const ConnectionReturned&) { lines.emplace_back("returned"); }
    void note(const ConnectionChecked&) { lines.emplace_back("checked"); }
    void note(const ConnectionLost& lost) { lines.emplace_back("lost " + lost.failure.message); }
    void note(const ConnectionClosed& closed) { lines.emplace_back("closed " + std::string{to_string(closed.reason)}); }

    [[nodiscard]] bool has(std::string_view line) const { return std::ranges::count(lines, line) > 0; }
    [[nodiscard]] bool has_part(std::string_view part) const {
        return std::ranges::any_of(lines, [&](const auto& line) { return line.find(part) != std::string::npos; });
    }
};

PoolOptions heard_by(Diary& diary) {
    PoolOptions options;
    options.observer = diary.observer();
    return options;
}

Target tls_target(std::uint16_t port) {
    Settings settings;
    settings.tls.emplace();
    settings.tls->insecure = true;
    return target_at("127.0.0.1", port, std::move(settings));
}

/// Speaks TLS and sends back what comes.
std::function<void(int)> send_back_tls(ServerContext context) {
    return [context = std::move(context)](int descriptor) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
        SSL_set_fd(ssl.get(), descriptor);
        char chunk[1024];
        if (SSL_accept(ssl.get()) != 1) return;
        for (;;) {
            const int count = SSL_read(ssl.get(), chunk, sizeof chunk);
            if (count <= 0) return;
            const std::string_view said{chunk, static_cast<std::size_t>(count)};
            if (said.starts_with("leave")) return;
            SSL_write(ssl.get(), chunk, count);
        }
    };
}

}  // namespace

TEST_CASE("an idle connection that its server closes or resets is lost at once, and replaced when it is asked for") {
    for (const bool reset : {false, true}) {
        std::promise<void> hang_up;
        auto told = hang_up.get_future().share();
        std::atomic<int> connections{0};
        const LoopbackServer server{[&, told](int descriptor) {
            if (++connections > 1) return read_all(descriptor);
            told.wait();
            if (reset) reset_on_close(descriptor);
            ::shutdown(descriptor, reset ? SHUT_RD : SHUT_WR);
        }};
        asio::io_context context{1};
        Diary diary;
        const auto name = "127.0.0.1:" + std::to_string(server.port());
        run_alone(context, [&]() -> asio::awaitable<void> {
            Pool pool{context, target_at("127.0.0.1", server.port()), heard_by(diary)};
            {
                const auto used = co_await pool.acquire();
            }
            hang_up.set_value();
            co_await until([&] { return pool.metrics().lost == 1; });
            CHECK(pool.metrics().open == 0);
            const auto again = co_await pool.acquire();
            CHECK(again.connection.id() == 2);
        });
        CHECK(diary.has(reset ? "lost the connection to " + name + " broke while it was idle: ECONNRESET"
                              : "lost " + name + " closed the connection while it was idle"));
    }
}

TEST_CASE("what broke in use is closed when it comes home, and the program learns why") {
    const LoopbackServer server{[](int descriptor) { wait_for_client(descriptor); }};
    asio::io_context context{1};
    Diary diary;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), heard_by(diary)};
        auto [connection, none] = co_await pool.acquire();
        std::error_code error;
        co_await connection.async_write_some(asio::buffer("x", 1));
        char byte = 0;
        co_await connection.async_read_some(asio::buffer(&byte, 1), asio::redirect_error(asio::use_awaitable, error));
        CHECK((error == asio::error::eof || error == asio::error::connection_reset));
        REQUIRE(connection.failure());
        CHECK(connection.failure()->message.find("while it was in use") != std::string::npos);
        connection.give_back();
        CHECK(pool.metrics().open == 0);
        CHECK(pool.metrics().lost == 1);
    });
    CHECK(diary.has_part("while it was in use"));
}

TEST_CASE("a connection with an answer that nobody has read is never lent again") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    Diary diary;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), heard_by(diary)};
        auto first = co_await pool.acquire();
        co_await asio::async_write(first.connection, asio::buffer("question", 8), asio::use_awaitable);
        first.connection.give_back();
        co_await until([&] { return pool.metrics().lost == 1; });
        const auto second = co_await pool.acquire();
        CHECK(second.connection.id() == 2);
    });
    CHECK(diary.has_part("holds bytes that nobody asked for, or nobody has read"));
}

TEST_CASE(
    "a connection is closed instead of lent again when one of its operations was cancelled or an exception came") {
    const LoopbackServer server{read_all};
    asio::io_context context{1};
    Diary diary;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), heard_by(diary)};
        {
            auto [connection, none] = co_await pool.acquire();
            char byte = 0;
            asio::steady_timer soon{context, 5ms};
            const auto end =
                co_await (connection.async_read_some(asio::buffer(&byte, 1)) || soon.async_wait(asio::use_awaitable));
            CHECK(end.index() == 1);
        }
        CHECK(pool.metrics().closed == 1);
        try {
            const auto acquired = co_await pool.acquire();
            throw std::runtime_error{"the program's own"};
        } catch (const std::runtime_error&) {
        }
        CHECK(pool.metrics().closed == 2);
        (co_await pool.acquire()).connection.discard();
        CHECK(pool.metrics().closed == 3);
        CHECK(pool.metrics().open == 0);
    });
    CHECK(std::ranges::count(diary.lines, "closed discarded") == 3);
}

TEST_CASE("a server that speaks first is heard by who borrows the connection") {
    const LoopbackServer server{[](int descriptor) {
        send_text(descriptor, "220 welcome\r\n");
        read_all(descriptor);
    }};
    asio::io_context context{1};
    Diary diary;
    auto options = heard_by(diary);
    options.min = 1;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), options};
        co_await until([&] { return pool.metrics().idle == 1; });
        auto acquired = co_await pool.acquire();
        std::string line;
        co_await asio::async_read_until(acquired.connection, asio::dynamic_buffer(line), '\n', asio::use_awaitable);
        CHECK(line == "220 welcome\r\n");
        CHECK(acquired.connection.id() == 1);
    });
}

TEST_CASE("the end of a connection is found behind a greeting that nobody has read") {
    for (const bool reset : {false, true}) {
        std::promise<void> hang_up;
        const LoopbackServer server{[reset, told = hang_up.get_future().share()](int descriptor) {
            send_text(descriptor, "220 welcome\r\n");
            told.wait();
            if (reset) reset_on_close(descriptor);
        }};
        asio::io_context context{1};
        Diary diary;
        auto options = heard_by(diary);
        options.min = 1;
        options.keepalive = 2ms;
        const auto name = "127.0.0.1:" + std::to_string(server.port());
        run_alone(context, [&]() -> asio::awaitable<void> {
            const Pool pool{context, target_at("127.0.0.1", server.port()), options};
            co_await until([&] { return std::ranges::count(diary.lines, "checked") >= 2; });
            CHECK(pool.metrics().lost == 0);
            hang_up.set_value();
            co_await until([&] { return pool.metrics().lost >= 1; });
        });
        CHECK(diary.has(reset ? "lost the connection to " + name + " broke while it was idle: ECONNRESET"
                              : "lost " + name + " closed the connection while it was idle"));
    }
}

TEST_CASE("over TLS it is the same, and the tickets that come later harm nobody") {
    const LoopbackServer server{send_back_tls(server_context(issue({})))};
    asio::io_context context{1};
    Diary diary;
    auto options = heard_by(diary);
    options.min = 1;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, tls_target(server.port()), options};
        for (int turn = 0; turn < 3; ++turn) {
            auto [connection, none] = co_await pool.acquire();
            REQUIRE_FALSE(none);
            REQUIRE(connection.tls() != nullptr);
            CHECK(connection.tls()->version == "TLSv1.3");
            CHECK(co_await echoed(connection, "secret") == "secret");
            CHECK(connection.release() == -1);
            CHECK(connection.id() == 1);
        }
    });
    CHECK_FALSE(diary.has_part("lost"));
}

TEST_CASE("what is known of a server by TLS is kept once for all its connections") {
    const LoopbackServer server{send_back_tls(server_context(issue({})))};
    const LoopbackServer other{send_back_tls(server_context(issue({})))};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, tls_target(server.port())};
        const auto one = co_await pool.acquire(), two = co_await pool.acquire();
        REQUIRE(one);
        REQUIRE(two);
        CHECK(one.connection.id() != two.connection.id());
        CHECK(one.connection.tls() == two.connection.tls());
        Pool renewed{context, tls_target(other.port())};
        const auto three = co_await renewed.acquire();
        REQUIRE(three);
        CHECK_FALSE(pool::same(*one.connection.tls(), *three.connection.tls()));
    });
}

TEST_CASE("writing to a peer that is gone raises no signal, neither plain nor over TLS") {
    block_sigpipe();
    const LoopbackServer plain{[](int descriptor) {
        wait_for_client(descriptor);
        reset_on_close(descriptor);
    }};
    const LoopbackServer tls{send_back_tls(server_context(issue({})))};
    asio::io_context context{1};
    run_alone(context, [&]() -> asio::awaitable<void> {
        for (const auto& target : {target_at("127.0.0.1", plain.port()), tls_target(tls.port())}) {
            Pool pool{context, target};
            auto [connection, none] = co_await pool.acquire();
            std::error_code error;
            while (!error)
                co_await connection.async_write_some(asio::buffer("leave", 5),
                                                     asio::redirect_error(asio::use_awaitable, error));
            CHECK((error == asio::error::broken_pipe || error == asio::error::connection_reset));
        }
    });
    sigset_t waiting;
    sigpending(&waiting);
    CHECK(sigismember(&waiting, SIGPIPE) == 0);
}

TEST_CASE("what is idle for too long is closed, what is too old is replaced") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    Diary diary;
    auto options = heard_by(diary);
    options.idle_timeout = 5ms;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool idle{context, target_at("127.0.0.1", server.port()), options};
        {
            const auto used = co_await idle.acquire();
        }
        co_await until([&] { return diary.has("closed idle"); });
        options.idle_timeout = {};
        options.max_lifetime = 5ms;
        options.min = 1;
        Pool old{context, target_at("127.0.0.1", server.port()), options};
        co_await until([&] { return old.metrics().created >= 3; });
        CHECK(diary.has("closed lifetime"));
    });
}

TEST_CASE("keepalive looks after every idle connection") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    Diary diary;
    auto options = heard_by(diary);
    options.keepalive = 2ms;
    options.min = 3;
    run_alone(context, [&]() -> asio::awaitable<void> {
        const Pool pool{context, target_at("127.0.0.1", server.port()), options};
        co_await until([&] { return std::ranges::count(diary.lines, "checked") >= 9; });
        CHECK(pool.metrics().created == 3);
    });
}

TEST_CASE("a released descriptor is the program's own, and works") {
    const LoopbackServer server{send_back};
    asio::io_context context{1};
    Diary diary;
    run_alone(context, [&]() -> asio::awaitable<void> {
        Pool pool{context, target_at("127.0.0.1", server.port()), heard_by(diary)};
        auto acquired = co_await pool.acquire();
        const Descriptor mine{acquired.connection.release()};
        REQUIRE(mine.get() >= 0);
        CHECK_FALSE(acquired.connection);
        CHECK(pool.metrics().open == 0);
        send_text(mine.get(), "mine");
        pollfd ready{mine.get(), POLLIN, 0};
        CHECK(::poll(&ready, 1, 20000) == 1);
        char answer[8];
        CHECK(::recv(mine.get(), answer, sizeof answer, 0) == 4);
    });
    CHECK(diary.has("closed released"));
}
