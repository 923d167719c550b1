// The io threads of one run: started together, woken together, and gone when this is.
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/io_thread.hpp"
#include "engine/names.hpp"
#include "engine/shared.hpp"

namespace connprobe::engine {

class Crew {
public:
    Crew(std::span<const Target> targets, const ProberOptions& options, net::Authorities& authorities,
         std::size_t concurrent, std::size_t count);
    ~Crew() { end(RunEnd::signal); }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    [[nodiscard]] Shared& shared() noexcept { return shared_; }
    [[nodiscard]] const Names& names() const noexcept { return names_; }

    /// What this machine said when it had no descriptor or thread left; empty if all went well.
    [[nodiscard]] std::string start();

    /// From any thread. The first reason stays.
    void end(RunEnd reason);

    /// Every server has its verdict; that may still be on its way to the listener.
    [[nodiscard]] bool finished() const noexcept { return running_ == 0; }

    /// Throws what a thread has thrown: a bug.
    void join();

private:
    void work(std::size_t id);

    Shared shared_;
    Names names_;
    net::Authorities& authorities_;
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::vector<std::exception_ptr> bugs_;
    std::atomic<std::size_t> running_{0};
    std::vector<std::jthread> workers_;  // last: joined before what they use goes
};

}  // namespace connprobe::engine
