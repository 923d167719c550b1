#include "model/readable.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

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

}  // namespace

std::string readable(Duration duration) {
    const auto microseconds = duration.count();
    if (std::abs(microseconds) < 1'000'000) return decimal(microseconds) + " ms";
    return decimal(microseconds / 1000) + " s";
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
