// Small files of certificates, keys and revocation lists, and what is wrong with them in words.
#pragma once

#include <string>

namespace connprobe::net {

struct SmallFile {
    std::string text;
    std::string error;  ///< a clause that follows the file's name: "cannot be read: No such file or directory"
};

/// At most 16 MiB; anything that can be read to its end will do, also a pipe.
[[nodiscard]] SmallFile read_file(const std::string& file);

/// Does it begin as binary ASN.1 does (DER, PKCS#12)?
[[nodiscard]] bool is_der(const std::string& text) noexcept;

}  // namespace connprobe::net
