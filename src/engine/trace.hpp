// The steps of an attempt as a log tells them.
#pragma once

#include <string>
#include <vector>

#include "engine/job.hpp"

namespace connprobe::engine {

/// One sentence for each address that was tried and each phase that was walked, in order; with text from the network.
[[nodiscard]] std::vector<std::string> steps_to_check(const Target& target, const Outcome& outcome);

/// The chain of certificates that the server sent, for people: it stands in every log. Text from the network.
[[nodiscard]] std::vector<std::string> told_chain(const Outcome& outcome);

/// What follows the dialogue of a check, which stands for itself: its answer, warnings, the failure.
[[nodiscard]] std::vector<std::string> steps_from_check(const Outcome& outcome);

}  // namespace connprobe::engine
