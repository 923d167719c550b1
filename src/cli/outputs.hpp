// All that a run's results are written to: each format to its place, every one told of every result.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "connprobe/result.hpp"
#include "os/output.hpp"
#include "report/writer.hpp"

namespace connprobe::cli {

class Outputs {
public:
    Outputs();
    ~Outputs();
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;

    /// Opens all places before anything is probed. Returns what could not be opened, as whole sentences.
    [[nodiscard]] std::vector<std::string> open(const Options& options);

    [[nodiscard]] bool empty() const noexcept { return places_.empty(); }

    void begin(const RunInfo& run);
    void result(const Result& result);

    /// Asked now and then: ends the program when nobody waits for what it would write to standard output at the end.
    void look_for_reader();

    /// Writes the end, renames the files. Returns what could not be written, as whole sentences.
    [[nodiscard]] std::vector<std::string> end(const Summary& summary);

private:
    class Place;

    /// A write has found that the reader of standard output went away: nobody waits for the rest of the run.
    void end_if_unread();
    void end_unread();

    std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace connprobe::cli
