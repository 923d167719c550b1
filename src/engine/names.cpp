#include "engine/names.hpp"

#include <unistd.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "model/readable.hpp"
#include "model/text.hpp"
#include "net/dns_failure.hpp"
#include "net/nsswitch.hpp"
#include "net/resolve_dns.hpp"
#include "net/resolve_name.hpp"
#include "net/resolve_services.hpp"
#include "net/system_resolver.hpp"

namespace connprobe::engine {

namespace {

using net::Answer;

/// Over all threads. By default the socket of a server holds 277 small datagrams (net.core.rmem_default).
constexpr std::size_t questions_at_once = 200, least_at_once = 2;

using AnswerPtr = std::shared_ptr<const Answer>;

bool choose_dns() {
    const auto nsswitch = net::read_text("/etc/nsswitch.conf");
    const auto hosts = net::read_text("/etc/hosts");
    char host_name[256] = "";
    ::gethostname(host_name, sizeof host_name - 1);
    const auto text = nsswitch.error == 0 ? std::optional<std::string_view>{nsswitch.text} : std::nullopt;
    return net::dns_is_enough(text, hosts.text, host_name);
}

Resolver chosen(Resolver resolver) {
    if (resolver.kind == Resolver::Kind::automatic)
        resolver.kind = choose_dns() ? Resolver::Kind::dns : Resolver::Kind::system;
    return resolver;
}

Duration since(net::TimePoint begin) { return std::chrono::duration_cast<Duration>(net::Clock::now() - begin); }

AnswerPtr failed(Failure failure, net::TimePoint begin) {
    Answer answer;
    answer.failure = std::move(failure);
    answer.asked = since(begin);
    return std::make_shared<const Answer>(std::move(answer));
}

/// Settles a question in any case: abandoned, unless there is an answer.
class Duty {
public:
    Duty(std::shared_ptr<QuestionTable> table, std::shared_ptr<Question> question)
        : table_{std::move(table)}, question_{std::move(question)} {}
    Duty(Duty&&) noexcept = default;
    ~Duty() {
        if (table_) table_->settle(*question_, std::nullopt);
    }
    Duty(const Duty&) = delete;
    Duty& operator=(const Duty&) = delete;
    Duty& operator=(Duty&&) = delete;

