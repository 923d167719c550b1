// The dialogue with a proxy: takes not a byte more than the proxy's own, for those after them are the target's.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "net/limit.hpp"
#include "net/loop.hpp"
#include "net/proxy_route.hpp"
#include "net/stream.hpp"

namespace connprobe::net {

class ProxyTalk {
public:
    using Result = Task<std::optional<Failure>>;

    /// All of them outlive it.
    ProxyTalk(Stream& stream, const Route& route, const Limit& limit) : stream_{stream}, route_{route}, limit_{limit} {}

    /// A proxy may answer and hang up before it has heard everything: only its silence is a failure here.
    [[nodiscard]] Result send(std::string_view bytes);

    /// Waits for so many bytes, and takes them: they are `heard`.
    [[nodiscard]] Result hear(std::size_t count);

    /// Waits until something has come, which is then `heard`; it is to be taken, as far as it is the proxy's.
    [[nodiscard]] Result look();
    void take(std::size_t count);

    /// Adds to `heard` what has come already, so that more of an answer that is none can be shown.
    void look_further();

    [[nodiscard]] std::string_view heard() const noexcept { return heard_; }
    [[nodiscard]] Stream& stream() noexcept { return stream_; }

private:
    [[nodiscard]] Failure ended(const Transfer& transfer) const;
    [[nodiscard]] Failure timed_out() const;
    [[nodiscard]] std::string hint_for_an_end() const;
    [[nodiscard]] std::string hint_for_target() const;
    [[nodiscard]] std::string hint_for_silence() const;
    [[nodiscard]] std::string how_far() const;

    Stream& stream_;
    const Route& route_;
    const Limit& limit_;
    std::string heard_;
    std::size_t taken_ = 0;  ///< bytes in all
};

}  // namespace connprobe::net
