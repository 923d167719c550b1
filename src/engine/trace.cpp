#include "engine/trace.hpp"

#include "model/readable.hpp"

namespace connprobe::engine {

namespace {

bool failed_in(const Outcome& outcome, Phase phase) { return outcome.failure && outcome.failure->phase == phase; }

std::string addresses(const Outcome& outcome) {
    std::string text;
    for (const auto& one : outcome.addresses) text.append(text.empty() ? "" : ", ").append(one.address);
    return text;
}

std::string fate(const AddressFate& one) {
    if (one.error) return one.error->message;
    if (one.connect) return "connected to " + one.address + " in " + readable(*one.connect);
    return one.address + ": another address was first, or no time was left";
}

// Through a proxy it is the proxy's addresses that are connected to.
std::string asked_for(const Target& target) {
    const auto& proxy = target.settings->proxy;
    if (!proxy) return target.host;
    return proxy->type == ProxyType::socks5 ? target.host + " and " + proxy->host : proxy->host;
}

std::string handshake(const TlsFacts& facts, Duration time) {
    auto text = "shook hands in " + readable(time) + ": " + facts.version.value_or("unknown version");
    for (const auto& part : {facts.cipher, facts.group, facts.alpn})
        if (part) text.append(", ").append(*part);
    if (facts.certificate) text.append(", certificate of ").append(facts.certificate->subject);
    return text;
}

std::string answer(const CheckFacts& facts, Duration time) {
    auto text = "checked (" + std::string{to_string(facts.type)} + ") in " + readable(time);
    if (facts.status) text += ": " + std::to_string(*facts.status);
    if (!facts.detail.empty()) text.append(facts.status ? " " : ": ").append(facts.detail);
    return text;
}

}  // namespace

std::vector<std::string> steps_to_check(const Target& target, const Outcome& outcome) {
    std::vector<std::string> told;
    const auto& times = outcome.latency;
    if (times.resolve && !failed_in(outcome, Phase::resolve))
        told.push_back("resolved " + asked_for(target) + " in " + readable(*times.resolve) + ": " + addresses(outcome));
    for (const auto& one : outcome.addresses) told.push_back(fate(one));
    if (times.proxy && !failed_in(outcome, Phase::proxy))
        told.push_back("the proxy opened the way in " + readable(*times.proxy));
    if (times.tls && outcome.tls && (!outcome.failure || times.check))
        told.push_back(handshake(*outcome.tls, *times.tls));
    return told;
}

std::vector<std::string> steps_from_check(const Outcome& outcome) {
    std::vector<std::string> told;
    if (outcome.check && outcome.latency.check) told.push_back(answer(*outcome.check, *outcome.latency.check));
    for (const auto& warning : outcome.warnings) told.push_back(warning.message);
    if (outcome.failure && !failed_in(outcome, Phase::connect)) told.push_back(outcome.failure->message);
    return told;
}

}  // namespace connprobe::engine
