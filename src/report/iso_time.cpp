#include "report/iso_time.hpp"

#include <cstdio>

namespace connprobe::report {

namespace {

/// The longest of the three forms: "2026-01-02T03:04:05.678Z".
std::string full(WallTime time) {
    using std::chrono::floor;
    const auto day = floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(floor<std::chrono::milliseconds>(time) - day);
    char text[64];
    const int size =
        std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return {text, static_cast<std::size_t>(size)};
}

constexpr std::size_t fraction_and_zone = std::string_view(".678Z").size();
constexpr std::size_t clock_and_zone = std::string_view("T03:04:05.678Z").size();

}  // namespace

std::string iso_milliseconds(WallTime time) { return full(time); }

std::string iso_seconds(WallTime time) {
    std::string text = full(time);
    return text.replace(text.size() - fraction_and_zone, fraction_and_zone, "Z");
}

std::string iso_date(WallTime time) {
    const std::string text = full(time);
    return text.substr(0, text.size() - clock_and_zone);
}

}  // namespace connprobe::report
