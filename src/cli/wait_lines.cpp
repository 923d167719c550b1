#include "cli/wait_lines.hpp"

#include <chrono>
#include <utility>

namespace connprobe::cli {
namespace {

constexpr std::chrono::seconds report_every{10};
constexpr std::size_t most_changes = 20;

std::string line(const std::string& text) { return "connprobe: " + text + '\n'; }

std::string more_changes(std::size_t count) {
    return line("and " + std::to_string(count) + (count == 1 ? " more change" : " more changes"));
}

}  // namespace

std::string WaitLines::after(const Event& event, const std::string& change, const Waiting& waiting) {
    if (std::holds_alternative<RunStarted>(event)) return line(waiting.beginning());
    if (const auto* tick = std::get_if<Tick>(&event)) return at(tick->elapsed, waiting);
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
    if (left_out_ > 0 && (is_due || !std::exchange(told_, true))) text = more_changes(std::exchange(left_out_, 0));
    if (!is_due) return text;
    last_report_ = elapsed;
    written_ = 0;
    told_ = false;
    return text + line(waiting.still(elapsed));
}

}  // namespace connprobe::cli
