#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "connprobe/prober.hpp"
#include "few_descriptors.hpp"
#include "listener.hpp"
#include "run.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::tests;

namespace {

Settings limited(Duration timeout) {
    Settings settings;
    settings.timeout = timeout;
    return settings;
}

/// Accepts and drops what comes, on a thread of its own.
class Drain {
public:
    explicit Drain(const Listener& listener)
        : listener_{listener}, thread_{[this](const std::stop_token& stop) {
              while (!stop.stop_requested()) const auto connection = listener_.accept();
          }} {}
    ~Drain() {
        thread_.request_stop();
        static_cast<void>(run({target_at("127.0.0.1", listener_.port())}));
    }
    Drain(const Drain&) = delete;
    Drain& operator=(const Drain&) = delete;

private:
    const Listener& listener_;
    std::jthread thread_;
};

}  // namespace

TEST_CASE("without a limit of its own a run never has more in flight than it says that it might") {
    Listener open, closed;
    open.listen(4096);
    const Drain drain{open};
    std::vector<Target> targets;
    for (int i = 0; i < 3000; ++i) targets.push_back(target_at("127.0.0.1", i % 4 == 0 ? closed.port() : open.port()));
    ProberOptions options;
    options.threads = 2;
    std::size_t in_flight_seen = 0;
    const auto heard = run(targets, options, [&](const Event& event) {
        if (const auto* tick = std::get_if<Tick>(&event)) in_flight_seen = std::max(in_flight_seen, tick->in_flight);
    });
    CHECK(heard.run.max_concurrent <= 3000);
    CHECK(in_flight_seen <= heard.run.max_concurrent);
    CHECK(heard.outcome.summary.peak_concurrent <= heard.run.max_concurrent);
    CHECK(heard.outcome.summary.up == 2250);
}

TEST_CASE("servers that stay silent do not hold the others up: the limit grows") {
    Listener silent, open;
    silent.keep_silent();
    open.listen(4096);
    const Drain drain{open};
    std::vector<Target> targets;
    for (int i = 0; i < 600; ++i) targets.push_back(target_at("127.0.0.1", silent.port(), limited(100ms)));
    for (int i = 0; i < 100; ++i) targets.push_back(target_at("127.0.0.1", open.port()));
    std::size_t limit = 0;
    const auto heard = run(targets, {}, [&](const Event& event) {
        if (const auto* change = std::get_if<LimitChanged>(&event)) limit = std::max(limit, change->limit);
    });
    CHECK(limit >= 128);
    CHECK(heard.outcome.summary.peak_concurrent > 64);
    CHECK(heard.outcome.summary.peak_concurrent <= heard.run.max_concurrent);
    CHECK(heard.outcome.summary.up == 100);
}

TEST_CASE("three servers without a limit are tried all at once") {
    Listener silent;
    silent.keep_silent();
    const auto heard = run(std::vector(3, target_at("127.0.0.1", silent.port(), limited(50ms))));
    CHECK(heard.outcome.summary.peak_concurrent == 3);
}

TEST_CASE("the wait for a descriptor is not taken from the time of the handshake") {
    Listener silent, mute;
    silent.keep_silent();
    mute.listen();
    auto shaking_hands = limited(600ms);
    shaking_hands.tls.emplace().insecure = true;
    const std::vector targets{target_at("127.0.0.1", silent.port(), limited(800ms)),
                              target_at("127.0.0.1", mute.port(), shaking_hands)};
    ProberOptions options;
    options.threads = 1;
    constexpr std::size_t event_loop = 3, sockets = 1;
    const FewDescriptors few{event_loop + sockets};
    const auto heard = run(targets, options);
    CHECK(heard.results[0].error->code == Code::connect_timeout);
    CHECK(heard.results[1].error->code == Code::tls_timeout);
    CHECK(heard.results[1].latency().tls >= Duration{300ms});
}

TEST_CASE("when descriptors run out, a limit that adapts is halved") {
    Listener silent;
    silent.keep_silent();
    const std::vector targets(300, target_at("127.0.0.1", silent.port(), limited(100ms)));
    const FewDescriptors few{40};
    std::optional<LimitChanged> before{LimitChanged{64, ""}}, lack;
    const auto heard = run(targets, {}, [&](const Event& event) {
        const auto* change = std::get_if<LimitChanged>(&event);
        if (change == nullptr || lack) return;
        (change->why == "this machine has no descriptor, port or memory for more" ? lack : before) = *change;
    });
    REQUIRE(lack);
    CHECK(lack->limit * 4 <= before->limit * 3);
    CHECK(heard.outcome.summary.down == 300);
}

TEST_CASE("when descriptors run out, attempts wait for one of ours to close and do not fail") {
    Listener open;
    open.listen(4096);
    std::vector<Target> targets;
    for (int i = 0; i < 200; ++i) targets.push_back(target_at("127.0.0.1", open.port()));
    const FewDescriptors few{12};
    ProberOptions options;
    options.max_concurrent = 100;
    const auto heard = run(targets, options);
    CHECK(heard.outcome.summary.up == 200);
}
