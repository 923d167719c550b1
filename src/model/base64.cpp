#include "model/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace connprobe {

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string encoded;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k)
            bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k) encoded += i + k <= bytes.size() ? digits[bits >> (18 - 6 * k) & 63U] : '=';
    }
    return encoded;
}

}  // namespace connprobe
