// Elements of ASN.1 in BER with definite lengths (X.690 §8.1), as LDAP has them: read with every bound checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace connprobe::net {

enum class ElementState : std::uint8_t { whole, incomplete, malformed };

struct Element {
    ElementState state = ElementState::incomplete;
    unsigned char tag = 0;
    std::string_view content{};
    std::size_t bytes = 0;  ///< with its tag and length
};

/// The element that the bytes begin with. Tags of one byte and lengths of up to four are read, no others.
[[nodiscard]] Element first_element(std::string_view bytes) noexcept;

/// Takes the content of the first element, if that is whole and has this tag.
[[nodiscard]] std::optional<std::string_view> take(std::string_view& bytes, unsigned char tag) noexcept;

/// The same for a number from 0 to 2^31 - 1.
[[nodiscard]] std::optional<unsigned> take_number(std::string_view& bytes, unsigned char tag) noexcept;

}  // namespace connprobe::net
