#include "net/connect_errors.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "header_macros.hpp"

using namespace connprobe;
using namespace connprobe::net;

namespace {

struct Case {
    int error;
    ConnectContext context;
    std::optional<Code> expected;
};

constexpr ConnectContext ip{};
constexpr ConnectContext unix_socket{.unix_socket = true};
constexpr ConnectContext with_source{.source_given = true};

constexpr ConnectContext after(Icmp icmp) { return {.icmp = icmp}; }

// errno(3), in its own order: connect(2), socket(2), ip(7), tcp(7), and icmp_err_convert and icmpv6_err_convert of the
// kernel. What can only come from a wrong call (EBADF, EFAULT, EISCONN) or goes on (EINPROGRESS, EINTR) is left out.
constexpr auto of_an_ip_connect =
    "EPERM EAGAIN ENOMEM EACCES ENODEV EINVAL ENFILE EMFILE EPIPE EPROTO EMSGSIZE ENOPROTOOPT EPROTONOSUPPORT "
    "EOPNOTSUPP "
    "EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ECONNABORTED ECONNRESET ENOBUFS ETIMEDOUT ECONNREFUSED "
    "EHOSTDOWN EHOSTUNREACH ENONET";
constexpr auto of_a_unix_connect =
    "EPERM ENOENT EAGAIN ENOMEM EACCES ENOTDIR ENFILE EMFILE EPIPE ELOOP ENAMETOOLONG ENOTSOCK EPROTOTYPE "
    "EPROTONOSUPPORT "
    "EAFNOSUPPORT ECONNRESET ENOBUFS ETIMEDOUT ECONNREFUSED";

void check_rows(const char* names, const ConnectContext& context) {
    const auto& numbers = test::numbers_named("E");
    std::istringstream words{names};
    for (std::string name; words >> name;) {
        REQUIRE_MESSAGE(numbers.contains(name), name);
        CHECK_MESSAGE(connect_code(numbers.at(name), context), name << " has no row");
        CHECK(errno_name(numbers.at(name)) == name);
    }
}

}  // namespace

TEST_CASE("each errno that a connect can end with has a row of its own") {
    check_rows(of_an_ip_connect, ip);
    check_rows(of_an_ip_connect, with_source);
    check_rows(of_a_unix_connect, unix_socket);
}

TEST_CASE("an errno of connect becomes a code") {
    for (const Case& c : std::to_array<Case>({
             {ECONNREFUSED, ip, Code::connection_refused},
             {ETIMEDOUT, ip, Code::connect_timeout},
             {EACCES, ip, Code::admin_prohibited},
             {EPERM, ip, Code::permission_denied},
             {EINVAL, ip, Code::network_unreachable},
             {ENETUNREACH, ip, Code::network_unreachable},
             {ENETDOWN, ip, Code::network_unreachable},
             {EHOSTUNREACH, ip, Code::host_unreachable},
             {EHOSTDOWN, ip, Code::host_unreachable},
             {EADDRNOTAVAIL, ip, Code::no_free_port},
             {EADDRNOTAVAIL, with_source, Code::address_not_available},
             {EAFNOSUPPORT, ip, Code::address_not_available},
             {ENOBUFS, ip, Code::out_of_memory},
             {ENOMEM, ip, Code::out_of_memory},
             {EMFILE, ip, Code::too_many_open_files},
             {ENFILE, ip, Code::too_many_open_files},
             {ECONNRESET, ip, Code::connection_reset},
             {ENOENT, unix_socket, Code::socket_missing},
             {ENOTSOCK, unix_socket, Code::socket_missing},
             {ENOTDIR, unix_socket, Code::socket_missing},
             {EPROTOTYPE, unix_socket, Code::socket_missing},
             {EAGAIN, unix_socket, Code::backlog_full},
             {EACCES, unix_socket, Code::permission_denied},
             {EPERM, unix_socket, Code::permission_denied},
             {ECONNREFUSED, unix_socket, Code::connection_refused},
             {ENOENT, ip, std::nullopt},
             {EHOSTUNREACH, unix_socket, std::nullopt},
             {EBADF, ip, std::nullopt},
             {0, ip, std::nullopt},
             {4711, ip, std::nullopt},
         })) {
        CAPTURE(errno_name(c.error));
        CHECK(connect_code(c.error, c.context) == c.expected);
    }
}

TEST_CASE("a router that forbids it is told from one that has no way") {
    const auto v4 = [](std::uint8_t code) { return after({.v6 = false, .type = 3, .code = code}); };
    const auto v6 = [](std::uint8_t code) { return after({.v6 = true, .type = 1, .code = code}); };
    for (const Case& c : std::to_array<Case>({
             {EHOSTUNREACH, v4(1), Code::host_unreachable},
             {ENETUNREACH, v4(9), Code::admin_prohibited},
             {EHOSTUNREACH, v4(10), Code::admin_prohibited},
             {EHOSTUNREACH, v4(13), Code::admin_prohibited},
             {ECONNREFUSED, v4(3), Code::connection_refused},
             {EHOSTUNREACH, after({.v6 = false, .type = 11, .code = 0}), Code::host_unreachable},
             {EHOSTUNREACH, after({.v6 = false, .type = 11, .code = 13}), Code::host_unreachable},
             {ENETUNREACH, v6(0), Code::network_unreachable},
             {EACCES, v6(1), Code::admin_prohibited},
             {EACCES, v6(5), Code::admin_prohibited},
             {EACCES, v6(6), Code::admin_prohibited},
             {EHOSTUNREACH, v6(3), Code::host_unreachable},
             {ECONNREFUSED, v6(4), Code::connection_refused},
         })) {
        CAPTURE(c.context.icmp->v6);
        CAPTURE(c.context.icmp->code);
        CHECK(connect_code(c.error, c.context) == c.expected);
    }
}

TEST_CASE("an errno has the name of the manual") {
    CHECK(errno_name(ECONNREFUSED) == "ECONNREFUSED");
    CHECK(errno_name(4711) == "errno 4711");
}
