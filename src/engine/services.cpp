#include "engine/services.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <utility>

#include "engine/names.hpp"
#include "net/loop.hpp"
#include "net/spawn.hpp"

namespace connprobe::engine {

namespace {

using net::Clock;

/// What all records together come to, in the order of the targets; of the others nothing.
class Asking {
public:
    Asking(std::span<const Target> targets, const ProberOptions& options)
        : targets_{targets}, names_{options.resolver}, answers(targets.size()) {
        if (options.deadline.count() > 0) patience_ = std::min(patience_, options.deadline / 4);
    }

    void run(const std::stop_token& stop) {
        for (std::size_t i = 0; i < targets_.size(); ++i) {
            if (!is_service(targets_[i])) continue;
            ++open_;
            net::spawn(loop_, ask(i));
        }
        const std::stop_callback on_stop{stop, [this] { net::post(loop_, [this] { loop_.deadlines.cancel_all(); }); }};
        context_.run();
    }

private:
    net::Task<void> ask(std::size_t index) {
        const auto& settings = *targets_[index].settings;
        const auto now = Clock::now();
        auto limit = net::phase_limit(now, settings.timeout, now, settings.dns_timeout, "dns_timeout");
        const auto patience_ends = net::later(now, patience_);
        const bool is_cut = patience_ends < limit.at;
        limit.at = std::min(limit.at, patience_ends);
        auto& answer = answers[index];
        answer = co_await lookups_.services(targets_[index].host, limit);
        const auto ended_by = [&](Code code) { return answer.failure && answer.failure->code == code; };
        if (ended_by(Code::interrupted) || (is_cut && ended_by(Code::dns_timeout))) answer.failure.reset();
        if (--open_ == 0) context_.stop();  // the timer of the deadlines may still be armed
    }

    std::span<const Target> targets_;
    asio::io_context context_{1};
    net::SocketCount sockets_;
    net::Loop loop_{context_, sockets_};
    Names names_;
    Lookups lookups_{names_, loop_};
    std::size_t open_ = 0;
    Duration patience_ = std::chrono::milliseconds{1500};  // c-ares asks a second time after 1 s

public:
    std::vector<net::ServiceAnswer> answers;
};

}  // namespace

bool is_service(const Target& target) noexcept {
    return target.unix_path.empty() && target.port == 0 && target.host.starts_with('_');
}

Target target_of(const Target& record, const net::Service& service) {
    auto target = record;
    target.host = service.host;
    target.port = service.port;
    target.asked_before.reset();
    target.written = service.host + ':' + std::to_string(service.port);
    target.name = record.name == record.written ? target.written : record.name + '/' + target.written;
    return target;
}

std::vector<Target> expand_services(std::span<const Target> targets, const ProberOptions& options,
                                    const std::stop_token& stop) {
    Asking asking{targets, options};
    asking.run(stop);
    std::set<std::string> names;
    for (const auto& target : targets) names.insert(target.name);
    std::vector<Target> expanded;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto& [services, failure, took] = asking.answers[i];
        if (services.empty() || failure) {
            expanded.push_back(targets[i]);
            if (is_service(targets[i]))
                expanded.back().asked_before = std::make_shared<const AskedBefore>(AskedBefore{took, failure});
        }
        for (const auto& service : services) {
            auto target = target_of(targets[i], service);
            // Two records may name one server, and so may the list itself.
            if (!names.insert(target.name).second) target.name = targets[i].name + '/' + target.written;
            names.insert(target.name);
            expanded.push_back(std::move(target));
        }
    }
    return expanded;
}

}  // namespace connprobe::engine