    void done(Answer&& answer) {
        answer.asked = since(begin_) - answer.waited;
        table_->settle(*question_, std::move(answer));
    }
    [[nodiscard]] Question& question() const noexcept { return *question_; }

private:
    std::shared_ptr<QuestionTable> table_;
    std::shared_ptr<Question> question_;
    net::TimePoint begin_ = net::Clock::now();
};

net::Task<void> ask_dns(std::shared_ptr<net::DnsTools> tools, std::shared_ptr<net::Waiter> waiter, Duty duty) {
    auto& question = duty.question();
    auto answer = co_await net::resolve_by_dns(*tools, question.name, question.family, waiter, question.unwanted);
    if (!answer) co_return;
    answer->addresses = net::in_order(answer->addresses);
    duty.done(std::move(*answer));
}

}  // namespace

Names::Names(const Resolver& resolver, std::size_t threads)
    : resolver_{chosen(resolver)},
      places_{std::max(questions_at_once / threads, least_at_once)},
      table_{std::make_shared<QuestionTable>()} {
    if (resolver_.kind == Resolver::Kind::system) system_ = std::make_unique<net::SystemResolver>();
}

Names::~Names() = default;

std::string_view Names::resolver() const noexcept { return system_ ? "system" : "dns"; }

Lookups::Lookups(Names& names, net::Loop& loop) : names_{names}, loop_{loop} {}

Lookups::~Lookups() = default;

net::Task<AnswerPtr> Lookups::lookup(std::string host, AddressFamily family, bool fresh, net::Limit limit) {
    const auto begin = net::Clock::now();
    if (auto bad = net::reject_name(host)) co_return failed(std::move(*bad), begin);
    const auto waiter = std::make_shared<net::Waiter>(loop_);
    const auto strays_before = strays();
    PendingName pending{*this, host, family, fresh, waiter};
    for (auto waited = net::Waited::ready;;) {
        if (waited == net::Waited::cancelled)
            co_return failed(
                make_failure(Phase::resolve, Code::interrupted, "the run ended before \"" + host + "\" was resolved"),
                begin);
        // After SIGCONT, or on a busy machine, both have come: what is there by now is the answer.
        if (auto answer = pending.answer()) co_return answer;
        if (waited == net::Waited::expired) co_return failed(time_out(host, limit, strays() - strays_before), begin);
        waited = co_await waiter->signal.wait(limit.at);
    }
}

void Lookups::ask(const std::shared_ptr<Question>& question) {
    auto duty = std::make_shared<Duty>(names_.table_, question);
    if (net::is_localhost(question->name)) {
        Answer loopback;
        loopback.addresses = net::in_order(net::loopback_addresses(question->family));
        return duty->done(std::move(loopback));
    }
    if (names_.system_) {
        return names_.system_->ask(question->name, question->family,
                                   [duty](Answer&& answer) { duty->done(std::move(answer)); });
    }
    const auto waiter = std::make_shared<net::Waiter>(loop_);
    names_.table_->set_asker(*question, waiter);
    asio::co_spawn(loop_.context, ask_dns(tools(), waiter, std::move(*duty)), [](const std::exception_ptr& error) {
        if (error) std::rethrow_exception(error);
    });
}

net::Task<net::ServiceAnswer> Lookups::services(std::string name, net::Limit limit) {
    const auto keep = tools();
    co_return co_await net::resolve_services(*keep, loop_, std::move(name), limit);
}

const std::shared_ptr<net::DnsTools>& Lookups::tools() {
    if (!tools_) tools_ = std::make_shared<net::DnsTools>();
    if (!tools_->channel || !tools_->channel->usable())
        tools_->channel = net::DnsChannel::open(loop_, names_.resolver_, names_.places_);
    return tools_;
}

std::size_t Lookups::strays() const noexcept { return tools_ ? tools_->channel->strays() : 0; }

Failure Lookups::time_out(const std::string& host, const net::Limit& limit, std::size_t new_strays) {
    using enum net::RecordType;
    auto refused =
        names_.system_ ? std::nullopt : net::refused_before_silence(host, {a, aaaa}, *tools()->channel, limit);
    if (refused) return std::move(*refused);
    const auto asked = names_.system_ ? "the system's resolver" : "the DNS (" + tools()->channel->servers() + ')';
    auto message = '"' + host + "\": no answer from " + asked + " within " + readable(limit.length) + " (" +
                   std::string{limit.name} + ')';
    if (new_strays > 0) message += "; what came fitted no question: a wrong id, or no DNS reply at all";
    return make_failure(Phase::resolve, Code::dns_timeout, std::move(message));
}

PendingName::PendingName(Lookups& lookups, const std::string& host, AddressFamily family, bool fresh,
                         std::shared_ptr<net::Waiter> waiter)
    : lookups_{lookups},
      table_{lookups.table()},
      name_{lower_case(host)},
      family_{family},
      fresh_{fresh},
      waiter_{std::move(waiter)} {
    join();
}

PendingName::~PendingName() { table_->leave(*question_, *waiter_); }

AnswerPtr PendingName::answer() {
    auto [state, answer] = table_->look(*question_);
    if (state != Question::State::abandoned) return answer;
    table_->leave(*question_, *waiter_);
    join();
    return table_->look(*question_).second;
}

void PendingName::join() {
    const auto [question, first] = table_->join(name_, family_, fresh_, waiter_);
    question_ = question;
    if (first) lookups_.ask(question_);
}

}  // namespace connprobe::engine
