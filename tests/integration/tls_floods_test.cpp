#include <doctest/doctest.h>

#include <chrono>

#include "run.hpp"
#include "tls_server.hpp"

using namespace connprobe;
using namespace std::chrono_literals;

namespace {

// Renews its keys again and again (RFC 8446 §4.6.3), and never says anything.
std::function<void(int)> renew_keys(tests::ServerContext context) {
    return [context = std::move(context)](int descriptor) {
        tests::block_sigpipe();
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
        SSL_set_fd(ssl.get(), descriptor);
        if (SSL_accept(ssl.get()) != 1) return;
        while (SSL_key_update(ssl.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 && SSL_do_handshake(ssl.get()) == 1) {
        }
    };
}

}  // namespace

TEST_CASE("a server that sends TLS without end, and nothing in it, runs into the limit, and into no other's") {
    const tests::LoopbackServer flood{renew_keys(tests::server_context(tests::issue({})))};
    const tests::LoopbackServer silent{tests::read_all};
    Settings settings;
    settings.timeout = 400ms;
    settings.check = HttpCheck{};
    auto plain = settings;
    settings.tls.emplace().insecure = true;
    ProberOptions options;
    options.threads = 1;

    const auto began = std::chrono::steady_clock::now();
    const auto heard = tests::run(
        {tests::target_at("127.0.0.1", flood.port(), settings), tests::target_at("127.0.0.1", silent.port(), plain)},
        options);
    CHECK(std::chrono::steady_clock::now() - began < 10s);
    for (const auto& result : heard.results) {
        REQUIRE(result.error);
        CHECK(result.error->code == Code::check_timeout);
    }
}
