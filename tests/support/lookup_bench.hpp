// One io thread's loop with what it looks names up with, driven by the test.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/names.hpp"

namespace connprobe::tests {

using AnswerPtr = std::shared_ptr<const net::Answer>;

inline net::Limit within(Duration length, std::string_view name = "timeout") {
    return {net::Clock::now() + length, length, name};
}

constexpr auto long_enough = std::chrono::seconds{30};

class LookupBench {
public:
    explicit LookupBench(engine::Names& names) : lookups{names, loop} {}

    /// As an io thread ends: what is still waiting is cut, and ends before what it refers to.
    ~LookupBench() {
        loop.deadlines.cancel_all();
        loop.context.restart();
        loop.context.poll();
    }
    LookupBench(const LookupBench&) = delete;
    LookupBench& operator=(const LookupBench&) = delete;

    struct Question {
        std::string host;
        AddressFamily family = AddressFamily::any;
        bool fresh = false;
        Duration limit = long_enough;
    };

    /// Begins a lookup; it goes on while `loop` runs.
    void start(const Question& question, std::function<void(AnswerPtr)> answered) {
        asio::co_spawn(loop.context, run(question, std::move(answered)), asio::detached);
    }

    [[nodiscard]] AnswerPtr ask(const Question& question) {
        AnswerPtr result;
        start(question, [&](AnswerPtr answer) { result = std::move(answer); });
        run_until([&] { return result != nullptr; });
        return result;
    }

    void run_until(const std::function<bool()>& done) {
        loop.context.restart();
        while (!done() && loop.context.run_one() > 0) {
        }
    }

    net::SocketCount sockets;
    asio::io_context context{1};
    net::Loop loop{context, sockets};
    engine::Lookups lookups;

private:
    net::Task<void> run(Question question, std::function<void(AnswerPtr)> answered) {
        answered(co_await lookups.lookup(question.host, question.family, question.fresh, within(question.limit)));
    }
};

/// "192.0.2.1 2001:db8::1"
inline std::string addresses_of(const AnswerPtr& answer) {
    std::string text;
    for (const auto& address : answer->addresses) text += (text.empty() ? "" : " ") + address.to_string();
    return text;
}

}  // namespace connprobe::tests
