// Random schedules of everything that can happen to a pool, held against what must always be true of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "pool/machine.hpp"

using namespace std::chrono_literals;
using namespace connprobe;
using namespace connprobe::pool;

namespace {

const Failure refused = make_failure(Phase::connect, Code::connection_refused, "nothing listens");

class World {
public:
    explicit World(std::uint32_t seed) : random_{seed}, rules_{drawn_rules()}, machine_{rules_, now_} {}

    void step() {
        happen();
        settle();
    }

    /// Everybody comes home, and nobody may be left.
    void end() {
        machine_.close();
        settle();
        while (!opening_.empty() || !checking_.empty() || !lent_.empty()) happen();
        settle();
        CHECK(machine_.finished());
        CHECK(waiting_.empty());
        CHECK(idle_.empty());
        CHECK(asked_ == served_ + failed_ + cancelled_);
        CHECK(machine_.metrics().acquired == served_);
    }

private:
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random_); }
    bool maybe(double chance) { return std::bernoulli_distribution{chance}(random_); }
    template <class Set>
    auto any_of(const Set& set) {
        return *std::next(set.begin(), static_cast<std::ptrdiff_t>(below(set.size())));
    }

    Rules drawn_rules() {
        Rules rules;
        rules.name = "db";
        rules.max = 1 + below(6);
        rules.min = below(rules.max + 1);
        if (maybe(0.5)) rules.idle_timeout = 40ms;
        if (maybe(0.5)) rules.max_lifetime = 100ms;
        if (maybe(0.5)) rules.validate_after = 5ms;
        if (maybe(0.5)) rules.keepalive = 20ms;
        if (maybe(0.3)) rules.ramp = 50ms;
        if (maybe(0.7)) {
            rules.retry.strategy = Strategy::exponential;
            rules.retry.max_attempts = static_cast<std::uint32_t>(below(4));
            rules.retry.backoff = {.exponential = true, .delay = 2ms, .max_delay = 20ms};
        }
        return rules;
    }

    void happen() {
        switch (below(9)) {
            case 0:
            case 1: return ask();
            case 2: return change_mind();
            case 3:
            case 4: return finish_opening();
            case 5: return finish_check();
            case 6: return come_home();
            case 7: return break_idle();
            default: now_ += std::chrono::microseconds{below(8000)};
        }
    }

    void ask() {
        const auto id = ++asked_;
        const auto deadline = now_ + std::chrono::microseconds{1 + below(30000)};
        machine_.acquire({id, now_, deadline});
        waiting_.emplace(id, deadline);
    }

    void change_mind() {
        if (waiting_.empty()) return;
        const auto id = any_of(waiting_).first;
        CHECK(machine_.cancel(id));
        waiting_.erase(id);
        ++cancelled_;
    }

    void finish_opening() {
        if (opening_.empty()) return;
        const auto id = any_of(opening_);
        opening_.erase(id);
        if (maybe(0.7)) {
            idle_.insert(id);
            machine_.opened(id, now_);
        } else {
            machine_.open_failed(id, refused, now_);
        }
    }

    void finish_check() {
        if (checking_.empty()) return;
        const auto id = any_of(checking_);
        checking_.erase(id);
        if (maybe(0.8)) {
            idle_.insert(id);
            machine_.validated(id, now_);
        } else {
            machine_.lost(id, refused, now_);
        }
    }

    void come_home() {
        if (lent_.empty()) return;
        const auto id = any_of(lent_);
        lent_.erase(id);
        const auto how = below(4);
        if (how == 0) return machine_.lost(id, refused, now_);
        if (how == 1) return machine_.given_up(id);
        idle_.insert(id);
        machine_.returned(id, now_);
    }

    void break_idle() {
        if (idle_.empty() || maybe(0.5)) return;
        const auto id = any_of(idle_);
        idle_.erase(id);
        machine_.lost(id, refused, now_);
    }

    void settle() {
        const bool may_open = maybe(0.9);
        for (int actions = 0; const auto action = machine_.next(now_, may_open); ++actions) {
            REQUIRE(actions < 1000);
            std::visit([this](const auto& what) { act(what); }, *action);
        }
        CHECK(machine_.wake_at(now_) > now_);
        check_numbers();
        for (const auto& [id, deadline] : waiting_) CHECK(machine_.wake_at(now_) <= deadline);
        // Nobody waits while there is something for them.
        const bool someone_ready = !idle_.empty() && checking_.empty() && opening_.empty();
        CHECK_FALSE((someone_ready && !waiting_.empty()));
    }

    void act(const Open& open) {
        CHECK(seen_.insert(open.id).second);
        opening_.insert(open.id);
        CHECK(opening_.size() + checking_.size() <= std::max(waiting_.size(), rules_.min));
    }

    void act(const Lend& lend) {
        REQUIRE_FALSE(waiting_.empty());
        CHECK(lend.waiter.id == waiting_.begin()->first);  // first come, first served
        CHECK(idle_.erase(lend.id) == 1);                  // it was free
        if (maybe(0.1)) {
            machine_.lost_in_lending(lend, refused, now_);
            return;
        }
        waiting_.erase(lend.waiter.id);
        CHECK(lent_.insert(lend.id).second);
        ++served_;
    }

    void act(const Fail& fail) {
        CHECK(waiting_.erase(fail.waiter) == 1);
        ++failed_;
    }

    void act(const Validate& validate) {
        CHECK(idle_.erase(validate.id) == 1);
        checking_.insert(validate.id);
    }

    void act(const Close& close) { CHECK(idle_.erase(close.id) == 1); }

    void check_numbers() {
        const auto metrics = machine_.metrics();
        CHECK(metrics.opening == opening_.size());
        CHECK(metrics.idle == idle_.size());
        CHECK(metrics.in_use == lent_.size());
        CHECK(metrics.waiting == waiting_.size());
        CHECK(metrics.open == idle_.size() + lent_.size() + checking_.size());
        CHECK(metrics.open + metrics.opening <= rules_.max);
        CHECK(metrics.created == metrics.open + metrics.lost + metrics.closed);
    }

    std::mt19937 random_;
    Rules rules_;
    net::TimePoint now_ = net::TimePoint{} + 1h;
    Machine machine_;
    std::map<WaiterId, net::TimePoint> waiting_;
    std::set<ConnectionId> opening_, idle_, checking_, lent_, seen_;
    WaiterId asked_ = 0;
    std::size_t served_ = 0, failed_ = 0, cancelled_ = 0;
};

}  // namespace

TEST_CASE("in random schedules nobody is lost, overtaken or served twice, and there are never too many connections") {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        CAPTURE(seed);
        World world{seed};
        for (int step = 0; step < 400; ++step) world.step();
        world.end();
    }
}
