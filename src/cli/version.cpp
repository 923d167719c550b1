#include <ares.h>
#include <asio/version.hpp>
#include <fmt/core.h>
#include <nlohmann/json_fwd.hpp>
#include <openssl/crypto.h>
#include <spdlog/version.h>

#include <array>
#include <string_view>

#include "cli/help.hpp"

namespace connprobe::cli {
namespace {

std::string dotted(int major, int minor, int patch) {
    return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

struct Library {
    std::string_view name;
    std::string version;
};

std::string libraries() {
    const std::array all{
        Library{"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
        Library{"c-ares", ares_version(nullptr)},
        Library{"Asio", dotted(ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000, ASIO_VERSION % 100)},
        Library{"CLI11", CONNPROBE_CLI11_VERSION},
        Library{"nlohmann/json", dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
        Library{"yaml-cpp", CONNPROBE_YAML_CPP_VERSION},
        Library{"spdlog", dotted(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)},
        Library{"fmt", dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100)},
    };
    std::string text;
    for (const Library& library : all) {
        text += "  " + std::string{library.name} + std::string(15 - library.name.size(), ' ') + library.version + '\n';
    }
    return text;
}

}  // namespace

std::string version(bool with_libraries) {
    const std::string line = "connprobe " CONNPROBE_VERSION "\n";
    return with_libraries ? line + libraries() : line;
}

}  // namespace connprobe::cli
