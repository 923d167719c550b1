#include "model/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace connprobe {

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4, '\0');  // the zero that OpenSSL adds falls on the string's own
    EVP_EncodeBlock(bytes_of(text), bytes_of(bytes), static_cast<int>(bytes.size()));
    return text;
}

std::string decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(bytes_of(bytes), bytes_of(text), static_cast<int>(text.size()));
    const auto padding = text.size() - std::min(text.find('='), text.size());
    if (size < 0 || padding > 2) return {};
    bytes.resize(static_cast<std::size_t>(size) - padding);  // OpenSSL counts what stands for the padding
    return bytes;
}

}  // namespace connprobe
