// A directory that only this user can read, removed with all that is in it when its owner goes.
#pragma once

#include <filesystem>

namespace connprobe::demo {

class TemporaryDirectory {
public:
    /// Makes `connprobe-demo-XXXXXX` in TMPDIR, else in /tmp. Throws std::system_error when it cannot.
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Writes a file of that name into it; throws std::system_error when it cannot.
    std::filesystem::path write(const std::string& name, std::string_view content) const;

private:
    std::filesystem::path path_;
};

}  // namespace connprobe::demo
