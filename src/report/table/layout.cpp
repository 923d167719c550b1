#include "report/table/layout.hpp"

#include <algorithm>
#include <numeric>

namespace connprobe::report::table {

namespace {

struct MeasuredColumn {
    const Column* column;
    Need need;
};

Need need_of(const Column& column, const std::vector<const Result*>& rows, const Sheet& sheet) {
    Need most;
    for (const Result* row : rows) {
        const Need need = column.need(*row, sheet);
        most = {std::max(most.bare, need.bare), std::max(most.least, need.least), std::max(most.full, need.full)};
    }
    if (most.full == 0) return most;
    const std::size_t heading = column.heading.size();
    return {std::max(most.bare, heading), std::max(most.least, heading), std::max(most.full, heading)};
}

/// Columns that have something to say, and what they need.
std::vector<MeasuredColumn> measure(const std::vector<const Column*>& columns, const std::vector<const Result*>& rows,
                                    const Sheet& sheet) {
    std::vector<MeasuredColumn> candidates;
    for (const Column* column : columns) {
        const Need need = need_of(*column, rows, sheet);
        if (need.full != 0) candidates.push_back({column, need});
    }
    return candidates;
}

std::size_t line_width(const std::vector<MeasuredColumn>& candidates, std::size_t Need::* size) {
    const std::size_t gaps = candidates.empty() ? 0 : gap * (candidates.size() - 1);
    return std::accumulate(candidates.begin(), candidates.end(), gaps,
                           [size](std::size_t sum, const MeasuredColumn& each) { return sum + each.need.*size; });
}

/// On a terminal that is too narrow for anything: what is too much is taken from the right.
void cut(std::vector<Placed>& placed, std::size_t excess) {
    for (auto each = placed.rbegin(); each != placed.rend(); ++each) {
        const std::size_t less = std::min(excess, each->width - 1);
        each->width -= less;
        excess -= less;
    }
}

/// Every column gets `from`; what is left of the room goes to the worthiest first, up to `to`.
std::vector<Placed> share_out(const std::vector<MeasuredColumn>& candidates, std::size_t room, std::size_t Need::* from,
                              std::size_t Need::* to) {
    std::vector<Placed> placed;
    for (const MeasuredColumn& each : candidates) placed.push_back({each.column, each.need.*from});
    const std::size_t used = line_width(candidates, from);
    if (room != 0 && used > room) cut(placed, used - room);
    std::size_t left = room > used ? room - used : 0;
    std::vector<std::size_t> order(candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return candidates[a].column->worth > candidates[b].column->worth; });
    for (const std::size_t i : order) {
        const std::size_t more = std::min(left, candidates[i].need.*to - candidates[i].need.*from);
        placed[i].width += more;
        left -= more;
    }
    return placed;
}

/// Takes out the least worthy column that may go; false if none may.
bool drop_one(std::vector<const Column*>& columns) {
    auto least = columns.end();
    for (auto each = columns.begin(); each != columns.end(); ++each) {
        if ((*each)->droppable && (least == columns.end() || (*each)->worth < (*least)->worth)) least = each;
    }
    if (least == columns.end()) return false;
    columns.erase(least);
    return true;
}

}  // namespace

std::vector<Placed> lay_out(const std::vector<const Result*>& rows, Sheet& sheet) {
    std::vector<const Column*> shown;
    for (const Column& column : columns()) shown.push_back(&column);
    const std::size_t room = sheet.look.columns();
    for (;;) {
        sheet.time_shown =
            std::any_of(shown.begin(), shown.end(), [](const Column* each) { return holds_time(*each); });
        const std::vector<MeasuredColumn> candidates = measure(shown, rows, sheet);
        if (room == 0) return share_out(candidates, room, &Need::full, &Need::full);
        if (line_width(candidates, &Need::least) <= room) return share_out(candidates, room, &Need::least, &Need::full);
        if (!drop_one(shown)) return share_out(candidates, room, &Need::bare, &Need::full);
    }
}

}  // namespace connprobe::report::table
