#include "report/table/selection.hpp"

#include <algorithm>
#include <tuple>

namespace connprobe::report::table {

namespace {

constexpr std::size_t shown_whole = 40;   ///< a list of so many servers is shown as it is
constexpr std::size_t shown_not_up = 40;  ///< of a longer one
constexpr std::size_t shown_slowest = 5;

int severity(Status status) {
    switch (status) {
        case Status::up: return 0;
        case Status::degraded: return 1;
        case Status::unknown: return 2;
        case Status::down: break;
    }
    return 3;
}

/// Better servers first; equal ones as in the input, those that answered by the time it took.
bool better(const Result* a, const Result* b) {
    const auto key = [](const Result* r) {
        const bool answered = r->status == Status::up || r->status == Status::degraded;
        return std::tuple(severity(r->status), answered ? r->latency().total() : Duration::zero(), r->index);
    };
    return key(a) < key(b);
}

/// Of the worst kind the first in the input, not the last.
bool worse_or_earlier(const Result* a, const Result* b) {
    return std::tuple(-severity(a->status), a->index) < std::tuple(-severity(b->status), b->index);
}

/// Keeps the `count` that `first` puts in front.
std::size_t keep(std::vector<const Result*>& rows, std::size_t count, bool (*first)(const Result*, const Result*)) {
    if (rows.size() <= count) return 0;
    const std::size_t hidden = rows.size() - count;
    std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(), first);
    rows.resize(count);
    return hidden;
}

}  // namespace

Selection select(const InOrder& results, bool show_all) {
    Selection selection;
    std::vector<const Result*> up, not_up;
    results.for_each([&](const Result& result) { (result.status == Status::up ? up : not_up).push_back(&result); });
    if (!show_all && up.size() + not_up.size() > shown_whole) {
        selection.hidden_up = keep(up, shown_slowest, [](const Result* a, const Result* b) { return better(b, a); });
        selection.hidden_not_up = keep(not_up, shown_not_up, worse_or_earlier);
    }
    selection.rows = std::move(up);
    selection.rows.insert(selection.rows.end(), not_up.begin(), not_up.end());
    std::sort(selection.rows.begin(), selection.rows.end(), better);
    return selection;
}

}  // namespace connprobe::report::table
