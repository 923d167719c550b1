#include "config/duration.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "config/quote.hpp"

namespace connprobe::config {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t microseconds;
};

/// From the longest to the shortest; the parts of a duration stand in this order.
constexpr std::array<Unit, 6> units{{
    {"d", 86'400'000'000},
    {"h", 3'600'000'000},
    {"m", 60'000'000},
    {"s", 1'000'000},
    {"ms", 1'000},
    {"us", 1},
}};

constexpr std::string_view digits = "0123456789";

std::string_view take_while(std::string_view& text, std::string_view set, bool in_set) {
    const auto end = in_set ? text.find_first_not_of(set) : text.find_first_of(set);
    const auto taken = text.substr(0, end);
    text.remove_prefix(taken.size());
    return taken;
}

struct Part {
    std::string_view whole, fraction;
    std::string_view unit;
    bool point = false;
};

Part take_part(std::string_view& text) {
    Part part;
    part.whole = take_while(text, digits, true);
    part.point = text.starts_with('.');
    if (part.point) {
        text.remove_prefix(1);
        part.fraction = take_while(text, digits, true);
    }
    part.unit = take_while(text, digits, false);
    return part;
}

std::optional<std::size_t> find_unit(std::string_view name) {
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (units[i].name == name) return i;
    }
    return std::nullopt;
}

/// In microseconds; none when it is longer than the longest duration.
std::optional<std::int64_t> whole_part(std::string_view whole, std::int64_t unit) {
    std::int64_t value = 0;
    for (const char digit : whole) {
        value = value * 10 + (digit - '0');
        if (value > longest_duration.count() / unit) return std::nullopt;
    }
    return value * unit;
}

/// In microseconds; none when it is finer than one.
std::optional<std::int64_t> fraction_part(std::string_view fraction, std::int64_t unit) {
    std::int64_t value = 0;
    for (const char digit : fraction) {
        if (digit != '0' && unit % 10 != 0) {
            return std::nullopt;
        }
        unit /= 10;
        value += (digit - '0') * unit;
    }
    return value;
}

/// What is wrong with the part's shape; empty if nothing is. `text` is the whole, for the message.
std::string shape_problem(const Part& part, std::string_view text) {
    if (part.whole.empty()) {
        return part.point && !part.fraction.empty() ? "needs a digit before the point: write 0" + quotable(text)
                                                    : "is no duration: write for instance 500ms, 1.5s or 1m30s";
    }
    if (part.point && part.fraction.empty()) return "needs a digit after the point";
    if (part.unit.empty()) {
        if (part.whole.size() == text.size()) {
            return "has no unit: write " + quotable(text) + "ms or " + quotable(text) + "s";
        }
        return "has no unit after its last number";
    }
    if (part.unit.starts_with(' ')) return "has a space in it: write the unit directly after the number";
    if (!find_unit(part.unit)) return "has an unknown unit " + in_quotes(part.unit) + ": units are us, ms, s, m, h, d";
    return {};
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
    using Result = Parsed<Duration>;
    if (text == "0") return Duration{};
    if (text.empty()) return Result::wrong("is empty: write for instance 500ms, 1.5s or 1m30s");
    if (text.starts_with('-')) return Result::wrong("is negative");

    std::int64_t total = 0;
    std::size_t next_unit = 0;
    for (auto rest = text; !rest.empty();) {
        const auto part = take_part(rest);
        if (auto problem = shape_problem(part, text); !problem.empty()) return Result::wrong(std::move(problem));
        const auto unit = *find_unit(part.unit);
        if (unit < next_unit) return Result::wrong("has its units out of order: write the longest first, as in 1m30s");
        if (part.point && !rest.empty())
            return Result::wrong("has a point before its last unit: write it as in 1m30.5s");
        next_unit = unit + 1;
        const auto whole = whole_part(part.whole, units[unit].microseconds);
        const auto fraction = fraction_part(part.fraction, units[unit].microseconds);
        if (!fraction) return Result::wrong("is finer than a microsecond");
        if (!whole || total + *whole + *fraction > longest_duration.count()) {
            return Result::wrong("is too long: at most 36500d");
        }
        total += *whole + *fraction;
    }
    return Duration{total};
}

std::string format_duration(Duration duration) {
    auto rest = duration.count();
    if (rest == 0) return "0";
    std::string text = rest < 0 ? "-" : "";
    if (rest < 0) rest = -rest;
    const auto sign = text.size();
    for (const auto& unit : std::span{units}.first(3)) {
        if (rest >= unit.microseconds) text += std::to_string(rest / unit.microseconds).append(unit.name);
        rest %= unit.microseconds;
    }
    if (rest == 0) return text;
    const bool in_seconds = text.size() > sign || rest >= 1'000'000;  // 1m0.5s, not 1m500ms
    const auto& unit = in_seconds ? units[3] : rest >= 1'000 ? units[4] : units[5];
    text += std::to_string(rest / unit.microseconds);
    if (rest % unit.microseconds != 0) {
        auto fraction = std::to_string(unit.microseconds + rest % unit.microseconds).substr(1);  // keeps leading zeros
        fraction.erase(fraction.find_last_not_of('0') + 1);
        text += '.' + fraction;
    }
    return text.append(unit.name);
}

}  // namespace connprobe::config
