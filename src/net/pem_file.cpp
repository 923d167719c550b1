#include "net/pem_file.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

namespace connprobe::net {

namespace {

struct Close {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};

std::string cannot_be_read(int error) { return "cannot be read: " + std::generic_category().message(error); }

}  // namespace

SmallFile read_file(const std::string& file) {
    constexpr std::size_t most = std::size_t{16} * 1024 * 1024, chunk_size = 65536;
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return {{}, "is a directory, not a file"};
    const std::unique_ptr<std::FILE, Close> stream{std::fopen(file.c_str(), "rbe")};
    if (!stream) return {{}, cannot_be_read(errno)};
    SmallFile read;
    std::vector<char> chunk(chunk_size);
    while (const auto count = std::fread(chunk.data(), 1, chunk.size(), stream.get())) {
        read.text.append(chunk.data(), count);
        if (read.text.size() > most) return {{}, "is larger than 16 MiB"};
    }
    if (std::ferror(stream.get()) != 0) return {{}, cannot_be_read(errno)};
    if (read.text.empty()) read.error = "is empty";
    return read;
}

bool is_der(const std::string& text) noexcept {
    constexpr char sequence = 0x30;
    return !text.empty() && text.front() == sequence && text.find("-----BEGIN") == std::string::npos;
}

}  // namespace connprobe::net
