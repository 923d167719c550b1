// The names that are being asked for and the answers of this pass, known to all threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/resolve.hpp"
#include "net/resolve_waiter.hpp"

namespace connprobe::engine {

/// One name asked for, and all who wait for its answer. Everything but the names is guarded by the table.
struct Question {
    enum class State : std::uint8_t {
        open,
        answered,
        abandoned,  ///< the thread that asked it has ended: who still wants to know asks again
    };

    std::string name;
    AddressFamily family;

    State state = State::open;
    std::shared_ptr<const net::Answer> answer;
    std::vector<std::shared_ptr<net::Waiter>> waiters;
    std::shared_ptr<net::Waiter> asker;  ///< told when nobody wants to know any more; none if it cannot be told
    std::atomic<bool> unwanted{false};
};

/// A question has a life of its own: each of those who wait for it has a limit, and may leave before it is answered.
class QuestionTable {
public:
    struct Joined {
        std::shared_ptr<Question> question;
        bool first;  ///< the caller has to ask it
    };

    /// Makes `waiter` wait for the name's answer. A question in flight is shared; an answer is there for all but those
    /// who want a fresh one.
    [[nodiscard]] Joined join(const std::string& name, AddressFamily family, bool fresh,
                              std::shared_ptr<net::Waiter> waiter);

    /// `waiter` waits no longer and is not woken any more.
    void leave(Question& question, const net::Waiter& waiter);

    /// From now on `asker` is woken when the question becomes unwanted, until it is settled.
    void set_asker(Question& question, std::shared_ptr<net::Waiter> asker);

    /// Ends a question that is open, with its answer or abandoned, and wakes all who wait.
    void settle(Question& question, std::optional<net::Answer> answer);

    /// The state, and the answer if there is one.
    [[nodiscard]] std::pair<Question::State, std::shared_ptr<const net::Answer>> look(const Question& question);

private:
    std::mutex mutex_;
    std::map<std::pair<std::string, AddressFamily>, std::shared_ptr<Question>> questions_;
};

}  // namespace connprobe::engine
