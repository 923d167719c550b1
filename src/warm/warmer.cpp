#include "warm/warmer.hpp"

#include <utility>

#include "warm/run.hpp"

namespace connprobe::warm {

Warmer::Warmer(std::span<const Target> targets, const Options& options, Listener on_event)
    : run_{std::make_unique<Run>(targets, options, std::move(on_event))} {}
Warmer::~Warmer() = default;

std::string Warmer::resume(std::string_view sessions) { return run_->resume(sessions); }
Outcome Warmer::run(const std::stop_token& stop) { return run_->run(stop); }

}  // namespace connprobe::warm
