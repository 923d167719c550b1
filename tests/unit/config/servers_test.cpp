#include "config/servers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "model/starttls.hpp"
#include "reading.hpp"

using namespace connprobe;
using namespace connprobe::config;
using namespace std::chrono_literals;

namespace {

std::string first(const std::vector<std::string>& lines) { return lines.empty() ? "" : lines.front(); }

}  // namespace

TEST_CASE("files come first, then arguments, each target once") {
    Request request;
    request.arguments = {"b:2", "c:3", "c:3"};
    const auto outcome = read_file("list.txt", "a:1 # the first\r\n\r\n# nothing\r\n  b:2\r\na:1\r\n", request);
    REQUIRE(outcome.errors.empty());
    REQUIRE(outcome.targets.size() == 3);
    CHECK(outcome.targets[0].name == "a:1");
    CHECK(outcome.targets[1].name == "b:2");
    CHECK(outcome.targets[2].name == "c:3");
    CHECK(outcome.formats == std::vector<std::string>{"list.txt: lines, by its ending"});
    REQUIRE(outcome.warnings.size() == 3);
    CHECK(outcome.warnings[0] == "list.txt:5:1: a:1 is probed once: it stands already at list.txt:1:1");
    CHECK(outcome.warnings[1] == "b:2 is probed once: it stands already at list.txt:4:3");
    CHECK(outcome.warnings[2] == "c:3 is probed once: it stands already among the arguments");
}

TEST_CASE("the stronger wins: scheme, server, options, defaults, built-in") {
    Request request;
    request.options = {{"timeout", "--timeout", "2s"}, {"tls.insecure", "--insecure", "true"}};
    const auto outcome = read_file("x.yaml", R"(
defaults: { timeout: 1s, dns_timeout: 400ms, tls: { ca_file: ca.pem }, tags: [d], port: 81 }
servers:
  - { host: a }
  - { host: b, timeout: 3s, port: 82, tls: false, tags: [] }
  - { url: "tcp://c:83" }
  - { host: d, tls: { insecure: false, server_name: x } }
  - tls://e:85
)",
                                   request);
    REQUIRE(first(outcome.errors) == "");
    const auto& targets = outcome.targets;
    REQUIRE(targets.size() == 5);
    CHECK(targets[0].port == 81);
    CHECK(targets[0].tags == std::vector<std::string>{"d"});
    CHECK(targets[0].settings->timeout == 2s);
    CHECK(targets[0].settings->dns_timeout == 400ms);
    CHECK(targets[0].settings->tls->insecure);
    CHECK(targets[0].settings->tls->ca_file.ends_with("/ca.pem"));
    CHECK(targets[1].settings->timeout == 3s);
    CHECK(targets[1].port == 82);
    CHECK(targets[1].tags.empty());
    CHECK_FALSE(targets[1].settings->tls);
    CHECK_FALSE(targets[2].settings->tls);
    CHECK_FALSE(targets[3].settings->tls->insecure);
    CHECK(targets[3].settings->tls->ca_file.ends_with("/ca.pem"));
    CHECK(targets[3].settings->tls->server_name == "x");
    CHECK(targets[4].settings->tls->insecure);
    CHECK(targets[4].tags == std::vector<std::string>{"d"});
}

TEST_CASE("false switches TLS off and drops what was inherited, true begins anew") {
    const auto outcome =
        read_file("x.yaml", "defaults: {tls: false}\nservers: [{host: a, port: 1, tls: true}, 'b:2']\n");
    REQUIRE(outcome.errors.empty());
    CHECK(outcome.targets[0].settings->tls == TlsSettings{});
    CHECK_FALSE(outcome.targets[1].settings->tls);
}

TEST_CASE("false leaves an https proxy those whom it is verified by") {
    const auto outcome = read_file("x.yaml",
                                   "defaults: {tls: {ca_file: /ca.pem}, proxy: 'https://p:1'}\n"
                                   "servers: [{host: a, port: 1, tls: false}, {host: b, port: 1}]\n");
    REQUIRE(outcome.errors.empty());
    CHECK_FALSE(outcome.targets[0].settings->tls);
    CHECK(outcome.targets[0].settings->proxy->ca_file == "/ca.pem");
    CHECK(outcome.targets[1].settings->tls->ca_file == "/ca.pem");
}

