#include "connprobe/prober.hpp"

#include <doctest/doctest.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "listener.hpp"
#include "run.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;

namespace {

Settings retrying(std::uint32_t attempts, Duration delay) {
    Settings settings;
    settings.retry.strategy = Strategy::fixed;
    settings.retry.max_attempts = attempts;
    settings.retry.backoff.delay = delay;
    return settings;
}

Settings limited(Duration timeout) {
    Settings settings;
    settings.timeout = timeout;
    return settings;
}

}  // namespace

TEST_CASE("a listening port is up after one attempt") {
    Listener server;
    server.listen();
    const auto heard = run({target_at("127.0.0.1", server.port())});
    const auto& result = heard.results[0];
    CHECK(result.status == Status::up);
    CHECK(result.history.size() == 1);
    CHECK(result.address == "127.0.0.1");
    CHECK(result.family == ConnectedFamily::ipv4);
    CHECK(result.latency().connect);
    CHECK_FALSE(result.latency().resolve);
    REQUIRE(result.addresses.size() == 1);
    CHECK(result.addresses[0].connect == result.latency().connect);
    CHECK(heard.outcome.summary.exit_status == 0);
    CHECK(heard.outcome.summary.peak_concurrent == 1);
    CHECK(heard.outcome.summary.peak_sockets == 1);
}

TEST_CASE("an address of the family that is not wanted is not connected to") {
    Listener server;
    server.listen();
    Settings six;
    six.family = AddressFamily::ipv6;
    Settings four;
    four.family = AddressFamily::ipv4;
    const auto heard = run({target_at("127.0.0.1", server.port(), six), target_at("127.0.0.1", server.port(), four)});
    REQUIRE(heard.results[0].error);
    CHECK(heard.results[0].error->code == Code::no_address);
    CHECK(heard.results[0].error->phase == Phase::resolve);
    CHECK(heard.results[1].status == Status::up);
}

TEST_CASE("a connect-only probe sends no byte, and says goodbye") {
    Listener server;
    server.listen();
    const auto heard = run({target_at("127.0.0.1", server.port())});
    const auto connection = server.accept();
    char byte = 0;
    CHECK(::recv(connection.get(), &byte, 1, 0) == 0);
}

TEST_CASE("what the server has sent is read away, so that it sees no reset") {
    Listener server;
    server.listen();
    Descriptor connection;
    std::jthread greeter{[&] {
        connection = server.accept();
        const std::string banner(1000, 'x');
        static_cast<void>(::send(connection.get(), banner.data(), banner.size(), MSG_NOSIGNAL));
    }};
    const auto heard = run({target_at("127.0.0.1", server.port())});
    greeter.join();
    CHECK(heard.results[0].status == Status::up);
}

TEST_CASE("a refused port is down, with the reason and a hint that names the port") {
    const Listener closed;
    const auto heard = run({target_at("127.0.0.1", closed.port())});
    const auto& result = heard.results[0];
    CHECK(result.status == Status::down);
    CHECK(result.stopped_by == StoppedBy::attempts);
    REQUIRE(result.error);
    CHECK(result.error->code == Code::connection_refused);
    CHECK(result.error->phase == Phase::connect);
    CHECK(result.error->hint.find(std::to_string(closed.port())) != std::string::npos);
    CHECK(heard.outcome.summary.exit_status == 1);
}

TEST_CASE("a silent port times out, and the message names the limit") {
    Listener silent;
    silent.keep_silent();
    auto settings = limited(5s);
    settings.connect_timeout = 120ms;
    const auto heard = run({target_at("127.0.0.1", silent.port(), settings)});
    const auto& error = heard.results[0].error;
    REQUIRE(error);
    CHECK(error->code == Code::connect_timeout);
    CHECK(error->message.find("within 120 ms (connect_timeout)") != std::string::npos);
    CHECK(heard.results[0].elapsed >= Duration{120ms});
    CHECK(heard.results[0].latency().connect > Duration{});
}

TEST_CASE("a server that opens after the first attempt is up after a retry") {
    Listener late;
    const auto heard = run({target_at("127.0.0.1", late.port(), retrying(5, 20ms))}, {}, [&](const Event& event) {
        if (std::holds_alternative<AttemptFailed>(event)) late.listen();
    });
    const auto& result = heard.results[0];
    CHECK(result.status == Status::up);
    CHECK(result.history.size() >= 2);
    CHECK(result.history[0].error->code == Code::connection_refused);
    CHECK(result.history[0].backoff);
    CHECK(heard.retries_announced == result.history.size() - 1);
    CHECK(heard.outcome.summary.retries == result.history.size() - 1);
}

