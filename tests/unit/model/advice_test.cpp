#include "model/advice.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "connprobe/target.hpp"

using namespace connprobe;
using Commands = std::vector<std::string>;

namespace {

struct Server {
    Target target;
    Settings settings;
    std::string address = "192.0.2.7";
    std::string name_server;
    std::uint16_t name_server_port = 53;

    explicit Server(const std::string& host, std::uint16_t port = 443) {
        target.host = host;
        target.port = port;
        target.written = host + ':' + std::to_string(port);
    }
};

Failure failure_of(Phase phase, Code code) { return make_failure(phase, code, "it failed"); }

Failure blamed_on_proxy(Phase phase, Code code) {
    auto failure = failure_of(phase, code);
    failure.failure_class = FailureClass::proxy;
    return failure;
}

Circumstances known(Server& server, const Failure& failure) {
    server.target.settings = std::make_shared<const Settings>(server.settings);
    return {server.target, failure, server.address, server.name_server, server.name_server_port};
}

Phase usual_phase(Code code) {
    if (code == Code::tls_timeout) return Phase::tls;
    if (code == Code::check_timeout) return Phase::check;
    if (code == Code::proxy_timeout) return Phase::proxy;
    switch (info(code).failure_class) {
        case FailureClass::dns: return Phase::resolve;
        case FailureClass::tls: return Phase::tls;
        case FailureClass::auth:
        case FailureClass::check: return Phase::check;
        default: return Phase::connect;
    }
}

Commands of(const Failure& failure, Server server) {
    static constexpr std::string_view places[] = {"", "on the server: ", "on the proxy: "};
    Commands all;
    for (const auto& [where, command] : commands_about(known(server, failure)))
        all.push_back(std::string{places[static_cast<std::size_t>(where)]} + command);
    return all;
}

Commands of(Code code, Server server) { return of(failure_of(usual_phase(code), code), std::move(server)); }

std::string hint(Code code, Server server) {
    const auto failure = failure_of(usual_phase(code), code);
    return hint_about(known(server, failure));
}

Server behind_proxy(ProxyType type = ProxyType::socks5h) {
    Server server{"db.internal", 5432};
    server.settings.proxy =
        Proxy{.type = type, .host = "proxy.test", .port = 1080, .username = "u", .password = "secret"};
    server.address = "10.0.0.1";
    return server;
}

}  // namespace

TEST_CASE("the facts of the server are filled in") {
    CHECK(of(Code::host_not_found, Server{"db.example.com"}) ==
          Commands{"getent ahosts db.example.com", "dig db.example.com"});
    CHECK(of(Code::connection_refused, Server{"db.example.com", 5432}) ==
          Commands{"getent ahosts db.example.com", "on the server: ss -ltnp sport = :5432"});
    CHECK(of(Code::hostname_mismatch, Server{"api.example.com"}) ==
          Commands{"openssl s_client -connect 192.0.2.7:443 -servername api.example.com </dev/null | openssl x509 "
                   "-noout -ext subjectAltName"});
    CHECK(of(Code::connect_timeout, Server{"db", 5432}) == Commands{"connprobe db:22 db:443",
                                                                    "traceroute -n -T -p 5432 192.0.2.7",
                                                                    "on the server: tcpdump -n port 5432"});
}

TEST_CASE("the name and the protocol of TLS are those of the server") {
    Server mail{"mail.example.com", 25};
    mail.settings.tls.emplace().server_name = "mx.example.com";
    mail.settings.starttls = StartTls::smtp;
    CHECK(of(Code::starttls_refused, mail) ==
          Commands{"openssl s_client -connect 192.0.2.7:25 -servername mx.example.com -starttls smtp </dev/null"});
    Server literal{"2001:db8::1"};
    literal.address = "2001:db8::1";
    CHECK(of(Code::self_signed, literal) ==
          Commands{"openssl s_client -connect '[2001:db8::1]:443' </dev/null | openssl "
                   "x509 -noout -subject -issuer -fingerprint -sha256"});
    CHECK(of(Code::not_tls, literal) == Commands{"curl -v 'http://[2001:db8::1]:443/'", "nc -w 5 2001:db8::1 443"});
}

