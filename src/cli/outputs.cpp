#include "cli/outputs.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string_view>
#include <utility>
#include <variant>

#include "model/secrets.hpp"
#include "model/text.hpp"
#include "os/signals.hpp"
#include "os/standard_streams.hpp"
#include "terminal/colour.hpp"
#include "terminal/screen.hpp"

namespace connprobe::cli {

class Outputs::Place final : private report::Sink {
public:
    Place(os::Output output, bool is_standard_output, const report::FormatInfo& format, const report::Style& style)
        : output_{std::move(output)}, is_standard_output_{is_standard_output}, writer_{format.make(*this, style)} {}

    [[nodiscard]] report::Writer& writer() noexcept { return *writer_; }
    [[nodiscard]] std::optional<os::OutputError> finish() { return output_.finish(); }

    [[nodiscard]] bool is_standard_output() const noexcept { return is_standard_output_; }
    [[nodiscard]] bool is_unread() const noexcept {
        return is_standard_output_ && output_.error() && output_.error()->is_broken_pipe();
    }

private:
    void write(std::string_view bytes) override { output_.write(bytes); }
    void flush() override { output_.flush(); }

    os::Output output_;
    bool is_standard_output_;
    std::unique_ptr<report::Writer> writer_;
};

namespace {

/// Standard output is the program's that this one becomes.
bool goes_to_standard_error(const Output& output, const Options& options) {
    return !options.cmd.empty() && output.file.empty() && !output.names_standard_output;
}

report::Style style_of(const Output& output, const Options& options) {
    report::Style style;
    style.show_all = options.show_all;
    if (!output.file.empty()) return style;
    const int stream = goes_to_standard_error(output, options) ? STDERR_FILENO : STDOUT_FILENO;
    const bool is_terminal = terminal::is_terminal(stream);
    style.columns = is_terminal ? terminal::columns_of(stream) : 0;
    style.colour = terminal::use_colour(options.color, terminal::ColourVariables::from_environment(), is_terminal);
    style.utf8 = terminal::environment_is_utf8();
    return style;
}

/// Lines that were complete are of use also when the run was not.
os::Output::Leftover leftover_of(const report::FormatInfo& format) {
    return format.name == "ndjson" ? os::Output::Leftover::keep : os::Output::Leftover::remove;
}

}  // namespace

Outputs::Outputs() = default;
Outputs::~Outputs() = default;

std::vector<std::string> Outputs::open(const Options& options) {
    std::vector<std::string> errors;
    for (const Output& output : options.outputs) {
        const report::Style style = style_of(output, options);
        if (output.file.empty()) {
            const bool to_error = goes_to_standard_error(output, options);
            auto stream = !to_error           ? os::Output::standard_output()
                          : output.is_implied ? os::Output::courtesy()
                                              : os::Output::standard_error();
            places_.push_back(std::make_unique<Place>(std::move(stream), !to_error, *output.format, style));
            continue;
        }
        auto opened = os::Output::open(output.file, leftover_of(*output.format));
        if (auto* error = std::get_if<os::OutputError>(&opened)) {
            errors.push_back(printable(hide_userinfo(error->message)));
        } else {
            auto& file = std::get<os::Output>(opened);
            places_.push_back(std::make_unique<Place>(std::move(file), false, *output.format, style));
        }
    }
    return errors;
}

void Outputs::begin(const RunInfo& run) {
    for (const auto& place : places_) place->writer().begin(run);
    end_if_unread();
}

void Outputs::result(const Result& result) {
    for (const auto& place : places_) place->writer().result(result);
    end_if_unread();
}

std::vector<std::string> Outputs::end(const Summary& summary) {
    std::vector<std::string> errors;
    for (const auto& place : places_) place->writer().end(summary);
    for (const auto& place : places_) {
        const auto error = place->finish();
        if (error && !place->is_unread()) errors.push_back(printable(error->message));
    }
    end_if_unread();
    return errors;
}

void Outputs::look_for_reader() {
    const auto is_for_reader = [](const auto& place) { return place->is_standard_output(); };
    if (std::ranges::any_of(places_, is_for_reader) && os::standard_output_is_unread()) end_unread();
}

void Outputs::end_if_unread() {
    if (std::ranges::any_of(places_, [](const auto& place) { return place->is_unread(); })) end_unread();
}

void Outputs::end_unread() {
    places_.clear();  // removes the files that would have been half-written
    os::end_by_signal(SIGPIPE);
}

}  // namespace connprobe::cli
