#include <doctest/doctest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "report/json_writer.hpp"

using namespace connprobe;
using namespace connprobe::report;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct Text final : Sink {
    std::string bytes;
    std::size_t flushes = 0;
    void write(std::string_view more) override { bytes += more; }
    void flush() override { ++flushes; }
};

template <class Write>
std::string json_of(Write&& write) {
    Text text;
    JsonWriter json(text);
    write(json);
    json.flush();
    return text.bytes;
}

std::string string_of(std::string_view value) {
    return json_of([&](JsonWriter& json) { json.value(value); });
}

}  // namespace

TEST_CASE("durations are written in milliseconds with microseconds kept and no trailing zeros") {
    const auto written = [](Duration duration) { return json_of([&](JsonWriter& json) { json.value(duration); }); };
    CHECK(written(0us) == "0");
    CHECK(written(1us) == "0.001");
    CHECK(written(300us) == "0.3");
    CHECK(written(1ms) == "1");
    CHECK(written(1'041'200us) == "1041.2");
    CHECK(written(12'050us) == "12.05");
    CHECK(written(-1'500us) == "-1.5");
    CHECK(written(-1us) == "-0.001");
    CHECK(written(Duration::max()) == "9223372036854775.807");
    CHECK(written(Duration::min()) == "-9223372036854775.808");
}

TEST_CASE("days are written in tenths") {
    const auto written = [](std::int64_t tenths) {
        return json_of([&](JsonWriter& json) { json.fraction<10>(tenths); });
    };
    CHECK(written(632) == "63.2");
    CHECK(written(630) == "63");
    CHECK(written(-1) == "-0.1");
}

TEST_CASE("strings are escaped as RFC 8259 wants it, and so that they do not steer a terminal") {
    CHECK(string_of("") == R"("")");
    CHECK(string_of("plain text, 100 %") == R"("plain text, 100 %")");
    CHECK(string_of("\"quoted\" \\ back") == R"("\"quoted\" \\ back")");
    CHECK(string_of("a\nb\rc\td\be\ff") == R"("a\nb\rc\td\be\ff")");
    CHECK(string_of("\x1b[31m\x7f\x01\0end"s) == R"("\u001b[31m\u007f\u0001\u0000end")");
    CHECK(string_of("数据库 é ✓") == "\"数据库 é ✓\"");
    CHECK(string_of("\xC2\x9B") == R"("\u009b")");
    CHECK(string_of("\xE2\x80\xAEtxt\xE2\x80\xA8") == R"("\u202etxt\u2028")");
    CHECK(string_of("\xF3\xA0\x81\x81") == R"("\udb40\udc41")");
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD, one for each maximal subpart") {
    CHECK(string_of("a\xFF"
                    "b") ==
          "\"a\xEF\xBF\xBD"
          "b\"");
    CHECK(string_of("\xE6\x95") == "\"\xEF\xBF\xBD\"");
    CHECK(string_of("\xC0\xAF") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST_CASE("a string of any length goes through the fixed buffer unharmed") {
    for (const std::size_t size : {65'530u, 65'535u, 65'536u, 65'537u, 200'000u}) {
        std::string text;
        while (text.size() < size) text += text.size() % 7 == 0 ? "\n" : text.size() % 11 == 0 ? "é" : "x";
        CHECK(nlohmann::json::parse(string_of(text)).get<std::string>() == text);
    }
}

TEST_CASE("commas stand between members and elements only") {
    const std::string text = json_of([](JsonWriter& json) {
        json.begin_object();
        json.key("none");
        json.begin_array();
        json.end_array();
        json.key("list");
        json.begin_array();
        json.value(1);
        json.begin_object();
        json.end_object();
        json.begin_object();
        json.member("a", true);
        json.null_member("b");
        json.end_object();
        json.value("x");
        json.end_array();
        json.member("absent", std::optional<Duration>());
        json.member("largest", std::numeric_limits<std::uint64_t>::max());
        json.member("least", std::numeric_limits<std::int64_t>::min());
        json.end_object();
    });
    CHECK(text == R"({"none":[],"list":[1,{},{"a":true,"b":null},"x"],"absent":null,"largest":18446744073709551615,)"
                  R"("least":-9223372036854775808})");
}

TEST_CASE("nothing is kept back by a flush, and nothing is flushed unasked") {
    Text text;
    JsonWriter json(text);
    json.value(1);
    CHECK(text.bytes.empty());
    json.flush();
    CHECK(text.bytes == "1");
    CHECK(text.flushes == 1);
}
