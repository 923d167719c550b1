#include "pool/held.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <limits>
#include <tuple>
#include <vector>

#include "net/connect_errors.hpp"

namespace connprobe::pool {

namespace {

Code code_of(int error) {
    switch (error) {
        case EHOSTUNREACH: return Code::host_unreachable;
        case ENETUNREACH: return Code::network_unreachable;
        case ETIMEDOUT: return Code::connect_timeout;
        default: return Code::connection_reset;
    }
}

bool same_certificates(const std::vector<Certificate>& some, const std::vector<Certificate>& others) {
    constexpr auto fingerprint = &Certificate::fingerprint_sha256;
    return std::ranges::equal(some, others, {}, fingerprint, fingerprint);
}

auto all_of(const Staple& staple) { return std::tie(staple.status, staple.this_update, staple.next_update); }

bool same_staple(const std::optional<Staple>& one, const std::optional<Staple>& other) {
    return one && other ? all_of(*one) == all_of(*other) : one.has_value() == other.has_value();
}

auto but_certificates(const TlsFacts& facts) {
    return std::tie(facts.version, facts.cipher, facts.group, facts.alpn, facts.resumed, facts.verified,
                    facts.chain_not_after, facts.chain_length);
}

// Bytes that have arrived and that nobody has read hide the end behind them from who peeks.
bool ended_behind(net::Stream& stream, net::Transfer& transfer) {
    pollfd socket{.fd = stream.socket().descriptor(), .events = POLLRDHUP, .revents = 0};
    if (::poll(&socket, 1, 0) <= 0) return false;
    socklen_t size = sizeof transfer.error;
    ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &transfer.error, &size);
    transfer.end = transfer.error != 0 ? net::Transfer::End::failed : net::Transfer::End::closed;
    return true;
}

}  // namespace

bool same(const TlsFacts& one, const TlsFacts& other) {
    const auto own = [](const TlsFacts& facts) {
        return facts.certificate ? facts.certificate->fingerprint_sha256 : "";
    };
    return but_certificates(one) == but_certificates(other) && same_staple(one.staple, other.staple) &&
           same_certificates(one.chain, other.chain) && same_certificates(one.verified_chain, other.verified_chain) &&
           own(one) == own(other);
}

Failure break_of(const net::Transfer& transfer, const std::string& name, const std::string& when) {
    using End = net::Transfer::End;
    if (transfer.end == End::closed)
        return make_failure(std::nullopt, Code::connection_closed, name + " closed the connection " + when);
    if (transfer.error != 0)
        return make_failure(std::nullopt, code_of(transfer.error),
                            "the connection to " + name + " broke " + when + ": " + net::errno_name(transfer.error));
    return make_failure(std::nullopt, Code::handshake_failure,
                        "TLS with " + name + " broke " + when + ": " + transfer.words);
}

Look look(Held& held, const std::string& name) {
    net::Transfer transfer;
    if (held.stream.try_peek(transfer) != net::Need::nothing) return {};
    if (transfer.end != net::Transfer::End::moved || ended_behind(held.stream, transfer))
        return {break_of(transfer, name, "while it was idle"), false};
    if (!held.used) return {std::nullopt, true};
    return {make_failure(std::nullopt, Code::unexpected_reply,
                         "the connection to " + name + " holds bytes that nobody asked for, or nobody has read",
                         "read an answer to its end before the connection is given back"),
            false};
}

void keep_alive(net::Stream& stream, Duration period) noexcept {
    constexpr std::chrono::seconds most{32767};  // MAX_TCP_KEEPIDLE
    const auto rounded = std::chrono::ceil<std::chrono::seconds>(period);
    const auto seconds = static_cast<int>(std::clamp(rounded, std::chrono::seconds{1}, most).count());
    const int on = 1;
    const int count = 3;
    const int descriptor = stream.socket().descriptor();
    ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof seconds);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

}  // namespace connprobe::pool
