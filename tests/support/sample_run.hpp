// One fixed run with everything that reports must cope with: the golden files and the tests of every format show it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connprobe/result.hpp"
#include "connprobe/target.hpp"
#include "report/writer.hpp"

namespace connprobe::test {

/// Movable only as a whole: results point at targets.
struct SampleRun {
    std::vector<std::unique_ptr<Target>> targets;
    std::vector<Result> results;  ///< in the order in which they finished
    RunInfo run;
    Summary summary;
};

/// Up, degraded, down and unknown servers of all kinds.
[[nodiscard]] SampleRun sample_run();

/// Servers to which connections were opened to be kept: all, some, none of them.
[[nodiscard]] SampleRun kept_warm();

/// That many servers, all refused but every `up_every`-th (0: none is up).
[[nodiscard]] SampleRun many_down(std::size_t servers, std::size_t up_every);

/// What a format writes of a run.
[[nodiscard]] std::string written(const SampleRun& sample, std::string_view format, const report::Style& style);

}  // namespace connprobe::test
