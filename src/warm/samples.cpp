#include "warm/samples.hpp"

#include <algorithm>

#include "model/percentile.hpp"

namespace connprobe::warm {

void Samples::add(Duration latency) {
    least_ = count_ == 0 ? latency : std::min(least_, latency);
    greatest_ = count_ == 0 ? latency : std::max(greatest_, latency);
    sum_ += latency;
    if (count_++ % stride_ != 0) return;
    if (kept_.size() == most) {
        for (std::size_t i = 0; i < most / 2; ++i) kept_[i] = kept_[2 * i];
        kept_.resize(most / 2);
        stride_ *= 2;
    }
    kept_.push_back(latency);
}

std::optional<LatencySummary> Samples::summary() const {
    if (count_ == 0) return std::nullopt;
    auto sorted = kept_;
    std::sort(sorted.begin(), sorted.end());
    return LatencySummary{.min = least_,
                          .mean = sum_ / static_cast<Duration::rep>(count_),
                          .p50 = nearest_rank(sorted, 50),
                          .p90 = nearest_rank(sorted, 90),
                          .p99 = nearest_rank(sorted, 99),
                          .max = greatest_};
}

std::vector<Duration> Samples::curve(std::size_t points) const {
    points = std::min(points, kept_.size());
    std::vector<Duration> medians;
    for (std::size_t i = 0; i < points; ++i) {
        const auto from = kept_.begin() + static_cast<std::ptrdiff_t>(i * kept_.size() / points);
        const auto to = kept_.begin() + static_cast<std::ptrdiff_t>((i + 1) * kept_.size() / points);
        medians.push_back(median({from, to}));
    }
    return medians;
}

Duration median(std::vector<Duration> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace connprobe::warm
