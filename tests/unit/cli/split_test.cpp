#include "cli/split.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace connprobe::cli;

namespace {

using Arguments = std::vector<std::string_view>;
using Words = std::vector<std::string>;

/// Options as "--servers=f" by their full names, for comparing.
Words options_of(const Split& split) {
    Words options;
    for (const GivenOption& given : split.options) {
        options.push_back(spelling(*given.option) + (given.value.empty() ? "" : '=' + given.value));
    }
    return options;
}

struct Row {
    Arguments arguments;
    Command command;
    Words options;
    Words words;
};

}  // namespace

TEST_CASE("a command line is cut into command, options and words") {
    const std::vector<Row> rows{
        {{}, Command::probe, {}, {}},
        {{"db:1"}, Command::probe, {}, {"db:1"}},
        {{"probe", "db:1"}, Command::probe, {}, {"db:1"}},
        {{"explain", "host_not_found"}, Command::explain, {}, {"host_not_found"}},
        {{"completion", "bash"}, Command::completion, {}, {"bash"}},
        {{"demo", "--serve"}, Command::demo, {"--serve"}, {}},
        {{"-s", "a.json", "db:1"}, Command::probe, {"--servers=a.json"}, {"db:1"}},
        {{"-s", "a", "-s", "b", "db:1"}, Command::probe, {"--servers=a", "--servers=b"}, {"db:1"}},
        {{"--servers=a.json", "db:1"}, Command::probe, {"--servers=a.json"}, {"db:1"}},
        {{"-sa.json", "db:1"}, Command::probe, {"--servers=a.json"}, {"db:1"}},
        {{"-s=a.json", "db:1"}, Command::probe, {"--servers=a.json"}, {"db:1"}},
        {{"-s", "-", "db:1"}, Command::probe, {"--servers=-"}, {"db:1"}},
        {{"db:1", "-c", "5", "db:2", "-j", "db:3"},
         Command::probe,
         {"--max-concurrent=5", "--json"},
         {"db:1", "db:2", "db:3"}},
        {{"[::1]:80"}, Command::probe, {}, {"[::1]:80"}},
        {{"--resolve", "[::1]:80:[::2]"}, Command::probe, {"--resolve=[::1]:80:[::2]"}, {}},
        {{"--name", "[ab]*"}, Command::probe, {"--name=[ab]*"}, {}},
        {{"--tag", "!a", "db:1"}, Command::probe, {"--tag=!a"}, {"db:1"}},
        {{"--tag", "a,b", "--tag", "c"}, Command::probe, {"--tag=a,b", "--tag=c"}, {}},
        {{"-o", "json=x", "-o", "table", "db:1"}, Command::probe, {"--output=json=x", "--output=table"}, {"db:1"}},
        {{"--retry-rule", "auth=stop", "db:1"}, Command::probe, {"--retry-rule=auth=stop"}, {"db:1"}},
        {{"-vv", "db:1"}, Command::probe, {"--verbose", "--verbose"}, {"db:1"}},
        {{"-vkqc5", "db:1"}, Command::probe, {"--verbose", "--insecure", "--quiet", "--max-concurrent=5"}, {"db:1"}},
        {{"-4", "db:1", "-6"}, Command::probe, {"-4", "-6"}, {"db:1"}},
        {{"--", "-4", "--tag", "wait"}, Command::probe, {}, {"-4", "--tag", "wait"}},
        {{"db:1", "--", "--", "db:2"}, Command::probe, {}, {"db:1", "--", "db:2"}},
        {{"-s", "wait"}, Command::probe, {"--servers=wait"}, {}},
        {{"--retry-delay", "-5s"}, Command::probe, {"--retry-delay=-5s"}, {}},
        {{"explain", "probe"}, Command::explain, {}, {"probe"}},
        {{""}, Command::probe, {}, {""}},
    };
    for (const Row& row : rows) {
        const Split got = split(row.arguments);
        CAPTURE(row.arguments);
        CHECK(got.errors == Words{});
        CHECK(got.command == row.command);
        CHECK(options_of(got) == row.options);
        CHECK(got.words == row.words);
    }
}

TEST_CASE("what follows the first -- of a wait is the command to run, as it was written") {
    const Split got = split({"wait", "-s", "f", "db:1", "--", "sh", "-c", "exit 3", "--", "--json", "-t", ""});
    CHECK(got.errors == Words{});
    CHECK(got.command == Command::wait);
    CHECK(options_of(got) == Words{"--servers=f"});
    CHECK(got.words == Words{"db:1"});
    CHECK(got.cmd == Words{"sh", "-c", "exit 3", "--", "--json", "-t", ""});
}

