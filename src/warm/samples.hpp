// Latencies in the order in which they were measured, thinned out when they become many.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "connprobe/result.hpp"

namespace connprobe::warm {

/// A hold may go on for ever, and what is kept of it may not: when full, every second value goes, and from then on only
/// every second (fourth, eighth …) is taken. Least and greatest are those of all values.
class Samples {
public:
    static constexpr std::size_t most = 1024;

    void add(Duration latency);

    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// Percentiles by nearest rank over what was kept; none without values.
    [[nodiscard]] std::optional<LatencySummary> summary() const;

    /// The medians of `points` stretches of equal length, in order; fewer if there are fewer values.
    [[nodiscard]] std::vector<Duration> curve(std::size_t points) const;

private:
    std::vector<Duration> kept_;
    std::size_t stride_ = 1, count_ = 0;
    Duration sum_{}, least_{}, greatest_{};
};

/// The value with half of them at or below it; there is at least one.
[[nodiscard]] Duration median(std::vector<Duration> values);

}  // namespace connprobe::warm
