// JSON and YAML become the same tree, with the same places.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "config/json.hpp"
#include "config/yaml.hpp"

using namespace connprobe::config;

namespace {

struct Read {
    SourceNames names;
    Problems problems{names};
    Document document;
    bool good = false;

    Read(std::string_view text, bool yaml) {
        const auto source = names.add(yaml ? "y" : "j");
        good = yaml ? read_yaml(text, source, document, problems) : read_json(text, source, {1, 1}, document, problems);
    }
    [[nodiscard]] std::string first_error() const { return problems.any() ? problems.error_lines().front() : ""; }
};

/// `{a@1:2: [true@1:6]@1:5}@1:1`
std::string spelt(const Node& node) {
    const auto at = [](Place place) { return '@' + std::to_string(place.line) + ':' + std::to_string(place.column); };
    std::string text;
    if (node.kind != NodeKind::list && node.kind != NodeKind::object) {
        return (node.kind == NodeKind::string ? '"' + std::string{node.text} + '"' : std::string{node.text}) +
               at(node.place);
    }
    for (const auto& child : node.children) {
        if (!text.empty()) text += ' ';
        if (node.kind == NodeKind::object) text += std::string{child.key} + at(child.key_place) + '=';
        text += spelt(child);
    }
    return (node.kind == NodeKind::list ? '[' + text + ']' : '{' + text + '}') + at(node.place);
}

}  // namespace

TEST_CASE("every key and value of JSON knows its line and column, in characters") {
    const Read read{"{ \"\u00e4\": [1, -2.5e3,\n  true,null],\n  \"b\":\"x\\n\\\"\", \"c\" : {} }", false};
    CHECK(read.good);
    CHECK(spelt(read.document.root) ==
          "{\u00e4@1:3=[1@1:9 -2.5e3@1:12 true@2:3 null@2:8]@1:8 b@3:3=\"x\n\"\"@3:7 c@3:16={}@3:22}@1:1");
}

TEST_CASE("every key and value of YAML knows its line and column, in characters") {
    const Read read{"# list\n\u00e4: [1, \u00e4, true]\nb:\n  - x: \"1\"\n    y: ~\n", true};
    CHECK(read.good);
    CHECK(spelt(read.document.root) ==
          "{\u00e4@2:1=[1@2:5 \"\u00e4\"@2:8 true@2:11]@2:4 b@3:1=[{x@4:5=\"1\"@4:8 y@5:5=null@5:8}@4:5]@4:3}@2:1");
}

TEST_CASE("numbers of YAML are those of JSON, all else is text") {
    const Read read{"[017, 0x1F, yes, on, True, 1_000, .5, 1., +1, 1e3, -0, 12:30, 0o7, .inf, !!str 5, '5']", true};
    REQUIRE(read.good);
    std::string kinds;
    for (const auto& child : read.document.root.children)
        kinds += child.kind == NodeKind::number ? 'n' : child.kind == NodeKind::string ? 's' : '?';
    CHECK(kinds == "sssssssssnnsssss");
}

TEST_CASE("an alias is a copy of what it stands for") {
    const Read read{"a: &x {p: 1}\nb: *x\n", true};
    CHECK(read.good);
    CHECK(spelt(read.document.root) == "{a@1:1={p@1:8=1@1:11}@1:4 b@2:1={p@1:8=1@1:11}@1:4}@1:1");
}

