#include "report/table/summary_line.hpp"

#include <algorithm>

#include "model/readable.hpp"
#include "report/table/paragraph.hpp"
#include "report/table/units.hpp"

namespace connprobe::report::table {

namespace {

std::string ending(int exit_status) {
    if (exit_status == 124) return "; the deadline ran out";
    if (exit_status > 128) return "; interrupted";
    return {};
}

/// How many servers are what, the telling part first, in its ink.
struct Counts {
    Span first;
    std::string rest;
};

std::string said(std::size_t count, std::string_view what) {
    return count == 0 ? "" : ", " + std::to_string(count) + std::string(what);
}

Counts counts_of(const Summary& summary) {
    std::string text;
    Ink ink = Ink::good;
    const auto say = [&](std::size_t count, std::string_view status, Ink its_ink) {
        if (count == 0) return;
        if (text.empty()) ink = its_ink;
        text.append(std::to_string(count)).append(" ").append(status).append(", ");
    };
    say(summary.down, "down", Ink::bad);
    say(summary.unknown, "unknown", Ink::unknown);
    say(summary.degraded, "degraded", Ink::warning);
    const std::size_t end = std::min(text.find(','), text.size());
    return {{text.substr(0, end), ink}, text.substr(end) + std::to_string(summary.up) + " up"};
}

Counts counts_of_gone(const Summary& summary, std::size_t gone) {
    const std::size_t there = summary.servers - gone - summary.unknown;
    const Ink ink = there != 0 ? Ink::bad : summary.unknown != 0 ? Ink::unknown : Ink::good;
    return {{std::to_string(gone) + " gone", ink}, said(summary.unknown, " unknown") + said(there, " still there")};
}

std::string line_of(const Summary& summary, const Counts& counts, std::string_view wanted, const Look& look) {
    const Span& first = counts.first;
    std::string text = first.text + counts.rest + " of " + std::to_string(summary.servers) + " in ";
    text += measured(summary.elapsed);
    if (summary.required < summary.servers)
        text.append(", ").append(std::to_string(summary.required)).append(" had to be ").append(wanted);
    if (summary.retries != 0) text += "; " + counted(summary.retries, "retry", "retries");
    if (summary.rejected != 0) text += "; " + counted(summary.rejected, "line", "lines") + " rejected";
    text += ending(summary.exit_status) + ".";
    const std::string status = "(exit status " + std::to_string(summary.exit_status) + ")";
    const bool one_line = look.columns() == 0 || text.size() + 2 + status.size() <= look.columns();
    if (one_line) return look.paint(first.text, first.ink) + text.substr(first.text.size()) + "  " + status + "\n";
    return wrapped(text, 0, look, first) + wrapped(status, 0, look);
}

}  // namespace

std::string summary_line(const Summary& summary, const Look& look) {
    return line_of(summary, counts_of(summary), "up", look);
}

std::string summary_line_of_gone(const Summary& summary, std::size_t gone, const Look& look) {
    return line_of(summary, counts_of_gone(summary, gone), "gone", look);
}

}  // namespace connprobe::report::table
