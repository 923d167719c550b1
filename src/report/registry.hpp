// The output formats: their names, their file endings, and how a writer of each is made.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "report/writer.hpp"

namespace connprobe::report {

struct FormatInfo {
    std::string_view name;    ///< as in --output
    std::string_view ending;  ///< of a file that means this format (`-o out.json`), without the dot; empty: none
    std::string_view help;    ///< a few words for --help and the man page
    std::unique_ptr<Writer> (*make)(Sink& sink, const Style& style);
};

[[nodiscard]] std::span<const FormatInfo> formats() noexcept;

/// Makes the writer `Format`, a class that only its own file knows and that is instantiated there (make.hpp).
template <class Format>
[[nodiscard]] std::unique_ptr<Writer> make(Sink& sink, const Style& style);

/// The format of that name, null if there is none.
[[nodiscard]] const FormatInfo* find_format(std::string_view name) noexcept;

}  // namespace connprobe::report