TEST_CASE("servers with equal settings share one object") {
    const auto outcome = read_file(
        "x.json", R"([{"host": "a", "port": 1, "timeout": "3s"}, {"host": "b", "port": 1, "timeout": "3000ms"},
        {"host": "c", "port": 1}, "d:1", "e:1", "tcp://f:1"])");
    REQUIRE(outcome.errors.empty());
    const auto& t = outcome.targets;
    CHECK(t[0].settings == t[1].settings);
    CHECK(t[0].settings != t[2].settings);
    CHECK(t[2].settings == t[3].settings);
    CHECK(t[3].settings == t[4].settings);
}

TEST_CASE("everything that is wrong is reported at once, with places and remedies") {
    const auto outcome = read_file("s.json", R"({"version": 2,
 "servers": [
  {"host": "a", "port": 70000},
  {"host": "a", "port": "443", "tiemout": "1s", "timeout_ms": 5},
  {"name": "x", "cacheKey": "y", "host": "b", "port": 1},
  {"host": "c:80", "port": 443.0, "timeout": 500},
  {"host": "d", "port": 1, "tls": {"pins": ["x"], "min_version": "TLSv1.1"}},
  {"url": "tls://e:1", "tls": false},
  {"url": "mysql://user:secret@f/"},
  {"port": 1},
  {"host": "g"},
  null
 ]})");
    const std::vector<std::string> expected{
        "s.json:1:13: version: expected 1, found 2",
        "s.json:3:25: servers[0].port: expected 1\u201365535, found 70000",
        "s.json:4:25: servers[1].port: expected 1\u201365535, found \"443\": write 443 without quotes",
        "s.json:4:32: servers[1].tiemout: unknown key: did you mean timeout?",
        "s.json:4:49: servers[1].timeout_ms: unknown key: did you mean timeout?",
        "s.json:5:17: servers[2].cacheKey: means the same as name: write one of them",
        "s.json:6:12: servers[3].host: expected a host alone, found \"c:80\": write host: c, port: 80",
        "s.json:6:28: servers[3].port: expected 1\u201365535, found 443.0",
        "s.json:6:46: servers[3].timeout: expected a duration, found \"500\", which has no unit: write 500ms or 500s",
        "s.json:7:44: servers[4].tls.pins: the word \"x\" does not begin with sha256//",
        "s.json:7:66: servers[4].tls.min_version: expected 1.2 or 1.3, found \"TLSv1.1\": RFC 8996 forbids what is "
        "older",
        "s.json:8:31: servers[5].tls: the scheme tls:// of its url says the opposite: drop one of them",
        "s.json:9:11: servers[6].url: mysql://f/: mysql://: not supported by this version",
        "s.json:10:3: servers[7]: expected a host (or unix, or url), found none",
        "s.json:11:3: servers[8]: no port: write port: 443 beside host: g",
        "s.json:12:3: servers[9]: expected a server (an object or \"host:port\"), found null",
    };
    CHECK(outcome.errors == expected);
    CHECK(outcome.targets.empty());
}

TEST_CASE("of many errors the first twenty are shown and the others counted") {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "wrong\n";
    const auto outcome = read_file("x.txt", text);
    REQUIRE(outcome.errors.size() == 21);
    CHECK(outcome.errors[0] == "x.txt:1:1: wrong: no port: write wrong:443 or https://wrong");
    CHECK(outcome.errors[20] == "and 80 more errors");
}

TEST_CASE("two servers of one name are an error with both places") {
    CHECK(first(read_file("x.yaml", "- {name: a, host: h, port: 1}\n- {name: a, host: i, port: 1}\n").errors) ==
          "x.yaml:2:10: a second server of the name \"a\": the first stands at x.yaml:1:10; give one of them another "
          "name");
}

