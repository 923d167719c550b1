#include "report/table/selection.hpp"

#include <algorithm>
#include <tuple>

#include "report/table/standing.hpp"

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

/// A server and all that its place depends on, looked up once.
struct Candidate {
    int severity;
    Duration time;  ///< of those that answered, where that was wanted
    const Result* result;
};

Candidate candidate(const Result& result, const Goal& goal) {
    const bool answered = !wants_gone(goal) && (result.status == Status::up || result.status == Status::degraded);
    return {severity(standing(result, goal)), answered ? result.latency().total() : Duration::zero(), &result};
}

/// Better servers first; equal ones as in the input, those that answered by the time it took.
bool better(const Candidate& a, const Candidate& b) {
    return std::tie(a.severity, a.time, a.result->index) < std::tie(b.severity, b.time, b.result->index);
}

bool slower(const Candidate& a, const Candidate& b) { return better(b, a); }

/// Of the worst kind the first in the input, not the last.
bool worse_or_earlier(const Candidate& a, const Candidate& b) {
    return std::tie(b.severity, a.result->index) < std::tie(a.severity, b.result->index);
}

/// Keeps the `count` that `first` puts in front; how many that leaves out.
std::size_t keep(std::vector<Candidate>& rows, std::size_t count, bool (*first)(const Candidate&, const Candidate&)) {
    if (rows.size() <= count) return 0;
    const std::size_t hidden = rows.size() - count;
    std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(), first);
    rows.resize(count);
    return hidden;
}

}  // namespace

Selection select(const InOrder& results, const Goal& goal, bool show_all) {
    Selection selection;
    std::vector<Candidate> rows, not_up;
    results.for_each([&](const Result& result) {
        (standing(result, goal) == Status::up ? rows : not_up).push_back(candidate(result, goal));
    });
    if (!show_all && rows.size() + not_up.size() > shown_whole) {
        selection.hidden_up = keep(rows, shown_slowest, slower);
        selection.hidden_not_up = keep(not_up, shown_not_up, worse_or_earlier);
    }
    rows.insert(rows.end(), not_up.begin(), not_up.end());
    std::sort(rows.begin(), rows.end(), better);
    for (const Candidate& row : rows) selection.rows.push_back(row.result);
    return selection;
}

}  // namespace connprobe::report::table
