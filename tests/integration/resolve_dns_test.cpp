#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstdlib>

#include "dns_server.hpp"
#include "lookup_bench.hpp"
#include "net/dns_channel.hpp"

using namespace connprobe;
using namespace connprobe::tests;
using namespace std::chrono_literals;

namespace {

DnsFate with(std::vector<std::string> addresses) {
    DnsFate fate;
    fate.addresses = std::move(addresses);
    return fate;
}

DnsFate with_code(int rcode) {
    DnsFate fate;
    fate.rcode = rcode;
    return fate;
}

template <class... Flags>
DnsFate with_flags(std::vector<std::string> addresses, Flags... flags) {
    auto fate = with(std::move(addresses));
    ((fate.*flags = true), ...);
    return fate;
}

/// A server, and one thread that asks it.
struct Fixture {
    explicit Fixture(std::map<std::string, DnsFate> fates = {}) : server{std::move(fates)} {}

    DnsServer server;
    engine::Names names{server.resolver()};
    LookupBench bench{names};

    [[nodiscard]] AnswerPtr ask(const LookupBench::Question& question) { return bench.ask(question); }
};

/// No descriptor can be opened while it exists.
class NoDescriptors {
public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto none = before_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("a name has the addresses that the DNS server says") {
    Fixture fixture{{{"both.example", with({"192.0.2.1", "192.0.2.2", "2001:db8::1"})}}};
    CHECK(fixture.names.resolver() == "dns");
    CHECK(fixture.ask({"Both.Example."})->addresses.size() == 3);
    CHECK(addresses_of(fixture.ask({"both.example.", AddressFamily::ipv4})) == "192.0.2.1 192.0.2.2");
    CHECK(addresses_of(fixture.ask({"both.example.", AddressFamily::ipv6})) == "2001:db8::1");
    CHECK_FALSE(fixture.ask({"both.example."})->failure);
    CHECK_FALSE(fixture.ask({"both.example."})->missing);
}

TEST_CASE("each way in which DNS fails is told apart, with the server's address") {
    Fixture fixture{{{"nodata.example", {}},
                     {"servfail.example", with_code(ns_r_servfail)},
                     {"refused.example", with_code(ns_r_refused)},
                     {"notimpl.example", with_code(ns_r_notimpl)},
                     {"formerr.example", with_code(ns_r_formerr)},
                     {"malformed.example", with_flags({"192.0.2.1", "2001:db8::1"}, &DnsFate::malformed)}}};
    const auto server = fixture.server.text();
    struct Row {
        std::string name;
        Code code;
        std::string fact;
    };
    const Row rows[] = {
        {"gone.example.", Code::host_not_found,
         "the DNS server " + server + " answered NXDOMAIN: there is no such name"},
        {"nodata.example.", Code::no_address, "the name exists, but has no such address (" + server + ")"},
        {"servfail.example.", Code::dns_server_failure, "the DNS server " + server + " answered SERVFAIL"},
        {"refused.example.", Code::dns_refused, "the DNS server " + server + " answered REFUSED"},
        {"notimpl.example.", Code::dns_bad_reply,
         "the DNS server " + server + " answered NOTIMP: it does not answer such questions"},
        {"formerr.example.", Code::dns_bad_reply,
         "the DNS server " + server + " answered FORMERR: it does not understand the question"},
        {"malformed.example.", Code::dns_bad_reply, "the DNS server's answer is malformed (" + server + ")"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto answer = fixture.ask({row.name});
        REQUIRE(answer->failure);
        CHECK(answer->failure->phase == Phase::resolve);
        CHECK(answer->failure->code == row.code);
        CHECK(answer->failure->message == '"' + row.name + "\": " + row.fact);
        CHECK(answer->addresses.empty());
    }
    CHECK(fixture.server.questions("servfail.example A") == 1);
}

TEST_CASE("a truncated answer is asked for again over TCP") {
    std::vector<std::string> many;
    for (int i = 1; i <= 100; ++i) many.push_back("192.0.2." + std::to_string(i));
    Fixture fixture{{{"many.example", with_flags(many, &DnsFate::truncated)}}};
    CHECK(fixture.ask({"many.example.", AddressFamily::ipv4})->addresses.size() == 100);
    CHECK(fixture.server.questions("many.example A tcp") == 1);
}

TEST_CASE("rubbish and a wrong id are passed over, the answer after them is taken") {
    Fixture fixture{{{"db.example", with_flags({"192.0.2.1"}, &DnsFate::after_rubbish)}}};
    CHECK(addresses_of(fixture.ask({"db.example."})) == "192.0.2.1");
}

TEST_CASE("silence ends with the limit, which the message names") {
    Fixture fixture{{{"silent.example", with_flags({}, &DnsFate::silent)}}};
    const auto answer = fixture.ask({"silent.example.", AddressFamily::any, false, 50ms});
    REQUIRE(answer->failure);
    CHECK(answer->failure->code == Code::dns_timeout);
    CHECK(answer->failure->message ==
          "\"silent.example.\": no answer from the DNS (" + fixture.server.text() + ") within 50 ms (timeout)");
    CHECK(answer->asked >= 50ms);
}

TEST_CASE("nothing but rubbish ends with the limit too, and is mentioned") {
    Fixture fixture{{{"rubbish.example", with_flags({}, &DnsFate::only_rubbish)}}};
    const std::string_view mentioned = "; what came fitted no question: a wrong id, or no DNS reply at all";
    AnswerPtr answer;
    for (Duration limit = 50ms; limit < 20s; limit *= 4) {  // longer, should the server have been too slow
        answer = fixture.ask({"rubbish.example.", AddressFamily::any, true, limit});
        REQUIRE(answer->failure);
        CHECK(answer->failure->code == Code::dns_timeout);
        if (answer->failure->message.ends_with(mentioned)) break;
    }
    CHECK(answer->failure->message.ends_with(mentioned));
}

TEST_CASE("a family that is not answered holds the other one up for a moment only, and can be asked for later") {
    for (const std::string silent : {"AAAA", "A"}) {
        CAPTURE(silent);
        Fixture fixture{{{"db.example", with({"192.0.2.1", "2001:db8::1"})},
                         {"db.example " + silent, with_flags({}, &DnsFate::silent)}}};
        const bool v6_missing = silent == "AAAA";
        const auto answer = fixture.ask({"db.example."});
        CHECK(addresses_of(answer) == (v6_missing ? "192.0.2.1" : "2001:db8::1"));
        REQUIRE(answer->missing);
        CHECK(*answer->missing == (v6_missing ? AddressFamily::ipv6 : AddressFamily::ipv4));
        CHECK_FALSE(answer->failure);

        fixture.server.set("db.example " + silent, with({"192.0.2.1", "2001:db8::1"}));
        CHECK(addresses_of(fixture.ask({"db.example.", *answer->missing})) ==
              (v6_missing ? "2001:db8::1" : "192.0.2.1"));
    }
}

TEST_CASE("a family without records takes nothing from the other, whatever the server calls it") {
    for (const int rcode : {ns_r_noerror, ns_r_nxdomain, ns_r_servfail, ns_r_notimpl}) {
        CAPTURE(rcode);
        Fixture fixture{{{"db.example AAAA", with_code(rcode)}, {"db.example A", with({"192.0.2.1"})}}};
        CHECK(addresses_of(fixture.ask({"db.example."})) == "192.0.2.1");
    }
}

TEST_CASE("a server failure for one family is not covered up by the other having no records") {
    Fixture fixture{{{"db.example AAAA", {}}, {"db.example A", with_code(ns_r_servfail)}}};
    CHECK(fixture.ask({"db.example."})->failure->code == Code::dns_server_failure);
}

TEST_CASE("the search list is walked until a name exists") {
    ::setenv("LOCALDOMAIN", "one.example two.example", 1);
    Fixture fixture{{{"db.one.example", {}}, {"db.two.example", with({"192.0.2.2"})}}};
    CHECK(addresses_of(fixture.ask({"db"})) == "192.0.2.2");
    CHECK(fixture.server.questions("db A") == 0);
    const auto nowhere = fixture.ask({"web"});
    REQUIRE(nowhere->failure);
    CHECK(nowhere->failure->message.starts_with(
        "\"web\" (asked for as web.one.example, web.two.example, web): the DNS server"));
    CHECK(fixture.ask({"db."})->failure->code == Code::host_not_found);
    ::unsetenv("LOCALDOMAIN");
}

TEST_CASE("a port on which no DNS server listens is told at once") {
    const Listener nobody;  // bound for TCP, and refuses; over UDP the port is closed
    engine::Names names{{Resolver::Kind::dns, "127.0.0.1", nobody.port()}};
    LookupBench bench{names};
    const auto answer = bench.ask({"db.example."});
    REQUIRE(answer->failure);
    CHECK(answer->failure->code == Code::dns_refused);
    CHECK(answer->failure->message.starts_with("\"db.example.\": no DNS server"));
    CHECK(answer->failure->message.ends_with(" (127.0.0.1:" + std::to_string(nobody.port()) + ": ECONNREFUSED)"));
}

TEST_CASE("localhost and what is below it is loopback without a question") {
    Fixture fixture;
    CHECK(fixture.ask({"localhost"})->addresses.size() == 2);
    CHECK(addresses_of(fixture.ask({"db.LOCALHOST.", AddressFamily::ipv4})) == "127.0.0.1");
    CHECK(addresses_of(fixture.ask({"localhost", AddressFamily::ipv6})) == "::1");
    CHECK(fixture.server.questions() == 0);
}

TEST_CASE("what is no name fails without a question") {
    Fixture fixture;
    CHECK(fixture.ask({"a..b"})->failure->code == Code::bad_name);
    CHECK(fixture.ask({"127.1"})->failure->code == Code::bad_name);
    CHECK(fixture.server.questions() == 0);
}

TEST_CASE("a lack of descriptors is not a name that does not exist") {
    Fixture fixture{{{"db.example", with({"192.0.2.1"})}, {"web.example", with({"192.0.2.2"})}}};
    {
        const NoDescriptors none;  // the hosts file cannot be read
        const auto answer = fixture.ask({"db.example."});
        REQUIRE(answer->failure);
        CHECK(answer->failure->code == Code::too_many_open_files);
    }
    CHECK(addresses_of(fixture.ask({"db.example.", AddressFamily::any, true})) == "192.0.2.1");
    {
        const NoDescriptors none;  // the hosts file is known by now, but there is no socket
        const auto answer = fixture.ask({"web.example."});
        REQUIRE(answer->failure);
        CHECK(answer->failure->code == Code::too_many_open_files);
        CHECK(answer->failure->message == "\"web.example.\": no DNS server could be asked: EMFILE");
    }
    CHECK(addresses_of(fixture.ask({"web.example.", AddressFamily::any, true})) == "192.0.2.2");
}

TEST_CASE("a question whose asker has gone before there was a place for it is never sent") {
    DnsServer server{{{"wanted.example", with({"192.0.2.1"})}}};
    net::SocketCount sockets;
    asio::io_context context{1};
    net::Loop loop{context, sockets};
    const auto channel = net::DnsChannel::open(loop, server.resolver(), 1);
    REQUIRE(channel->usable());
    const auto there = std::make_shared<int>();
    const std::weak_ptr<const void> gone;
    int called = 0;
    channel->ask("first.example", net::RecordType::a, there, [&](net::DnsReply&&) { ++called; });
    channel->ask("left.example", net::RecordType::a, gone, [&](net::DnsReply&&) { ++called; });
    channel->ask("wanted.example", net::RecordType::a, there, [&](net::DnsReply&&) { ++called; });
    while (called < 2) context.run_one();
    CHECK(server.questions("left.example A") == 0);
    CHECK(server.questions("wanted.example A") == 1);
}
