#include "pool/starts.hpp"

#include <doctest/doctest.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <memory>
#include <string>

using connprobe::pool::Starts;

TEST_CASE("a few begin in a turn, in their order, and the loop turns in between") {
    asio::io_context context{1};
    Starts starts{context.get_executor()};
    std::string seen;
    for (int i = 0; i < 2 * Starts::per_turn; ++i) {
        starts.add([&, i] {
            seen += static_cast<char>('a' + i);
            if (i == 0) asio::post(context, [&seen] { seen += '|'; });
        });
    }
    CHECK(seen.empty());
    context.run();
    CHECK(seen == "abcd|efgh");
    context.restart();
    starts.add([&seen] { seen += '.'; });
    context.run();
    CHECK(seen == "abcd|efgh.");
}

TEST_CASE("what has not begun goes with the loop") {
    const auto held = std::make_shared<int>();
    auto context = std::make_unique<asio::io_context>(1);
    Starts starts{context->get_executor()};
    starts.add([held] {});
    CHECK(held.use_count() == 2);
    context.reset();
    CHECK(held.use_count() == 1);
}
