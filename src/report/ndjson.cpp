// JSON by line: first the run, then each result as it comes, last the summary. No summary line: the run did not end.
#include "report/make.hpp"
#include "report/result_json.hpp"

namespace connprobe::report {

class JsonLines final : public Writer {
public:
    JsonLines(Sink& sink, const Style&) : json_(sink) {}

    void begin(const RunInfo& run) override {
        started_at_ = run.started_at;
        line("run", [&] { write_run_members(json_, run); });
    }

    void result(const Result& result) override {
        line("result", [&] { write_result_members(json_, result, started_at_); });
    }

    void end(const Summary& summary) override {
        line("summary", [&] { write_summary_members(json_, summary); });
    }

private:
    template <class WriteMembers>
    void line(std::string_view type, WriteMembers&& write_members) {
        json_.begin_object();
        json_.member("type", type);
        write_members();
        json_.end_object();
        json_.end_line();
        json_.flush();
    }

    JsonWriter json_;
    WallTime started_at_;
};

template std::unique_ptr<Writer> make<JsonLines>(Sink&, const Style&);

}  // namespace connprobe::report
