// What the JSON formats share: runs, results and summaries as members of schema connprobe/1, in its order of keys.
#pragma once

#include "connprobe/result.hpp"
#include "report/json_writer.hpp"

namespace connprobe::report {

/// schema, connprobe_version, started_at and run.
void write_run_members(JsonWriter& json, const RunInfo& run);

/// All members of a result. `started_at` is the run's: days until a certificate expires count from there.
void write_result_members(JsonWriter& json, const Result& result, WallTime started_at);

/// All members of a summary.
void write_summary_members(JsonWriter& json, const Summary& summary);

}  // namespace connprobe::report