TEST_CASE("a command that has nothing to do with this server is not shown") {
    const Server mail{"mail.example.com", 465};
    const auto says = [](std::string_view protocol) {
        return make_failure(Phase::tls, Code::not_tls, "", "the port speaks " + std::string{protocol});
    };
    CHECK(of(says("SMTP"), mail) == Commands{"nc -w 5 192.0.2.7 465"});
    CHECK(of(says("plain HTTP"), mail).size() == 2);
    CHECK(of(Code::permission_denied, mail) == Commands{"nft list ruleset"});
    Server local{""};
    local.target.port = 0;
    local.target.unix_path = "/run/app.sock";
    CHECK(of(Code::permission_denied, local) == Commands{"namei -l /run/app.sock", "id"});
}

TEST_CASE("connprobe is told to ask what was asked") {
    Server plain{"cache", 6379};
    CHECK(of(Code::not_serving, plain) == Commands{"connprobe wait cache:6379"});
    plain.settings.check = RedisCheck{};
    CHECK(of(Code::not_serving, plain).front() == "connprobe wait redis://cache:6379");
    plain.settings.tls.emplace();
    CHECK(of(Code::not_serving, plain).front() == "connprobe wait rediss://cache:6379");
    plain.settings.check.reset();
    CHECK(of(Code::handshake_failure, plain).back() == "connprobe -k tls://cache:6379");
    plain.settings.starttls = StartTls::smtp;
    CHECK(of(Code::handshake_failure, plain).size() == 1);
    Server web{"2001:db8::1", 80};
    web.settings.check = HttpCheck{.path = "/health?key=secret"};
    CHECK(of(Code::check_timeout, web).back() == "connprobe -vv 'http://[2001:db8::1]:80/health'");
    web.settings.check = TcpCheck{};
    CHECK(of(Code::check_timeout, web).empty());
}

TEST_CASE("a command whose facts are missing is not shown") {
    CHECK(of(Code::unexpected_status, Server{"a"}).empty());
    Server web{"a", 80};
    web.target.written = "http://a/health";
    CHECK(of(Code::unexpected_status, web) == Commands{"curl -v http://a/health"});
    Server local{""};
    local.target.port = 0;
    local.target.unix_path = "/run/my app.sock";
    local.address.clear();
    CHECK(of(Code::socket_missing, local) == Commands{"ls -ld '/run/my app.sock'", "ss -lxp"});
    CHECK(of(failure_of(Phase::check, Code::connection_reset), local).empty());
    CHECK(of(Code::proxy_denied, Server{"a"}).empty());
}

TEST_CASE("what the proxy says of the server is looked at on the proxy, and no password is shown") {
    const auto proxied = behind_proxy();
    CHECK(of(failure_of(Phase::proxy, Code::proxy_denied), proxied) ==
          Commands{"curl -v --proxy socks5h://proxy.test:1080 https://db.internal:5432/",
                   "on the proxy: connprobe db.internal:5432"});
    CHECK(of(failure_of(Phase::proxy, Code::proxy_timeout), proxied) ==
          Commands{"curl -v --proxy socks5h://proxy.test:1080 https://db.internal:5432/", "connprobe proxy.test:1080",
                   "on the proxy: connprobe db.internal:5432"});
    CHECK(of(failure_of(Phase::proxy, Code::connection_refused), proxied) ==
          Commands{"on the proxy: connprobe db.internal:5432"});
    CHECK(of(failure_of(Phase::proxy, Code::host_not_found), proxied) ==
          Commands{"on the proxy: getent ahosts db.internal"});
    CHECK(of(Code::hostname_mismatch, proxied).empty());
    CHECK(of(failure_of(Phase::check, Code::connection_reset), proxied).empty());
}

