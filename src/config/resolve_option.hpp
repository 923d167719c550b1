// --resolve HOST:PORT:ADDR: connect to ADDR for HOST:PORT and ask no name, as curl does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/parsed.hpp"
#include "config/problems.hpp"
#include "connprobe/target.hpp"

namespace connprobe::config {

class ResolveOptions {
public:
    /// Wrong ones are reported and left out.
    ResolveOptions(const std::vector<std::string>& values, Problems& problems);

    /// Gives the target its address, unless it has one of its own.
    void apply(Target& target);
    /// Warns of those that no target needed.
    void warn_of_unused(Problems& problems) const;

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

private:
    struct Entry {
        std::string written;
        std::string host;  ///< in lower case
        std::uint16_t port;
        std::string address;
        bool used = false;
    };

    [[nodiscard]] static Parsed<Entry> parse(std::string_view text);

    std::vector<Entry> entries_;
};

}  // namespace connprobe::config
