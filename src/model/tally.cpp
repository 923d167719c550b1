#include <algorithm>
#include <numeric>

#include "connprobe/result.hpp"
#include "model/percentile.hpp"
#include "model/verdict.hpp"

namespace connprobe {

namespace {

std::optional<LatencySummary> summarize(std::vector<Duration> totals) {
    if (totals.empty()) return std::nullopt;
    std::sort(totals.begin(), totals.end());
    const Duration sum = std::accumulate(totals.begin(), totals.end(), Duration::zero());
    return LatencySummary{.min = totals.front(),
                          .mean = sum / static_cast<Duration::rep>(totals.size()),
                          .p50 = nearest_rank(totals, 50),
                          .p90 = nearest_rank(totals, 90),
                          .p99 = nearest_rank(totals, 99),
                          .max = totals.back()};
}

}  // namespace

void Tally::add(const Result& result) {
    ++counts_.servers;
    counts_.attempts += result.attempts();
    counts_.retries += result.retries();
    reached_ += connprobe::reached(result, goal_);
    deadline_ = deadline_ || result.stopped_by == StoppedBy::deadline;
    switch (result.status) {
        case Status::up: ++counts_.up; break;
        case Status::degraded: ++counts_.degraded; break;
        case Status::down: ++counts_.down; break;
        case Status::unknown: ++counts_.unknown; break;
    }
    if (result.status == Status::up || result.status == Status::degraded) {
        totals_.push_back(result.latency().total());
    } else if (result.error) {
        ++counts_.failures[result.error->failure_class];
        ++counts_.failure_codes[result.error->code];
        local_ += result.status == Status::unknown && result.error->failure_class == FailureClass::local;
    }
}

Summary Tally::summary(std::size_t required, RunEnd end) const {
    Summary summary = counts_;
    const std::size_t degraded = goal_.state == Goal::State::up ? summary.degraded : 0;
    const Judgement judgement = judge({.reached = reached_,
                                       .degraded = degraded,
                                       .missed = summary.servers - summary.unknown - reached_,
                                       .unknown = summary.unknown,
                                       .unknown_local = local_,
                                       .deadline_cut = deadline_,
                                       .required = required,
                                       .end = end});
    summary.required = required;
    summary.verdict = judgement.verdict;
    summary.exit_status = judgement.exit_status;
    summary.latency = summarize(totals_);
    return summary;
}

}  // namespace connprobe
