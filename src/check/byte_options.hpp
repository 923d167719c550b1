// How RE2 reads a text that is no UTF-8: \xff is a byte there, and a dot any of them.
#pragma once

#include <re2/re2.h>

namespace connprobe::check {

[[nodiscard]] inline RE2::Options in_bytes() {
    RE2::Options options{RE2::Quiet};
    options.set_encoding(RE2::Options::EncodingLatin1);
    return options;
}

}  // namespace connprobe::check
