#include "net/tls_facts.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "certificates.hpp"

using namespace connprobe;
using namespace connprobe::net;
using namespace std::string_literals;

namespace {

WallTime at(const std::string& text) {
    const std::unique_ptr<ASN1_TIME, FreeWith<ASN1_TIME_free>> time{ASN1_TIME_new()};
    REQUIRE(ASN1_TIME_set_string(time.get(), text.c_str()) == 1);
    return wall_time(time.get());
}

WallTime day(int year, unsigned month, unsigned day) {
    return WallTime{std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)}};
}

// A certificate with this common name, encoded as the ASN.1 type given.
std::string subject(int type, const std::string& bytes) {
    const X509Ptr certificate{X509_new()};
    auto* name = X509_get_subject_name(certificate.get());
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    REQUIRE(X509_NAME_add_entry_by_NID(name, NID_commonName, type, data, static_cast<int>(bytes.size()), -1, 0) == 1);
    return subject_of(*certificate);
}

}  // namespace

TEST_CASE("times of certificates are told as they are, or as near as can be") {
    CHECK(at("260301120000Z") == day(2026, 3, 1) + std::chrono::hours{12});
    CHECK(at("500101000000Z") == day(1950, 1, 1));
    CHECK(at("20500101000000Z") == day(2050, 1, 1));
    CHECK(at("99991231235959Z") == day(10000, 1, 1) - std::chrono::seconds{1});
    CHECK(at("16000101000000Z") == day(1900, 1, 1));
    CHECK(wall_time(nullptr) == WallTime{});
}

TEST_CASE("names are told in UTF-8, whatever they are encoded as") {
    CHECK(subject(V_ASN1_UTF8STRING, "Gr\xc3\xbc\xc3\x9f, Gott") == "CN=Gr\xc3\xbc\xc3\x9f\\, Gott");
    CHECK(subject(V_ASN1_BMPSTRING, "\x4e\x2d\x65\x87"s) == "CN=\xe4\xb8\xad\xe6\x96\x87");
    CHECK(subject(V_ASN1_T61STRING, "caf\xe9") == "CN=caf\xc3\xa9");
    CHECK(subject(V_ASN1_PRINTABLESTRING, "db.example.org") == "CN=db.example.org");
}

TEST_CASE("a name with a NUL or a control character is not cut short, and is shown") {
    CHECK(subject(V_ASN1_UTF8STRING, "bank.example\0.evil.example"s) == "CN=bank.example\\00.evil.example");
    CHECK(subject(V_ASN1_UTF8STRING, "\x1b[2J") == "CN=\\1B[2J");
    CHECK(subject(V_ASN1_UTF8STRING, "bad \xff bytes") == "CN=bad \xff bytes");
    CHECK(subject(V_ASN1_UNIVERSALSTRING, "\xff\xff\xff\xff") == "CN=\\FF\\FF\\FF\\FF");
}

TEST_CASE("alternative names are told as plain values") {
    tests::Wanted wanted;
    wanted.alternative_names =
        "DNS:*.example.org,IP:192.0.2.1,IP:2001:db8::1,URI:spiffe://x/y,email:a@example.org,RID:1.2.3";
    const auto identity = tests::issue(wanted);
    CHECK(certificate_facts(*identity.certificate).sans ==
          std::vector<std::string>{"*.example.org", "192.0.2.1", "2001:db8::1", "spiffe://x/y", "a@example.org"});
    wanted.alternative_names.clear();
    CHECK(certificate_facts(*tests::issue(wanted).certificate).sans.empty());
}

TEST_CASE("what makes a certificate weak, and what it is for, is told in short") {
    tests::Wanted wanted;
    wanted.rsa_bits = 1024;
    wanted.digest = "SHA1";
    wanted.extended_usage = "clientAuth,emailProtection";
    const auto identity = tests::issue(wanted);
    CHECK(key_of(*identity.certificate) == "RSA, 1024 bits");
    CHECK(signature_of(*identity.certificate) == "sha1WithRSAEncryption");
    CHECK(usage_of(*identity.certificate) == "TLS Web Client Authentication, E-mail Protection");
    CHECK(usage_of(*tests::issue(tests::an_authority("Root")).certificate).empty());
}
