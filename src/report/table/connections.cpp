#include "report/table/connections.hpp"

#include <algorithm>

#include "model/readable.hpp"
#include "report/table/units.hpp"

namespace connprobe::report::table {

namespace {

Cell time_cell(const std::optional<LatencySummary>& latency, const Look& look) {
    if (!latency) return {{std::string(look.signs().none), Ink::dim}};
    return {{measured(latency->p50), Ink::plain}};
}

std::string settled(const Connections& connections) {
    if (!connections.steady) return {};
    if (!*connections.steady) return "not steady";
    return "steady at " + measured(connections.steady_latency.value_or(Duration{}));
}

std::string size_of_each(std::size_t bytes) {
    if (bytes == 0) return {};
    const std::size_t tenths = (bytes * 10 + 512) / 1024;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " KiB each";
}

}  // namespace

Cell open_cell(const Connections& connections, const Look& /*look*/) {
    const std::size_t open = connections.opened + connections.reopened - connections.lost;
    const bool all = open >= connections.asked;
    return {{std::to_string(open) + "/" + std::to_string(connections.asked), all ? Ink::plain : Ink::warning}};
}

Cell cold_cell(const Connections& connections, const Look& look) { return time_cell(connections.cold, look); }
Cell warm_cell(const Connections& connections, const Look& look) { return time_cell(connections.warm, look); }

Cell curve_cell(const Connections& connections, std::size_t room, const Look& look) {
    const auto& curve = connections.curve;
    if (curve.size() < 2 || room == 0) return {};
    const auto& steps = look.signs().steps;
    const auto top = std::max(*std::max_element(curve.begin(), curve.end()), Duration{1});
    const std::size_t points = std::min(room, curve.size());
    std::string text;
    for (std::size_t i = 0; i < points; ++i) {
        const auto height = curve[i * curve.size() / points].count() * static_cast<Duration::rep>(steps.size());
        text += steps[std::min(static_cast<std::size_t>(height / top.count()), steps.size() - 1)];
    }
    return {{text, Ink::plain}};
}

Detail connection_remarks(const Connections& connections) {
    Detail detail;
    const auto add = [&](std::string text, Worth worth, std::string_view joint = ", ") {
        if (!text.empty()) detail.push_back({std::move(text), worth, joint});
    };
    add(settled(connections), Worth::important);
    if (connections.steady)
        add("after " + counted(connections.steady_after, "request", "requests"), Worth::useful, " ");
    if (connections.lost != 0) {
        add(std::to_string(connections.lost) + " lost, " + std::to_string(connections.reopened) + " reopened",
            Worth::useful);
    }
    if (connections.resumed != 0) add(std::to_string(connections.resumed) + " resumed", Worth::nice);
    constexpr std::size_t enough_to_tell = 100;
    if (connections.opened >= enough_to_tell) add(size_of_each(connections.bytes_each), Worth::nice);
    return detail;
}

}  // namespace connprobe::report::table
