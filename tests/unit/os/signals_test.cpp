#include "os/signals.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <optional>
#include <stop_token>
#include <variant>

#include "os/child.hpp"

using namespace connprobe;

TEST_CASE("a signal that comes while a process is being started goes to that process") {
    const os::StartState before;
    std::promise<int> status;
    std::promise<void> asked_to_stop;
    os::SignalWatch watch{os::SignalWatch::Of::program};
    const std::stop_callback on_stop{watch.token(), [&] { asked_to_stop.set_value(); }};
    std::optional<os::ChildWait> wait;
    CHECK(watch.hand_over([&] {
        const auto started = os::start_child("/bin/sleep", {"sleep", "infinity"}, before, {});
        REQUIRE(std::holds_alternative<pid_t>(started));
        wait.emplace(std::get<pid_t>(started), [&](int exit_status) { status.set_value(exit_status); });
        ::kill(::getpid(), SIGTERM);
        CHECK(asked_to_stop.get_future().wait_for(std::chrono::milliseconds{50}) == std::future_status::timeout);
        return std::get<pid_t>(started);
    }));
    CHECK(status.get_future().get() == 128 + SIGTERM);
    watch.take_back();
    CHECK(watch.caught() == 0);
}

TEST_CASE("a signal that came before keeps a process from being started") {
    os::SignalWatch watch{os::SignalWatch::Of::program};
    std::promise<void> came;
    const std::stop_callback on_stop{watch.token(), [&] { came.set_value(); }};
    ::kill(::getpid(), SIGTERM);
    came.get_future().wait();
    bool started = false;
    CHECK_FALSE(watch.hand_over([&] {
        started = true;
        return pid_t{0};
    }));
    CHECK_FALSE(started);
    CHECK(watch.finish() == SIGTERM);
}
