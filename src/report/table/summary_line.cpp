#include "report/table/summary_line.hpp"

#include "report/table/paragraph.hpp"
#include "report/table/units.hpp"

namespace connprobe::report::table {

namespace {

std::string ending(int exit_status) {
    if (exit_status == 124) return "; the deadline ran out";
    if (exit_status > 128) return "; interrupted";
    return {};
}

}  // namespace

std::string summary_line(const Summary& summary, const Look& look) {
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
    const Span worst{text.substr(0, text.find(',')), ink};
    text +=
        std::to_string(summary.up) + " up of " + std::to_string(summary.servers) + " in " + measured(summary.elapsed);
    if (summary.required < summary.servers) text += ", " + std::to_string(summary.required) + " had to be up";
    if (summary.retries != 0) text += "; " + counted(summary.retries, "retry", "retries");
    if (summary.rejected != 0) text += "; " + counted(summary.rejected, "line", "lines") + " rejected";
    text += ending(summary.exit_status) + ".";
    const std::string status = "(exit status " + std::to_string(summary.exit_status) + ")";
    const bool one_line = look.columns() == 0 || text.size() + 2 + status.size() <= look.columns();
    if (one_line) return look.paint(worst.text, worst.ink) + text.substr(worst.text.size()) + "  " + status + "\n";
    return wrapped(text, 0, look, worst) + wrapped(status, 0, look);
}

}  // namespace connprobe::report::table
