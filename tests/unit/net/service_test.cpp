#include "net/service.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;
using namespace connprobe::net;

namespace {

std::string shown(const std::vector<Service>& services) {
    std::string text;
    for (const auto& one : services) text += one.host + ':' + std::to_string(one.port) + ' ';
    return text;
}

}  // namespace

TEST_CASE("the servers of a record come by priority, then by weight, each once and without those that are none") {
    CHECK(shown(in_order({{"c", 1, 20, 0}, {"b", 1, 10, 1}, {"a", 1, 10, 9}})) == "a:1 b:1 c:1 ");
    CHECK(shown(in_order({{"b", 2, 0, 0}, {"b", 1, 0, 0}, {"a", 3, 0, 0}})) == "a:3 b:1 b:2 ");
    CHECK(shown(in_order({{"a", 1, 2, 0}, {"a", 1, 1, 0}, {"", 0, 0, 0}})) == "a:1 ");
    CHECK(shown(in_order({{"a", 0, 1, 0}, {"a b", 1, 2, 0}, {"127.0.0.1", 1, 3, 0}, {"c", 1, 4, 0}})) == "c:1 ");
}

TEST_CASE("a record that names no server says why") {
    struct Row {
        std::vector<Service> services;
        std::optional<Code> code;
    };
    for (const auto& [services, code] : {
             Row{{{"a.example", 1, 0, 0}}, {}},
             Row{{{"", 0, 0, 0}}, Code::no_address},
             Row{{{"", 0, 0, 0}, {"a.example", 1, 0, 0}}, {}},
             Row{{{"a.example", 0, 0, 0}}, Code::dns_bad_reply},
             Row{{{"b.example", 1, 0, 0}, {"a.example", 0, 1, 0}}, Code::dns_bad_reply},
             Row{{{"127.0.0.1", 80, 0, 0}}, Code::dns_bad_reply},
             Row{{{"127.1", 80, 0, 0}}, Code::dns_bad_reply},
             Row{{{"a b", 80, 0, 0}}, Code::dns_bad_reply},
         }) {
        const auto failure = reject_services("_x._tcp.example", services);
        CHECK((failure ? std::optional{failure->code} : std::nullopt) == code);
    }
}
