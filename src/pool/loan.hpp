// One connection while a program has it: reads and writes on the program's thread, and goes home in the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <system_error>

#include "connprobe/pool/connection.hpp"
#include "pool/held.hpp"

namespace connprobe::pool {

class Server;

/// How a loan ended.
enum class Return : std::uint8_t { usable, broken, discarded, released };

/// What is to be read into or written from.
struct Bytes {
    bool reading;
    char* data;
    std::size_t size;
};

class Loan : public std::enable_shared_from_this<Loan> {
public:
    using Moved = detail::Completion<std::error_code, std::size_t>;

    Loan(std::shared_ptr<Server> home, ConnectionId id, std::unique_ptr<Held> held);

    void move(Bytes bytes, std::unique_ptr<Moved> moved);
    void end(Return how) noexcept;
    [[nodiscard]] int release() noexcept;

    [[nodiscard]] Server& home() const noexcept { return *home_; }
    [[nodiscard]] ConnectionId id() const noexcept { return id_; }
    [[nodiscard]] Held& held() noexcept { return *held_; }
    [[nodiscard]] const std::optional<Failure>& failure() const noexcept { return failure_; }

private:
    class Moving;

    [[nodiscard]] net::Need try_move(Bytes bytes, std::error_code& error, std::size_t& count);

    std::shared_ptr<Server> home_;
    ConnectionId id_;
    std::unique_ptr<Held> held_;  ///< none after the end
    std::size_t moving_ = 0;      ///< operations that wait
    bool cut_ = false;            ///< one was cancelled: who knows what is in it now
    std::optional<Failure> failure_;
};

}  // namespace connprobe::pool
