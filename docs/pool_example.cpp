// Asks servers that send back every line, by turns, over connections that are kept. Arguments: their ports.
#include <asio/co_spawn.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <connprobe/pool.hpp>
#include <iostream>

using connprobe::PoolSet;

asio::awaitable<void> ask(PoolSet& pools, std::string question) {
    auto [connection, failure] = co_await pools.acquire_any("echo", connprobe::Balance::round_robin);
    if (failure) {
        std::cout << failure->message << '\n';
        co_return;
    }
    question += '\n';
    std::string answer;
    co_await asio::async_write(connection, asio::buffer(question), asio::use_awaitable);
    co_await asio::async_read_until(connection, asio::dynamic_buffer(answer), '\n', asio::use_awaitable);
    std::cout << connection.server().name << ", connection " << connection.id() << ": " << answer;
}  // here the connection goes home

asio::awaitable<void> converse(asio::io_context& context, std::vector<connprobe::Target> servers) {
    connprobe::PoolSetOptions options;
    options.pool.max = 4;
    options.pool.acquire_timeout = std::chrono::seconds{5};
    PoolSet pools{context, std::move(servers), options};
    for (const auto* question : {"one", "two", "three", "four"}) co_await ask(pools, question);
    for (const auto& name : pools.servers())
        if (const auto metrics = pools.metrics(name))
            std::cout << name << ": " << metrics->acquired << " loans of " << metrics->created << " connections\n";
    co_await pools.close();
}

int main(int count, char** ports) {
    connprobe::Settings settings;
    settings.retry.strategy = connprobe::Strategy::exponential;
    settings.retry.max_attempts = 5;
    connprobe::Target server;
    server.host = "127.0.0.1";
    server.tags = {"echo"};
    server.settings = std::make_shared<const connprobe::Settings>(settings);
    std::vector<connprobe::Target> servers;
    for (int i = 1; i < count; ++i) {
        server.name = "echo-" + std::to_string(i);
        server.port = static_cast<std::uint16_t>(std::stoi(ports[i]));
        servers.push_back(server);
    }
    asio::io_context context{1};
    asio::co_spawn(context, converse(context, std::move(servers)), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
    context.run();
}
