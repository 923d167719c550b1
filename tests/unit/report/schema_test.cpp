#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "connprobe/result.hpp"

using namespace connprobe;

namespace {

nlohmann::json definitions() {
    const auto root = std::filesystem::path(CONNPROBE_SOURCE_DIR);
    std::ifstream file(root / "configs" / "result.schema.json");
    REQUIRE(file.is_open());
    return nlohmann::json::parse(file)["$defs"];
}

template <class Range>
nlohmann::json names_of(const Range& range) {
    nlohmann::json names = nlohmann::json::array();
    for (const auto& each : range) names.push_back(to_string(each));
    return names;
}

}  // namespace

TEST_CASE("the schema of the results names every class, code and warning, and no other") {
    const nlohmann::json defs = definitions();
    CHECK(defs["class"]["enum"] == names_of(all_classes()));
    nlohmann::json codes = nlohmann::json::array(), warnings = nlohmann::json::array();
    for (const CodeInfo& row : all_codes()) codes.push_back(row.name);
    for (const WarningInfo& row : all_warnings()) warnings.push_back(row.name);
    CHECK(defs["code"]["examples"] == codes);
    CHECK(defs["warning_code"]["examples"] == warnings);
    CHECK(defs["status"]["enum"] == names_of(std::array{Status::up, Status::degraded, Status::down, Status::unknown}));
}
