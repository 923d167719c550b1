// Those who wait for the end of a closing, each of whom may change their mind.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "connprobe/pool/completion.hpp"
#include "net/loop.hpp"

namespace connprobe::pool {

/// Belongs to the pool's thread, but for `closer`.
class Closers {
public:
    /// None once told.
    using Closer = std::shared_ptr<std::unique_ptr<detail::Completion<>>>;

    /// Of any thread, within the function that began the operation.
    [[nodiscard]] static Closer closer(const net::Executor& pool, std::unique_ptr<detail::Completion<>> completion);

    void add(Closer closer) { waiting_.push_back(std::move(closer)); }
    void tell_all();

private:
    std::vector<Closer> waiting_;
};

}  // namespace connprobe::pool
