#include "config/duration.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;
using namespace std::chrono_literals;
using config::format_duration;
using config::parse_duration;

TEST_CASE("durations are read with every unit, with fractions and in parts") {
    struct Row {
        const char* text;
        Duration value;
    };
    for (const auto& [text, value] :
         {Row{"0", 0s}, Row{"0s", 0s}, Row{"250us", 250us}, Row{"500ms", 500ms}, Row{"1.5s", 1500ms}, Row{"1m30s", 90s},
          Row{"14d", 14 * 24h}, Row{"1d2h3m4s5ms6us", 26h + 3min + 4005006us}, Row{"0.25ms", 250us},
          Row{"1m0.5s", 60500ms}, Row{"36500d", 36500 * 24h}, Row{"00.50s", 500ms}}) {
        CAPTURE(text);
        const auto parsed = parse_duration(text);
        REQUIRE(parsed);
        CHECK(*parsed == value);
    }
}

TEST_CASE("a wrong duration is told what would be right") {
    struct Row {
        const char* text;
        const char* problem;
    };
    for (const auto& [text, problem] :
         {Row{"500", "has no unit: write 500ms or 500s"}, Row{"", "is empty: write for instance 500ms, 1.5s or 1m30s"},
          Row{"-5s", "is negative"}, Row{"5 s", "has a space in it: write the unit directly after the number"},
          Row{"5sec", "has an unknown unit \"sec\": units are us, ms, s, m, h, d"},
          Row{"1m30", "has no unit after its last number"},
          Row{"30s1m", "has its units out of order: write the longest first, as in 1m30s"},
          Row{"1s1s", "has its units out of order: write the longest first, as in 1m30s"},
          Row{"1.5m30s", "has a point before its last unit: write it as in 1m30.5s"},
          Row{".5s", "needs a digit before the point: write 0.5s"}, Row{"5.s", "needs a digit after the point"},
          Row{"0.1us", "is finer than a microsecond"}, Row{"0.0000001s", "is finer than a microsecond"},
          Row{"36501d", "is too long: at most 36500d"}, Row{"36500d1us", "is too long: at most 36500d"},
          Row{"99999999999999999999s", "is too long: at most 36500d"},
          Row{"1e3s", "has an unknown unit \"e\": units are us, ms, s, m, h, d"},
          Row{"soon", "is no duration: write for instance 500ms, 1.5s or 1m30s"}}) {
        CAPTURE(text);
        const auto parsed = parse_duration(text);
        CHECK_FALSE(parsed);
        CHECK(parsed.problem == problem);
    }
}

TEST_CASE("a duration is written in the shortest form that reads back as the same") {
    struct Row {
        Duration value;
        const char* text;
    };
    for (const auto& [value, text] :
         {Row{0s, "0"}, Row{1us, "1us"}, Row{250us, "250us"}, Row{1500us, "1.5ms"}, Row{500ms, "500ms"}, Row{1s, "1s"},
          Row{1500ms, "1.5s"}, Row{90s, "1m30s"}, Row{60500ms, "1m0.5s"}, Row{36h, "1d12h"},
          Row{1h + 1us, "1h0.000001s"}, Row{14 * 24h, "14d"}}) {
        CAPTURE(text);
        CHECK(format_duration(value) == text);
        CHECK(*parse_duration(text) == value);
    }
}
