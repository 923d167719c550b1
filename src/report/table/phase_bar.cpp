#include "report/table/phase_bar.hpp"

#include <algorithm>
#include <cmath>

#include "report/table/units.hpp"

namespace connprobe::report::table {

namespace {

constexpr std::array phases{Phase::resolve, Phase::connect, Phase::proxy, Phase::tls, Phase::check};
constexpr std::array inks{Ink::resolve, Ink::connect, Ink::proxy, Ink::tls, Ink::check};

std::array<std::optional<Duration>, phases.size()> in_order(const PhaseTimes& times) {
    return {times.resolve, times.connect, times.proxy, times.tls, times.check};
}

/// How many columns stand for a time, rounded to the nearest; never more than there are.
std::size_t columns_for(Duration time, Duration scale, std::size_t width) {
    if (time >= scale) return width;
    const double share = static_cast<double>(time.count()) / static_cast<double>(scale.count());
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(width)));
}

std::string repeated(std::string_view sign, std::size_t count) {
    std::string text;
    for (; count != 0; --count) text += sign;
    return text;
}

}  // namespace

Cell phase_bar(const PhaseTimes& times, bool failed, Duration scale, std::size_t width, const Look& look) {
    const Duration total = times.total();
    if (scale <= Duration::zero() || total <= Duration::zero() || width == 0) return {};
    const auto parts = in_order(times);
    const auto last = static_cast<std::size_t>(
        parts.rend() - std::find_if(parts.rbegin(), parts.rend(), [](const auto& part) { return part.has_value(); }) -
        1);
    const bool too_long = total > scale;
    const std::size_t room = too_long ? width - 1 : width;
    Cell bar;
    Duration until{};
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        until += parts[i].value_or(Duration::zero());
        const std::size_t end = std::min(columns_for(until, scale, width), room);
        const Ink ink = failed && i == last ? Ink::bad : inks[i];
        if (end > drawn) bar.push_back({repeated(look.signs().shades[i], end - drawn), ink});
        drawn = std::max(drawn, end);
    }
    const Ink end_ink = failed ? Ink::bad : inks[last];
    if (drawn == 0) bar.push_back({std::string(look.signs().sliver), end_ink});
    if (too_long) bar.push_back({std::string(look.signs().beyond), end_ink});
    return bar;
}

Cell phase_legend(const std::vector<PhaseTimes>& times, Duration scale, const Look& look) {
    std::string text;
    for (std::size_t i = 0; i < phases.size(); ++i) {
        const bool occurs = std::any_of(times.begin(), times.end(),
                                        [i](const PhaseTimes& of_one) { return in_order(of_one)[i].has_value(); });
        if (!occurs) continue;
        if (!text.empty()) text += ' ';
        text.append(look.signs().shades[i]).append(" ").append(to_string(phases[i]));
    }
    text.append("   0 ").append(look.signs().ellipsis).append(" ").append(measured(scale));
    return {{text, Ink::dim}};
}

}  // namespace connprobe::report::table
