#include "net/dns_errors.hpp"

#include <ares.h>
#include <doctest/doctest.h>
#include <netdb.h>

#include <cerrno>
#include <string>

#include "header_macros.hpp"

using namespace connprobe;
using namespace connprobe::net;

namespace {

struct Case {
    int status;
    Code expected;
    const char* fact;
};

void check_fact(const std::string& fact) {
    CHECK_FALSE(fact.empty());
    CHECK_FALSE(fact.ends_with('.'));
}

}  // namespace

TEST_CASE("each status of c-ares has a row of its own") {
    const auto statuses = test::numbers_named("ARES_E");
    CHECK(statuses.size() >= 25);
    for (const auto& [name, status] : statuses) {
        CAPTURE(name);
        const auto fault = ares_fault(status);
        REQUIRE_MESSAGE(fault, name << " has no row");
        check_fact(fault->fact);
    }
    CHECK_FALSE(ares_fault(ARES_SUCCESS));
    CHECK_FALSE(ares_fault(4711));
}

TEST_CASE("each status of getaddrinfo has a row of its own") {
    const auto statuses = test::numbers_named("EAI_");
    CHECK(statuses.size() >= 18);
    for (const auto& [name, status] : statuses) {
        CAPTURE(name);
        const auto fault = getaddrinfo_fault(status, EIO);
        REQUIRE_MESSAGE(fault, name << " has no row");
        check_fact(fault->fact);
    }
    CHECK_FALSE(getaddrinfo_fault(0, 0));
    CHECK_FALSE(getaddrinfo_fault(-4711, 0));
}

TEST_CASE("what c-ares says becomes a code and a fact") {
    for (const Case& c :
         {Case{ARES_ENOTFOUND, Code::host_not_found, "the DNS server answered NXDOMAIN: there is no such name"},
          Case{ARES_ENODATA, Code::no_address, "the name exists, but has no such address"},
          Case{ARES_ESERVFAIL, Code::dns_server_failure, "the DNS server answered SERVFAIL"},
          Case{ARES_EREFUSED, Code::dns_refused, "the DNS server answered REFUSED"},
          Case{ARES_EBADRESP, Code::dns_bad_reply, "the DNS server's answer is malformed"},
          Case{ARES_ETIMEOUT, Code::dns_timeout, "no DNS server answered in time"},
          Case{ARES_EBADNAME, Code::bad_name, "it is not a valid DNS name"},
          Case{ARES_ENOMEM, Code::out_of_memory, "there was no memory for the lookup"},
          Case{ARES_ECANCELLED, Code::interrupted, "the lookup was broken off"}}) {
        CHECK(ares_fault(c.status)->code == c.expected);
        CHECK(ares_fault(c.status)->fact == c.fact);
    }
}

TEST_CASE("what getaddrinfo says becomes a code and a fact") {
    for (const Case& c : {Case{EAI_NONAME, Code::host_not_found, "the system's resolver knows no such name"},
                          Case{EAI_NODATA, Code::no_address, "the name exists, but has no such address"},
                          Case{EAI_ADDRFAMILY, Code::no_address, "the name exists, but has no address of this family"},
                          Case{EAI_AGAIN, Code::dns_temporary_failure,
                               "getaddrinfo says \"Temporary failure in name resolution\" (EAI_AGAIN)"},
                          Case{EAI_FAIL, Code::dns_server_failure, "the system's resolver failed for good (EAI_FAIL)"},
                          Case{EAI_MEMORY, Code::out_of_memory, "there was no memory for the lookup"}}) {
        CHECK(getaddrinfo_fault(c.status, 0)->code == c.expected);
        CHECK(getaddrinfo_fault(c.status, 0)->fact == c.fact);
    }
}

TEST_CASE("what this machine lacked for a lookup is not blamed on the DNS") {
    CHECK(getaddrinfo_fault(EAI_SYSTEM, EMFILE)->code == Code::too_many_open_files);
    CHECK(getaddrinfo_fault(EAI_SYSTEM, ENFILE)->code == Code::too_many_open_files);
    CHECK(getaddrinfo_fault(EAI_SYSTEM, ENOMEM)->code == Code::out_of_memory);
    CHECK(getaddrinfo_fault(EAI_SYSTEM, EACCES)->code == Code::permission_denied);
    CHECK(getaddrinfo_fault(EAI_SYSTEM, EIO)->code == Code::dns_temporary_failure);
    CHECK(getaddrinfo_fault(EAI_SYSTEM, EIO)->fact == "the system's resolver failed with EIO");
}
