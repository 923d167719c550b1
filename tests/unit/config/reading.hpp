// Reads a list from a file that exists only for a test.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "config/servers.hpp"

namespace connprobe::config {

/// A folder of its own, removed at the end.
class Folder {
public:
    Folder() { path_ = ::mkdtemp(path_.data()); }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::string write(const std::string& name, std::string_view text) const {
        const auto file = path_ + '/' + name;
        std::ofstream{file, std::ios::binary} << text;
        return file;
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "connprobe-XXXXXX").string();
};

/// What reading a file of that name and text gives; messages call it by its name alone.
inline Outcome read_file(const std::string& name, std::string_view text, Request request = {}) {
    const Folder folder;
    request.sources.push_back({folder.write(name, text)});
    auto outcome = read_servers(request);
    for (auto* lines : {&outcome.errors, &outcome.warnings, &outcome.formats}) {
        for (auto& line : *lines) {
            for (auto at = line.find(folder.path() + '/'); at != line.npos; at = line.find(folder.path() + '/')) {
                line.erase(at, folder.path().size() + 1);
            }
        }
    }
    return outcome;
}

inline Outcome read_arguments(std::vector<std::string> arguments, std::vector<OptionValue> options = {}) {
    Request request;
    request.arguments = std::move(arguments);
    request.options = std::move(options);
    return read_servers(request);
}

}  // namespace connprobe::config