TEST_CASE("a name that was made from a URL has no password in it") {
    const auto outcome = read_file("x.yaml", "- {name: \"redis://me:secret@db:1\", host: db, port: 1}\n");
    REQUIRE(outcome.targets.size() == 1);
    CHECK(outcome.targets[0].name == "redis://***@db:1");
}

TEST_CASE("variables are replaced in documents, and take the type that is wanted") {
    Request request;
    request.environment = [](std::string_view name) -> std::optional<std::string> {
        if (name == "PORT") return "8080";
        if (name == "YES") return "true";
        if (name == "EMPTY") return "";
        if (name == "LIST") return "a,b";
        return std::nullopt;
    };
    const auto good = read_file("x.yaml", R"(
- host: ${NONE:-db}.example
  port: ${PORT}
  tls: ${YES}
  tags: ${LIST}
  name: $${PORT} ${EMPTY:-x}
)",
                                request);
    REQUIRE(first(good.errors) == "");
    CHECK(good.targets[0].host == "db.example");
    CHECK(good.targets[0].port == 8080);
    CHECK(good.targets[0].settings->tls);
    CHECK(good.targets[0].tags == std::vector<std::string>{"a", "b"});
    CHECK(good.targets[0].name == "${PORT} x");

    const auto bad =
        read_file("x.yaml", "- {host: \"${NONE}\", port: \"1${PORT}\"}\n- {host: \"$x\", port: 1}\n", request);
    CHECK(bad.errors == std::vector<std::string>{
                            "x.yaml:1:10: [0].host: the variable NONE is not set: set it, or write ${NONE:-default}",
                            "x.yaml:2:10: [1].host: a lone $: write $$ for a dollar, ${NAME} for a variable",
                            "x.yaml:1:27: [0].port: expected 1\u201365535, found \"18080\": write 18080 without quotes",
                        });
    CHECK(first(read_file("x.txt", "${NONE:-db}:1\n", request).errors) != "");
}

TEST_CASE("tags and names select, and an empty selection says what there is") {
    const std::string list =
        "[{host: a, port: 1, tags: [core, eu]}, {host: b, port: 1, tags: [core]}, {host: c, port: 1}]";
    struct Row {
        std::vector<std::string> tags, names;
        std::string selected;
    };
    for (const auto& [tags, names, selected] :
         {Row{{"core"}, {}, "ab"}, Row{{"core,eu"}, {}, "a"}, Row{{"core,!eu"}, {}, "b"}, Row{{"!core"}, {}, "c"},
          Row{{"eu", "!core"}, {}, "ac"}, Row{{}, {"[bc]:*"}, "bc"}, Row{{"core"}, {"b*", "c*"}, "b"}}) {
        Request request;
        request.tags = tags;
        request.names = names;
        const auto outcome = read_file("x.yaml", list, request);
        std::string hosts;
        for (const auto& target : outcome.targets) hosts += target.host;
        CHECK(hosts == selected);
        CHECK(outcome.filtered == 3 - selected.size());
    }
    Request request;
    request.tags = {"cor"};
    CHECK(first(read_file("x.yaml", list, request).errors) ==
          "no server is left to probe: --tag cor leaves out all 3; their tags are core, eu");
    request.names = {"d*"};
    CHECK(first(read_file("x.yaml", list, request).errors) ==
          "no server is left to probe: --tag cor --name d* leave out all 3; their tags are core, eu; their names are "
          "a:1, "
          "b:1, c:1");
    CHECK(first(read_file("x.yaml", "- a:1", request).errors) ==
          "no server is left to probe: --tag cor --name d* leave out the only one; it has no tag; its name is a:1");
    request.tags = {"a,,b"};
    CHECK(first(read_file("x.yaml", list, request).errors) == "--tag: expected TAG, TAG,TAG or !TAG, found \"a,,b\"");
}

