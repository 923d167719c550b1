// What is still waited for, and why: the sentences with which a wait tells how it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connprobe/prober.hpp"

namespace connprobe::cli {

/// Hears of everything that happens in a run and keeps what can be said of it. Texts are safe for a terminal.
class Waiting {
public:
    /// The targets must outlive it.
    Waiting(std::span<const Target> targets, const ProberOptions& options);

    /// A sentence when a server is no longer what it was, else empty.
    [[nodiscard]] std::string hear(const Event& event);

    /// "waiting up to 60 s for 3 servers (--deadline)"
    [[nodiscard]] std::string beginning() const;

    /// Has every server its verdict?
    [[nodiscard]] bool is_over() const noexcept { return concluded_ == servers_.size(); }

    /// "still waiting for 1 of 3 servers: db:5432 (connection_refused); 48 s left"
    [[nodiscard]] std::string still(Duration elapsed) const;

    /// "2 of 3 up, waiting for db:5432 (connection_refused), 48 s left": as many names as fit into the columns.
    [[nodiscard]] std::string line(Duration elapsed, std::size_t columns) const;

private:
    enum class State : std::uint8_t { unseen, there, failing, as_wanted, reached, given_up };

    struct Server {
        State state = State::unseen;
        Code code{};               ///< of failing
        std::uint32_t streak = 0;  ///< attempts running that were as wanted
    };

    [[nodiscard]] std::string attempted(std::size_t index, const std::optional<Failure>& failure);
    [[nodiscard]] std::string finished(const Result& result);
    [[nodiscard]] std::string name(std::size_t index) const;
    [[nodiscard]] std::string with_reason(std::size_t index) const;
    [[nodiscard]] std::vector<std::size_t> waited_for() const;
    [[nodiscard]] std::string listed(const std::vector<std::size_t>& servers, std::size_t most) const;
    [[nodiscard]] std::string fitting_name(const std::vector<std::size_t>& servers, std::size_t columns) const;
    [[nodiscard]] std::string time_left(Duration elapsed) const;
    [[nodiscard]] std::string_view wanted() const noexcept;  ///< "up", "gone"

    std::span<const Target> targets_;
    Goal goal_;
    Duration deadline_;
    std::size_t required_;
    std::vector<Server> servers_;
    std::size_t reached_ = 0, concluded_ = 0;
};

}  // namespace connprobe::cli
