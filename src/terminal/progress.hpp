// The line on standard error that says how far a run is, while somebody looks.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "terminal/colour.hpp"

namespace connprobe::terminal {

struct Progress {
    std::size_t done = 0, all = 0, down = 0, in_flight = 0;
    std::chrono::microseconds elapsed{};
};

/// "412/2000 done, 13 down, 50 in flight, 4 s left", in ASCII; what does not fit into `columns` is left out.
[[nodiscard]] std::string progress_text(const Progress& progress, std::size_t columns);

/// --progress: automatic is on a terminal that can erase a line.
[[nodiscard]] bool use_progress(When option, const std::optional<std::string>& term, bool is_terminal);

/// Draws over itself. Whatever else is written to the same terminal must be preceded by erase().
class ProgressLine {
public:
    /// `descriptor` is written to and not owned; not `wanted`, and nothing is ever drawn.
    ProgressLine(int descriptor, bool wanted) : descriptor_(descriptor), wanted_(wanted) {}
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    ~ProgressLine() { erase(); }

    using Text = std::function<std::string(std::size_t columns)>;  ///< no wider than that

    /// Draws, but not in the first 300 ms and at most ten times a second: call it as often as you like.
    void show(const Progress& progress);
    void show(std::chrono::microseconds elapsed, const Text& text);
    void erase();

private:
    int descriptor_;
    bool wanted_;
    std::string drawn_;  ///< what stands there now
    std::optional<std::chrono::microseconds> drawn_at_;
};

}  // namespace connprobe::terminal
