// One JSON document: the run, its summary, then every result in the order of the input.
#include "report/in_order.hpp"
#include "report/make.hpp"
#include "report/result_json.hpp"

namespace connprobe::report {

class JsonDocument final : public Writer {
public:
    JsonDocument(Sink& sink, const Style&) : json_(sink) {}

    void begin(const RunInfo& run) override {
        run_ = run;
        results_.expect(run.servers);
    }

    void result(const Result& result) override { results_.add(result); }

    void end(const Summary& summary) override {
        json_.begin_object();
        write_run_members(json_, run_);
        json_.line_break();
        json_.key("summary");
        json_.begin_object();
        write_summary_members(json_, summary);
        json_.end_object();
        json_.line_break();
        json_.key("results");
        json_.begin_array();
        results_.for_each([this](const Result& result) {
            json_.line_break();
            json_.begin_object();
            write_result_members(json_, result, run_.started_at);
            json_.end_object();
        });
        json_.end_array();
        json_.end_object();
        json_.end_line();
        json_.flush();
    }

private:
    JsonWriter json_;
    RunInfo run_;
    InOrder results_;
};

template std::unique_ptr<Writer> make<JsonDocument>(Sink&, const Style&);

}  // namespace connprobe::report