TEST_CASE("a proxy that is not reached is looked at itself") {
    CHECK(of(blamed_on_proxy(Phase::connect, Code::connection_refused), behind_proxy()) ==
          Commands{"connprobe proxy.test:1080", "getent ahosts proxy.test", "on the server: ss -ltnp sport = :1080"});
    CHECK(of(blamed_on_proxy(Phase::resolve, Code::host_not_found), behind_proxy()) ==
          Commands{"getent ahosts proxy.test", "dig proxy.test"});
    CHECK(of(blamed_on_proxy(Phase::proxy, Code::self_signed), behind_proxy(ProxyType::https)) ==
          Commands{"openssl s_client -connect 10.0.0.1:1080 -servername proxy.test </dev/null | openssl x509 -noout "
                   "-subject -issuer -fingerprint -sha256"});
}

TEST_CASE("a name that is asked for here is looked at here, whatever the proxy") {
    CHECK(of(Code::host_not_found, behind_proxy(ProxyType::socks5)) ==
          Commands{"getent ahosts db.internal", "dig db.internal"});
}

TEST_CASE("TLS behind an http proxy that lets everybody through is looked at through it") {
    auto proxied = behind_proxy(ProxyType::http);
    CHECK(of(Code::staple_missing, proxied).empty());
    proxied.settings.proxy->username.clear();
    proxied.settings.proxy->password.clear();
    CHECK(of(Code::staple_missing, proxied) ==
          Commands{"openssl s_client -proxy proxy.test:1080 -connect db.internal:5432 -servername db.internal -status "
                   "</dev/null"});
}

TEST_CASE("the commands ask the DNS server that the run asks") {
    Server server{"db.test"};
    server.name_server = "127.0.0.1";
    server.name_server_port = 5353;
    CHECK(of(Code::host_not_found, server) == Commands{"dig @127.0.0.1 -p 5353 db.test"});
    CHECK(of(Code::dns_timeout, server) == Commands{"dig @127.0.0.1 -p 5353 db.test"});
    CHECK(of(Code::no_address, server) ==
          Commands{"dig @127.0.0.1 -p 5353 db.test A", "dig @127.0.0.1 -p 5353 db.test AAAA"});
    server.name_server = "2001:db8::53";
    server.name_server_port = 53;
    CHECK(of(Code::dns_server_failure, server) ==
          Commands{"dig @2001:db8::53 db.test", "dig @2001:db8::53 +cd db.test"});
}

TEST_CASE("of a record its own type is asked, of an address no name") {
    const Server record{"_db._tcp.test", 0};
    CHECK(of(Code::host_not_found, record) == Commands{"dig SRV _db._tcp.test"});
    CHECK(of(Code::no_address, record) == Commands{"dig SRV _db._tcp.test"});
    CHECK(of(failure_of(Phase::connect, Code::connection_refused), record).empty());
    CHECK(of(Code::connection_refused, Server{"192.0.2.7", 22}) == Commands{"on the server: ss -ltnp sport = :22"});
}

TEST_CASE("a service's own client is named where its protocol is spoken, without a password") {
    Server cache{"cache", 6379};
    cache.settings.check = RedisCheck{.username = "app", .password = "secret"};
    CHECK(of(Code::check_timeout, cache) ==
          Commands{"redis-cli -h cache -p 6379 ping", "connprobe -vv redis://cache:6379"});
    CHECK(of(Code::authentication_failed, cache).front() == "redis-cli -h cache -p 6379 --user app --askpass ping");
    cache.settings.tls.emplace();
    CHECK(of(Code::not_serving, cache).back() == "redis-cli --tls -h cache -p 6379 ping");
    Server local{"", 0};
    local.target.unix_path = "/run/redis.sock";
    local.target.written = "unix:/run/redis.sock";
    local.settings.check = RedisCheck{};
    CHECK(of(Code::check_timeout, local) == Commands{"redis-cli -s /run/redis.sock ping"});
    Server database{"db", 5432};
    database.settings.check = PostgresCheck{};
    CHECK(of(Code::check_timeout, database) ==
          Commands{"pg_isready -h db -p 5432", "connprobe -vv postgres://db:5432"});
    Server web{"web", 8443};
    web.settings.tls.emplace();
    web.settings.check = HttpCheck{.path = "/health?key=secret"};
    CHECK(of(Code::check_timeout, web) ==
          Commands{"curl -v https://web:8443/health", "connprobe -vv https://web:8443/health"});
}

