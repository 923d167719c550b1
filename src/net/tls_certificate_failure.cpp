#include "net/tls_certificate_failure.hpp"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "model/readable.hpp"
#include "model/text.hpp"
#include "net/tls_errors.hpp"

namespace connprobe::net {

namespace {

struct Words {
    std::string message;
    std::string hint;  // empty: the table's
};

constexpr std::string_view server_usage = "TLS Web Server Authentication";  // as OpenSSL names serverAuth

// "3 days", "1 hour": nobody needs more than the largest unit to see how bad it is.
std::string span(WallTime::duration duration) {
    using namespace std::chrono;
    const auto words = [](auto count, const char* unit) {
        return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
    };
    if (duration >= days{1}) return words(floor<days>(duration).count(), "day");
    if (duration >= hours{1}) return words(floor<hours>(duration).count(), "hour");
    if (duration >= minutes{1}) return words(floor<minutes>(duration).count(), "minute");
    return words(floor<seconds>(duration).count(), "second");
}

std::string day_of(WallTime time) {
    const auto text = readable_utc(time);
    return text.substr(0, text.find(' '));
}

// "depth 1, valid 2026-01-02 to 2027-01-02"; a depth only where it is an authority's, dates only where they are known.
std::string facts(const Refusal& refusal) {
    std::string text;
    if (refusal.depth > 0) text = "depth " + std::to_string(refusal.depth);
    const auto begin = refusal.certificate.not_before, end = refusal.certificate.not_after;
    const bool is_known = end != WallTime{} && refusal.error != X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD &&
                          refusal.error != X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
    if (is_known) text += (text.empty() ? "valid " : ", valid ") + day_of(begin) + " to " + day_of(end);
    return text;
}

std::string with_facts(const std::string& what, const Refusal& refusal) {
    const auto known = facts(refusal);
    return known.empty() ? what : what + " (" + known + ')';
}

std::string whose(const Refusal& refusal) {
    const auto& subject = refusal.certificate.subject;
    const std::string what = refusal.depth == 0 ? "the certificate" : "the authority's certificate";
    return subject.empty() ? what : what + ' ' + subject;
}

std::string whose_with_facts(const Refusal& refusal) { return with_facts(whose(refusal), refusal); }

std::string whose_with_depth(const Refusal& refusal) {
    return whose(refusal) + (refusal.depth == 0 ? "" : " (depth " + std::to_string(refusal.depth) + ')');
}

std::string authorities(const Refusal& refusal) { return refusal.trusted.empty() ? "this machine" : refusal.trusted; }

// Not the certificate is at fault, but what was to tell whether it was revoked.
bool is_about_list(long error) {
    return error == X509_V_ERR_UNABLE_TO_GET_CRL || error == X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER ||
           error == X509_V_ERR_CRL_NOT_YET_VALID || error == X509_V_ERR_CRL_HAS_EXPIRED ||
           error == X509_V_ERR_CRL_SIGNATURE_FAILURE || error == X509_V_ERR_DIFFERENT_CRL_SCOPE ||
           error == X509_V_ERR_KEYUSAGE_NO_CRL_SIGN;
}

Words expired(const Refusal& refusal) {
    const auto end = refusal.certificate.not_after;
    Words words{whose_with_depth(refusal) + " ended on " + readable_utc(end) + ", " + span(refusal.now - end) + " ago",
                {}};
    if (refusal.depth > 0)
        words.hint =
            "have the server send a current chain, or renew the authority; its own certificate may still be good";
    return words;
}

Words not_yet_valid(const Refusal& refusal) {
    const auto begin = refusal.certificate.not_before;
    return {whose_with_depth(refusal) + " begins on " + readable_utc(begin) + ", in " + span(begin - refusal.now), {}};
}

std::string first_of(const std::vector<std::string>& names) {
    constexpr std::size_t most = 5;
    std::string list;
    for (std::size_t at = 0; at < std::min(names.size(), most); ++at) list += (at == 0 ? "" : ", ") + names[at];
    if (names.size() > most) list += " and " + std::to_string(names.size() - most) + " more";
    return list;
}

std::string_view parent(std::string_view name) {
    const auto dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

// Why a name with a wildcard in it, which seems to fit, does not (RFC 9525 §6.3); empty: it does not even seem to.
std::string_view wildcard_hint(std::string_view pattern, std::string_view name) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return {};
    if (star > 0 || !pattern.starts_with("*."))
        return "a wildcard stands for the whole first label and nothing less (*.example.org): have the name entered";
    const auto domain = parent(pattern);
    if (name != domain && !name.ends_with("." + std::string{domain})) return {};
    if (domain.find('.') == std::string_view::npos)
        return "a wildcard for a whole top-level domain does not count: have the name entered";
    return "a wildcard stands for exactly one label: have the name itself entered";
}

std::string hint_for_names(const std::vector<std::string>& names, std::string_view name) {
    for (const auto& pattern : names) {
        if (const auto hint = wildcard_hint(pattern, name); !hint.empty()) return std::string{hint};
    }
    return {};
}

Words other_name(const Refusal& refusal) {
    const auto& names = refusal.certificate.sans;
    const auto wanted = (refusal.is_address ? "the address " : "") + std::string{refusal.name};
    if (names.empty())
        return {whose_with_facts(refusal) + " is for no host: it has no subject alternative names, so it is not for " +
                    wanted,
                "have it issued anew with the name among its subject alternative names; its subject (" +
                    refusal.certificate.subject + ") does not count"};
    const auto end = refusal.certificate.not_after;
    Words words{"the certificate is for " + first_of(names) + " and " + (end < refusal.now ? "ended " : "ends ") +
                    day_of(end) + "; the " + (refusal.is_address ? "address" : "name") + " asked for is " +
                    std::string{refusal.name},
                {}};
    if (!refusal.is_address) words.hint = hint_for_names(names, refusal.name);
    if (refusal.is_address && std::ranges::find(names, refusal.name) != names.end())
        words.hint = "have the address entered as an IP address: as a DNS name it does not count";
    return words;
}

// An authority was made anew under its old name, or only looks as if.
Words namesake(const Refusal& refusal, const TlsFault& why) {
    const auto& issuer = refusal.certificate.issuer;
    if (refusal.namesake_error == X509_V_ERR_UNSPECIFIED)
        return {whose_with_facts(refusal) + " has an extension that is malformed or there twice, or its issuer " +
                    issuer + " has",
                {}};
    return {
        whose_with_facts(refusal) + " was not issued by the " + issuer + " at hand: " + std::string{why.fact},
        "find out which " + issuer + " issued it: have the server send that one, or have the certificate issued anew"};
}

Words unknown_issuer(const Refusal& refusal) {
    const auto& issuer = refusal.certificate.issuer;
    if (refusal.error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)
        return {with_facts("the chain ends in the root " + refusal.certificate.subject, refusal) + ", which " +
                    authorities(refusal) + " does not trust",
                "if the authority is yours, give its certificate with --cacert FILE"};
    if (refusal.sent <= 1)
        return {whose_with_facts(refusal) + " was issued by " + issuer + ", which " + authorities(refusal) +
                    " does not know; the server sent no other certificate",
                "if that is an intermediate authority, have the server send the full chain; if it is your own, give it "
                "with --cacert FILE"};
    return {"the chain leads to " + issuer + ", which " + authorities(refusal) + " does not know; its last link is " +
                whose_with_facts(refusal),
            "have the server send the certificate of " + issuer +
                "; if that is a root of your own, give it with --cacert FILE"};
}

Words self_signed(const Refusal& refusal) {
    return {whose_with_facts(refusal) + " is self-signed, and " + authorities(refusal) + " does not trust it", {}};
}

// OpenSSL calls a key that it cannot read too small.
bool has_unknown_key(const Refusal& refusal) {
    const bool about_key = refusal.error == X509_V_ERR_EE_KEY_TOO_SMALL || refusal.error == X509_V_ERR_CA_KEY_TOO_SMALL;
    return about_key && !refusal.key_is_known;
}

Words too_weak(const Refusal& refusal) {
    if (refusal.error == X509_V_ERR_CA_MD_TOO_WEAK)
        return {whose_with_facts(refusal) + " is signed with " + refusal.signature + ", which is too weak", {}};
    return {"the key of " + whose_with_facts(refusal) + " is too weak: " + refusal.key, {}};
}

Words wrong_purpose(const Refusal& refusal) {
    const bool for_servers = refusal.usage.find(server_usage) != std::string::npos;
    if (!refusal.usage.empty() && !for_servers)
        return {whose_with_facts(refusal) + " is for " + refusal.usage + ", not for TLS servers", {}};
    return {whose_with_facts(refusal) + " was not issued for TLS servers: its key usage forbids it",
            "have it issued anew with keyUsage digitalSignature"};
}

Words wrong_list(const Refusal& refusal, const TlsFault& fault) {
    return {
        std::string{fault.fact} + ": of " + refusal.certificate.issuer + ", who issued " + refusal.certificate.subject,
        fault.hint.empty() ? "put a current revocation list of that issuer into " + std::string{refusal.crl_file}
                           : std::string{fault.hint}};
}

Words other(const Refusal& refusal, const TlsFault& fault) {
    auto at_fault = refusal.certificate.subject;
    if (const auto known = facts(refusal); !known.empty()) at_fault += (at_fault.empty() ? "" : ", ") + known;
    return {std::string{fault.fact} + (at_fault.empty() ? "" : " (" + at_fault + ")"), std::string{fault.hint}};
}

Words revoked(const Refusal& refusal, const TlsFault& fault) {
    if (!refusal.revoked_at) return other(refusal, fault);
    return {whose_with_facts(refusal) + " was revoked on " + readable_utc(*refusal.revoked_at) + ", says the list of " +
                refusal.certificate.issuer,
            {}};
}

Words constrained(const Refusal& refusal, const TlsFault& fault) {
    if (refusal.constrainer.empty() || refusal.certificate.sans.empty()) return other(refusal, fault);
    const bool excluded = refusal.error == X509_V_ERR_EXCLUDED_VIOLATION;
    return {whose_with_facts(refusal) + " is for " + first_of(refusal.certificate.sans) + ", but its authority " +
                refusal.constrainer + (excluded ? " may not issue for " : " may issue only for ") +
                (refusal.constraints.empty() ? "any such name" : refusal.constraints),
            {}};
}

// A certificate may say anything at any length; a sentence is to be read.
void shorten(std::string& text) {
    constexpr std::size_t most = 255;  // of a host name (RFC 1035 §2.3.4)
    if (text.size() <= most) return;
    auto end = most;
    while (end > 0 && continues_character(text[end])) --end;
    text.replace(end, std::string::npos, "…");
}

void shorten(Refusal& refusal) {
    auto& certificate = refusal.certificate;
    for (auto* text : {&certificate.subject, &certificate.issuer, &refusal.usage, &refusal.constrainer,
                       &refusal.constraints, &refusal.namesake})
        shorten(*text);
    for (auto& name : certificate.sans) shorten(name);
}

Words words_for(const Refusal& refusal, const TlsFault& fault) {
    if (is_about_list(refusal.error)) return wrong_list(refusal, fault);
    switch (fault.code) {
        case Code::certificate_revoked: return revoked(refusal, fault);
        case Code::certificate_expired: return expired(refusal);
        case Code::certificate_not_yet_valid: return not_yet_valid(refusal);
        case Code::hostname_mismatch: return other_name(refusal);
        case Code::unknown_authority: return unknown_issuer(refusal);
        case Code::self_signed: return self_signed(refusal);
        case Code::certificate_purpose: return wrong_purpose(refusal);
        case Code::weak_certificate: return too_weak(refusal);
        case Code::name_constraints: return constrained(refusal, fault);
        default: return other(refusal, fault);
    }
}

}  // namespace

Failure certificate_failure(Refusal refusal) {
    shorten(refusal);
    const auto known = verify_fault(refusal.error);
    if (!known)
        return make_failure(
            Phase::tls, Code::certificate_invalid,
            whose_with_facts(refusal) + " was refused: " + X509_verify_cert_error_string(refusal.error));
    if (const auto why = refusal.namesake.empty() ? std::nullopt : verify_fault(refusal.namesake_error)) {
        auto words = namesake(refusal, *why);
        return make_failure(Phase::tls, why->code, std::move(words.message), std::move(words.hint));
    }
    if (has_unknown_key(refusal))
        return make_failure(
            Phase::tls, Code::certificate_invalid,
            "the public key of " + whose_with_facts(refusal) + " cannot be read: its kind is not supported",
            "have the certificate issued anew with a usual key: RSA, P-256, P-384 or Ed25519");
    auto words = words_for(refusal, *known);
    return make_failure(Phase::tls, known->code, std::move(words.message), std::move(words.hint));
}

}  // namespace connprobe::net