TEST_CASE("--resolve gives an address to the servers of that host and port") {
    Request request;
    request.arguments = {"API.example:443", "api.example:80"};
    request.resolve = {"api.example:443:[2001:db8::7]", "nobody:1:127.0.0.1"};
    const auto outcome = read_servers(request);
    REQUIRE(outcome.errors.empty());
    CHECK(outcome.targets[0].address == "2001:db8::7");
    CHECK(outcome.targets[1].address == "");
    CHECK(first(outcome.warnings) == "--resolve nobody:1:127.0.0.1: no server has this host and port");
    request.resolve = {"api.example:443"};
    CHECK(first(read_servers(request).errors) ==
          "--resolve: expected HOST:PORT:ADDR, as in api.example.com:443:192.0.2.7, found \"api.example:443\"");
}

TEST_CASE("two addresses for one host and port are an error, the same one twice is not") {
    Request request;
    request.arguments = {"api.example:443"};
    request.resolve = {"api.example:443:192.0.2.7", "API.example:443:192.0.2.8"};
    CHECK(first(read_servers(request).errors) ==
          "--resolve API.example:443:192.0.2.8: api.example:443 has an address already, 192.0.2.7: give one of them");
    request.resolve = {"api.example:443:192.0.2.7", "api.example:443:192.0.2.7"};
    const auto outcome = read_servers(request);
    CHECK(outcome.errors.empty());
    CHECK(outcome.targets[0].address == "192.0.2.7");
}

TEST_CASE("an option's wrong value is reported under the option's name") {
    CHECK(first(read_arguments({"a:1"}, {{"timeout", "-t", "500"}}).errors) ==
          "-t: expected a duration, found \"500\", which has no unit: write 500ms or 500s");
    CHECK(first(read_arguments({"a:1"}, {{"tls.min_version", "--tls-min", "1.0"}}).errors) ==
          "--tls-min: expected 1.2 or 1.3, found \"1.0\": RFC 8996 forbids what is older");
    CHECK(first(read_arguments({"a:1"}, {{"retry", "--retry", "exponental"}}).errors) ==
          "--retry: expected none, fixed, exponential or custom, found \"exponental\": did you mean exponential?");
}

TEST_CASE("an option of TLS without a server that speaks it is said in vain, and that is said") {
    const OptionValue insecure{"tls.insecure", "-k", "true"};
    CHECK(first(read_arguments({"a:1"}, {insecure}).warnings) ==
          "-k: has no effect: no server here speaks TLS (write tls://host:port, or --tls)");
    CHECK(read_arguments({"a:1", "tls://b:1"}, {insecure}).warnings.empty());
    CHECK(read_arguments({"a:1"}, {insecure, {"tls", "--tls", "true"}}).warnings.empty());
}

TEST_CASE("a host and a port as two arguments are put together") {
    CHECK(read_arguments({"db", "5432", "x"}).errors ==
          std::vector<std::string>{"db 5432: a space before the port: write db:5432",
                                   "x: no port: write x:443 or https://x"});
}

TEST_CASE("nothing to read is told apart from nothing in it") {
    CHECK(first(read_servers({}).errors) == "no server to probe: name one as host:port, or a list with -s FILE");
    Request missing;
    missing.sources = {{"/nonexistent/x.json"}};
    CHECK(first(read_servers(missing).errors) == "/nonexistent/x.json: cannot be read: No such file or directory");
    const Folder folder;
    Request directory;
    directory.sources = {{folder.path()}};
    CHECK(first(read_servers(directory).errors) == folder.path() + ": cannot be read: Is a directory");
    CHECK(first(read_file("x.txt", "a\xff:1\n").errors) == "x.txt:1:2: is no UTF-8 from here on: save it as UTF-8");
    CHECK(first(read_file("x.json", "\xff\xfe[\0]\0").errors) == "x.json: is UTF-16: save it as UTF-8");
    CHECK(read_file("x.json", "\xef\xbb\xbf[\"a:1\"]\r\n").targets.size() == 1);
}

