#include "net/dns_reader.hpp"

#include <doctest/doctest.h>

using namespace connprobe::net;

TEST_CASE("names, numbers and what is passed over are read in their order") {
    constexpr unsigned char message[] = {1, 'A', 0, 9, 9, 0x12, 0x34, 1, 'b', 0xc0, 0};
    DnsReader reader{message};
    CHECK(reader.name() == "a");
    reader.skip(2);
    CHECK(reader.number() == 0x1234);
    CHECK(reader.name() == "b.a");
    CHECK(reader.good());
    CHECK(reader.place() == sizeof message);
}

TEST_CASE("after something that does not fit nothing is read") {
    constexpr unsigned char loop[] = {0xc0, 0}, beyond[] = {63, 'a'}, number[] = {7};
    DnsReader in_a_loop{loop}, too_long{beyond}, half{number}, empty{{}};
    CHECK(in_a_loop.name().empty());
    CHECK(too_long.name().empty());
    CHECK(half.number() == 0);
    CHECK(empty.name().empty());
    for (auto* reader : {&in_a_loop, &too_long, &half, &empty}) {
        CHECK_FALSE(reader->good());
        CHECK(reader->number() == 0);
        CHECK(reader->place() == 0);
    }
}
