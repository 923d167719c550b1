#include "model/verdict.hpp"

namespace connprobe {

Judgement judge(const Standing& standing) noexcept {
    const bool enough = standing.reached >= standing.required;
    const bool machine_failed = standing.missed == 0 && standing.unknown_local == standing.unknown;
    const bool out_of_time = standing.end == RunEnd::deadline || standing.deadline_cut;
    if (standing.end == RunEnd::signal) return {Verdict::incomplete, 130};
    if (!enough && standing.unknown > 0 && machine_failed) return {Verdict::incomplete, 4};
    if (!enough && out_of_time) return {Verdict::incomplete, 124};
    if (!enough) return {Verdict::down, 1};
    if (standing.degraded > 0) return {Verdict::degraded, 3};
    return {Verdict::up, 0};
}

}  // namespace connprobe
