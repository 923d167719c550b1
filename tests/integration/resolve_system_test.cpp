#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "net/system_resolver.hpp"

using namespace connprobe;
using namespace connprobe::net;

namespace {

/// What several threads count, and wait for. A thread takes a copy, for who has waited may be gone before it is done.
class Counter {
public:
    void up() const {
        const std::lock_guard lock{state_->mutex};
        state_->peak = std::max(state_->peak, ++state_->now);
        ++state_->total;
        state_->changed.notify_all();
    }
    void down() const {
        const std::lock_guard lock{state_->mutex};
        --state_->now;
    }
    void wait_for_total(int total) const {
        std::unique_lock lock{state_->mutex};
        state_->changed.wait(lock, [&] { return state_->total >= total; });
    }
    [[nodiscard]] int peak() const {
        const std::lock_guard lock{state_->mutex};
        return state_->peak;
    }

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        int now = 0, peak = 0, total = 0;
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

// Literals need no server: nothing leaves this machine.
TEST_CASE("the system's resolver is asked for one family or both") {
    CHECK(ask_system("127.0.0.1", AddressFamily::any).addresses.front().to_string() == "127.0.0.1");
    CHECK(ask_system("::1", AddressFamily::ipv6).addresses.front().to_string() == "::1");
    const auto wrong = ask_system("127.0.0.1", AddressFamily::ipv6);
    REQUIRE(wrong.failure);
    CHECK(wrong.failure->phase == Phase::resolve);
    CHECK(wrong.failure->code == Code::no_address);
    CHECK(wrong.failure->message.starts_with("\"127.0.0.1\": "));
}

TEST_CASE("a scope that the system's resolver found stays with the address") {
    const auto answer = ask_system("fe80::1%lo", AddressFamily::any);
    REQUIRE(answer.addresses.size() == 1);
    CHECK(answer.addresses.front().to_v6().scope_id() != 0);
}

TEST_CASE("many questions are asked at the same time, but by 64 threads at most") {
    SystemResolver resolver;
    Counter counter;
    for (int i = 0; i < 200; ++i) {
        resolver.ask("127.0.0.1", AddressFamily::any, [counter](Answer&&) {
            counter.up();
            counter.wait_for_total(64);
            counter.down();
        });
    }
    counter.wait_for_total(200);
    CHECK(counter.peak() == 64);
}

TEST_CASE("no signal is delivered to a thread that asks") {
    SystemResolver resolver;
    Counter counter;
    sigset_t blocked;
    resolver.ask("127.0.0.1", AddressFamily::any, [counter, &blocked](Answer&&) {
        pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
        counter.up();
    });
    counter.wait_for_total(1);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM})
        CHECK(sigismember(&blocked, signal) == 1);
}

TEST_CASE("questions that have not begun go with the resolver, one that hangs holds nothing up") {
    struct Hanging {
        Counter begun, released;
    };
    const auto hanging = std::make_shared<Hanging>();
    const auto kept = std::make_shared<int>(0);
    {
        SystemResolver resolver;
        for (int i = 0; i < 64; ++i) {
            resolver.ask("127.0.0.1", AddressFamily::any, [hanging](Answer&&) {
                hanging->begun.up();
                hanging->released.wait_for_total(1);
            });
        }
        hanging->begun.wait_for_total(64);
        resolver.ask("127.0.0.1", AddressFamily::any, [kept](Answer&&) {});
        CHECK(kept.use_count() == 2);
    }
    CHECK(kept.use_count() == 1);
    hanging->released.up();
}
