#include "os/child.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <string>

using namespace connprobe;

namespace {

struct Ended {
    std::string output;
    int exit_status = -1;
};

// Runs a shell's script as a child whose standard output is read to its end.
Ended run_script(const std::string& script, const std::vector<os::Passed>& passed = {}) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const os::StartState start;
    const std::string redirected =
        "exec >/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(ends[1]) + "; " + script;
    const auto child = os::start_child("/bin/sh", {"sh", "-c", redirected}, start, passed);
    REQUIRE(std::holds_alternative<pid_t>(child));
    Ended ended;
    std::promise<int> status;
    const os::ChildWait wait{std::get<pid_t>(child), [&](int exit_status) { status.set_value(exit_status); }};
    ended.exit_status = status.get_future().get();
    ::close(ends[1]);
    std::array<char, 4096> chunk{};
    for (ssize_t size = 0; (size = ::read(ends[0], chunk.data(), chunk.size())) > 0;)
        ended.output.append(chunk.data(), static_cast<std::size_t>(size));
    ::close(ends[0]);
    return ended;
}

}  // namespace

TEST_CASE("a child's exit status is what a shell would show") {
    CHECK(run_script("exit 7").exit_status == 7);
    CHECK(run_script("kill -TERM $$").exit_status == 128 + SIGTERM);
}

TEST_CASE("what is passed stands at descriptors 3, 4, …, blocking, and is announced with its names") {
    std::array<int, 2> one{}, two{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, one.data()) == 0);
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, two.data()) == 0);
    // The second comes first, so that neither stands where it must go by chance.
    const auto ended = run_script(
        "echo $LISTEN_FDS $LISTEN_FDNAMES; test $LISTEN_PID = $$ && echo own; "
        "for fd in 3 4; do echo $((0$(sed -n 's/flags:[^0-9]*//p' /proc/$$/fdinfo/$fd) & 04000)); done; "
        "printf first >&3; printf second >&4; test ! -e /proc/$$/fd/5 && echo no more",
        {{two[0], "two"}, {one[0], "one:1"}});
    CHECK(ended.output == "2 two:one_1\nown\n0\n0\nno more\n");
    CHECK(ended.exit_status == 0);
    std::array<char, 16> heard{};
    CHECK(::read(two[1], heard.data(), heard.size()) == 5);
    CHECK(std::string{heard.data(), 5} == "first");
    CHECK(::read(one[1], heard.data(), heard.size()) == 6);
    for (const int descriptor : {one[0], one[1], two[0], two[1]}) ::close(descriptor);
}

TEST_CASE("a program that cannot be run is told, and leaves no process behind") {
    const os::StartState start;
    const auto failed = os::start_child("/etc/passwd", {"/etc/passwd"}, start, {});
    REQUIRE(std::holds_alternative<os::ExecFailure>(failed));
    CHECK(std::get<os::ExecFailure>(failed).exit_status == 126);
    CHECK(std::get<os::ExecFailure>(failed).message == "/etc/passwd: not executable, or not for this user");
}

TEST_CASE("names are announced with underscores for what would break them") {
    CHECK(os::listen_names({}).empty());
    CHECK(os::listen_names({{3, "db:5432"}, {4, "a\nb\x7f"}, {5, ""}}) == "db_5432:a_b_:");
    CHECK(os::listen_names({{3, std::string(255, 'x')}}) == std::string(255, 'x'));
    CHECK(os::listen_names({{3, std::string(300, 'x')}}) == std::string(254, 'x') + "_");
}
