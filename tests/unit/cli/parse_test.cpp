#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"

using namespace connprobe;
using namespace connprobe::cli;
using namespace std::chrono_literals;

namespace {

using Arguments = std::vector<std::string_view>;

Options good(const Arguments& arguments) {
    Parsed parsed = parse(arguments);
    CAPTURE(arguments);
    CHECK(parsed.errors == std::vector<std::string>{});
    return parsed.options;
}

std::string error_of(const Arguments& arguments) {
    const Parsed parsed = parse(arguments);
    return parsed.errors.empty() ? "" : parsed.errors.front();
}

/// "key=value (option)" for each value that is said for all servers.
std::vector<std::string> values_of(const Options& options) {
    std::vector<std::string> values;
    for (const config::OptionValue& value : options.request.options) {
        values.push_back(value.key + '=' + value.value + " (" + value.option + ')');
    }
    return values;
}

std::vector<std::string> outputs_of(const Options& options) {
    std::vector<std::string> outputs;
    for (const Output& output : options.outputs)
        outputs.push_back(std::string{output.format->name} + '=' + output.file);
    return outputs;
}

}  // namespace

TEST_CASE("an option that sets a key is handed on as it was written") {
    struct Row {
        Arguments arguments;
        std::vector<std::string> values;
    };
    const std::vector<Row> rows{
        {{"-t", "500", "a:1"}, {"timeout=500 (-t)"}},
        {{"--timeout=2s", "a:1"}, {"timeout=2s (--timeout)"}},
        {{"--attempt-timeout", "2s", "a:1"}, {"timeout=2s (--attempt-timeout)"}},
        {{"-t", "1s", "--timeout", "2s", "a:1"}, {"timeout=2s (--timeout)"}},
        {{"--tls", "-k", "a:1"}, {"tls=true (--tls)", "tls.insecure=true (-k)"}},
        {{"-4", "a:1"}, {"family=ipv4 (-4)"}},
        {{"-6", "a:1"}, {"family=ipv6 (-6)"}},
        {{"--retry", "fixed", "a:1"}, {"retry=fixed (--retry)"}},
        {{"--retry", "5", "a:1"}, {"retry=exponential (--retry)", "retry.max_attempts=6 (--retry)"}},
        {{"--retry", "0", "a:1"}, {"retry=none (--retry)"}},
        {{"--max-attempts", "4", "--retry-delay", "1s", "a:1"},
         {"retry.max_attempts=4 (--max-attempts)", "retry.delay=1s (--retry-delay)"}},
        {{"--retry-rule", "auth=stop", "--retry-rule", "*=fixed(1s)", "a:1"},
         {"retry.rules=auth=stop (--retry-rule)", "retry.rules=*=fixed(1s) (--retry-rule)"}},
        {{"--alpn", "h2,http/1.1", "--tls-min", "1.3", "a:1"},
         {"tls.alpn=h2,http/1.1 (--alpn)", "tls.min_version=1.3 (--tls-min)"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        CHECK(values_of(good(row.arguments)) == row.values);
    }
}

TEST_CASE("an option about the run sets what the run is given") {
    CHECK(good({"-c", "5", "a:1"}).prober.max_concurrent == 5);
    CHECK(good({"-c", "auto", "a:1"}).prober.max_concurrent == 0);
    CHECK(good({"--threads", "2", "a:1"}).prober.threads == 2);
    CHECK(good({"--deadline", "1m30s", "a:1"}).prober.deadline == 90s);
    CHECK(good({"--fail-fast", "a:1"}).prober.fail_fast);
    CHECK(good({"--seed", "7", "a:1"}).prober.seed == 7);
    CHECK(good({"--seed", "0", "a:1"}).seeded);
    CHECK_FALSE(good({"a:1"}).seeded);
    CHECK(good({"--exit-zero", "a:1"}).exit_zero);
    CHECK(good({"--color", "never", "a:1"}).color == terminal::When::never);
    CHECK(good({"--progress=always", "a:1"}).progress == terminal::When::always);
    CHECK(good({"a:1"}).log_level == LogLevel::warning);
    CHECK(good({"-v", "a:1"}).log_level == LogLevel::info);
    CHECK(good({"-vv", "a:1"}).log_level == LogLevel::debug);
    CHECK(good({"-v", "--log-level", "debug", "a:1"}).log_level == LogLevel::debug);
    CHECK(good({"--log-level", "off", "a:1"}).log_level == LogLevel::off);
}

TEST_CASE("how many must be up is a number, a share, all or any") {
    CHECK(good({"--min-success", "all", "a:1"}).prober.required.kind == Required::Kind::all);
    CHECK(good({"--min-success", "any", "a:1"}).prober.required.kind == Required::Kind::any);
    CHECK(good({"--min-success", "3", "a:1"}).prober.required.of(10) == 3);
    CHECK(good({"--min-success", "66.7%", "a:1"}).prober.required.of(3) == 3);
    CHECK(good({"--min-success", "50%", "a:1"}).prober.required.of(3) == 2);
}

TEST_CASE("a resolver is a way to ask, or a DNS server") {
    const auto resolver = [](std::string_view text) { return good({"--resolver", text, "a:1"}).prober.resolver; };
    CHECK(resolver("auto").kind == Resolver::Kind::automatic);
    CHECK(resolver("system").kind == Resolver::Kind::system);
    CHECK(resolver("dns").server.empty());
    CHECK(resolver("dns:192.0.2.1").server == "192.0.2.1");
    CHECK(resolver("dns:192.0.2.1").port == 53);
    CHECK(resolver("dns:192.0.2.1:5353").port == 5353);
    CHECK(resolver("dns:[2001:db8::1]:5353").server == "2001:db8::1");
    CHECK(resolver("dns:[2001:db8::1]:5353").port == 5353);
    CHECK(resolver("dns:[2001:db8::1]").server == "2001:db8::1");
    CHECK(resolver("dns:2001:db8::1").server == "2001:db8::1");
}

TEST_CASE("the table is printed unless something else is, or --quiet is given") {
    struct Row {
        Arguments arguments;
        std::vector<std::string> outputs;
    };
    const std::vector<Row> rows{
        {{"a:1"}, {"table="}},
        {{"-j", "a:1"}, {"json="}},
        {{"-o", "ndjson", "a:1"}, {"ndjson="}},
        {{"-o", "json=out", "a:1"}, {"table=", "json=out"}},
        {{"-o", "out.json", "a:1"}, {"table=", "json=out.json"}},
        {{"-o", "json=-", "a:1"}, {"json="}},
        {{"-o", "json=/dev/stdout", "a:1"}, {"json="}},
        {{"-o", "json=a=b.json", "a:1"}, {"table=", "json=a=b.json"}},
        {{"-q", "a:1"}, {}},
        {{"-q", "-o", "json=out", "-o", "ndjson=log", "a:1"}, {"json=out", "ndjson=log"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        CHECK(outputs_of(good(row.arguments)) == row.outputs);
    }
}

TEST_CASE("servers are named by files, arguments and what selects among them") {
    const Options options = good({"-s", "a.json", "-s", "-", "--servers-format", "yaml", "--tag", "x", "--name", "[ab]",
                                  "--resolve", "[::1]:80:[::2]", "a:1", "b:2"});
    REQUIRE(options.request.sources.size() == 2);
    CHECK(options.request.sources[1].file == "-");
    CHECK(options.request.sources[1].format == config::Format::yaml);
    CHECK(options.request.tags == std::vector<std::string>{"x"});
    CHECK(options.request.names == std::vector<std::string>{"[ab]"});
    CHECK(options.request.resolve == std::vector<std::string>{"[::1]:80:[::2]"});
    CHECK(options.request.arguments == std::vector<std::string>{"a:1", "b:2"});
}

TEST_CASE("a wrong value is refused with what would be right") {
    struct Row {
        Arguments arguments;
        std::string error;
    };
    const std::vector<Row> rows{
        {{"-c", "0", "a:1"}, "-c: expected a number of attempts, at least 1, or auto, found \"0\""},
        {{"--threads", "x", "a:1"}, "--threads: expected a number of threads from 1 to 1024, found \"x\""},
        {{"--seed", "-1", "a:1"}, "--seed: expected a whole number, found \"-1\""},
        {{"--deadline", "5", "a:1"},
         "--deadline: expected a duration, found \"5\", which has no unit: write 5ms or 5s"},
        {{"--color", "blue", "a:1"}, "--color: expected auto, always or never, found \"blue\""},
        {{"--servers-format", "xml", "-s", "f"},
         "--servers-format: expected json, yaml, ndjson or lines, found \"xml\""},
        {{"--servers-format", "json", "a:1"}, "--servers-format: there is no --servers whose format it could be"},
        {{"--min-success", "150%", "a:1"},
         "--min-success: expected a number of servers, a percentage from 0% to 100%, all or any, found \"150%\""},
        {{"--resolver", "mdns", "a:1"},
         "--resolver: expected auto, system, dns or dns:ADDR[:PORT], found \"mdns\": did you mean dns?"},
        {{"--resolver", "192.0.2.1:53", "a:1"},
         "--resolver: expected auto, system, dns or dns:ADDR[:PORT], found \"192.0.2.1:53\": write "
         "dns:192.0.2.1:53"},
        {{"--resolver", "dns:ns1", "a:1"},
         "--resolver: expected an IP address after dns:, as in dns:192.0.2.1 or dns:[2001:db8::1]:53, found "
         "\"dns:ns1\""},
        {{"-o", "jsn", "a:1"},
         "-o: unknown format \"jsn\": expected table, json or ndjson, or a file whose ending is one of "
         "them; did you mean json?"},
        {{"-o", "csv", "a:1"}, "-o: csv: not supported by this version"},
        {{"-o", "junit=x.xml", "a:1"}, "-o: junit: not supported by this version"},
        {{"-o", "report.html", "a:1"}, "-o: html: not supported by this version"},
        {{"-o", "json=", "a:1"}, "-o: no file after \"json=\": write json=FILE"},
        {{"-j", "-o", "ndjson", "a:1"},
         "-j: -o ndjson already writes to standard output: give one of them a file of its own, as in --output "
         "json=FILE"},
        {{"-o", "x.json", "-o", "ndjson=./x.json", "a:1"},
         "-o ndjson=./x.json: -o x.json already writes to ./x.json: give one of them a file of its own, as in --output "
         "json=FILE"},
        {{"-s", "x.json", "-o", "./x.json"}, "-o ./x.json: it would overwrite the list of servers: give another FILE"},
        {{"-q", "-j", "a:1"}, "-j: --quiet lets nothing go to standard output: give it a file, or drop --quiet"},
        {{"-4", "-6", "a:1"}, "-4, -6: one of them, or neither for both families"},
        {{"-t", "1s", "--attempt-timeout", "2s", "a:1"},
         "--attempt-timeout: it is another name of --timeout: give one of them"},
        {{"--retry", "5", "--max-attempts", "3", "a:1"},
         "--max-attempts: --retry already asks for 6 attempts: write --retry exponential --max-attempts 3"},
        {{"--retry", "-1", "a:1"},
         "--retry: expected none, fixed, exponential, custom or a number of retries, found \"-1\""},
        {{"--retry", "exponental", "a:1"},
         "--retry: expected none, fixed, exponential, custom or a number of retries, found \"exponental\": did you "
         "mean "
         "exponential?"},
        {{"-j", "-o", "ndjson=/dev/stdout", "a:1"},
         "-j: -o ndjson=/dev/stdout already writes to standard output: give one of them a file of its own, as in "
         "--output json=FILE"},
        {{"completion"}, "completion: for which shell? Write connprobe completion bash, zsh or fish"},
        {{"explain", "a", "b"}, "b: one code at a time: connprobe explain a"},
        {{"demo", "a:1"}, "a:1: demo has servers of its own: write connprobe demo, or connprobe a:1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        CHECK(error_of(row.arguments) == row.error);
    }
}

TEST_CASE("who asks for help gets it, whatever else is wrong") {
    CHECK(parse({"--rtry", "-h"}).options.action == Action::short_help);
    CHECK(parse({"-c", "0", "--help"}).options.action == Action::help);
    CHECK(parse({"-V"}).options.action == Action::version);
    CHECK(parse({"explain", "--help"}).options.action == Action::help);
    CHECK(parse({"--rtry", "-h"}).errors.empty());
}
