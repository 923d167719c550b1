#include "net/dns_answer.hpp"

#include <ares.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "net/dns_reader.hpp"

namespace connprobe::net {

namespace {

constexpr std::uint16_t internet = 1, cname = 5;  // RFC 1035 §3.2.4, §3.2.2

/// The data of a record, as a place in its message: names in it may point elsewhere.
struct RecordData {
    std::size_t place, size;
};

struct Answers {
    std::map<std::string, std::string> aliases;
    std::vector<std::pair<std::string, RecordData>> records;  ///< of the wanted type, each with the name that owns it
};

void read_record(DnsReader& reader, RecordType wanted, Answers& answers) {
    auto owner = reader.name();
    const auto type = reader.number(), network = reader.number();
    reader.skip(4);  // TTL
    const auto size = reader.number();
    const auto place = reader.place();
    if (network == internet && type == cname) {
        answers.aliases.insert_or_assign(std::move(owner), reader.name());
    } else {
        reader.skip(size);
        if (network == internet && type == static_cast<std::uint16_t>(wanted))
            answers.records.emplace_back(std::move(owner), RecordData{place, size});
    }
    if (reader.place() != place + size) reader.fail();
}

/// Returns an ARES_* status.
int find_records(std::span<const unsigned char> reply, RecordType type, std::vector<RecordData>& found) {
    DnsReader reader{reply};
    reader.skip(4);
    const auto questions = reader.number(), count = reader.number();
    reader.skip(4);
    auto wanted = reader.name();
    reader.skip(4);
    Answers answers;
    for (unsigned i = 0; i < count && reader.good(); ++i) read_record(reader, type, answers);
    if (!reader.good() || questions != 1) return ARES_EBADRESP;
    // Taken out, so that aliases in a circle end.
    while (auto alias = answers.aliases.extract(wanted)) wanted = std::move(alias.mapped());
    for (const auto& [owner, data] : answers.records)
        if (owner == wanted) found.push_back(data);
    return found.empty() ? ARES_ENODATA : ARES_SUCCESS;
}

template <class Address>
bool read_address(std::span<const unsigned char> data, std::vector<asio::ip::address>& addresses) {
    typename Address::bytes_type bytes;
    if (data.size() != bytes.size()) return false;
    std::ranges::copy(data, bytes.begin());
    addresses.emplace_back(Address{bytes});
    return true;
}

}  // namespace

int parse_addresses(RecordType type, std::span<const unsigned char> reply, std::vector<asio::ip::address>& addresses) {
    std::vector<RecordData> found;
    if (const int status = find_records(reply, type, found); status != ARES_SUCCESS) return status;
    const auto read =
        type == RecordType::aaaa ? read_address<asio::ip::address_v6> : read_address<asio::ip::address_v4>;
    for (const auto& [place, size] : found)
        if (!read(reply.subspan(place, size), addresses)) return ARES_EBADRESP;
    return ARES_SUCCESS;
}

int parse_services(std::span<const unsigned char> reply, std::vector<Service>& services) {
    std::vector<RecordData> found;
    if (const int status = find_records(reply, RecordType::srv, found); status != ARES_SUCCESS) return status;
    for (const auto& [place, size] : found) {
        DnsReader reader{reply};
        reader.skip(place);
        Service service;
        service.priority = reader.number();
        service.weight = reader.number();
        service.port = reader.number();
        service.host = reader.name();
        if (!reader.good() || reader.place() != place + size) return ARES_EBADRESP;
        services.push_back(std::move(service));
    }
    return ARES_SUCCESS;
}

}  // namespace connprobe::net
