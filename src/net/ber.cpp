#include "net/ber.hpp"

#include "net/bytes.hpp"

namespace connprobe::net {

Element first_element(std::string_view bytes) noexcept {
    constexpr std::size_t long_form = 0x80, most_length_bytes = 4;
    if (bytes.size() < 2) return {};
    Element element{.tag = static_cast<unsigned char>(bytes[0])};
    std::size_t header = 2, length = byte(bytes, 1);
    if (length >= long_form) {
        const auto length_bytes = length - long_form;
        // 0 is the indefinite form, which RFC 4511 §5.1 forbids.
        if (length_bytes == 0 || length_bytes > most_length_bytes) {
            element.state = ElementState::malformed;
            return element;
        }
        header += length_bytes;
        if (bytes.size() < header) return element;
        length = 0;
        for (std::size_t at = 2; at < header; ++at) length = length << 8U | byte(bytes, at);
    }
    if (bytes.size() - header < length) return element;
    element.state = ElementState::whole;
    element.content = bytes.substr(header, length);
    element.bytes = header + length;
    return element;
}

std::optional<std::string_view> take(std::string_view& bytes, unsigned char tag) noexcept {
    const auto element = first_element(bytes);
    if (element.state != ElementState::whole || element.tag != tag) return std::nullopt;
    bytes.remove_prefix(element.bytes);
    return element.content;
}

std::optional<unsigned> take_number(std::string_view& bytes, unsigned char tag) noexcept {
    const auto content = take(bytes, tag);
    constexpr std::size_t most_bytes = 4, sign = 0x80;
    if (!content || content->empty() || content->size() > most_bytes || (byte(*content, 0) & sign) != 0)
        return std::nullopt;
    unsigned number = 0;
    for (const char each : *content) number = number << 8U | static_cast<unsigned char>(each);
    return number;
}

}  // namespace connprobe::net
