#include "report/table/columns.hpp"

#include <algorithm>

#include "report/table/connections.hpp"
#include "report/table/detail.hpp"
#include "report/table/phase_bar.hpp"
#include "report/table/standing.hpp"
#include "report/table/units.hpp"
#include "terminal/text_width.hpp"

namespace connprobe::report::table {

namespace {

using terminal::text_width;

constexpr std::size_t bar_width = 20, least_bar = 10, most_points = 24;
constexpr std::size_t least_name = 12, bare_name = 6, least_address = 15;

bool has_time(const Result& result) { return result.status == Status::up || result.status == Status::degraded; }

Need mark_need(const Result& result, const Sheet& sheet) {
    const auto status = static_cast<std::size_t>(standing(result, sheet.goal));
    const std::size_t width = 1 + text_width(sheet.look.signs().marks[status]) + (sheet.some_unverified ? 1 : 0);
    return {width, width, width};
}

Cell mark(const Result& result, const Sheet& sheet, std::size_t) {
    const Status status = standing(result, sheet.goal);
    Cell cell{{" ", Ink::plain},
              {std::string(sheet.look.signs().marks[static_cast<std::size_t>(status)]), ink_of(status)}};
    if (is_unverified(result)) cell.push_back({"*", Ink::warning});
    return cell;
}

Need name_need(const Result& result, const Sheet& sheet) {
    const std::size_t width = text_width(sheet.look.text(result.target->name));
    return {std::min(width, bare_name), std::min(width, least_name), width};
}

Cell name(const Result& result, const Sheet& sheet, std::size_t room) {
    const std::string text = sheet.look.text(result.target->name);
    return {{terminal::elide_middle(text, room, sheet.look.signs().ellipsis), Ink::plain}};
}

Need address_need(const Result& result, const Sheet& sheet) {
    if (!sheet.addresses_tell) return {};
    const std::size_t width = text_width(sheet.look.text(address_of(result)));
    return {std::min(width, least_address), std::min(width, least_address), width};
}

Cell address(const Result& result, const Sheet& sheet, std::size_t room) {
    const std::string text = sheet.look.text(address_of(result));
    return {{terminal::elide_middle(text, room, sheet.look.signs().ellipsis), Ink::plain}};
}

Cell time(const Result& result, const Sheet& sheet, std::size_t) {
    if (!has_time(result)) return {{std::string(sheet.look.signs().none), Ink::dim}};
    return {{measured(result.latency().total()), Ink::plain}};
}

/// Where no server answered there is no such column.
Need time_need(const Result& result, const Sheet& sheet) {
    if (!has_time(result) || sheet.kept_open) return {};
    const std::size_t width = width_of(time(result, sheet, 0));
    return {width, width, width};
}

Need bar_need(const Result&, const Sheet& sheet) {
    if (sheet.scale <= Duration::zero() || sheet.kept_open) return {};
    return {least_bar, least_bar, bar_width};
}

Cell bar(const Result& result, const Sheet& sheet, std::size_t room) {
    return phase_bar(result.latency(), !has_time(result), sheet.scale, room, sheet.look);
}

/// A cell of the connections that were kept, nothing where there are none.
template <Cell (*make)(const Connections&, const Look&)>
Cell kept(const Result& result, const Sheet& sheet, std::size_t) {
    return result.connections ? make(*result.connections, sheet.look) : Cell{};
}

template <Cell (*make)(const Connections&, const Look&)>
Need kept_need(const Result& result, const Sheet& sheet) {
    const std::size_t width = width_of(kept<make>(result, sheet, 0));
    return {width, width, width};
}

Need curve_need(const Result& result, const Sheet& sheet) {
    if (!result.connections) return {};
    const std::size_t width = width_of(curve_cell(*result.connections, most_points, sheet.look));
    return {std::min(width, least_bar), std::min(width, least_bar), width};
}

Cell curve(const Result& result, const Sheet& sheet, std::size_t room) {
    return result.connections ? curve_cell(*result.connections, room, sheet.look) : Cell{};
}

Detail detail_in(const Result& result, const Sheet& sheet) {
    Detail detail = detail_of(result, sheet.started_at, !sheet.time_shown && !sheet.kept_open, sheet.look);
    const Status status = standing(result, sheet.goal);
    if (wants_gone(sheet.goal) && status != Status::unknown)
        detail.insert(detail.begin(), {status == Status::up ? "gone" : "still there", Worth::essential});
    return detail;
}

Need detail_need(const Result& result, const Sheet& sheet) {
    const Detail detail = detail_in(result, sheet);
    return {text_width(joined(detail, Worth::essential)), text_width(joined(detail, Worth::important)),
            text_width(joined(detail, Worth::nice))};
}

Cell detail(const Result& result, const Sheet& sheet, std::size_t room) {
    const Status status = standing(result, sheet.goal);
    const Ink ink = status == Status::up ? Ink::plain : ink_of(status);
    return {{fitted(detail_in(result, sheet), room, sheet.look), ink}};
}

constexpr auto all_columns = std::to_array<Column>({
    // heading, right-aligned, worth, droppable, need, make
    {"", false, 6, false, mark_need, mark},
    {"NAME", false, 5, false, name_need, name},
    {"ADDRESS", false, 1, true, address_need, address},
    {"TIME", true, 3, true, time_need, time},
    {"OPEN", true, 4, true, kept_need<open_cell>, kept<open_cell>},
    {"FIRST", true, 3, true, kept_need<cold_cell>, kept<cold_cell>},
    {"REST", true, 3, true, kept_need<warm_cell>, kept<warm_cell>},
    {"CURVE", false, 2, true, curve_need, curve},
    {"PHASES", false, 2, true, bar_need, bar},
    {"DETAIL", false, 4, false, detail_need, detail},
});

}  // namespace

std::span<const Column> columns() noexcept { return all_columns; }

bool holds_bars(const Column& column) noexcept { return column.make == bar; }
bool holds_time(const Column& column) noexcept { return column.make == time; }

bool is_unverified(const Result& result) noexcept {
    return std::any_of(result.warnings.begin(), result.warnings.end(),
                       [](const Warning& warning) { return warning.code == WarningCode::verification_off; });
}

std::string address_of(const Result& result) {
    const Target& target = *result.target;
    if (!target.unix_path.empty()) return target.unix_path;
    if (result.address.empty()) return target.written;
    const bool brackets = result.address.find(':') != std::string::npos;
    const auto& proxy = target.settings->proxy;  // whose address it is then
    const auto port = proxy ? proxy->port : target.port;
    return (brackets ? "[" + result.address + "]" : result.address) + ":" + std::to_string(port);
}

}  // namespace connprobe::report::table
