#include <ares.h>
#include <openssl/crypto.h>

#include <array>
#include <string>
#include <string_view>

#include "cli/help.hpp"

namespace connprobe::cli {
namespace {

struct Library {
    std::string_view name;
    std::string_view version;
};

std::string libraries() {
    const std::array all{
        Library{"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
        Library{"c-ares", ares_version(nullptr)},
        Library{"Asio", CONNPROBE_ASIO_VERSION},
        Library{"CLI11", CONNPROBE_CLI11_VERSION},
        Library{"nlohmann/json", CONNPROBE_NLOHMANN_JSON_VERSION},
        Library{"yaml-cpp", CONNPROBE_YAML_CPP_VERSION},
        Library{"spdlog", CONNPROBE_SPDLOG_VERSION},
        Library{"fmt", CONNPROBE_FMT_VERSION},
    };
    std::string text;
    for (const Library& library : all) {
        text += "  " + std::string{library.name} + std::string(15 - library.name.size(), ' ') +
                std::string{library.version} + '\n';
    }
    return text;
}

}  // namespace

std::string version(bool with_libraries) {
    const std::string line = "connprobe " CONNPROBE_VERSION "\n";
    return with_libraries ? line + libraries() : line;
}

}  // namespace connprobe::cli
