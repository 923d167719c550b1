#include "net/dns_refusals.hpp"

#include <ares.h>
#include <doctest/doctest.h>

#include <vector>

using namespace connprobe::net;

namespace {

using Bytes = std::vector<unsigned char>;

/// A reply to the question for the A records of "X.test".
Bytes reply(unsigned char flags, unsigned char code) {
    return {0, 7, flags, code, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'X', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
}

Bytes question() { return reply(0x01, 0x00); }

}  // namespace

TEST_CASE("a refusal is kept under its question until that is asked again") {
    DnsRefusals refusals;
    refusals.asked(question());
    refusals.heard(reply(0x81, 0x85), "192.0.2.1");
    refusals.heard(reply(0x81, 0x82), "192.0.2.2");
    CHECK(refusals.of("x.test", 28).empty());
    CHECK(refusals.of("y.test", 1).empty());
    refusals.asked(question());  // again, for c-ares knows no answer yet
    refusals.ended("x.test", 1);
    const auto found = refusals.of("x.TEST", 1);
    REQUIRE(found.size() == 2);
    CHECK(found[1].status == ARES_ESERVFAIL);
    CHECK(found[1].server == "192.0.2.2");
    refusals.asked(question());
    CHECK(refusals.of("x.test", 1).empty());
}

TEST_CASE("what is no refusal is not kept, whatever it is") {
    DnsRefusals refusals;
    refusals.asked(question());
    auto cut = reply(0x81, 0x85);
    cut.resize(20);
    for (const auto& bytes : {reply(0x81, 0x80), reply(0x81, 0x83), reply(0x01, 0x82), cut, Bytes{}, Bytes{0xff}}) {
        refusals.heard(bytes, "192.0.2.1");
        CHECK(refusals.of("x.test", 1).empty());
    }
}

TEST_CASE("a refusal with an id of no open question is not kept") {
    DnsRefusals refusals;
    refusals.heard(reply(0x81, 0x82), "192.0.2.1");
    refusals.asked(question());
    auto forged = reply(0x81, 0x82);
    forged[1] = 8;
    refusals.heard(forged, "192.0.2.1");
    CHECK(refusals.of("x.test", 1).empty());
    refusals.ended("x.test", 1);
    refusals.heard(reply(0x81, 0x82), "192.0.2.1");
    CHECK(refusals.of("x.test", 1).empty());
}

TEST_CASE("a closed server is one until something is heard from it") {
    DnsRefusals refusals;
    refusals.closed("192.0.2.1");
    refusals.closed("192.0.2.1");
    refusals.closed("192.0.2.2");
    CHECK(refusals.closed() == 2);
    refusals.heard(reply(0x81, 0x80), "192.0.2.2");
    CHECK(refusals.closed() == 1);
}
