#include "net/connect.hpp"

#include <doctest/doctest.h>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "listener.hpp"
#include "net/signal.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::net;
using connprobe::tests::Listener;

namespace {

const ConnectOptions options;

/// Peers that are known as soon as they are asked for, or never.
class Late final : public LatePeers {
public:
    explicit Late(std::optional<std::vector<Peer>> peers) : peers_{std::move(peers)} {}

    void ask(const std::shared_ptr<Waiter>&) override { ++asked; }
    std::optional<std::vector<Peer>> known() override { return peers_; }

    int asked = 0;

private:
    std::optional<std::vector<Peer>> peers_;
};

Connected connect_to(const std::vector<Peer>& peers, Duration timeout, bool cancel = false, LatePeers* late = nullptr) {
    SocketCount count;
    asio::io_context context{1};
    Loop loop{context, count};
    std::optional<Connected> connected;
    const auto all = [&]() -> Task<void> {
        const auto now = Clock::now();
        connected.emplace(co_await connect(loop, peers, phase_limit(now, timeout, now, {}, ""), options, late));
    };
    asio::co_spawn(loop.context, all(), [&](const std::exception_ptr& bug) {
        CHECK_FALSE(bug);
        loop.deadlines.cancel_all();  // else the context would run until the last limit
    });
    if (cancel) asio::post(loop.context, [&] { asio::post(loop.context, [&] { loop.deadlines.cancel_all(); }); });
    loop.context.run();
    if (connected->stream) connected->stream->close_politely();
    CHECK(count.open() == 0);
    return std::move(*connected);
}

Peer at(const char* address, std::uint16_t port) { return *literal_peer(address, port); }

}  // namespace

TEST_CASE("when the first address refuses, the next is tried at once") {
    const Listener closed{"127.0.0.2"};
    Listener open{"127.0.0.3"};
    open.listen();
    const auto connected = connect_to({at("127.0.0.2", closed.port()), at("127.0.0.3", open.port())}, 5s);
    REQUIRE(connected.stream);
    CHECK(connected.peer == 1);
    REQUIRE(connected.fates.size() == 2);
    CHECK(connected.fates[0].error->code == Code::connection_refused);
    CHECK_FALSE(connected.fates[0].connect);
    CHECK(connected.fates[1].connect);
    CHECK_FALSE(connected.fates[1].error);
}

TEST_CASE("when the first address is silent, the next is tried after 250 ms, and its time counts from the first SYN") {
    Listener silent{"127.0.0.2"};
    silent.keep_silent();
    Listener open{"127.0.0.3"};
    open.listen();
    const auto connected = connect_to({at("127.0.0.2", silent.port()), at("127.0.0.3", open.port())}, 5s);
    REQUIRE(connected.stream);
    CHECK(connected.peer == 1);
    CHECK(connected.elapsed >= Duration{250ms});
    CHECK_FALSE(connected.fates[0].error);
    CHECK_FALSE(connected.fates[0].connect);
}

TEST_CASE("an address that answers at once leaves the others untried") {
    Listener open;
    open.listen();
    const auto connected = connect_to({at("127.0.0.1", open.port()), at("127.0.0.1", 1)}, 5s);
    CHECK(connected.peer == 0);
    CHECK_FALSE(connected.fates[1].error);
}

