#include "engine/trace.hpp"

#include <algorithm>

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

std::string described(const Certificate& certificate) {
    constexpr std::size_t most_names = 20;
    auto text = certificate.subject + ", issued by " + certificate.issuer + ", from " +
                readable_utc(certificate.not_before) + " to " + readable_utc(certificate.not_after) + ", " +
                certificate.key + " " + std::to_string(certificate.key_bits) + " bits, " + certificate.signature;
    const auto& names = certificate.sans;
    for (std::size_t at = 0; at < std::min(names.size(), most_names); ++at)
        text.append(at == 0 ? ", for " : ", ").append(names[at]);
    if (names.size() > most_names) text += " and " + std::to_string(names.size() - most_names) + " more";
    return text + ", SHA-256 " + certificate.fingerprint_sha256;
}

}  // namespace

std::vector<std::string> told_chain(const Outcome& outcome) {
    std::vector<std::string> told;
    if (!outcome.tls) return told;
    const auto& facts = *outcome.tls;
    for (const auto& certificate : facts.chain)
        told.push_back("certificate " + std::to_string(told.size()) + ": " + described(certificate));
    if (facts.chain_length > facts.chain.size())
        told.push_back("and " + std::to_string(facts.chain_length - facts.chain.size()) + " certificates more");
    if (!facts.verified_chain.empty())
        told.push_back("the chain is verified, and ends in " + facts.verified_chain.back().subject);
    if (facts.staple)
        told.push_back("OCSP answer beside the certificate: " + std::string{to_string(facts.staple->status)});
    return told;
}

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
