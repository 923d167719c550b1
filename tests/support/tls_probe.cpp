#include "tls_probe.hpp"

#include <netinet/in.h>
#include <poll.h>

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <exception>

#include "loopback_server.hpp"

namespace connprobe::tests {

namespace {

net::Task<void> probe_once(net::Loop& loop, net::TlsContexts& contexts, const TlsProbe& probe, TlsOutcome& outcome) {
    using namespace net;
    Socket socket{loop};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(probe.target.port);
    if (socket.open(AF_INET) != 0) co_return;
    static_cast<void>(socket.connect(reinterpret_cast<sockaddr*>(&address), sizeof address));
    if (co_await socket.wait_writable(TimePoint::max()) != Waited::ready) co_return;
    pollfd end{socket.descriptor(), 0, 0};
    if (probe.late) ::poll(&end, 1, -1);
    Stream stream{std::move(socket)};
    const Limit limit{Clock::now() + probe.timeout, probe.timeout, "tls_timeout"};
    if (probe.cut_short) asio::post(loop.context, [&loop] { loop.deadlines.cancel_all(); });
    outcome.failure = co_await handshake(stream, contexts, probe.target, probe.settings, limit, probe.connect_time,
                                         outcome.elapsed, outcome.report);
    outcome.session_kept = stream.ssl() != nullptr;
    std::array<char, 1> byte{};
    if (probe.reads && outcome.session_kept) static_cast<void>(co_await stream.read_some(byte, limit.at));
    stream.close_politely();
}

}  // namespace

TlsOutcome run(const TlsProbe& probe, net::TlsContexts& contexts) {
    block_sigpipe();
    net::SocketCount count;
    asio::io_context context{1};
    net::Loop loop{context, count};
    TlsOutcome outcome;
    const auto finish = [&loop](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
        loop.context.stop();  // the timer of the deadlines is still armed
    };
    asio::co_spawn(loop.context, probe_once(loop, contexts, probe, outcome), finish);
    loop.context.run();
    return outcome;
}

TlsOutcome run(const TlsProbe& probe) {
    net::Authorities authorities;
    net::TlsContexts contexts{authorities};
    return run(probe, contexts);
}

}  // namespace connprobe::tests
