// What is said and heard over one connection during a check: sends, listens, and knows why it came to an end.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "net/limit.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"

namespace connprobe::check {

/// No more than this of what a server says is ever held.
inline constexpr std::size_t most_held = 64 * 1024;

class Conversation {
public:
    Conversation(net::Stream& stream, const net::Limit& limit) : stream_{stream}, limit_{limit} {}

    /// A server may answer and hang up before it has heard everything: only its silence is a failure here.
    [[nodiscard]] net::Task<std::optional<Failure>> send(std::string_view bytes);

    /// Waits until there is more in `received`, or the server has hung up (see `closed`).
    [[nodiscard]] net::Task<std::optional<Failure>> listen();

    /// The same for no longer than a round trip and 50 ms: a server that says more at once has said it then. Whether it
    /// has. `waited` grows by the time that this took.
    [[nodiscard]] net::Task<bool> has_more(Duration& waited);

    /// The beginning of an answer in another protocol, with what comes next of its first line, to tell who speaks.
    [[nodiscard]] net::Task<std::string> first_words(std::string_view begun, Duration& waited);

    /// What was heard and not yet consumed, at most `most_held`.
    [[nodiscard]] std::string_view received() const noexcept { return received_; }
    void consume(std::size_t bytes) { received_.erase(0, bytes); }
    [[nodiscard]] bool closed() const noexcept { return closed_; }

    /// Is the time over? It is not yet said to be for the next two questions, so that what came in time while this machine
    /// was busy or stopped is looked at.
    [[nodiscard]] bool out_of_time() {
        constexpr int last_looks = 2;
        return net::Clock::now() >= limit_.at && ++late_ > last_looks;
    }

    /// `within 5 s (timeout)`.
    [[nodiscard]] std::string within() const;

    /// The failure of a server that hung up too early.
    [[nodiscard]] Failure hung_up() const;

    [[nodiscard]] bool sent_all() const noexcept { return sent_.end == net::Transfer::End::moved; }

    /// After a text to which no answer is wanted: waits until the server's machine has it, and then for a round trip and
    /// 50 ms, in which a server that goes away without reading it resets. One that closes politely has read it. `waited`
    /// grows by the time that this took.
    [[nodiscard]] net::Task<std::optional<Failure>> be_heard(Duration& waited);

    /// The failure of a server that was gone when we sent; none as far as is known now.
    [[nodiscard]] std::optional<Failure> unheard();

private:
    [[nodiscard]] net::Task<net::Transfer> hear(net::TimePoint until);
    [[nodiscard]] net::TimePoint soon() const;
    [[nodiscard]] std::string hint_for_an_end() const;
    [[nodiscard]] Failure broken(const net::Transfer& transfer) const;
    [[nodiscard]] Failure timed_out() const;
    [[nodiscard]] Failure not_taken() const;
    [[nodiscard]] std::string how_far() const;

    net::Stream& stream_;
    const net::Limit limit_;
    std::string received_;
    std::size_t heard_ = 0;             ///< bytes in all
    net::Transfer sent_;                ///< how sending ended, where it did not move all
    std::optional<net::Transfer> end_;  ///< how hearing ended, where that was not asked for
    bool closed_ = false;
    int late_ = 0;  ///< looks at what had come when the time was over
};

/// No more bytes than that, and no half character at the end.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t most);

/// The first bytes of a text from the network, in quotes, escaped and cut short.
[[nodiscard]] std::string excerpt(std::string_view text);

/// What to do about a server that says more than can be held.
[[nodiscard]] std::string hint_for_too_large();

/// What to do about a server whose answer did not come to its end in time.
[[nodiscard]] std::string hint_for_half_an_answer();

/// Empty unless the first bytes of an answer in the clear are those of TLS.
[[nodiscard]] std::string hint_for_tls(std::string_view first);

/// A failure of the phase check.
[[nodiscard]] Failure failure(Code code, std::string message, std::string hint = {});

/// The server answered, but in no `protocol` ("HTTP"): says what it speaks instead, if that is known.
[[nodiscard]] Failure other_protocol(std::string_view protocol, std::string_view first, std::string hint = {});

}  // namespace connprobe::check
