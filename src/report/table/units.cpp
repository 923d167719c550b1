#include "report/table/units.hpp"

#include <cstdio>

#include "model/readable.hpp"

namespace connprobe::report::table {

namespace {

using namespace std::chrono_literals;

std::string decimal(double value, int decimals, const char* unit) {
    char text[64];
    const int size = std::snprintf(text, sizeof text, "%.*f %s", decimals, value, unit);
    return {text, static_cast<std::size_t>(size)};
}

std::string pair_of(long large, char large_unit, long small, char small_unit) {
    char text[64];
    const int size = std::snprintf(text, sizeof text, "%ld%c%02ld%c", large, large_unit, small, small_unit);
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

std::string measured(Duration duration) {
    const double microseconds = static_cast<double>(duration.count());
    if (duration == 0us) return "0 ms";
    if (duration < 10us) return decimal(microseconds / 1e3, 3, "ms");
    if (duration < 95us) return decimal(microseconds / 1e3, 2, "ms");
    if (duration < 999'950us) return decimal(microseconds / 1e3, 1, "ms");
    if (duration < 59'950ms) return decimal(microseconds / 1e6, 1, "s");
    const long seconds = std::chrono::round<std::chrono::seconds>(duration).count();
    if (seconds < 3600) return pair_of(seconds / 60, 'm', seconds % 60, 's');
    return pair_of(seconds / 3600, 'h', seconds % 3600 / 60, 'm');
}

std::string limit(Duration duration) {
    const bool whole_days = duration >= 24h && duration % 24h == 0us;
    return whole_days ? std::to_string(duration / 24h) + " d" : readable(duration);
}

long days_between(WallTime from, WallTime until) { return std::chrono::floor<std::chrono::days>(until - from).count(); }

}  // namespace connprobe::report::table
