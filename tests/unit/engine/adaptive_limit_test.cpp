#include "engine/adaptive_limit.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::engine;

namespace {

/// What a simulated server answers with: after which time, or never.
struct Reply {
    LoadSample::Kind kind = LoadSample::Kind::answered;
    Duration after{};
};

/// Attempts against servers and a path that serves `per_second` of them, one after the other; time is simulated.
class Simulation {
public:
    Simulation(AdaptiveLimit& limit, double per_second) : limit_{limit}, each_{1e6 / per_second} {}

    /// Runs that many attempts, as many at once as the limit has it. `reply` is the server's part, without the path's.
    void run(std::size_t attempts, const std::function<Reply(std::size_t)>& reply) {
        for (std::size_t i = 0; i < attempts; ++i) {
            while (in_flight_.size() >= limit_.limit()) finish_first();
            begin(reply(i));
        }
    }
    void drain() {
        while (!in_flight_.empty()) finish_first();
    }

    std::size_t peak = 0;
    Duration now{};

private:
    static constexpr Duration start_cost{15};  // of two threads together

    void begin(const Reply& reply) {
        now += start_cost;
        LoadSample sample{reply.kind, {}, 0, limit_.round()};
        auto end = now + reply.after;
        if (reply.kind == LoadSample::Kind::answered) {  // waits in the path's queue for its turn
            path_free_ = std::max(path_free_, now) + Duration{static_cast<Duration::rep>(each_)};
            end = path_free_ + reply.after;
            sample.latency = end - now;
        }
        in_flight_.emplace(end, sample);
        peak = std::max(peak, in_flight_.size());
    }
    void finish_first() {
        auto [end, sample] = *in_flight_.begin();
        sample.in_flight = in_flight_.size();
        in_flight_.erase(in_flight_.begin());
        now = std::max(now, end);
        static_cast<void>(limit_.add(sample));
    }

    AdaptiveLimit& limit_;
    double each_;
    Duration path_free_{};
    std::multimap<Duration, LoadSample> in_flight_;
};

Reply in(Duration time) { return {LoadSample::Kind::answered, time}; }
Reply silence() { return {LoadSample::Kind::silent, 5s}; }

constexpr double no_queue = 1e6;

}  // namespace

