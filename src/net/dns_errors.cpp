#include "net/dns_errors.hpp"

#include <ares.h>
#include <netdb.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string_view>

#include "net/connect_errors.hpp"

namespace connprobe::net {

namespace {

struct StatusRow {
    int status;
    Code code;
    std::string_view fact;
};

constexpr std::string_view no_library = "the resolver library is not ready";

constexpr std::array ares_rows = std::to_array<StatusRow>({
    {ARES_ENODATA, Code::no_address, "the name exists, but has no such address"},
    {ARES_EFORMERR, Code::dns_bad_reply, "the DNS server answered FORMERR: it does not understand the question"},
    {ARES_ESERVFAIL, Code::dns_server_failure, "the DNS server answered SERVFAIL"},
    {ARES_ENOTFOUND, Code::host_not_found, "the DNS server answered NXDOMAIN: there is no such name"},
    {ARES_ENOTIMP, Code::dns_bad_reply, "the DNS server answered NOTIMP: it does not answer such questions"},
    {ARES_EREFUSED, Code::dns_refused, "the DNS server answered REFUSED"},
    {ARES_EBADQUERY, Code::bad_name, "no DNS question can be made of the name"},
    {ARES_EBADNAME, Code::bad_name, "it is not a valid DNS name"},
    {ARES_EBADFAMILY, Code::address_not_available, "the address family is not supported"},
    {ARES_EBADRESP, Code::dns_bad_reply, "the DNS server's answer is malformed"},
    {ARES_ECONNREFUSED, Code::dns_refused, "no DNS server takes questions: closed ports, or no way there"},
    {ARES_ETIMEOUT, Code::dns_timeout, "no DNS server answered in time"},
    {ARES_EOF, Code::dns_bad_reply, "the DNS server's answer ended early"},
    {ARES_EFILE, Code::permission_denied, "the resolver's configuration cannot be read"},
    {ARES_ENOMEM, Code::out_of_memory, "there was no memory for the lookup"},
    {ARES_EDESTRUCTION, Code::interrupted, "the lookup was broken off"},
    {ARES_EBADSTR, Code::bad_name, "the name holds characters that no name may hold"},
    {ARES_EBADFLAGS, Code::dns_server_failure, "the resolver library did not take the question's flags"},
    {ARES_ENONAME, Code::host_not_found, "the name is not an address literal, and only those were asked for"},
    {ARES_EBADHINTS, Code::dns_server_failure, "the resolver library did not take the question's hints"},
    {ARES_ENOTINITIALIZED, Code::dns_server_failure, no_library},
    {ARES_ELOADIPHLPAPI, Code::dns_server_failure, no_library},
    {ARES_EADDRGETNETWORKPARAMS, Code::dns_server_failure, no_library},
    {ARES_ECANCELLED, Code::interrupted, "the lookup was broken off"},
    {ARES_ESERVICE, Code::bad_name, "the service's name is not known"},
});

constexpr std::array eai_rows = std::to_array<StatusRow>({
    {EAI_BADFLAGS, Code::dns_server_failure, "getaddrinfo did not take the question's flags"},
    {EAI_NONAME, Code::host_not_found, "the system's resolver knows no such name"},
    {EAI_AGAIN, Code::dns_temporary_failure, "getaddrinfo says \"Temporary failure in name resolution\" (EAI_AGAIN)"},
    {EAI_FAIL, Code::dns_server_failure, "the system's resolver failed for good (EAI_FAIL)"},
    {EAI_NODATA, Code::no_address, "the name exists, but has no such address"},
    {EAI_FAMILY, Code::address_not_available, "the address family is not supported"},
    {EAI_SOCKTYPE, Code::dns_server_failure, "getaddrinfo did not take the socket type"},
    {EAI_SERVICE, Code::bad_name, "the service's name is not known"},
    {EAI_ADDRFAMILY, Code::no_address, "the name exists, but has no address of this family"},
    {EAI_MEMORY, Code::out_of_memory, "there was no memory for the lookup"},
    {EAI_OVERFLOW, Code::bad_name, "the name is too long"},
    {EAI_INPROGRESS, Code::dns_temporary_failure, "the lookup is still going on"},
    {EAI_CANCELED, Code::dns_temporary_failure, "the lookup was broken off"},
    {EAI_NOTCANCELED, Code::dns_temporary_failure, "the lookup could not be broken off"},
    {EAI_ALLDONE, Code::dns_temporary_failure, "the lookup was over already"},
    {EAI_INTR, Code::dns_temporary_failure, "the lookup was broken off by a signal"},
    {EAI_IDN_ENCODE, Code::bad_name, "the name cannot be written in ASCII (IDNA)"},
});

std::optional<DnsFault> find(std::span<const StatusRow> rows, int status) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const StatusRow& row) { return row.status == status; });
    if (found == rows.end()) return std::nullopt;
    return DnsFault{found->code, std::string(found->fact)};
}

/// What this machine lacked has a code of its own: "could not resolve" would be blamed on the DNS.
Code code_of_system_error(int error) noexcept {
    switch (error) {
        case EMFILE:
        case ENFILE: return Code::too_many_open_files;
        case ENOMEM:
        case ENOBUFS: return Code::out_of_memory;
        case EACCES:
        case EPERM: return Code::permission_denied;
        default: return Code::dns_temporary_failure;
    }
}

}  // namespace

std::optional<DnsFault> ares_fault(int status) { return find(ares_rows, status); }

std::optional<DnsFault> getaddrinfo_fault(int status, int error) {
    if (status != EAI_SYSTEM) return find(eai_rows, status);
    return DnsFault{code_of_system_error(error), "the system's resolver failed with " + errno_name(error)};
}

}  // namespace connprobe::net
