// LDAP (RFC 4511 §4.14): the extended request StartTLS, and a response whose result code is 0.
#include <memory>
#include <utility>

#include "net/ber.hpp"
#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"

namespace connprobe::net {

namespace {

using namespace std::string_view_literals;

constexpr unsigned char sequence = 0x30, integer = 0x02, octets = 0x04, enumerated = 0x0a, extended_response = 0x78;

// LDAPMessage { messageID 1, extendedReq [APPLICATION 23] { requestName [0] "1.3.6.1.4.1.1466.20037" } }
constexpr auto starttls_request =
    "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
    "1.3.6.1.4.1.1466.20037"sv;

/// RFC 4511 §4.1.9: those that are answers to this request.
std::string_view name_of(unsigned result) {
    switch (result) {
        case 1: return "operationsError";
        case 2: return "protocolError";
        case 3: return "timeLimitExceeded";
        case 8: return "strongerAuthRequired";
        case 10: return "referral";
        case 11: return "adminLimitExceeded";
        case 13: return "confidentialityRequired";
        case 48: return "inappropriateAuthentication";
        case 50: return "insufficientAccessRights";
        case 51: return "busy";
        case 52: return "unavailable";
        case 53: return "unwillingToPerform";
        case 80: return "other";
        default: return {};
    }
}

struct Response {
    unsigned id = 0, result = 0;
    std::string_view words;
};

std::optional<Response> read_response(std::string_view content) {
    const auto id = take_number(content, integer);
    auto operation = take(content, extended_response);
    if (!id || !operation) return std::nullopt;
    const auto result = take_number(*operation, enumerated);
    const auto matched = take(*operation, octets);
    const auto words = take(*operation, octets);
    if (!result || !matched || !words) return std::nullopt;
    return Response{*id, *result, *words};
}

Failure refusal(const Response& response) {
    const auto name = name_of(response.result);
    auto message = "the server answered StartTLS with the result " + std::to_string(response.result);
    if (!name.empty()) message += " (" + std::string{name} + ")";
    if (!response.words.empty()) message += ": " + quoted_reply(response.words);
    return starttls_refused(std::move(message));
}

// RFC 4511 §4.4.1: what the server says of itself has the message ID 0; this one ends the connection.
Failure disconnected(const Response& response) {
    auto message = "the server ended the connection with a notice of disconnection (result " +
                   std::to_string(response.result) + ")";
    if (!response.words.empty()) message += ": " + quoted_reply(response.words);
    return starttls_refused(std::move(message));
}

class Ldap : public StartTlsDialogue {
public:
    Turn hear(std::string_view heard) override {
        if (!std::exchange(asked_, true)) return {.say = std::string{starttls_request}};
        const auto element = first_element(heard);
        if (element.state == ElementState::incomplete && may_be(heard)) return {};
        if (element.state != ElementState::whole || element.tag != sequence) return other(heard);
        const auto response = read_response(element.content);
        if (!response) return other(heard);
        if (response->id == 0) return {.failure = disconnected(*response)};
        if (response->id != 1) return other(heard);
        if (response->result != 0) return {.failure = refusal(*response)};
        return {.taken = element.bytes, .agreed = true};
    }

    std::string_view awaited() const override { return "its answer to StartTLS"; }

private:
    static bool may_be(std::string_view heard) {
        return heard.empty() || static_cast<unsigned char>(heard.front()) == sequence;
    }
    static Turn other(std::string_view heard) { return {.failure = not_this_protocol(StartTls::ldap, heard)}; }

    bool asked_ = false;
};

}  // namespace

StartTlsDialoguePtr speak_ldap(const std::string& /*LDAP does not say who it is*/) { return std::make_unique<Ldap>(); }

}  // namespace connprobe::net
