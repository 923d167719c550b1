#include "demo/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

namespace connprobe::demo {

TemporaryDirectory::TemporaryDirectory() {
    const char* parent = std::getenv("TMPDIR");
    std::string path = std::string{parent != nullptr && *parent != '\0' ? parent : "/tmp"} + "/connprobe-demo-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
        throw std::system_error{errno, std::generic_category(), "cannot make a directory like " + path};
    }
    path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TemporaryDirectory::write(const std::string& name, std::string_view content) const {
    std::filesystem::path file = path_ / name;
    errno = 0;
    std::ofstream stream{file, std::ios::binary};
    if (!(stream << content << std::flush)) {
        throw std::system_error{errno, std::generic_category(), "cannot write " + file.string()};
    }
    return file;
}

}  // namespace connprobe::demo
