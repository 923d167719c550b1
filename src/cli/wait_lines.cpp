#include "cli/wait_lines.hpp"

#include <chrono>
#include <utility>

namespace connprobe::cli {
namespace {

constexpr std::chrono::seconds report_every{10};
constexpr std::chrono::seconds count_every{1};
constexpr std::size_t most_changes = 20;

std::string line(const std::string& text) { return "connprobe: " + text + '\n'; }

}  // namespace

std::string WaitLines::after(const Event& event, const std::string& change, const Waiting& waiting) {
    if (std::holds_alternative<RunStarted>(event)) return line(waiting.beginning());
    if (const auto* tick = std::get_if<Tick>(&event)) return at(tick->elapsed, waiting);
    if (std::holds_alternative<Stopped>(event)) {
        over_ = true;
        return more_changes();
    }
    if (change.empty() || !changes_) return {};
    if (written_ == most_changes) {
        ++left_out_;
        return {};
    }
    ++written_;
    return line(change);
}

std::string WaitLines::at(Duration elapsed, const Waiting& waiting) {
    std::string text;
    const bool is_due = elapsed - last_report_ >= report_every;
    if (is_due || elapsed - last_count_ >= count_every) {
        text = more_changes();
        last_count_ = elapsed;
    }
    if (!is_due) return text;
    last_report_ = elapsed;
    written_ = 0;
    return over_ || waiting.is_over() ? text : text + line(waiting.still(elapsed));
}

std::string WaitLines::more_changes() {
    const std::size_t count = std::exchange(left_out_, 0);
    if (count == 0) return {};
    return line("and " + std::to_string(count) + (count == 1 ? " more change" : " more changes"));
}

}  // namespace connprobe::cli
