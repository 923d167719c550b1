#include <dirent.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "dns_server.hpp"
#include "lookup_bench.hpp"

using namespace connprobe;
using namespace connprobe::tests;
using namespace std::chrono_literals;

namespace {

DnsFate at(const std::string& address) {
    DnsFate fate;
    fate.addresses = {address};
    return fate;
}

DnsFate held(const std::string& address) {
    auto fate = at(address);
    fate.held = true;
    return fate;
}

DnsFate silent() {
    DnsFate fate;
    fate.silent = true;
    return fate;
}

std::size_t open_descriptors() {
    std::size_t count = 0;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir("/proc/self/fd"), ::closedir};
    while (::readdir(directory.get()) != nullptr) ++count;
    return count;
}

/// One thread with its own loop, in which one lookup is going on until it is answered.
class Asker {
public:
    Asker(engine::Names& names, LookupBench::Question question)
        : bench_{names}, thread_{[this, question = std::move(question)] {
              bench_.start(question, [this](AnswerPtr given) { answer = std::move(given); });
              bench_.run_until([this] { return answer != nullptr; });
              bench_.loop.context.poll();
          }} {}

    AnswerPtr answer;  ///< after `join`
    void join() { thread_.join(); }

    /// From any thread: the run ends.
    void cut() {
        asio::post(bench_.loop.context, [this] { bench_.loop.deadlines.cancel_all(); });
    }

private:
    LookupBench bench_;
    std::jthread thread_;
};

void wait_for_question(DnsServer& server, const std::string& key, int count) {
    while (server.questions(key) < count) std::this_thread::yield();
}

}  // namespace

TEST_CASE("a name is asked for once in a pass, an answer and a failure alike") {
    DnsServer server{{{"db.example", at("192.0.2.1")}}};
    engine::Names names{server.resolver()};
    LookupBench bench{names};
    const auto first = bench.ask({"db.example."});
    CHECK(bench.ask({"DB.example."}) == first);
    CHECK(server.questions("db.example A") == 1);
    const auto gone = bench.ask({"gone.example."});
    CHECK(bench.ask({"gone.example."}) == gone);
    CHECK(gone->failure->code == Code::host_not_found);
    CHECK(server.questions("gone.example A") == 1);
}

TEST_CASE("a retry asks again, and those who come later get its answer") {
    DnsServer server;
    engine::Names names{server.resolver()};
    LookupBench bench{names};
    CHECK(bench.ask({"late.example."})->failure);
    server.set("late.example", at("192.0.2.1"));
    CHECK(bench.ask({"late.example."})->failure);
    CHECK(addresses_of(bench.ask({"late.example.", AddressFamily::any, true})) == "192.0.2.1");
    CHECK(addresses_of(bench.ask({"late.example."})) == "192.0.2.1");
    CHECK(server.questions("late.example A") == 2);
}

TEST_CASE("a question in flight is joined, by a retry too, and each shows the time of that question") {
    DnsServer server{{{"db.example", held("192.0.2.1")}}};
    engine::Names names{server.resolver()};
    LookupBench bench{names};
    std::vector<AnswerPtr> answers;
    for (const bool fresh : {false, false, true})
        bench.start({"db.example.", AddressFamily::ipv4, fresh},
                    [&](AnswerPtr answer) { answers.push_back(std::move(answer)); });
    bench.loop.context.poll();
    wait_for_question(server, "db.example A", 1);
    server.release();
    bench.run_until([&] { return answers.size() == 3; });
    CHECK(answers[0] == answers[1]);
    CHECK(answers[0] == answers[2]);
    CHECK(answers[0]->asked > 0us);
    CHECK(server.questions("db.example A") == 1);
}

TEST_CASE("who has a shorter limit leaves, who has a longer one gets the answer of the same question") {
    DnsServer server{{{"db.example", held("192.0.2.1")}}};
    engine::Names names{server.resolver()};
    LookupBench bench{names};
    AnswerPtr hasty, patient;
    bench.start({"db.example.", AddressFamily::ipv4, false, 20ms},
                [&](AnswerPtr answer) { hasty = std::move(answer); });
    bench.start({"db.example.", AddressFamily::ipv4}, [&](AnswerPtr answer) { patient = std::move(answer); });
    bench.run_until([&] { return hasty != nullptr; });
    CHECK(hasty->failure->code == Code::dns_timeout);
    CHECK(patient == nullptr);
    server.release();
    bench.run_until([&] { return patient != nullptr; });
    CHECK(addresses_of(patient) == "192.0.2.1");
    CHECK(server.questions("db.example A") == 1);
}

