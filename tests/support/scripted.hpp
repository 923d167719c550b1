// A server on loopback that plays a script, whatever it is told: what a check meets in the field, in one line each.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loopback_server.hpp"
#include "run.hpp"

namespace connprobe::tests {

/// One thing that the server does to its connection.
using Act = std::function<void(int)>;
using Script = std::vector<Act>;

/// Waits until the client has said something, and takes it.
inline Act hear() {
    return [](int descriptor) {
        char chunk[64 * 1024];
        static_cast<void>(::recv(descriptor, chunk, sizeof chunk, 0));
    };
}
/// The same, but leaves it unread.
inline Act await_client() {
    return [](int descriptor) { static_cast<void>(wait_for_client(descriptor)); };
}
inline Act say(std::string text) {
    return [text = std::move(text)](int descriptor) { send_text(descriptor, text); };
}
/// Each byte in a segment of its own.
inline Act drip(std::string text) {
    return [text = std::move(text)](int descriptor) {
        for (const char& byte : text) send_text(descriptor, {&byte, 1});
    };
}
/// The same text until the client hangs up.
inline Act forever(std::string text) {
    return [text = std::move(text)](int descriptor) {
        while (::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
        }
    };
}
/// Says nothing more until the client hangs up.
inline Act hold() { return read_all; }
inline Act reset() { return reset_on_close; }

/// Ends its side politely after the script, unless that asked for a reset.
inline std::unique_ptr<LoopbackServer> scripted(Script script) {
    return std::make_unique<LoopbackServer>([script = std::move(script)](int descriptor) {
        for (const auto& act : script) act(descriptor);
        linger on_close{};
        socklen_t size = sizeof on_close;
        ::getsockopt(descriptor, SOL_SOCKET, SO_LINGER, &on_close, &size);
        if (on_close.l_onoff != 0) return;
        ::shutdown(descriptor, SHUT_WR);
        read_all(descriptor);
    });
}

/// What a check came to: `up 200`, or `code: message`.
struct Checked {
    std::string verdict;  ///< "up", or the code
    Result result;
};

/// One attempt. The limit is short only where the server is meant to be silent.
inline Checked check_once(std::uint16_t port, Check check, Duration timeout = std::chrono::seconds{20}) {
    Settings settings;
    settings.timeout = timeout;
    settings.check = std::move(check);
    auto heard = run({target_at("127.0.0.1", port, std::move(settings))});
    Checked checked{.verdict = "", .result = std::move(heard.results.at(0))};
    checked.verdict = checked.result.error ? to_string(checked.result.error->code) : to_string(checked.result.status);
    return checked;
}
inline Checked check_once(Script script, Check check, Duration timeout = std::chrono::seconds{20}) {
    const auto server = scripted(std::move(script));
    return check_once(server->port(), std::move(check), timeout);
}

inline constexpr Duration soon = std::chrono::milliseconds{150};

}  // namespace connprobe::tests
