#include "net/dns_refusals.hpp"

#include <ares.h>

#include <optional>

#include "model/text.hpp"
#include "net/dns_reader.hpp"

namespace connprobe::net {

namespace {

struct Header {
    std::uint16_t id = 0, flags = 0;
    std::string name;
    int type = 0;
};

/// None if it does not go that far.
std::optional<Header> header_of(std::span<const unsigned char> datagram) {
    DnsReader reader{datagram};
    Header header;
    header.id = reader.number();
    header.flags = reader.number();
    reader.skip(8);
    header.name = reader.name();
    header.type = reader.number();
    return reader.good() ? std::optional{std::move(header)} : std::nullopt;
}

std::optional<int> refusal_status(std::uint16_t flags) {
    if ((flags & 0x8000U) == 0) return std::nullopt;
    switch (flags & 0x0fU) {
        case 2: return ARES_ESERVFAIL;
        case 4: return ARES_ENOTIMP;
        case 5: return ARES_EREFUSED;
        default: return std::nullopt;
    }
}

}  // namespace

void DnsRefusals::asked(std::span<const unsigned char> datagram) {
    const auto header = header_of(datagram);
    if (!header) return;
    auto& fate = fates_[{header->name, header->type}];
    if (fate.ids.empty()) fate.refusals.clear();
    fate.ids.insert(header->id);
}

void DnsRefusals::heard(std::span<const unsigned char> datagram, const std::string& server) {
    closed_.erase(server);
    const auto header = header_of(datagram);
    const auto status = header ? refusal_status(header->flags) : std::nullopt;
    if (!status) return;
    const auto found = fates_.find({header->name, header->type});
    if (found != fates_.end() && found->second.ids.contains(header->id))
        found->second.refusals.push_back({*status, server});
}

void DnsRefusals::ended(const std::string& name, int type) {
    const auto found = fates_.find({lower_case(name), type});
    if (found == fates_.end()) return;
    found->second.ids.clear();
    if (found->second.refusals.empty()) fates_.erase(found);
}

std::vector<DnsRefusals::Refusal> DnsRefusals::of(const std::string& name, int type) const {
    const auto found = fates_.find({lower_case(name), type});
    return found == fates_.end() ? std::vector<Refusal>{} : found->second.refusals;
}

}  // namespace connprobe::net
