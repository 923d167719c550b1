// Compares what is written with the files in tests/golden. When they are meant to change:
//     UPDATE_GOLDEN=1 build/unit_tests -tc='*golden*'
// writes them anew; look at the difference before you commit it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sample_run.hpp"

using namespace connprobe;

namespace {

void compare(const std::string& name, const std::string& bytes) {
    const auto path = std::filesystem::path(CONNPROBE_SOURCE_DIR) / "tests" / "golden" / name;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path, std::ios::binary) << bytes;
        return;
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream expected;
    expected << file.rdbuf();
    CHECK_MESSAGE(file.is_open(), path);
    CHECK_MESSAGE(bytes == expected.str(), path);
}

}  // namespace

TEST_CASE("the table is that of the golden files") {
    const test::SampleRun sample = test::sample_run();
    for (const std::size_t columns : {40U, 80U, 200U, 0U}) {
        for (const bool utf8 : {true, false}) {
            for (const bool colour : {true, false}) {
                const std::string name = "table-" + (columns == 0 ? "none" : std::to_string(columns)) +
                                         (utf8 ? "-utf8" : "-ascii") + (colour ? "-colour" : "") + ".txt";
                compare(name, test::written(sample, "table", {columns, colour, utf8, false}));
            }
        }
    }
}

TEST_CASE("a table of many servers is that of the golden file") {
    compare("table-many.txt", test::written(test::many_down(1'000, 7), "table", {80, false, true, false}));
}

TEST_CASE("a table of connections that were kept warm is that of the golden files") {
    const test::SampleRun sample = test::kept_warm();
    compare("warm-60-ascii.txt", test::written(sample, "table", {60, false, false, false}));
    compare("warm-120-utf8.txt", test::written(sample, "table", {120, false, true, false}));
    compare("warm.json", test::written(sample, "json", {}));
}

TEST_CASE("JSON and NDJSON are those of the golden files") {
    const test::SampleRun sample = test::sample_run();
    compare("run.json", test::written(sample, "json", {}));
    compare("run.ndjson", test::written(sample, "ndjson", {}));
}
