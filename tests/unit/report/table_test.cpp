#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <sstream>

#include "sample_run.hpp"
#include "terminal/text_width.hpp"

using namespace connprobe;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> table(const test::SampleRun& sample, report::Style style) {
    return lines_of(test::written(sample, "table", style));
}

/// Without the sequences from ESC to `m`; a regular expression would take most of the tests' time.
std::string without_colour(const std::string& line) {
    std::string plain;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\x1b')
            at = std::min(line.find('m', at), line.size());
        else
            plain += line[at];
    }
    return plain;
}

bool is_ascii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// The line of a server, known by a beginning of its name that no terminal is too narrow for.
std::string line_of(const std::vector<std::string>& lines, std::string_view beginning) {
    const std::regex its_line("^ (✓|!|✗|\\?|ok|!!|XX|\\?\\?)\\*? +" + std::string(beginning));
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
        return std::regex_search(without_colour(line), its_line);
    });
    return found == lines.end() ? std::string() : *found;
}

std::size_t count_of(const std::vector<std::string>& lines, std::string_view part) {
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return contains(line, part); }));
}

}  // namespace

TEST_CASE("no line is wider than the terminal") {
    const test::SampleRun samples[] = {test::sample_run(), test::many_down(100, 7), test::kept_warm()};
    for (const test::SampleRun& sample : samples) {
        for (std::size_t columns = 20; columns <= 220; ++columns) {
            for (const bool utf8 : {true, false}) {
                for (const std::string& line : table(sample, {columns, columns % 2 == 0, utf8, false})) {
                    if (terminal::text_width(without_colour(line)) > columns) FAIL_CHECK(columns, ": ", line);
                }
            }
        }
    }
}

TEST_CASE("mark, name and code are there however narrow the terminal") {
    struct Expected {
        const char *name, *utf8_mark, *ascii_mark, *code;
    };
    const Expected expected[] = {{"cache", "✓", "ok", ""},
                                 {"search", "!", "!!", "slow"},
                                 {"db", "✗", "XX", "connect_timeout"},
                                 {"metr", "✗", "XX", "connection_refused"},
                                 {"typo", "✗", "XX", "host_not_found"},
                                 {"billing", "✗", "XX", "certificate_expired"},
                                 {"batch", "?", "??", "deadline_exceeded"}};
    const test::SampleRun sample = test::sample_run();
    for (const std::size_t columns : {40U, 50U, 60U, 80U, 100U, 120U, 200U, 0U}) {
        for (const bool utf8 : {true, false}) {
            const auto lines = table(sample, {columns, false, utf8, false});
            for (const Expected& each : expected) {
                const std::string line = line_of(lines, each.name);
                CHECK_MESSAGE(contains(line, utf8 ? each.utf8_mark : each.ascii_mark), columns, ": ", each.name);
                CHECK_MESSAGE(contains(line, each.code), columns, ": ", line);
            }
        }
    }
}

TEST_CASE("without a terminal nothing is shortened") {
    const test::SampleRun sample = test::sample_run();
    const auto lines = table(sample, {});
    CHECK(contains(line_of(lines, "metrics"), "metrics-aggregator-eu-central-1b"));
    CHECK(contains(line_of(lines, "ledger"), "[2001:db8:0:1::443]:443"));
    CHECK(contains(line_of(lines, "search"), "slow: 200.0 ms > 150 ms, TLSv1.3 h2, certificate 200 d"));
    CHECK(contains(line_of(lines, "db"), "›  2 retries, connect_timeout"));
    CHECK(contains(lines.back(), "(exit status 124)"));
}

TEST_CASE("the detail says what was overcome, why a server is degraded, and what is to be known of TLS") {
    const auto lines = table(test::sample_run(), {});
    CHECK(contains(line_of(lines, "queue"), "2 retries (connection_refused)"));
    CHECK(contains(line_of(lines, "payments"), "TLSv1.3 h2, certificate 69 d"));
    CHECK(contains(line_of(lines, "shop"), "expires soon: 6 d < 14 d"));
    CHECK(contains(line_of(lines, "ledger"), "fallback_address"));
    CHECK(contains(line_of(lines, "billing"), "certificate_expired, TLSv1.3 h2, certificate expired 4 d ago"));
}

TEST_CASE("a server whose certificate was not verified carries a sign, which is explained") {
    const auto lines = table(test::sample_run(), {40, false, true, false});
    CHECK(line_of(lines, "legacy").starts_with(" ✓*"));
    CHECK(line_of(lines, "cache").starts_with(" ✓ "));
    CHECK(count_of(lines, "* the certificate was not verified") == 1);
}

TEST_CASE("the worst stand last, the slower after the faster") {
    const auto lines = table(test::sample_run(), {});
    const auto place = [&](std::string_view name) {
        return std::find(lines.begin(), lines.end(), line_of(lines, name)) - lines.begin();
    };
    const std::string_view order[] = {"cache", "queue", "payments", "shop", "search", "batch", "db", "metrics", "evil"};
    for (std::size_t i = 1; i < std::size(order); ++i) CHECK(place(order[i - 1]) < place(order[i]));
}

