// When a wait that nobody watches writes a line: at its beginning, when a server changes, and every ten seconds.
#pragma once

#include <cstddef>
#include <string>

#include "cli/waiting.hpp"

namespace connprobe::cli {

/// Many servers must not flood a log: between two reports only the first changes are written, and once
/// a second how many more there were.
class WaitLines {
public:
    /// Without `changes` it tells only the beginning and the reports: another log has them.
    explicit WaitLines(bool changes) : changes_{changes} {}

    /// The lines that are due after this event, which `waiting` has heard of as `change`; each ends with a newline.
    [[nodiscard]] std::string after(const Event& event, const std::string& change, const Waiting& waiting);

private:
    [[nodiscard]] std::string more_changes();
    [[nodiscard]] std::string at(Duration elapsed, const Waiting& waiting);

    bool changes_;
    bool over_ = false;         ///< nothing is waited for any more
    std::size_t written_ = 0;   ///< changes since the last report
    std::size_t left_out_ = 0;  ///< since the last count of them
    Duration last_report_{}, last_count_{};
};

}  // namespace connprobe::cli
