#include "terminal/progress.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>

#include "terminal/screen.hpp"

namespace connprobe::terminal {

namespace {

using namespace std::chrono_literals;

constexpr auto silent_until = 300ms;
constexpr auto redraw_every = 100ms;
constexpr int patience_ms = 50;
constexpr std::string_view erase_line = "\r\x1b[K";

/// A guess from the pace so far, in steps that do not flicker; empty while there is nothing to go by.
std::string time_left(const Progress& progress) {
    if (progress.done == 0 || progress.done >= progress.all) return {};
    const double pace = static_cast<double>(progress.elapsed.count()) / static_cast<double>(progress.done);
    const auto seconds = static_cast<long long>(pace * static_cast<double>(progress.all - progress.done) / 1e6 + 1);
    if (seconds < 60) return std::to_string(seconds) + " s left";
    if (seconds < 3600) return std::to_string((seconds + 59) / 60) + " min left";
    return std::to_string((seconds + 3599) / 3600) + " h left";
}

void put(int descriptor, std::string_view text) {
    // Nothing to be done about an error: the line is only a courtesy, and a terminal that is stopped holds nothing up.
    pollfd ready{descriptor, POLLOUT, 0};
    if (::poll(&ready, 1, patience_ms) != 1 || (ready.revents & POLLOUT) == 0) return;
    [[maybe_unused]] const auto written = ::write(descriptor, text.data(), text.size());
}

}  // namespace

std::string progress_text(const Progress& progress, std::size_t columns) {
    const std::array parts{std::to_string(progress.done) + "/" + std::to_string(progress.all) + " done",
                           std::to_string(progress.down) + " down", std::to_string(progress.in_flight) + " in flight",
                           time_left(progress)};
    std::string text;
    for (const std::string& part : parts) {
        const std::size_t width = text.size() + part.size() + (text.empty() ? 0 : 2);
        if (part.empty() || width > columns) break;
        text.append(text.empty() ? "" : ", ").append(part);
    }
    return text;
}

bool use_progress(When option, const std::optional<std::string>& term, bool is_terminal) {
    if (option != When::automatic) return option == When::always;
    return is_terminal && term != "dumb";
}

void ProgressLine::show(const Progress& progress) {
    show(progress.elapsed, [&](std::size_t columns) { return progress_text(progress, columns); });
}

void ProgressLine::show(std::chrono::microseconds elapsed, const Text& text) {
    if (!wanted_ || elapsed < silent_until) return;
    if (drawn_at_ && elapsed - *drawn_at_ < redraw_every) return;
    drawn_at_ = elapsed;
    // One column stays free: some terminals wrap when the last one is written.
    std::string line = text(columns_of(descriptor_) - 1);
    if (line == drawn_) return;
    put(descriptor_, std::string(erase_line).append(line));
    drawn_ = std::move(line);
}

void ProgressLine::erase() {
    if (drawn_.empty()) return;
    put(descriptor_, erase_line);
    drawn_.clear();
}

}  // namespace connprobe::terminal
