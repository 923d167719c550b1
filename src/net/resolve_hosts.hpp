// The names that this machine's own hosts file knows.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/address.hpp"

namespace connprobe::net {

using HostsTable = std::unordered_map<std::string, std::vector<asio::ip::address>>;

/// hosts(5): an address and its names a line, in the order of the file. Names are in lower case; lines that cannot be
/// read are skipped, as every other reader of the file does.
[[nodiscard]] HostsTable parse_hosts(std::string_view text);

/// The text of a small file. `error` is an errno, 0 if there was none.
struct FileText {
    std::string text;
    int error = 0;
};
[[nodiscard]] FileText read_text(const char* path);

/// Reads the file again when it has changed. Belongs to one thread.
class HostsFile {
public:
    explicit HostsFile(std::string path = "/etc/hosts") : path_{std::move(path)} {}

    struct Found {
        std::vector<asio::ip::address> addresses;
        int error = 0;  ///< an errno that kept the file from being read; a file that is not there is an empty one
    };
    [[nodiscard]] Found find(std::string_view name);

private:
    [[nodiscard]] int refresh();

    std::string path_;
    struct ::stat seen_{};
    HostsTable table_;
};

}  // namespace connprobe::net
