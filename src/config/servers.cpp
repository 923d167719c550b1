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
#include "config/read_server.hpp"
#include "config/run.hpp"
#include "config/select.hpp"
#include "config/url.hpp"
#include "config/yaml.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

constexpr std::string_view standard_input = "standard input";
const Layer no_defaults;

/// Relative paths in a file are relative to its folder.
std::string_view folder_of(std::string_view file) {
    const auto slash = file.rfind('/');
    if (file == "-" || slash == file.npos) return {};
    return slash == 0 ? "/" : file.substr(0, slash);
}

void read_lines(std::string_view text, const Reading& reading, Run& run) {
    Adder to{run, no_defaults};
    run.list.reserve(run.list.size() + count_lines(text));
    for_each_line(text, [&](std::string_view line, Place place) {
        add_target(line, {{reading.source, place}, nullptr, true}, to);
    });
}

void read_ndjson(std::string_view text, const Reading& reading, Run& run) {
    Adder to{run, no_defaults};
    for_each_line(text, [&](std::string_view line, Place place) {
        Document document;
        if (read_json(line, reading.source, place, document, run.problems))
            read_server(document.root, nullptr, reading, to);
    });
}

void read_text(std::string_view text, Format format, bool with_variables, const Reading& reading, Run& run) {
    if (const auto place = find_invalid_utf8(text); place.line != 0) {
        return run.problems.error({reading.source, place}, nullptr, "is no UTF-8 from here on: save it as UTF-8");
    }
    if (format == Format::lines) return read_lines(text, reading, run);
    if (format == Format::ndjson) return read_ndjson(text, reading, run);
    Document document;
    const bool is_read = format == Format::yaml ? read_yaml(text, reading.source, document, run.problems)
                                                : read_json(text, reading.source, {1, 1}, document, run.problems);
    if (is_read) read_document(document, reading, with_variables, run);
}

/// Gives a line for Outcome::formats, empty if nothing was read.
std::string read_source(const Source& source, Run& run) {
    const bool is_standard_input = source.file == "-";
    const auto label = is_standard_input ? std::string{standard_input} : printable(source.file);
    const Reading reading{run.problems, run.names.add(label), folder_of(source.file), source.file != "-"};
    const Spot whole{reading.source, {}};
    const auto text = read_input(source.file);
    if (!text) {
        run.problems.error(whole, nullptr, text.problem);
        return {};
    }
    const auto [format, how] = detect_format(source, *text);
    const auto servers_before = run.list.size(), errors_before = run.problems.errors();
    read_text(*text, format, !is_standard_input, reading, run);
    if (run.list.size() == servers_before && run.problems.errors() == errors_before) {
        run.problems.warning(whole, "adds no server");
    }
    return label + ": " + std::string{to_string(format)} + ", " + std::string{how};
}

std::vector<std::string> read_sources(Run& run) {
    std::vector<std::string> formats;
    bool standard_input_read = false;
    for (const auto& source : run.request.sources) {
        if (source.file == "-" && std::exchange(standard_input_read, true)) {
            run.problems.error(std::string{standard_input} + ": can be read only once: give -s - once");
        } else if (auto format = read_source(source, run); !format.empty()) {
            formats.push_back(std::move(format));
        }
    }
    return formats;
}

/// `host 5432`, as nc takes it.
bool is_split_target(std::string_view first, std::string_view second) {
    return host_problem(first).empty() && first.find(':') == first.npos && parse_port(second);
}

void read_arguments(Run& run) {
    Adder to{run, no_defaults};
    const Spot spot{run.names.add(""), {}};
    const auto& arguments = run.request.arguments;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (i + 1 == arguments.size() || !is_split_target(arguments[i], arguments[i + 1])) {
            add_target(arguments[i], {spot, nullptr, true}, to);
            continue;
        }
        const auto host = quotable(arguments[i]);
        const auto& port = arguments[++i];
        run.problems.error(spot, nullptr, host + ' ' + port + ": a space before the port: write " + host + ':' + port);
    }
}

/// Leaves in the outcome what --tag and --name select.
void select(Outcome& outcome, Run& run) {
    auto& all = run.list.targets();
    const Selection selection{run.request.tags, run.request.names};
    if (selection.tags.empty() && selection.names.empty()) {
        outcome.targets = std::move(all);
        outcome.origins = std::move(run.origins);
        return;
    }
    std::vector<bool> selected;
    for (const auto& target : all) selected.push_back(is_selected(target, selection));
    outcome.filtered = static_cast<std::size_t>(std::count(selected.begin(), selected.end(), false));
    if (outcome.filtered == all.size()) return run.problems.error(nothing_selected(all, selection));
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!selected[i]) continue;
        outcome.targets.push_back(std::move(all[i]));
        if (run.request.keep_origins) outcome.origins.push_back(std::move(run.origins[i]));
    }
}

/// An option that only TLS heeds is said in vain where nobody speaks it.
void warn_of_idle_options(const Outcome& outcome, Run& run) {
    const auto speaks_tls = [](const Target& target) { return target.settings->tls.has_value(); };
    const auto has_trust = [](const Target& target) {
        const auto& proxy = target.settings->proxy;
        return proxy && !(proxy->ca_file.empty() && proxy->ca_dir.empty());
    };
    const auto starts_tls = [](const Target& target) { return target.settings->starttls.has_value(); };
    const auto any = [&](const auto& fits) { return std::ranges::any_of(outcome.targets, fits); };
    const auto* starttls = find_setting(run.options, Key::starttls);
    if (starttls != nullptr && !any(starts_tls))
        run.problems.warning(starttls->spot, "has no effect: the schemes of all servers here begin otherwise");
    if (any(speaks_tls)) return;
    for (const auto& setting : run.options) {
        const bool is_trust = setting.key == Key::tls_ca_file || setting.key == Key::tls_ca_dir;
        if (info(setting.key).scope != Scope::tls || (is_trust && any(has_trust))) continue;
        run.problems.warning(setting.spot,
                             "has no effect: no server here speaks TLS (write tls://host:port, or --tls)");
    }
}

}  // namespace

Outcome read_servers(const Request& request) {
    Run run{request};
    Outcome outcome;
    check_selection({request.tags, request.names}, run.problems);
    outcome.formats = read_sources(run);
    read_arguments(run);
    if (!run.problems.any() && run.list.size() == 0) {
        run.problems.error("no server to probe: name one as host:port, or a list with -s FILE");
    }
    if (!run.problems.any()) select(outcome, run);
    if (!run.problems.any()) {
        run.resolve.warn_of_unused(run.problems);
        warn_of_idle_options(outcome, run);
    }
    outcome.errors = run.problems.error_lines();
    outcome.warnings = run.problems.warning_lines();
    return outcome;
}

}  // namespace connprobe::config