TEST_CASE("--timeout is the limit of an attempt in a probe and of everything in a wait") {
    CHECK(options_of(split({"db:1", "-t", "5s"})) == Words{"--timeout=5s"});
    for (const std::string_view spelling : {"-t", "--timeout", "--deadline"}) {
        const Split got = split({"wait", "db:1", spelling, "5s"});
        CHECK(options_of(got) == Words{"--deadline=5s"});
        CHECK(got.options.front().written == spelling);
    }
    CHECK(options_of(split({"wait", "db:1", "--attempt-timeout", "5s"})) == Words{"--attempt-timeout=5s"});
}

TEST_CASE("what is wrong in a command line is said so that it can be put right") {
    struct Wrong {
        Arguments arguments;
        std::string error;
    };
    const std::vector<Wrong> rows{
        {{"db:1", "probe"}, "probe: a command comes first: write connprobe probe db:1"},
        {{"-s", "f", "wait"}, "wait: a command comes first: write connprobe wait -s f"},
        {{"db:1", "--", "ls"}, "ls: a command to run belongs to wait and warm: write connprobe wait db:1 -- CMD"},
        {{"wram", "db:1"}, "wram: neither a command nor a target: did you mean warm?"},
        {{"db:1", "wait", "--", "ls", "-l"}, "wait: a command comes first: write connprobe wait db:1 -- ls -l"},
        {{"db:1", "watch"}, "watch: a command comes first: write connprobe watch db:1 (not supported by this version)"},
        {{"wait", "db:1", "--"}, "--: the command to run is missing after it: write -- CMD, or leave -- out"},
        {{"wait", "db:1", "--", ""}, "--: the command to run is missing after it: write -- CMD, or leave -- out"},
        {{"wait", "-s", "--", "true"}, "-s: its value is missing before --: write -s FILE"},
        {{"wait", "--serve", "db:1"}, "--serve: not an option of wait, but of demo"},
        {{"--down", "db:1"}, "--down: not an option of probe, but of wait"},
        {{"watch"}, "watch: not supported by this version"},
        {{"--rate", "5", "db:1"}, "--rate: not supported by this version"},
        {{"--rate=5", "db:1"}, "--rate: not supported by this version"},
        {{"--rtry", "5"}, "--rtry: unknown option: did you mean --retry?"},
        {{"--max-con", "5"}, "--max-con: unknown option: did you mean --max-concurrent?"},
        {{"--zzzzzzzz"}, "--zzzzzzzz: unknown option"},
        {{"-Z"}, "-Z: unknown option"},
        {{"-qZ"}, "-Z: unknown option"},
        {{"-zv", "db:1"}, "-z: unknown option: leave it out: nothing is sent to HOST:PORT in any case"},
        {{"--max-time", "5", "db:1"}, "--max-time: unknown option: write --timeout TIME"},
        {{"-u", "me:secret", "http://db"},
         "-u: unknown option: write user and password into the URL, as USER:PASSWORD@ before its host"},
        {{"help", "wait"}, "help: neither a command nor a target: write --help"},
        {{"version"}, "version: neither a command nor a target: write --version"},
        {{"--z\x1b\u202ezzzzz"}, "--z\\x1b\\u202ezzzzz: unknown option"},
        {{"-proxy=http://u:secret@p:1"},
         "-proxy=http://***@p:1: a long option has two hyphens: write --proxy=http://***@p:1"},
        {{"--retry", "--proxy=http://u:secret@p:1"},
         "--retry: its value is missing before --proxy=http://***@p:1: write --retry STRATEGY"},
        {{"--quiet=http://u:secret@p:1"}, "--quiet: takes no value, found http://***@p:1"},
        {{"-servers", "f"}, "-servers: a long option has two hyphens: write --servers"},
        {{"-tls"}, "-tls: a long option has two hyphens: write --tls"},
        {{"-s"}, "-s: its value is missing: write -s FILE"},
        {{"--tag", "--json", "db:1"}, "--tag: its value is missing before --json: write --tag TAG[,TAG]"},
        {{"-s", "--", "db:1"}, "-s: its value is missing before --: write -s FILE"},
        {{"--tag="}, "--tag: its value is empty: write --tag TAG[,TAG]"},
        {{"--name", ""}, "--name: its value is empty: write --name GLOB"},
        {{"--tls=yes"}, "--tls: takes no value, found yes"},
        {{"-"}, "-: not a target: write --servers - to read servers from standard input"},
        {{"explain", "--tag", "a"}, "--tag: not an option of explain"},
        {{"db:1", "--serve"}, "--serve: not an option of probe, but of demo"},
        {{"demo", "-c", "5"}, "-c: not an option of demo"},
    };
    for (const Wrong& row : rows) {
        const Split got = split(row.arguments);
        CAPTURE(row.arguments);
        REQUIRE(got.errors.size() >= 1);
        CHECK(got.errors.front() == row.error);
    }
}
