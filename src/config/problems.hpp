// Collects everything that is wrong: the first twenty in full, the others counted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/spot.hpp"

namespace connprobe::config {

class Problems {
public:
    explicit Problems(const SourceNames& names) : names_(names) {}

    /// `servers.json:7:11: servers[0].port: expected 1–65535, found 70000`; `path` may be null.
    void error(const Spot& spot, const Path* path, const std::string& text);
    void error(std::string line);
    void warning(const Spot& spot, const std::string& text);
    void warning(std::string line);

    [[nodiscard]] bool any() const noexcept { return errors_ > 0; }
    [[nodiscard]] std::size_t errors() const noexcept { return errors_; }
    /// The lines, the last of them saying how many more there are.
    [[nodiscard]] std::vector<std::string> error_lines() const;
    [[nodiscard]] std::vector<std::string> warning_lines() const;

private:
    static constexpr std::size_t shown = 20;

    [[nodiscard]] std::string prefix(const Spot& spot) const;

    const SourceNames& names_;
    std::vector<std::string> error_lines_, warning_lines_;
    std::size_t errors_ = 0, warnings_ = 0;
};

}  // namespace connprobe::config
