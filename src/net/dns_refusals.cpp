#include "net/dns_refusals.hpp"

#include <ares.h>

#include <memory>

#include "model/text.hpp"
#include "net/dns_records.hpp"

namespace connprobe::net {

namespace {

struct FreeString {
    void operator()(char* text) const noexcept { ares_free_string(text); }
};

std::optional<int> refusal_status(std::span<const unsigned char> reply) {
    if (reply.size() < dns_header_size || (reply[2] & 0x80U) == 0) return std::nullopt;
    switch (reply[3] & 0x0f) {
        case 2: return ARES_ESERVFAIL;
        case 4: return ARES_ENOTIMP;
        case 5: return ARES_EREFUSED;
        default: return std::nullopt;
    }
}

}  // namespace

void DnsRefusals::heard(std::span<const unsigned char> datagram, const std::string& server) {
    closed_.erase(server);
    const auto status = refusal_status(datagram);
    char* text = nullptr;
    long size = 0;
    if (!status || ares_expand_name(datagram.data() + dns_header_size, datagram.data(),
                                    static_cast<int>(datagram.size()), &text, &size) != ARES_SUCCESS)
        return;
    const std::unique_ptr<char, FreeString> name{text};
    const auto at = dns_header_size + static_cast<std::size_t>(size);
    if (at + 2 > datagram.size()) return;
    refusals_[{lower_case(name.get()), datagram[at] << 8 | datagram[at + 1]}] = {*status, server};
}

std::optional<DnsRefusals::Refusal> DnsRefusals::take(const std::string& name, int type) {
    auto node = refusals_.extract({lower_case(name), type});
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
}

}  // namespace connprobe::net
