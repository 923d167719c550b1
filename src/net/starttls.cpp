#include "net/starttls.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "net/starttls_failure.hpp"
#include "net/starttls_talk.hpp"
#include "net/tls_failure.hpp"

namespace connprobe::net {

namespace {

// RFC 5321 §4.1.3: who has no name that others could look up says its address.
std::string own_name(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    std::array<char, NI_MAXHOST> text{};
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6) ||
        ::getnameinfo(reinterpret_cast<sockaddr*>(&address), size, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) != 0)
        return "localhost";
    std::string name{text.data()};
    name.resize(std::min(name.find('%'), name.size()));  // a zone means nothing to others
    return address.ss_family == AF_INET6 ? "[IPv6:" + name + "]" : '[' + name + ']';
}

// A server that has hung up may have said why before: that is still to be read.
Task<std::optional<Failure>> say(Stream& stream, StartTlsTalk& talk, std::string bytes, Limit limit) {
    const auto sent = co_await stream.write_all(bytes, limit.at);
    if (sent.end == Transfer::End::expired) co_return talk.timed_out(limit);
    if (sent.end == Transfer::End::cancelled) co_return tls_cut_short();
    co_return std::nullopt;
}

Task<std::optional<Failure>> listen(Stream& stream, StartTlsTalk& talk, Limit limit) {
    std::array<char, 4096> chunk{};
    const auto heard = co_await stream.read_some(chunk, limit.at);
    switch (heard.end) {
        case Transfer::End::moved: talk.add({chunk.data(), heard.bytes}); co_return std::nullopt;
        case Transfer::End::expired: co_return talk.timed_out(limit);
        case Transfer::End::cancelled: co_return tls_cut_short();
        case Transfer::End::failed: co_return talk.broken_off(heard.error);
        case Transfer::End::closed: break;
    }
    co_return talk.hung_up();
}

Task<std::optional<Failure>> converse(Stream& stream, StartTlsTalk& talk, Limit limit) {
    for (;;) {
        auto turn = talk.next();
        if (turn.failure) co_return std::move(turn.failure);
        const bool speaks = !turn.say.empty();
        if (speaks) {
            auto failed = co_await say(stream, talk, std::move(turn.say), limit);
            if (failed) co_return failed;
        }
        if (turn.agreed) co_return std::nullopt;
        if (speaks) continue;
        auto failed = co_await listen(stream, talk, limit);
        if (failed) co_return failed;
    }
}

// The server may not speak before our ClientHello: what has come by now is plain text as well, and TLS must not see it
// (CVE-2021-38371 and its kin).
std::optional<Failure> more_than_agreement(Stream& stream) {
    std::array<char, 256> rest{};
    Transfer seen;
    if (stream.try_peek(rest, seen) != Need::nothing || seen.end == Transfer::End::closed) return std::nullopt;
    if (seen.end == Transfer::End::failed) return starttls_broken_off("the handshake", seen.error);
    return plain_text_after_agreement({rest.data(), seen.bytes});
}

}  // namespace

Task<std::optional<Failure>> start_tls(Stream& stream, StartTls protocol, Limit limit, Duration& elapsed) {
    const auto started = Clock::now();
    StartTlsTalk talk{protocol, own_name(stream.socket().descriptor())};
    auto failure = co_await converse(stream, talk, limit);
    elapsed = std::chrono::duration_cast<Duration>(Clock::now() - started);
    if (!failure) failure = more_than_agreement(stream);
    co_return failure;
}

}  // namespace connprobe::net
