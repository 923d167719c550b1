// Several acquisitions, or several closings, that are told as one when the last is over.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "pool/waiting.hpp"

namespace connprobe::pool {

/// Stands for a program's handler inside the pool: called at once, on the pool's thread. Cannot be cancelled.
template <class... Results>
class Part final : public detail::Completion<Results...> {
public:
    explicit Part(std::function<void(Results...)> tell) : tell_{std::move(tell)} {}
    void dispatch(Results... results) override { tell_(std::move(results)...); }
    void post(Results... results) override { tell_(std::move(results)...); }
    void run(std::function<void()> function) override { function(); }
    void on_cancel(std::function<void()> /*cancel*/) override {}

private:
    std::function<void(Results...)> tell_;
};

[[nodiscard]] Failure pools_closed();

/// Belongs to the pool's thread.
class Gather : public std::enable_shared_from_this<Gather> {
public:
    using Completion = detail::Completion<std::vector<Acquired>>;

    explicit Gather(std::unique_ptr<Completion> completion) : completion_{std::move(completion)} {}

    /// Begins one acquisition at each server; at none, it fails: the pools are closed.
    void begin(const std::vector<std::shared_ptr<Server>>& servers, Duration timeout);

    /// Ends those that are not over.
    void cancel();

private:
    void arrived(std::size_t index, Acquired acquired);

    std::unique_ptr<Completion> completion_;
    std::vector<Acquired> all_;
    std::vector<std::weak_ptr<Waiting>> waiting_;
    std::size_t missing_ = 0;
    bool cancelled_ = false;
};

}  // namespace connprobe::pool
