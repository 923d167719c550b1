// TLS sessions that are carried from one run to another in a file that nobody else may read.
#pragma once

#include <optional>
#include <string>

#include "os/output.hpp"
#include "warm/warmer.hpp"

namespace connprobe::cli {

/// Returns what is wrong as a whole sentence, empty if nothing is or `file` is empty.
[[nodiscard]] std::string load_sessions(const std::string& file, warm::Warmer& warmer);

/// The file that they are saved to, opened before anything is sent; no name, no file.
class SessionsFile {
public:
    /// Both return what went wrong as a whole sentence, empty if nothing did.
    [[nodiscard]] std::string open(const std::string& file);
    [[nodiscard]] std::string save(const std::string& sessions);

private:
    std::optional<os::Output> output_;
};

}  // namespace connprobe::cli