TEST_CASE("a refused port is retried until the attempts are used up") {
    const Listener closed;
    const auto heard = run({target_at("127.0.0.1", closed.port(), retrying(3, 1ms))});
    CHECK(heard.results[0].history.size() == 3);
    CHECK(heard.results[0].stopped_by == StoppedBy::attempts);
    CHECK(heard.outcome.summary.attempts == 3);
}

TEST_CASE("unix sockets: one that is there, one that is missing, one that is a file") {
    const std::filesystem::path directory =
        std::filesystem::temp_directory_path() / ("connprobe-" + std::to_string(::getpid()));
    std::filesystem::create_directory(directory);
    const auto path = (directory / "app.sock").string();
    const Descriptor server{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    path.copy(local.sun_path, sizeof local.sun_path - 1);
    REQUIRE(::bind(server.get(), reinterpret_cast<sockaddr*>(&local), sizeof local) == 0);
    REQUIRE(::listen(server.get(), 5) == 0);
    const auto unix_target = [](const std::string& where) {
        auto target = target_at("", 0);
        target.unix_path = target.name = target.written = where;
        return target;
    };
    const auto heard = run({unix_target(path), unix_target(path + ".missing"), unix_target(directory.string())});
    CHECK(heard.results[0].status == Status::up);
    CHECK(heard.results[0].family == ConnectedFamily::local);
    CHECK(heard.results[0].address.empty());
    CHECK(heard.results[1].error->code == Code::socket_missing);
    CHECK(heard.results[2].status == Status::down);
    std::filesystem::remove_all(directory);
}

TEST_CASE(
    "hundreds of servers over several threads: each gets one verdict, and no more places are taken than there are") {
    Listener open, closed;
    open.listen();
    std::vector<Target> targets;
    for (int i = 0; i < 600; ++i)
        targets.push_back(target_at("127.0.0.1", i % 3 == 0 ? closed.port() : open.port(), retrying(2, 1ms)));
    std::jthread drain{[&](const std::stop_token& stop) {
        while (!stop.stop_requested()) const auto connection = open.accept();
    }};
    ProberOptions options;
    options.max_concurrent = 7;
    options.threads = 4;
    const auto caller = std::this_thread::get_id();
    std::size_t in_flight_seen = 0;
    bool elsewhere = false;
    const auto heard = run(targets, options, [&](const Event& event) {
        elsewhere = elsewhere || std::this_thread::get_id() != caller;
        if (const auto* tick = std::get_if<Tick>(&event)) in_flight_seen = std::max(in_flight_seen, tick->in_flight);
    });
    drain.request_stop();
    static_cast<void>(run({target_at("127.0.0.1", open.port())}));
    CHECK_FALSE(elsewhere);
    CHECK(in_flight_seen <= 7);
    CHECK(heard.outcome.summary.peak_concurrent <= 7);
    CHECK(heard.run.threads == 4);
    CHECK(heard.run.max_concurrent == 7);
    auto order = heard.order;
    std::sort(order.begin(), order.end());
    REQUIRE(order.size() == targets.size());
    CHECK(std::adjacent_find(order.begin(), order.end()) == order.end());
    CHECK(heard.outcome.summary.up == 400);
    CHECK(heard.outcome.summary.down == 200);
    CHECK(heard.outcome.summary.attempts == 800);
}

TEST_CASE("the deadline cuts what is in flight: a server without a completed attempt is unknown") {
    Listener silent;
    silent.keep_silent();
    ProberOptions options;
    options.deadline = 80ms;
    const auto heard = run({target_at("127.0.0.1", silent.port())}, options);
    const auto& result = heard.results[0];
    CHECK(result.status == Status::unknown);
    CHECK(result.stopped_by == StoppedBy::deadline);
    CHECK(result.error->code == Code::deadline_exceeded);
    CHECK(heard.outcome.end == RunEnd::deadline);
    CHECK(heard.outcome.summary.exit_status == 124);
}

TEST_CASE("the deadline does not cut a run that is over, though its listener is slow") {
    const Listener closed;
    ProberOptions options;
    options.deadline = 300ms;
    const auto heard = run({target_at("127.0.0.1", closed.port())}, options, [](const Event& event) {
        if (std::holds_alternative<Finished>(event)) std::this_thread::sleep_for(400ms);
    });
    CHECK(heard.outcome.end == RunEnd::completed);
    CHECK(heard.outcome.summary.exit_status == 1);
}

TEST_CASE("a backoff that would end after the deadline is not waited for") {
    const Listener closed;
    ProberOptions options;
    options.deadline = 1h;
    const auto heard = run({target_at("127.0.0.1", closed.port(), retrying(0, 2h))}, options);
    CHECK(heard.results[0].status == Status::down);
    CHECK(heard.results[0].stopped_by == StoppedBy::deadline);
    CHECK_FALSE(heard.results[0].history[0].backoff);
    CHECK(heard.outcome.summary.exit_status == 124);
}

TEST_CASE("a stop request gives every server its verdict at once, also those that had not begun or wait for a retry") {
    Listener silent;
    silent.keep_silent();
    const Listener closed;
    std::vector<Target> targets{target_at("127.0.0.1", closed.port(), retrying(0, 1h))};
    for (int i = 0; i < 50; ++i) targets.push_back(target_at("127.0.0.1", silent.port(), limited(1h)));
    ProberOptions options;
    options.max_concurrent = 4;
    std::stop_source stop;
    const auto heard = run(
        targets, options,
        [&](const Event& event) {
            if (std::holds_alternative<AttemptFailed>(event)) stop.request_stop();
        },
        stop.get_token());
    CHECK(heard.order.size() == targets.size());
    CHECK(heard.results[0].status == Status::down);
    CHECK(heard.results[0].stopped_by == StoppedBy::signal);
    CHECK(heard.results[50].status == Status::unknown);
    CHECK(heard.results[50].history.empty());
    CHECK(heard.results[50].error->code == Code::interrupted);
    CHECK(heard.outcome.end == RunEnd::signal);
    CHECK(heard.outcome.summary.exit_status == 130);
}

TEST_CASE("fail fast ends the run when enough can no longer be up") {
    Listener silent;
    silent.keep_silent();
    const Listener closed;
    ProberOptions options;
    options.fail_fast = true;
    const auto heard =
        run({target_at("127.0.0.1", silent.port(), limited(1h)), target_at("127.0.0.1", closed.port())}, options);
    CHECK(heard.results[0].status == Status::unknown);
    CHECK(heard.results[0].error->code == Code::fail_fast);
    CHECK(heard.results[1].status == Status::down);
    CHECK(heard.outcome.summary.exit_status == 1);
}

TEST_CASE("a run whose last server is down has not been ended by fail fast") {
    const Listener closed;
    ProberOptions options;
    options.fail_fast = true;
    bool stopped = false;
    const auto heard = run({target_at("127.0.0.1", closed.port())}, options,
                           [&](const Event& event) { stopped = stopped || std::holds_alternative<Stopped>(event); });
    CHECK(heard.outcome.end == RunEnd::completed);
    CHECK_FALSE(stopped);
    CHECK(heard.outcome.summary.exit_status == 1);
}

TEST_CASE("what a listener throws ends the run and is thrown on") {
    Listener silent;
    silent.keep_silent();
    CHECK_THROWS_AS(static_cast<void>(run({target_at("127.0.0.1", silent.port(), limited(1h))}, {},
                                          [](const Event& event) {
                                              if (std::holds_alternative<Started>(event))
                                                  throw std::runtime_error{"enough"};
                                          })),
                    std::runtime_error);
}

TEST_CASE("targets that cannot be tried are named, all of them") {
    std::vector<Target> wrong(5, target_at("127.0.0.1", 1));
    wrong[0].settings = nullptr;
    wrong[1].host.clear();
    wrong[2].unix_path = std::string(108, 'x');
    wrong[3].address = "db.example";
    Settings settings;
    settings.tls = TlsSettings{};
    settings.tls->alpn = {""};
    wrong[4].settings = std::make_shared<const Settings>(settings);
    const auto heard = run(wrong);
    CHECK(heard.outcome.errors.size() == 5);
    CHECK(heard.outcome.errors[3] == "127.0.0.1:1: address: expected an IP address, found db.example");
    CHECK(heard.order.empty());
}

TEST_CASE("wrong input is a list of errors, and nothing is probed") {
    Target target = target_at("127.0.0.1", 1);
    ProberOptions options;
    options.required = {Required::Kind::count, 2};
    const auto heard = run({target}, options);
    CHECK(heard.outcome.errors.size() == 1);
    CHECK(heard.order.empty());
}