TEST_CASE("the command in a hint is this server's, or is left out") {
    CHECK(hint(Code::host_unreachable, Server{"db"}) ==
          "check that the host is on and its address is right: `ip route get 192.0.2.7`");
    CHECK(hint(Code::host_not_found, Server{"db"}) == info(Code::host_not_found).hint);
    Server asking{"db"};
    asking.name_server = "127.0.0.1";
    asking.name_server_port = 5353;
    CHECK(hint(Code::dns_timeout, asking) ==
          "check that the DNS server runs, and that no firewall drops the questions: `dig @127.0.0.1 -p 5353 db`");
    CHECK(hint(Code::tls_timeout, Server{"api.test"}) ==
          "check that the port speaks TLS; a plain service may wait silently for us: `openssl s_client -connect "
          "192.0.2.7:443 -servername api.test </dev/null`");
    CHECK(hint(Code::tls_timeout, behind_proxy()) ==
          "check that the port speaks TLS; a plain service may wait silently for us");
    Server evil{"a`id`"};
    CHECK(hint(Code::dns_timeout, evil) ==
          "check that the DNS server runs, and that no firewall drops the questions: `dig 'a`id`'`");
    const auto more = make_failure(Phase::connect, Code::host_unreachable, "it failed",
                                   std::string{info(Code::host_unreachable).hint} + "; and so on");
    Server reached{"db"};
    CHECK(hint_about(known(reached, more)).ends_with("right: `ip route get 192.0.2.7`; and so on"));
    const auto own = make_failure(Phase::connect, Code::host_unreachable, "it failed", "look at HOST");
    Server server{"db"};
    CHECK(hint_about(known(server, own)) == "look at HOST");
}

TEST_CASE("no placeholder is left in a hint, whatever is known of the server") {
    Server bare{""};
    bare.target.port = 0;
    bare.target.unix_path = "@abstract";
    bare.target.written = "unix:@abstract";
    bare.address.clear();
    for (const auto& code : all_codes())
        for (const auto& server : {bare, Server{"db.test"}, behind_proxy(), Server{"_db._tcp.test", 0}}) {
            const auto text = hint(code.code, server);
            CAPTURE(text);
            for (const std::string_view word : {"HOST", "PORT", "ADDRESS", "NAME", "SERVER", "URL", "TARGET", "PATH"})
                CHECK(text.find(word) == std::string::npos);
        }
}

TEST_CASE("hostile facts make a word or nothing") {
    CHECK(of(Code::host_not_found, Server{"a$(id)"}) == Commands{"getent ahosts 'a$(id)'", "dig 'a$(id)'"});
    CHECK(of(Code::host_not_found, Server{"-f/etc/passwd"}).empty());
    CHECK(of(Code::host_not_found, Server{"a\nreboot"}).empty());
    Server evil{"a"};
    evil.settings.tls.emplace().server_name = "b';id;'";
    CHECK(of(Code::tls_timeout, evil).front() ==
          "openssl s_client -connect 192.0.2.7:443 -servername 'b'\\'';id;'\\''' </dev/null");
    Server option{"a"};
    option.settings.tls.emplace().server_name = "-x";
    CHECK(of(Code::self_signed, option).empty());
}
