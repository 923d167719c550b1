// How regular expressions are read where a server's text is looked at.
#pragma once

#include <re2/re2.h>

#include <string_view>

#include "connprobe/check.hpp"

namespace connprobe::check {

/// For a text that is no UTF-8: \xff is a byte there, and a dot any of them.
[[nodiscard]] inline RE2::Options in_bytes() {
    RE2::Options options{RE2::Quiet};
    options.set_encoding(RE2::Options::EncodingLatin1);
    return options;
}

/// Can more of a text undo a match at its end? ($ and \b look at what follows.)
[[nodiscard]] inline bool depends_on_end(const Regex& expected) {
    for (const std::string_view sign : {"$", "\\z", "\\b", "\\B"})
        if (expected.find(sign) != std::string::npos) return true;
    return false;
}

}  // namespace connprobe::check
