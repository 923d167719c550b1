#include "model/readable.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace connprobe {

namespace {

// `count` thousandths of a unit, as a decimal number without trailing zeros.
std::string decimal(std::int64_t count) {
    std::string text = std::to_string(count / 1000);
    auto rest = std::abs(count % 1000);
    if (rest == 0) return text;
    text += '.';
    for (std::int64_t digit = 100; rest > 0; digit /= 10) {
        text += static_cast<char>('0' + rest / digit);
        rest %= digit;
    }
    return text;
}

std::string in_two_units(std::int64_t seconds) {
    struct Unit {
        std::int64_t seconds;
        std::string_view name;
    };
    constexpr std::array<Unit, 4> units{{{86'400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};
    const auto* unit = std::ranges::find_if(units, [&](const Unit& each) { return each.seconds <= seconds; });
    std::string text = std::to_string(seconds / unit->seconds).append(unit->name);
    const auto rest = seconds % unit->seconds;
    if (rest == 0) return text;
    ++unit;
    if (rest < unit->seconds) return text;
    return text.append(" ").append(std::to_string(rest / unit->seconds)).append(unit->name);
}

}  // namespace

std::string readable(Duration duration) {
    constexpr std::int64_t second = 1'000'000, two_minutes = 120 * second;
    const auto microseconds = duration.count();
    if (std::abs(microseconds) < second) return decimal(microseconds) + " ms";
    return microseconds < two_minutes ? decimal(microseconds / 1000) + " s" : in_two_units(microseconds / second);
}

std::string readable_utc(std::chrono::sys_time<std::chrono::microseconds> time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{seconds - day};
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d UTC", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count).append(" ").append(count == 1 ? one : many);
}

std::string counted(std::size_t count, std::string_view noun) { return counted(count, noun, std::string{noun} + 's'); }

}  // namespace connprobe