TEST_CASE("text from outside never steers the terminal, and ASCII is ASCII") {
    const test::SampleRun sample = test::sample_run();
    for (const std::size_t columns : {40U, 80U, 200U, 0U}) {
        for (const std::string& line : table(sample, {columns, false, true, false})) {
            CHECK_MESSAGE(
                std::none_of(line.begin(), line.end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; }), line);
            CHECK_MESSAGE(!contains(line, "\u202e"), line);
        }
        for (const std::string& line : table(sample, {columns, false, false, false}))
            CHECK_MESSAGE(is_ascii(line), line);
    }
}

TEST_CASE("colour adds nothing but colour") {
    const test::SampleRun sample = test::sample_run();
    for (const std::size_t columns : {40U, 80U, 0U}) {
        const auto plain = table(sample, {columns, false, true, false});
        const auto painted = table(sample, {columns, true, true, false});
        REQUIRE(plain.size() == painted.size());
        for (std::size_t i = 0; i < plain.size(); ++i) CHECK(without_colour(painted[i]) == plain[i]);
    }
}

TEST_CASE("up to 40 servers are shown whole") {
    const auto lines = table(test::many_down(40, 2), {});
    CHECK(count_of(lines, " ✓ ") == 20);
    CHECK(count_of(lines, " ✗ ") == 20);
}

TEST_CASE("of more servers those not up are shown, 40 at most, and the five slowest") {
    const auto few_down = table(test::many_down(1'000, 0), {});
    CHECK(count_of(few_down, " ✗ ") == 40);
    CHECK(count_of(few_down, "and 960 more not up (--all shows every one)") == 1);

    const auto lines = table(test::many_down(1'000, 2), {});
    CHECK(count_of(lines, " ✗ ") == 40);
    CHECK(count_of(lines, " ✓ ") == 5);
    CHECK(contains(line_of(lines, "10.0.3.230"), "1.1 ms"));
    CHECK(count_of(lines, "and 460 more not up, 495 faster ones up") == 1);
    CHECK(count_of(table(test::many_down(1'000, 2), {0, false, true, true}), " ✓ ") == 500);
}

TEST_CASE("a paragraph names three servers and counts the others") {
    const auto lines = table(test::many_down(315, 0), {});
    CHECK(count_of(lines, " refused the connection.") == 3);
    CHECK(count_of(lines, " and 312 more") == 1);
    CHECK(count_of(lines, "   Next: ") == 1);
    CHECK(count_of(lines, "   More: connprobe explain connection_refused") == 1);
}

TEST_CASE("a paragraph says where a server is, once") {
    test::SampleRun sample = test::many_down(1, 0);
    CHECK(count_of(table(sample, {}), "10.0.0.0:80: ") == 0);
    sample.targets[0]->name = "web";
    CHECK(count_of(table(sample, {}), " web: 10.0.0.0:80 refused the connection.") == 1);
    sample.targets[0]->written = "web.internal:80";
    CHECK(count_of(table(sample, {}), " web (web.internal:80): 10.0.0.0:80 refused the connection.") == 1);
}

TEST_CASE("there are ten paragraphs at most, the most frequent code last, and no code goes unnamed") {
    test::SampleRun sample = test::many_down(78, 0);
    std::size_t next = 0;
    for (std::size_t code = 0; code < 12; ++code) {
        for (std::size_t times = 0; times <= code; ++times, ++next) {
            sample.results[next].error = make_failure(Phase::connect, all_codes()[code].code, "it failed");
        }
    }
    const auto lines = table(sample, {});
    CHECK(count_of(lines, "More: connprobe explain") == 10);
    CHECK(count_of(lines, " Also: host_not_found (1), no_address (2)") == 1);
    CHECK(contains(lines[lines.size() - 3], all_codes()[11].name));
}

TEST_CASE("a hundred thousand servers that are down make a page, not a flood") {
    const std::string text = test::written(test::many_down(100'000, 0), "table", {80, false, true, false});
    CHECK(text.size() < 8'000);
    CHECK(contains(text, "100000 down, 0 up of 100000 in 2.5 s."));
}

TEST_CASE("the last line sums the run up") {
    test::SampleRun sample = test::sample_run();
    const auto last_line = [&] { return table(sample, {}).back(); };
    CHECK(last_line() ==
          "5 down, 1 unknown, 2 degraded, 8 up of 16 in 18.1 s; 4 retries; the deadline ran out.  (exit status 124)");
    sample.summary = Summary{};
    sample.summary.servers = sample.summary.up = sample.summary.required = 3;
    sample.summary.elapsed = 12'300us;
    CHECK(last_line() == "3 up of 3 in 12.3 ms.  (exit status 0)");
    sample.summary.up = 2;
    sample.summary.down = 1;
    sample.summary.required = 2;
    sample.summary.retries = 1;
    CHECK(last_line() == "1 down, 2 up of 3 in 12.3 ms, 2 had to be up; 1 retry.  (exit status 0)");
    sample.summary.exit_status = 130;
    sample.summary.elapsed = 125s;
    CHECK(last_line() == "1 down, 2 up of 3 in 2m05s, 2 had to be up; 1 retry; interrupted.  (exit status 130)");
}
