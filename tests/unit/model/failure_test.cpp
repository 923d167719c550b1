#include "connprobe/failure.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>

using namespace connprobe;

namespace {

// The table that users rely on, written down a second time: a code that changes its class or vanishes breaks them.
const std::map<std::string, std::string> promised{
    {"dns",
     "host_not_found no_address dns_server_failure dns_refused dns_temporary_failure dns_bad_reply dns_timeout "
     "bad_name"},
    {"network",
     "connection_refused connection_reset connection_closed host_unreachable network_unreachable admin_prohibited "
     "backlog_full socket_missing"},
    {"timeout", "connect_timeout proxy_timeout tls_timeout check_timeout"},
    {"tls",
     "certificate_expired certificate_not_yet_valid hostname_mismatch unknown_authority self_signed "
     "certificate_revoked "
     "certificate_bad_signature invalid_authority certificate_purpose name_constraints weak_certificate "
     "certificate_invalid staple_missing pin_mismatch protocol_version no_shared_cipher no_shared_alpn not_tls "
     "starttls_refused handshake_failure"},
    {"auth",
     "client_certificate_required client_certificate_rejected authentication_failed proxy_authentication_failed "
     "forbidden"},
    {"proxy", "proxy_denied proxy_unexpected_reply"},
    {"check", "unexpected_status unexpected_reply reply_too_large not_serving"},
    {"local", "too_many_open_files no_free_port address_not_available out_of_memory permission_denied"},
    {"cancelled", "interrupted deadline_exceeded fail_fast"},
};

std::set<std::string> words(const std::string& text) {
    std::istringstream stream{text};
    return {std::istream_iterator<std::string>{stream}, {}};
}

}  // namespace

TEST_CASE("the table of codes holds what users were promised, and nothing else") {
    std::map<std::string, std::set<std::string>> found;
    for (const CodeInfo& row : all_codes()) {
        found[std::string(to_string(row.failure_class))].insert(std::string(row.name));
    }
    CHECK(found.size() == promised.size());
    for (const auto& [name, codes] : promised) CHECK_MESSAGE(found[name] == words(codes), name);
}

TEST_CASE("each code finds its own row, by value and by name") {
    for (const CodeInfo& row : all_codes()) {
        CAPTURE(row.name);
        CHECK(info(row.code).name == row.name);
        CHECK(to_string(row.code) == row.name);
        CHECK(code_from_name(row.name) == row.code);
    }
    CHECK_FALSE(code_from_name("connection_refuse"));
    CHECK_FALSE(code_from_name("network"));
    CHECK_FALSE(code_from_name(""));
}

TEST_CASE("each class and phase has its name") {
    for (const FailureClass failure_class : all_classes()) {
        CHECK(class_from_name(to_string(failure_class)) == failure_class);
    }
    CHECK(all_classes().size() == promised.size());
    CHECK_FALSE(class_from_name("transient"));
    CHECK(to_string(Phase::resolve) == "resolve");
    CHECK(to_string(Phase::connect) == "connect");
    CHECK(to_string(Phase::proxy) == "proxy");
    CHECK(to_string(Phase::tls) == "tls");
    CHECK(to_string(Phase::check) == "check");
}

TEST_CASE("what cannot heal by waiting is not tried again, all else is") {
    const std::set<std::string> stay = words(
        "client_certificate_required client_certificate_rejected authentication_failed proxy_authentication_failed "
        "forbidden certificate_expired certificate_not_yet_valid hostname_mismatch unknown_authority self_signed "
        "certificate_revoked certificate_bad_signature invalid_authority certificate_purpose name_constraints "
        "weak_certificate certificate_invalid staple_missing pin_mismatch no_shared_alpn no_shared_cipher "
        "protocol_version bad_name permission_denied");
    for (const CodeInfo& row : all_codes()) {
        CHECK_MESSAGE(row.retried == !stay.contains(std::string(row.name)), row.name);
    }
}

TEST_CASE("each row says what it means in a sentence, what to do next, the causes and what to try") {
    for (const CodeInfo& row : all_codes()) {
        CAPTURE(row.name);
        CHECK(row.meaning.ends_with('.'));
        CHECK(row.meaning.size() < 140);
        CHECK_FALSE(row.hint.empty());
        CHECK_FALSE(row.hint.ends_with('.'));
        CHECK(row.hint.size() < 140);
        CHECK(row.explanation.starts_with("Usual causes: "));
        CHECK(row.explanation.find(".\nWhat to try: ") != std::string_view::npos);
        CHECK(row.explanation.ends_with('.'));
        CHECK(row.explanation.find("  ") == std::string_view::npos);
        CHECK(std::count(row.explanation.begin(), row.explanation.end(), '`') % 2 == 0);
    }
}

TEST_CASE("a failure takes class and hint from its row, unless it knows a better hint") {
    const Failure plain = make_failure(Phase::connect, Code::connection_refused, "10.0.0.1:22 refused the connection");
    CHECK(plain.failure_class == FailureClass::network);
    CHECK(plain.hint == info(Code::connection_refused).hint);
    CHECK(plain.message == "10.0.0.1:22 refused the connection");
    CHECK(plain.phase == Phase::connect);
    const Failure better = make_failure({}, Code::interrupted, "cut", "start again");
    CHECK(better.hint == "start again");
    CHECK_FALSE(better.phase);
}