TEST_CASE("10,000 near servers: the limit grows until it holds nothing back") {
    AdaptiveLimit limit{64, 10'000};
    Simulation simulation{limit, 50'000};
    simulation.run(10'000, [](std::size_t) { return in(20ms); });
    CHECK(limit.limit() >= 1000);
    simulation.drain();
    CHECK(simulation.now < 600ms);  // with 64 at a time: 3.1 s
}

TEST_CASE("three servers behind a slow line are tried all at once, and stay so") {
    AdaptiveLimit limit{3, 3};
    Simulation simulation{limit, 10};
    simulation.run(300, [](std::size_t i) { return in(i % 2 == 0 ? 300ms : 900ms); });
    CHECK(limit.limit() == 3);
}

TEST_CASE("the limit settles near the knee of a path that queues") {
    for (const double per_second : {2000.0, 10'000.0, 40'000.0}) {
        CAPTURE(per_second);
        const auto knee = per_second * 0.05;  // so many fill the path at 50 ms
        AdaptiveLimit limit{64, 16'384};
        Simulation simulation{limit, per_second};
        simulation.run(100'000, [](std::size_t) { return in(50ms); });
        CHECK(static_cast<double>(limit.limit()) > 0.7 * knee);
        CHECK(static_cast<double>(limit.limit()) < 2 * knee);
    }
}

TEST_CASE("a line that the start fills already gets no more, and soon less") {
    AdaptiveLimit limit{64, 500};
    Simulation simulation{limit, 250};
    simulation.run(300, [](std::size_t) { return in(20ms); });
    CHECK(simulation.peak == 64);
    CHECK(limit.limit() <= 32);
}

TEST_CASE("a path that becomes slower gets less, one that recovers gets more again") {
    AdaptiveLimit limit{64, 16'384};
    Simulation fast{limit, 40'000};
    fast.run(60'000, [](std::size_t) { return in(50ms); });
    const auto before = limit.limit();
    fast.drain();
    Simulation slow{limit, 4000};
    slow.run(60'000, [](std::size_t) { return in(50ms); });
    const auto meanwhile = limit.limit();
    CHECK(meanwhile < before / 3);
    slow.drain();
    Simulation again{limit, 40'000};
    again.run(300'000, [](std::size_t) { return in(50ms); });
    CHECK(limit.limit() > meanwhile * 2);
}

TEST_CASE("silent servers are not taken for a load: with 30 % of them the limit grows all the same") {
    AdaptiveLimit limit{64, 16'384};
    Simulation simulation{limit, 50'000};
    simulation.run(100'000, [](std::size_t i) { return i % 10 < 3 ? silence() : in(20ms); });
    CHECK(limit.limit() == 16'384);
    CHECK(simulation.now < 20s);  // with 64 at a time: 39 minutes
}

TEST_CASE("nothing but silence lets the limit grow, once for each time-out") {
    AdaptiveLimit limit{64, 16'384};
    Simulation simulation{limit, no_queue};
    simulation.run(64 + 128 + 256 + 512, [](std::size_t) { return silence(); });
    CHECK(limit.limit() >= 512);
    CHECK(simulation.now < 21s);
}

TEST_CASE("a list of near servers, then of far ones: distance is told from load") {
    AdaptiveLimit limit{64, 16'384};
    Simulation simulation{limit, no_queue};
    simulation.run(20'000, [](std::size_t) { return in(2ms); });
    simulation.run(100'000, [](std::size_t) { return in(200ms); });
    CHECK(limit.limit() > 4000);
}

TEST_CASE("servers at all distances are no load, in whatever order") {
    for (const unsigned seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        std::uniform_real_distribution<double> power{0, 2};
        AdaptiveLimit limit{64, 16'384};
        Simulation simulation{limit, no_queue};
        simulation.run(100'000, [&](std::size_t) {
            return in(Duration{static_cast<Duration::rep>(2000 * std::pow(10, power(random)))});
        });
        CHECK(limit.limit() > 2000);
    }
}

TEST_CASE("a lack of descriptors, ports or memory halves the limit, once for all that had begun before") {
    AdaptiveLimit limit{64, 1000};
    for (int i = 0; i < 10; ++i) static_cast<void>(limit.add({LoadSample::Kind::exhausted, {}, 64, 0}));
    CHECK(limit.limit() == 32);
    CHECK(limit.add({LoadSample::Kind::exhausted, {}, 32, limit.round()}) ==
          "this machine has no descriptor, port or memory for more");
    CHECK(limit.limit() == 16);
    for (int i = 0; i < 100; ++i) static_cast<void>(limit.add({LoadSample::Kind::exhausted, {}, 1, limit.round()}));
    CHECK(limit.limit() == 1);
}

TEST_CASE("after a lack the limit grows in small steps") {
    AdaptiveLimit limit{64, 1000};
    static_cast<void>(limit.add({LoadSample::Kind::exhausted, {}, 64, 0}));
    Simulation simulation{limit, no_queue};
    simulation.run(200, [](std::size_t) { return in(20ms); });
    CHECK(limit.limit() > 32);
    CHECK(limit.limit() < 64);
}

TEST_CASE("a limit that holds nothing back does not grow") {
    AdaptiveLimit limit{64, 1000};
    for (int i = 0; i < 10'000; ++i) static_cast<void>(limit.add({LoadSample::Kind::answered, 1ms, 8, limit.round()}));
    CHECK(limit.limit() == 64);
}

TEST_CASE("SYNs that get lost when many are under way shrink the limit; a few always are") {
    const auto run = [](std::size_t capacity, unsigned percent) {
        AdaptiveLimit limit{64, 16'384};
        Simulation simulation{limit, no_queue};
        std::mt19937 random{7};
        simulation.run(200'000, [&](std::size_t) -> Reply {
            const bool lost = limit.limit() > capacity ? random() % 3 == 0 : random() % 100 < percent;
            return lost ? Reply{LoadSample::Kind::resent, 1020ms} : in(20ms);
        });
        return limit.limit();
    };
    CHECK(run(500, 0) < 1500);
    CHECK(run(16'384, 2) > 4000);
}

TEST_CASE("the limit stays between 1 and its ceiling") {
    CHECK(AdaptiveLimit{64, 3}.limit() == 3);
    CHECK(AdaptiveLimit{0, 0}.limit() == 1);
    AdaptiveLimit limit{64, 100};
    Simulation simulation{limit, no_queue};
    simulation.run(10'000, [](std::size_t) { return in(20ms); });
    CHECK(limit.limit() == 100);
    CHECK(simulation.peak == 100);
}

TEST_CASE("the reasons say what was seen") {
    AdaptiveLimit limit{64, 1000};
    const auto round_of = [&](Duration latency) {
        std::optional<std::string> why;
        for (int i = 0; i < 32 && !why; ++i)
            why = limit.add({LoadSample::Kind::answered, latency, limit.limit(), limit.round()});
        return why.value_or("");
    };
    CHECK(round_of(20ms) == "answers within 20 ms, as fast as with fewer");
    std::string why;
    for (int i = 0; i < 10 && why.empty(); ++i) why = round_of(50ms);
    CHECK(why == "answers take 50 ms instead of 20 ms");
    CHECK(limit.limit() == 64);
    why.clear();
    for (int i = 0; i < 10 && why.empty(); ++i) why = round_of(50ms);
    CHECK(why == "as slow with fewer, 50 ms: these servers are farther");
    CHECK(limit.limit() == 128);
}
