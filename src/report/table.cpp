// The table for people: a line a server, the worst last; then why, what it means and what to do; then the sum.
#include <algorithm>
#include <utility>

#include "report/in_order.hpp"
#include "report/make.hpp"
#include "report/table/failures.hpp"
#include "report/table/layout.hpp"
#include "report/table/paragraph.hpp"
#include "report/table/phase_bar.hpp"
#include "report/table/readiness.hpp"
#include "report/table/selection.hpp"
#include "report/table/standing.hpp"
#include "report/table/summary_line.hpp"
#include "terminal/text_width.hpp"

namespace connprobe::report {

using namespace table;

class TableWriter final : public Writer {
public:
    TableWriter(Sink& sink, const Style& style) : sink_(sink), look_(style) {}

    void begin(const RunInfo& run) override {
        run_ = run;
        results_.expect(run.servers);
    }

    void result(const Result& result) override { results_.add(result); }

    void end(const Summary& summary) override {
        const Selection selection = select(results_, run_.goal, look_.show_all());
        write_rows(selection.rows);
        write_hidden(selection);
        write_pace();
        if (!wants_gone(run_.goal)) sink_.write(readiness_hints(results_, look_));
        sink_.write(failure_paragraphs(results_, run_, look_));
        sink_.write("\n" + sum(summary));
        sink_.flush();
    }

private:
    [[nodiscard]] std::string sum(const Summary& summary) const {
        if (!wants_gone(run_.goal)) return summary_line(summary, look_);
        std::size_t gone = 0;
        results_.for_each([&](const Result& result) { gone += reached(result, run_.goal); });
        return summary_line_of_gone(summary, gone, look_);
    }

    void write_rows(const std::vector<const Result*>& rows) {
        if (rows.empty()) return;
        Sheet sheet = sheet_for(rows);
        const std::vector<Placed> placed = lay_out(rows, sheet);
        write_line(placed, [](const Placed& each) { return Cell{{std::string(each.column->heading), Ink::dim}}; });
        for (const Result* row : rows) {
            write_line(placed, [&](const Placed& each) { return each.column->make(*row, sheet, each.width); });
        }
        write_legend(rows, placed, sheet);
        if (sheet.some_unverified) {
            sink_.write(wrapped("* the certificate was not verified: verification_off", 1, look_, {"*", Ink::warning}));
        }
    }

    [[nodiscard]] Sheet sheet_for(const std::vector<const Result*>& rows) const {
        Sheet sheet{.look = look_, .started_at = run_.started_at, .goal = run_.goal};
        Duration longest{};
        for (const Result* row : rows) {
            const Duration total = row->latency().total();
            longest = std::max(longest, total);
            if (row->status == Status::up || row->status == Status::degraded)
                sheet.scale = std::max(sheet.scale, total);
            if (is_unverified(*row)) sheet.some_unverified = true;
            if (row->connections) sheet.kept_open = true;
        }
        // A time-out says how patient we were, not how fast servers are: it sets the scale only where nothing else does.
        if (sheet.scale == Duration::zero()) sheet.scale = longest;
        sheet.addresses_tell = std::any_of(rows.begin(), rows.end(),
                                           [](const Result* row) { return address_of(*row) != row->target->name; });
        return sheet;
    }

    template <class MakeCell>
    void write_line(const std::vector<Placed>& placed, MakeCell&& make_cell) {
        std::string line;
        std::size_t owed = 0;  ///< spaces before the next text, so that no line ends in spaces
        for (const Placed& each : placed) {
            const Cell cell = make_cell(each);
            const std::size_t width = width_of(cell);
            const std::size_t padding = each.width > width ? each.width - width : 0;
            if (each.column->right_aligned) owed += padding;
            if (width != 0) line.append(std::exchange(owed, 0), ' ').append(look_.paint(cell));
            owed += gap + (each.column->right_aligned ? 0 : padding);
        }
        sink_.write(line.append("\n"));
    }

    /// Below the bars, or as far to the right as it fits; not at all on a terminal that is narrower.
    void write_legend(const std::vector<const Result*>& rows, const std::vector<Placed>& placed, const Sheet& sheet) {
        std::size_t left = 0;
        const auto bars =
            std::find_if(placed.begin(), placed.end(), [](const Placed& p) { return holds_bars(*p.column); });
        if (bars == placed.end()) return;
        for (auto each = placed.begin(); each != bars; ++each) left += each->width + gap;
        std::vector<PhaseTimes> times;
        for (const Result* row : rows) times.push_back(row->latency());
        const Cell legend = phase_legend(times, sheet.scale, look_);
        const std::size_t width = width_of(legend);
        if (look_.columns() != 0 && width > look_.columns()) return;
        if (look_.columns() != 0) left = std::min(left, look_.columns() - width);
        sink_.write(std::string(left, ' ') + look_.paint(legend) + "\n");
    }

    void write_hidden(const Selection& selection) {
        if (selection.hidden_not_up + selection.hidden_up == 0) return;
        const bool gone = wants_gone(run_.goal);
        std::string text = "and ";
        if (selection.hidden_not_up != 0)
            text += std::to_string(selection.hidden_not_up) + " more not " + (gone ? "gone" : "up");
        if (selection.hidden_not_up != 0 && selection.hidden_up != 0) text += ", ";
        if (selection.hidden_up != 0)
            text += std::to_string(selection.hidden_up) + (gone ? " more gone" : " faster ones up");
        sink_.write(wrapped(text + " (--all shows every one)", 1, look_));
    }

    /// Connections that were to be opened at the same time, and were not.
    void write_pace() {
        std::size_t asked = 0;
        results_.for_each([&](const Result& result) { asked += result.connections ? result.connections->asked : 0; });
        if (asked <= run_.max_concurrent) return;
        sink_.write(
            wrapped("opened " + std::to_string(run_.max_concurrent) + " at a time (--max-concurrent)", 1, look_));
    }

    Sink& sink_;
    Look look_;
    RunInfo run_;
    InOrder results_;
};

template std::unique_ptr<Writer> make<TableWriter>(Sink&, const Style&);

}  // namespace connprobe::report