TEST_CASE("a peer that has closed or reset by the time we look is connected, and said to have closed at once") {
    for (const bool with_reset : {false, true}) {
        CAPTURE(with_reset);
        Listener server;
        server.listen();
        const std::vector peers{at("127.0.0.1", server.port())};
        SocketCount count;
        asio::io_context context{1};
        Loop loop{context, count};
        bool closed_at_once = false, connected = false;
        char into[8];
        const auto look = [&]() -> Task<void> {
            auto result = co_await connect(loop, peers, Limit{}, options);
            connected = result.stream.has_value();
            // The kernel tells of a reset once, and whoever looked was told.
            for (int i = 0; connected && i < 2; ++i) {
                Transfer read, written;
                CHECK(result.stream->try_read(into, read) == Need::nothing);
                CHECK(read.error == (with_reset ? ECONNRESET : 0));
                if (!with_reset) break;
                CHECK(result.stream->try_write("x", written) == Need::nothing);
                CHECK(written.error == ECONNRESET);
            }
            closed_at_once = result.closed_at_once;
            loop.deadlines.cancel_all();
        };
        asio::co_spawn(loop.context, look(), [](const std::exception_ptr& bug) { CHECK_FALSE(bug); });
        while (count.open() == 0) loop.context.poll_one();  // the SYN has left, nobody has looked for an answer yet
        {
            const auto connection = server.accept();
            const linger at_once{1, 0};
            if (with_reset) ::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
        loop.context.run();
        CHECK(connected);
        CHECK(closed_at_once);
    }
}

TEST_CASE("an attempt fails only when every address does, with the failure that says most") {
    Listener silent{"127.0.0.2"};
    silent.keep_silent();
    const Listener closed{"127.0.0.3"};
    const auto connected = connect_to({at("127.0.0.2", silent.port()), at("127.0.0.3", closed.port())}, 400ms);
    CHECK_FALSE(connected.stream);
    REQUIRE(connected.failure);
    CHECK(connected.failure->code == Code::connection_refused);
    CHECK(connected.peer == 1);
    CHECK(connected.fates[0].error->code == Code::connect_timeout);
}

TEST_CASE("late peers are not asked for where the first connects") {
    Listener open;
    open.listen();
    Late late{std::vector{at("127.0.0.1", 1)}};
    const auto connected = connect_to({at("127.0.0.1", open.port())}, 5s, false, &late);
    CHECK(connected.stream);
    CHECK(late.asked == 0);
}

TEST_CASE("late peers take turns with those that have not been tried") {
    const Listener closed{"127.0.0.2"};
    Listener open{"127.0.0.3"};
    open.listen();
    const auto dead = at("127.0.0.2", closed.port()), alive = at("127.0.0.3", open.port());
    Late late{std::vector{at("127.0.0.4", closed.port()), alive}};
    const auto connected = connect_to({dead, dead, dead}, 5s, false, &late);
    REQUIRE(connected.stream);
    CHECK(connected.where.address == "127.0.0.3");
    CHECK(connected.peer == 3);
    std::string tried;
    for (const auto& fate : connected.fates) tried += fate.address + (fate.tried ? " " : "- ");
    CHECK(tried == "127.0.0.2 127.0.0.4 127.0.0.2 127.0.0.3 127.0.0.2- ");
    CHECK(late.asked == 1);
}

TEST_CASE("time in which nothing but late peers is waited for is no time of connecting") {
    const Listener closed{"127.0.0.2"};
    Late never{std::nullopt}, none{std::vector<Peer>{}};
    const auto began = Clock::now();
    const auto waiting = connect_to({at("127.0.0.2", closed.port())}, 100ms, false, &never);
    const auto took = Clock::now() - began;
    CHECK(waiting.failure->code == Code::connection_refused);
    CHECK(waiting.asking > Duration{});
    CHECK(took >= 100ms);
    CHECK(waiting.elapsed + waiting.asking <= took);
    const auto refused = connect_to({at("127.0.0.2", closed.port())}, 1h, false, &none);
    CHECK(refused.failure->code == Code::connection_refused);
    CHECK(refused.asking == Duration{});
}

TEST_CASE("addresses for which no time is left are not tried") {
    Listener silent{"127.0.0.2"};
    silent.keep_silent();
    const Listener closed{"127.0.0.3"};
    const auto connected = connect_to({at("127.0.0.2", silent.port()), at("127.0.0.3", closed.port())}, 100ms);
    CHECK(connected.failure->code == Code::connect_timeout);
    CHECK_FALSE(connected.fates[1].error);
}

TEST_CASE("a limit that is over before the first SYN is the time-out of the first address") {
    Listener silent{"127.0.0.2"};
    silent.keep_silent();
    const auto peer = at("127.0.0.2", silent.port());
    const auto connected = connect_to({peer, peer}, 1us);
    REQUIRE(connected.failure);
    CHECK(connected.failure->code == Code::connect_timeout);
    CHECK(connected.fates[0].error);
    CHECK_FALSE(connected.fates[1].error);
}

TEST_CASE("the end of the run cuts a connect, with one address or several") {
    Listener silent{"127.0.0.2"};
    silent.keep_silent();
    const auto peer = at("127.0.0.2", silent.port());
    CHECK(connect_to({peer}, 1h, true).failure->code == Code::interrupted);
    CHECK(connect_to({peer, peer}, 1h, true).failure->code == Code::interrupted);
}

TEST_CASE("the end of the run wins over a notification that it has set off itself") {
    SocketCount count;
    asio::io_context context{1};
    Loop loop{context, count};
    Signal moved{loop};
    std::optional<Waited> waited;
    const auto wait = [&]() -> Task<void> { waited = co_await moved.wait(TimePoint::max()); };
    asio::co_spawn(loop.context, wait(), [](const std::exception_ptr& bug) { CHECK_FALSE(bug); });
    loop.context.poll();
    loop.deadlines.cancel_all();
    moved.notify();
    loop.context.poll();
    CHECK(waited == Waited::cancelled);
}