TEST_CASE("where a value came from is kept for those who ask") {
    Request request;
    request.keep_origins = true;
    request.options = {{"timeout", "-t", "2s"}};
    const auto outcome =
        read_file("x.yaml", "defaults: {retry: fixed}\nservers: [{host: a, port: 1, retry: {delay: 3s}}]\n", request);
    REQUIRE(outcome.origins.size() == 1);
    const auto find = [&](std::string_view key) {
        for (const auto& origin : outcome.origins[0]) {
            if (origin.key == key) return origin.value + " by " + origin.origin.substr(origin.origin.rfind('/') + 1);
        }
        return std::string{};
    };
    CHECK(find("timeout") == "2s by -t");
    CHECK(find("retry.strategy") == "fixed by x.yaml:1:19");
    CHECK(find("retry.delay") == "3s by x.yaml:2:45");
    CHECK(find("retry.max_attempts") == "3 by default");
    CHECK(find("retry.max_delay") == "");
    CHECK(find("tls") == "false by default");
    CHECK(find("tls.insecure") == "");
    CHECK(find("host") == "");
}

TEST_CASE("starttls turns TLS on, and what is stronger turns both off") {
    const auto outcome = read_file("x.yaml", R"(
defaults: { starttls: smtp, port: 25, tls: { ca_file: ca.pem } }
servers:
  - { host: a }
  - { host: b, tls: false }
  - { host: c, starttls: imap, tls: { insecure: true } }
  - tcp://d:25
  - tls://e:25
  - https://f
  - postgres://g
  - { url: postgres://h, starttls: postgres }
)");
    REQUIRE(outcome.errors.empty());
    std::vector<std::string> found;
    for (const auto& target : outcome.targets) {
        const auto& settings = *target.settings;
        found.push_back(target.host + (settings.tls ? " tls" : "") +
                        (settings.starttls ? ' ' + std::string{spec(*settings.starttls).name} : ""));
    }
    CHECK(found ==
          std::vector<std::string>{"a tls smtp", "b", "c tls imap", "d", "e tls smtp", "f tls", "g", "h tls postgres"});
    CHECK(outcome.targets[7].settings->tls->ca_file.ends_with("/ca.pem"));
}

TEST_CASE("starttls of a stronger place turns TLS on over a weaker false") {
    Request request;
    request.options = {{"starttls", "--starttls", "ldap"}};
    const auto outcome = read_file("x.yaml", "defaults: {tls: false}\nservers: ['a:389', 'tcp://b:389']\n", request);
    REQUIRE(outcome.errors.empty());
    CHECK(outcome.targets[0].settings->tls);
    CHECK(outcome.targets[0].settings->starttls == StartTls::ldap);
    CHECK_FALSE(outcome.targets[1].settings->tls);
    CHECK_FALSE(outcome.targets[1].settings->starttls);
    const OptionValue smtp{"starttls", "--starttls", "smtp"};
    CHECK(first(read_arguments({"tcp://a:25"}, {smtp}).warnings) ==
          "--starttls: has no effect: the schemes of all servers here begin otherwise");
    CHECK(read_arguments({"a:25", "https://b"}, {smtp}).warnings.empty());
    CHECK(first(read_arguments({"a:25"}, {{"starttls", "--starttls", "xmpp"}}).errors) ==
          "--starttls: expected smtp, imap, pop3, ftp, ldap, postgres or mysql, found \"xmpp\"");
}

TEST_CASE("where TLS came from is said, also when starttls turned it on") {
    Request request;
    request.keep_origins = true;
    request.options = {{"starttls", "--starttls", "smtp"}};
    const auto outcome = read_file("x.txt", "a:25\n", request);
    REQUIRE(outcome.origins.size() == 1);
    std::vector<std::string> found;
    for (const auto& origin : outcome.origins[0])
        if (origin.key == "tls" || origin.key == "starttls")
            found.push_back(origin.key + ' ' + origin.value + ' ' + origin.origin);
    CHECK(found == std::vector<std::string>{"tls true --starttls", "starttls smtp --starttls"});
}
