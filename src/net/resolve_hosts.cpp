#include "net/resolve_hosts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "model/text.hpp"
#include "net/resolve_name.hpp"

namespace connprobe::net {

namespace {

/// Takes the next word of the line away; empty at its end.
std::string_view next_word(std::string_view& line) {
    constexpr std::string_view blanks = " \t\r\v\f";
    line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
    const auto word = line.substr(0, line.find_first_of(blanks));
    line.remove_prefix(word.size());
    return word;
}

bool same_file(const struct ::stat& a, const struct ::stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

HostsTable parse_hosts(std::string_view text) {
    HostsTable table;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        std::error_code error;
        const auto address = asio::ip::make_address(std::string{next_word(line)}, error);
        if (error) continue;
        for (auto name = next_word(line); !name.empty(); name = next_word(line)) {
            auto& known = table[lower_case(name)];
            if (std::ranges::find(known, address) == known.end()) known.push_back(address);
        }
    }
    return table;
}

FileText read_text(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return {{}, errno};
    FileText read;
    char chunk[8192];
    for (;;) {
        const auto count = ::read(file, chunk, sizeof chunk);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) read.error = errno;
        if (count <= 0) break;
        read.text.append(chunk, static_cast<std::size_t>(count));
    }
    ::close(file);
    return read;
}

HostsFile::Found HostsFile::find(std::string_view name) {
    if (const int error = refresh(); error != 0) return {{}, error};
    auto bare = lower_case(name);
    if (bare.ends_with('.')) bare.pop_back();
    const auto known = table_.find(bare);
    return {known == table_.end() ? std::vector<asio::ip::address>{} : known->second, 0};
}

int HostsFile::refresh() {
    struct ::stat now{};
    if (::stat(path_.c_str(), &now) != 0) now = {};
    if (same_file(now, seen_)) return 0;
    auto read = read_text(path_.c_str());
    if (read.error == EMFILE || read.error == ENFILE || read.error == ENOMEM) return read.error;
    table_ = parse_hosts(read.text);
    seen_ = now;
    return 0;
}

}  // namespace connprobe::net
