// The only file that sees spdlog.
#include "cli/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string>

#include "model/readable.hpp"
#include "model/text.hpp"

namespace connprobe::cli {
namespace {

std::string code_and_message(const Failure& failure) {
    return std::string{to_string(failure.code)} + ": " + failure.message;
}

}  // namespace

class Log::Lines {
public:
    explicit Lines(std::span<const Target> targets) : targets_{targets} {
        logger_.set_level(spdlog::level::debug);
        logger_.set_pattern("%H:%M:%S.%e %v");
    }

    void operator()(const RunStarted& event) {
        info(counted(event.run.servers, "server") + ", " + std::to_string(event.run.max_concurrent) +
             " at a time at most, " + counted(event.run.threads, "thread") + ", resolver " + event.run.resolver);
    }
    void operator()(const AttemptFailed& event) {
        info(name(event.index) + ": attempt " + std::to_string(event.attempt) + ": " + code_and_message(event.failure) +
             "; again in " + readable(event.wait));
    }
    void operator()(const AttemptSucceeded& event) {
        info(name(event.index) + ": attempt " + std::to_string(event.attempt) + ": it is there; again in " +
             readable(event.wait));
    }
    void operator()(const Finished& event) {
        const Result& result = event.result;
        const std::string verdict = name(result.index) + ": " + std::string{to_string(result.status)};
        const std::string facts =
            result.error ? code_and_message(*result.error) : "in " + readable(result.latency().total());
        info(verdict + " after " + counted(result.attempts(), "attempt") + ": " + facts);
    }
    void operator()(const Stopped& event) {
        info(event.reason == RunEnd::deadline ? "the deadline has come: the run ends"
             : event.reason == RunEnd::signal ? "a signal has come: the run ends"
             : event.reason == RunEnd::enough ? "enough servers are as wanted: the run ends"
                                              : "enough servers can no longer be as wanted: the run ends");
    }
    void operator()(const Step& event) {
        const std::string text = name(event.index) + ": " + event.text;
        event.dialogue ? info(text) : debug(text);
    }
    void operator()(const Started& event) { debug(name(event.index) + ": begins"); }
    void operator()(const LimitChanged& event) { info(std::to_string(event.limit) + " at a time now: " + event.why); }
    void operator()(const Tick&) {}

private:
    [[nodiscard]] const std::string& name(std::size_t index) const { return targets_[index].name; }
    void info(const std::string& text) { logger_.info(spdlog::string_view_t{printable(text)}); }

    void debug(const std::string& text) { logger_.debug(spdlog::string_view_t{printable(text)}); }

    std::span<const Target> targets_;
    spdlog::logger logger_{"connprobe", std::make_shared<spdlog::sinks::stderr_sink_st>()};
};

Log::Log(LogLevel level, std::span<const Target> targets) : level_{level}, targets_{targets} {}
Log::~Log() = default;

bool Log::wants(const Event& event) const noexcept {
    if (level_ < LogLevel::info || std::holds_alternative<Tick>(event)) return false;
    if (level_ >= LogLevel::debug) return true;
    const auto* step = std::get_if<Step>(&event);
    return step != nullptr ? step->dialogue : !std::holds_alternative<Started>(event);
}

void Log::write(const Event& event) {
    if (!lines_) lines_ = std::make_unique<Lines>(targets_);
    std::visit(*lines_, event);
}

}  // namespace connprobe::cli
