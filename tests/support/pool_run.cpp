#include "pool_run.hpp"

#include <exception>
#include <utility>

namespace connprobe::tests {

void run_alone(asio::io_context& context, std::function<asio::awaitable<void>()> body) {
    asio::co_spawn(context, std::move(body), [](const std::exception_ptr& bug) {
        if (bug) std::rethrow_exception(bug);
    });
    context.run();
}

asio::awaitable<void> until(std::function<bool()> so) {
    asio::steady_timer pause{co_await asio::this_coro::executor};
    while (!so()) {
        pause.expires_after(std::chrono::milliseconds{1});
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<std::string> echoed(Connection& connection, std::string line) {
    co_await asio::async_write(connection, asio::buffer(line), asio::use_awaitable);
    std::string answer(line.size(), '\0');
    co_await asio::async_read(connection, asio::buffer(answer), asio::use_awaitable);
    co_return answer;
}

void send_back(int descriptor) {
    char chunk[4096];
    for (;;) {
        const auto count = ::recv(descriptor, chunk, sizeof chunk, 0);
        if (count <= 0) return;
        send_text(descriptor, {chunk, static_cast<std::size_t>(count)});
    }
}

}  // namespace connprobe::tests