TEST_CASE("a question that nobody waits for any more holds no socket") {
    DnsServer server{
        {{"silent.example", silent()}, {"half.example", at("192.0.2.1")}, {"half.example AAAA", silent()}}};
    engine::Names names{server.resolver()};
    LookupBench bench{names};
    static_cast<void>(bench.ask({"localhost"}));
    const auto before = open_descriptors();
    CHECK(bench.ask({"silent.example.", AddressFamily::any, false, 20ms})->failure);
    bench.loop.context.poll();
    CHECK(open_descriptors() == before);
    CHECK(addresses_of(bench.ask({"half.example."})) == "192.0.2.1");
    bench.loop.context.poll();
    CHECK(open_descriptors() == before);
}

TEST_CASE("the end of the run ends a lookup as interrupted") {
    DnsServer server{{{"silent.example", silent()}}};
    engine::Names names{server.resolver()};
    LookupBench bench{names};
    AnswerPtr answer;
    bench.start({"silent.example."}, [&](AnswerPtr given) { answer = std::move(given); });
    bench.loop.context.poll();
    bench.loop.deadlines.cancel_all();
    bench.run_until([&] { return answer != nullptr; });
    CHECK(answer->failure->code == Code::interrupted);
}

TEST_CASE("a thread gets the answer to another one's question") {
    DnsServer server{{{"db.example", held("192.0.2.1")}}};
    engine::Names names{server.resolver()};
    Asker asker{names, {"db.example.", AddressFamily::ipv4}};
    wait_for_question(server, "db.example A", 1);
    Asker joiner{names, {"db.example.", AddressFamily::ipv4}};
    server.release();
    asker.join();
    joiner.join();
    CHECK(addresses_of(asker.answer) == "192.0.2.1");
    CHECK(asker.answer == joiner.answer);
    CHECK(server.questions("db.example A") == 1);
}

TEST_CASE("when the thread that asks is cut, another one that wants to know asks again") {
    DnsServer server{{{"db.example", held("192.0.2.1")}}};
    engine::Names names{server.resolver()};
    Asker asker{names, {"db.example.", AddressFamily::ipv4}};
    wait_for_question(server, "db.example A", 1);
    Asker joiner{names, {"db.example.", AddressFamily::ipv4}};
    asker.cut();
    asker.join();
    CHECK(asker.answer->failure->code == Code::interrupted);
    wait_for_question(server, "db.example A", 2);
    server.release();
    joiner.join();
    CHECK(addresses_of(joiner.answer) == "192.0.2.1");
}

TEST_CASE("so many questions go out as there are places, and the others when they are answered") {
    constexpr int count = 30, places = 20;
    DnsServer server{{{"marker.example", at("192.0.2.1")}}};
    const auto name = [](int i) { return "n" + std::to_string(i) + ".example"; };
    for (int i = 0; i < count; ++i) server.set(name(i), held("192.0.2.2"));
    engine::Names names{server.resolver(), 10}, others{server.resolver()};  // of ten threads each has its part
    LookupBench bench{names}, other{others};
    std::vector<AnswerPtr> answers;
    for (int i = 0; i < count; ++i)
        bench.start({name(i) + '.', AddressFamily::ipv4},
                    [&](AnswerPtr answer) { answers.push_back(std::move(answer)); });
    bench.loop.context.poll();
    CHECK_FALSE(
        other.ask({"marker.example.", AddressFamily::ipv4})->failure);  // what was asked before has come by then
    CHECK(server.questions() == places + 1);
    server.release();
    bench.run_until([&] { return answers.size() == count; });
    CHECK(std::ranges::none_of(answers, [](const auto& answer) { return answer->failure.has_value(); }));
    CHECK(answers.back()->waited > Duration{});
}

TEST_CASE("four threads that want the same 200 names ask for each of them once") {
    constexpr int threads = 4, count = 200;
    DnsServer server;
    const auto name = [](int i) { return "n" + std::to_string(i) + ".example"; };
    for (int i = 0; i < count; ++i) server.set(name(i), at("192.0.2." + std::to_string(i + 1)));
    engine::Names names{server.resolver()};
    std::vector<std::vector<AnswerPtr>> answers(threads);
    {
        std::vector<std::jthread> running;
        for (auto& mine : answers)
            running.emplace_back([&] {
                LookupBench bench{names};
                for (int i = 0; i < count; ++i)
                    bench.start({name(i) + '.', AddressFamily::ipv4},
                                [&](AnswerPtr answer) { mine.push_back(std::move(answer)); });
                bench.run_until([&] { return mine.size() == count; });
            });
    }
    for (auto& mine : answers) {
        CHECK(std::ranges::none_of(mine, [](const auto& answer) { return answer->failure.has_value(); }));
        std::ranges::sort(mine);
        CHECK(mine == answers.front());
    }
    CHECK(server.questions() == count);
}
