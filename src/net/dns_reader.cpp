#include "net/dns_reader.hpp"

#include <ares.h>

#include <memory>

#include "model/text.hpp"

namespace connprobe::net {

namespace {

struct FreeString {
    void operator()(char* text) const noexcept { ares_free_string(text); }
};

}  // namespace

std::string DnsReader::name() {
    char* text = nullptr;
    long size = 0;
    good_ = good_ && place_ < message_.size() &&
            ares_expand_name(message_.data() + place_, message_.data(), static_cast<int>(message_.size()), &text,
                             &size) == ARES_SUCCESS;
    if (!good_) return {};
    const std::unique_ptr<char, FreeString> owner{text};
    place_ += static_cast<std::size_t>(size);
    return lower_case(text);
}

std::uint16_t DnsReader::number() {
    const auto at = place_;
    skip(2);
    return good_ ? static_cast<std::uint16_t>(message_[at] << 8U | message_[at + 1]) : std::uint16_t{0};
}

void DnsReader::skip(std::size_t size) noexcept {
    good_ = good_ && size <= message_.size() - place_;
    if (good_) place_ += size;
}

}  // namespace connprobe::net
