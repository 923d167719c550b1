#include "net/tls_sessions.hpp"

#include <doctest/doctest.h>

#include "tls_probe.hpp"
#include "tls_server.hpp"

using namespace connprobe;
using net::TlsSessions;

namespace {

// Shakes hands and says one byte, behind which no ticket is left on its way.
std::function<void(int)> greet_over_tls(tests::ServerContext context) {
    return [context = std::move(context)](int descriptor) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
        SSL_set_fd(ssl.get(), descriptor);
        char chunk[1024];
        if (SSL_accept(ssl.get()) == 1 && SSL_write(ssl.get(), "!", 1) == 1) {
            while (SSL_read(ssl.get(), chunk, sizeof chunk) > 0) {
            }
        }
        ::shutdown(descriptor, SHUT_WR);
        tests::read_all(descriptor);
    };
}

struct Server {
    explicit Server(int version = TLS1_3_VERSION) {
        SSL_CTX_set_max_proto_version(context.get(), version);
        const unsigned char id[] = "sessions";
        SSL_CTX_set_session_id_context(context.get(), id, sizeof id);
    }

    tests::ServerContext context = tests::server_context(tests::issue({}));
    tests::LoopbackServer listener{greet_over_tls(context)};
};

tests::TlsOutcome connect(const Server& server, TlsSessions& sessions, const std::string& name = {}) {
    tests::TlsProbe probe{server.listener.port()};
    probe.reads = true;
    probe.settings.insecure = true;
    probe.settings.server_name = name;
    net::Authorities authorities;
    net::TlsContexts contexts{authorities, &sessions};
    return tests::run(probe, contexts);
}

}  // namespace

TEST_CASE("a second connection to a server resumes the session of the first") {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const Server server{version};
        TlsSessions sessions;
        CHECK(connect(server, sessions).report.facts.resumed == false);
        CHECK(sessions.size() == 1);
        for (int again = 0; again < 4; ++again) {
            const auto outcome = connect(server, sessions);
            CHECK(outcome.code() == "up");
            CHECK(outcome.report.facts.resumed == true);
        }
    }
}

TEST_CASE("a session is not offered under another name") {
    const Server server;
    TlsSessions sessions;
    CHECK(connect(server, sessions, "one.example").report.facts.resumed == false);
    CHECK(connect(server, sessions, "two.example").report.facts.resumed == false);
    CHECK(connect(server, sessions, "one.example").report.facts.resumed == true);
}

TEST_CASE("a session that was made unverified is not offered where the certificate must be verified") {
    const Server server;
    TlsSessions sessions;
    CHECK(connect(server, sessions).report.facts.resumed == false);
    net::Authorities authorities;
    net::TlsContexts contexts{authorities, &sessions};
    const tests::TlsProbe verified{server.listener.port()};
    CHECK(tests::run(verified, contexts).failure.has_value());
}

TEST_CASE("sessions are carried over as text") {
    const Server server;
    TlsSessions first;
    CHECK(connect(server, first).report.facts.resumed == false);
    const auto text = first.text();
    TlsSessions second;
    REQUIRE(second.add(text).empty());
    CHECK(second.size() == 1);
    CHECK(connect(server, second).report.facts.resumed == true);
}

TEST_CASE("of a text that is damaged nothing is taken") {
    const Server server;
    TlsSessions sessions;
    CHECK(connect(server, sessions).report.facts.resumed == false);
    const auto text = sessions.text();
    TlsSessions other;
    CHECK(other.add("") == "not a file of TLS sessions: its first line is not \"connprobe TLS sessions 1\"");
    CHECK(other.add(text + text.substr(25, text.size() - 60)) == "cut off after 1 sessions");
    auto damaged = text;
    damaged.replace(text.find("PARAMETERS-----\n") + 20, 4, "////");
    CHECK(other.add(damaged) == "session 1 cannot be read");
    CHECK(other.size() == 0);
}