TEST_CASE("bombs are refused with a place before they cost memory") {
    CHECK(Read{std::string(500'000, '['), false}.first_error() ==
          "j:1:65: nested more than 64 deep: no list of servers is");
    CHECK(Read{std::string(500'000, '['), true}.problems.any());
    std::string maps;
    for (int i = 0; i < 100'000; ++i) maps += "{\"a\":";
    CHECK(Read{maps, false}.first_error() == "j:1:321: nested more than 64 deep: no list of servers is");
    std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
    for (int i = 1; i < 10; ++i) {
        const auto n = std::to_string(i), m = std::to_string(i - 1);
        laughs += 'a' + n + ": &a" + n + " [";
        for (int k = 0; k < 10; ++k) laughs += (k ? ",*a" : "*a") + m;
        laughs += "]\n";
    }
    CHECK(Read{laughs, true}.first_error() == "y:6:22: aliases stand for more than 500,000 values");
    CHECK(Read{"- &a [*a]", true}.first_error() == "y:1:7: an alias for the value that it stands in");
}

TEST_CASE("what is no document is refused with a place") {
    struct Row {
        bool yaml;
        const char* text;
        const char* error;
    };
    for (const auto& [yaml, text, error] : {
             Row{false, "{\"a\":1,\n \"a\":2}", "j:2:2: duplicate key \"a\": it stands already at line 1"},
             Row{true, "a: 1\nb: 2\na: 3\n", "y:3:1: duplicate key \"a\": it stands already at line 1"},
             Row{false, "[1e400]", "j:1:2: a number that fits in no program: found 1e400"},
             Row{false, "[1,]", "j:1:4: not JSON: a comma before the end of a list or an object: leave it out"},
             Row{false, "{\"a\": 1,\n}",
                 "j:2:1: not JSON: a comma before the end of a list or an object: leave it out"},
             Row{false, "", "j:1:1: not JSON: it is empty"},
             Row{false, "[\n// why\n]",
                 "j:2:1: not JSON: a comment, which JSON does not have: leave it out, or write the list in YAML"},
             Row{false, "[{'a': 1}]", "j:1:3: not JSON: single quotes: text stands in double ones"},
             Row{false, "[{a: 1}]",
                 "j:1:3: not JSON: a word without double quotes, as only true, false and null stand"},
             Row{false, "{}\n{}", "j:2:1: not JSON: a second value follows the first: is it NDJSON (.ndjson)?"},
             Row{false, "[\"// a", "j:1:6: not JSON: invalid string: missing closing quote"},
             Row{false, "[1 2]", "j:1:5: not JSON: unexpected number literal; expected ']'"},
             Row{false, "[\"\x01\"]",
                 "j:1:3: not JSON: invalid string: control character U+0001 (SOH) must be escaped to \\u0001"},
             Row{true, "a: b\n\u00e9: c\x01", "y:2:5: not YAML: a control character, such as NUL"},
             Row{true, "- a:1\n\x04- b:2\n", "y:2:1: not YAML: a control character, such as NUL"},
             Row{true, "a:\n\t- b",
                 "y:2:2: not YAML: illegal block entry: a tab at the beginning of the line; indent it with spaces"},
             Row{true, "- a: 1\n   b: 2",
                 "y:2:5: not YAML: illegal map value: does this line begin in the same column as its neighbours? Text "
                 "with "
                 "\": \" in it stands in quotes"},
             Row{true, "a: [1", "y:1:1: not YAML: end of sequence flow not found"},
             Row{true, "---\na: 1\n---\nb: 1\n", "y:3:1: a second document: one list a file"},
             Row{true, "? [a]\n: 1\n", "y:1:3: a key that is a list or an object: keys are words"},
             Row{true, "a: !secret b", "y:1:4: the tag \"!secret\" is not read"},
             Row{true, "a: *b", "y:1:4: not YAML: the referenced anchor is not defined"},
             Row{true, "a: {port: ${PORT}}",
                 "y:1:12: not YAML: end of map flow not found: inside { } write \"${NAME}\" in quotes"},
         }) {
        CAPTURE(text);
        CHECK(Read{text, yaml}.first_error() == error);
    }
}

TEST_CASE("the end of the first value is found without reading it") {
    CHECK(end_of_first_value("{\"a\":\"}\"} {}") == 9);
    CHECK(end_of_first_value("[\"\\\"]\"]") == 7);
    CHECK(end_of_first_value("[[]") == std::string_view::npos);
    CHECK(end_of_first_value("]") == std::string_view::npos);
}
