#include "engine/load.hpp"

#include <algorithm>

namespace connprobe::engine {

namespace {

using Kind = LoadSample::Kind;

bool lacks_resources(const Failure& failure) {
    return failure.code == Code::too_many_open_files || failure.code == Code::no_free_port ||
           failure.code == Code::out_of_memory;
}

bool was_resent(const Warning& warning) { return warning.code == WarningCode::syn_retransmitted; }

}  // namespace

std::optional<LoadSample> load_of(const Outcome& outcome) {
    if (outcome.exhausted || (outcome.failure && lacks_resources(*outcome.failure))) return LoadSample{Kind::exhausted};
    if (std::ranges::any_of(outcome.warnings, was_resent)) return LoadSample{Kind::resent};
    // Questions that queue at a DNS server are load too.
    const auto asked = outcome.latency.resolve.value_or(Duration{});
    if (outcome.seen_after) return LoadSample{Kind::answered, asked + *outcome.seen_after};
    if (!outcome.failure) return std::nullopt;
    if (outcome.failure->code == Code::host_not_found) return LoadSample{Kind::answered, asked};
    if (outcome.failure->code == Code::connect_timeout || outcome.failure->code == Code::dns_timeout)
        return LoadSample{Kind::silent};
    return std::nullopt;
}

}  // namespace connprobe::engine
