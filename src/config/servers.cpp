#include "config/servers.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "config/format.hpp"
#include "config/input.hpp"
#include "config/json.hpp"
#include "config/lines.hpp"
#include "config/quote.hpp"
#include "config/read_document.hpp"
#include "config/read_options.hpp"
#include "config/read_server.hpp"

namespace connprobe::config {
namespace {

/// All that a reading run fills in.
class Reader {
public:
    explicit Reader(const Request& request) : request_(request), options_(read_options(request.options, names_, problems_)) {}

    [[nodiscard]] Outcome read();

private:
    void read_source(const Source& source);
    void read_text(std::string_view text, Format format, const Reading& reading);
    void read_lines(std::string_view text, const Reading& reading);
    void read_ndjson(std::string_view text, const Reading& reading);
    void read_arguments();
    void check_empty();

    const Request& request_;
    SourceNames names_;
    Problems problems_{names_};
    Layer options_;
    ServerList list_{names_, problems_};
    Outcome outcome_;
    bool standard_input_read_ = false;
};

/// Relative paths in a file are relative to its folder.
std::string_view folder_of(std::string_view file) {
    const auto slash = file.rfind('/');
    if (slash == file.npos) return {};
    return slash == 0 ? "/" : file.substr(0, slash);
}

void Reader::read_source(const Source& source) {
    const bool is_standard_input = source.file == "-";
    const auto label = is_standard_input ? "standard input" : quotable(source.file);
    const Reading reading{problems_, names_.add(label), is_standard_input ? "" : folder_of(source.file)};
    const Spot whole{reading.source, {}};
    if (is_standard_input && std::exchange(standard_input_read_, true)) {
        return problems_.error(whole, nullptr, "can be read only once");
    }
    const auto text = read_input(source.file);
    if (!text) return problems_.error(whole, nullptr, text.problem);
    const auto [format, how] = detect_format(source, *text);
    outcome_.formats.push_back(label + ": " + std::string{to_string(format)} + ", " + std::string{how});
    if (const auto place = find_invalid_utf8(*text); place.line != 0) {
        return problems_.error({reading.source, place}, nullptr, "is no UTF-8 from here on: save it as UTF-8");
    }
    const auto before = list_.size(), errors_before = problems_.errors();
    read_text(*text, format, reading);
    if (list_.size() == before && problems_.errors() == errors_before) problems_.warning(whole, "holds no server");
}

void Reader::read_text(std::string_view text, Format format, const Reading& reading) {
    if (format == Format::lines) return read_lines(text, reading);
    if (format == Format::ndjson) return read_ndjson(text, reading);
    Document document;
    if (read_json(text, reading.source, 1, document, problems_)) read_document(document, reading, options_, list_);
}

void Reader::read_lines(std::string_view text, const Reading& reading) {
    const Layer no_defaults;
    SettingsPool pool{no_defaults, options_, problems_};
    const Adding to{list_, pool, problems_};
    list_.reserve(list_.size() + count_lines(text));
    for_each_line(text, [&](std::string_view line, Place place) { add_target(line, {reading.source, place}, true, to); });
}

void Reader::read_ndjson(std::string_view text, const Reading& reading) {
    const Layer no_defaults;
    SettingsPool pool{no_defaults, options_, problems_};
    const Adding to{list_, pool, problems_};
    for_each_line(text, [&](std::string_view line, Place place) {
        Document document;
        if (read_json(line, reading.source, place.line, document, problems_)) read_server(document.root, nullptr, reading, to);
    });
}

void Reader::read_arguments() {
    const Layer no_defaults;
    SettingsPool pool{no_defaults, options_, problems_};
    const Adding to{list_, pool, problems_};
    for (std::size_t i = 0; i < request_.arguments.size(); ++i) {
        add_target(request_.arguments[i], {names_.add("argument"), {}}, true, to);
    }
}

void Reader::check_empty() {
    if (problems_.any() || list_.size() > 0) return;
    problems_.error("no server to probe: name one as host:port, or a list with -s FILE");
}

Outcome Reader::read() {
    for (const auto& source : request_.sources) read_source(source);
    read_arguments();
    check_empty();
    outcome_.errors = problems_.error_lines();
    outcome_.warnings = problems_.warning_lines();
    if (!problems_.any()) outcome_.targets = std::move(list_.targets());
    return std::move(outcome_);
}

}  // namespace

Outcome read_servers(const Request& request) {
    return Reader{request}.read();
}

}  // namespace connprobe::config
