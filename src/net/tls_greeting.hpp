// What speaks on a port where TLS was expected, judged by the first bytes that it sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace connprobe::net {

/// A protocol that was recognised, and what to do about it.
struct Speaker {
    std::string_view protocol;  ///< as people call it: "plain HTTP", "SSH"
    std::string_view advice;    ///< empty when there is none beyond turning TLS off
};

/// Could this be the beginning of a TLS record (RFC 8446 §5.1)? An empty text could.
[[nodiscard]] bool may_be_tls(std::string_view first) noexcept;

/// None when the bytes are no greeting that is known.
[[nodiscard]] std::optional<Speaker> speaker(std::string_view first) noexcept;

/// The bytes as a sentence shows them: the first line in quotes and printable, or in hexadecimal when it is not text.
[[nodiscard]] std::string shown(std::string_view first);

/// The version that a ServerHello chose ("TLS 1.0"); none if the bytes are not the beginning of one.
[[nodiscard]] std::optional<std::string_view> chosen_version(std::string_view first) noexcept;

/// The alert that the server began with, if that was only a warning.
[[nodiscard]] std::optional<int> warning(std::string_view first) noexcept;

}  // namespace connprobe::net
