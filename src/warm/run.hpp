// One run of a warmer: its servers, their pools, and what is done with them one after the other.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <vector>

#include "connprobe/pool.hpp"
#include "engine/adaptive_limit.hpp"
#include "net/signal.hpp"
#include "pool/extras.hpp"
#include "warm/account.hpp"
#include "warm/warmer.hpp"

namespace connprobe::warm {

/// Belongs to the thread that calls `run`, which is the one that runs its io_context.
class Run {
public:
    Run(std::span<const Target> targets, const Options& options, Warmer::Listener on_event);

    [[nodiscard]] std::string resume(std::string_view sessions);
    [[nodiscard]] Outcome run(const std::stop_token& stop);

private:
    /// A server, its pool, and how it is asked again when its pool has given it up.
    struct Server {
        Account account;
        Pool pool;
        std::optional<CheckFacts> checked{};
        bool settled = false;
        std::uint32_t tries = 0;
        net::TimePoint next_try = net::TimePoint::max();
    };

    void start();
    void add_server(std::size_t index);
    void tried(std::size_t index, const engine::Outcome& outcome, Duration elapsed);
    void hear(std::size_t index, const PoolEvent& event);
    void settle(Server& server);
    void adapt(const engine::Outcome& outcome, net::TimePoint began);

    [[nodiscard]] net::Task<void> go();
    [[nodiscard]] net::Task<void> open_all();
    [[nodiscard]] net::Task<void> ask_until_steady();
    [[nodiscard]] net::Task<void> ask_one(Server& server);
    [[nodiscard]] net::Task<void> ask_over(Server& server, Connection& connection);
    [[nodiscard]] net::Task<void> wait_for_reopening();
    [[nodiscard]] net::Task<void> hold();
    [[nodiscard]] net::Task<void> ask_again(Server& server);
    [[nodiscard]] net::Task<std::vector<Released>> release_all();
    [[nodiscard]] net::Task<void> close_all();
    void ask_given_up_again();
    void ask_when_due(Server& server);
    void conclude();

    [[nodiscard]] Duration elapsed() const;
    [[nodiscard]] std::size_t open() const;
    [[nodiscard]] std::size_t asked() const;
    [[nodiscard]] bool enough() const;
    void tick();

    std::span<const Target> targets_;
    const Options options_;
    Warmer::Listener on_event_;

    asio::io_context context_{1};
    net::SocketCount sockets_;  // of our own waits: there is none
    net::Loop loop_{context_, sockets_};
    net::Signal moved_{loop_};
    std::shared_ptr<pool::Shared> shared_;
    std::vector<std::unique_ptr<Server>> servers_;
    std::optional<engine::AdaptiveLimit> limit_;  ///< of connections being opened, with Options::adaptive
    std::vector<net::TimePoint> rounds_;          ///< when each round of the limit began

    net::TimePoint started_;
    std::size_t unsettled_ = 0, asking_ = 0;
    std::size_t memory_before_ = 0, bytes_each_ = 0;
    bool opening_ = true, holding_ = false, stop_ = false;
    Outcome outcome_;
};

}  // namespace connprobe::warm
