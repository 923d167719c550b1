#include "net/tls_staple.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <chrono>
#include <string>
#include <utility>

#include "model/readable.hpp"
#include "net/tls_facts.hpp"

namespace connprobe::net {

namespace {

using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, FreeWith<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, FreeWith<OCSP_BASICRESP_free>>;
using IdPtr = std::unique_ptr<OCSP_CERTID, FreeWith<OCSP_CERTID_free>>;

// Clocks differ by minutes; curl and browsers allow for as much.
constexpr std::chrono::minutes leeway{5};

Failure missing(std::string message, std::string hint) {
    return make_failure(Phase::tls, Code::staple_missing, std::move(message), std::move(hint));
}

constexpr const char* renew =
    "have the server fetch a new OCSP answer, and see that it can reach its authority's responder";

StapleVerdict invalid(Staple staple, const std::string& why) {
    staple.status = StapleStatus::invalid;
    return {staple, missing("the OCSP answer that came with the certificate cannot be believed: " + why, renew)};
}

// RFC 7633: the extension lists TLS extensions that the server must answer to; 5 is status_request.
bool promises_staple(const X509& certificate) {
    constexpr long status_request = 5;
    using FeaturePtr = std::unique_ptr<TLS_FEATURE, FreeWith<TLS_FEATURE_free>>;
    const FeaturePtr features{
        static_cast<TLS_FEATURE*>(X509_get_ext_d2i(&certificate, NID_tlsfeature, nullptr, nullptr))};
    for (int at = 0; features && at < sk_ASN1_INTEGER_num(features.get()); ++at)
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features.get(), at)) == status_request) return true;
    return false;
}

StapleVerdict absent(const X509& leaf, Ocsp wanted, const std::string& what) {
    const bool promised = promises_staple(leaf);
    if (wanted != Ocsp::require && !promised) return {};
    const auto why = promised ? ", and the certificate promises one (must-staple)" : ", and one is required (ocsp)";
    return {{}, missing(what + why, "switch stapling on in the server (nginx: ssl_stapling, Apache: SSLUseStapling)")};
}

bool has_issued(X509* issuer, X509* leaf) {
    return X509_check_issued(issuer, leaf) == X509_V_OK && X509_verify(leaf, X509_get0_pubkey(issuer)) == 1;
}

// Where the server's own certificate is what is trusted, the chain that was verified ends with it.
X509* issuer_of(SSL* ssl, X509* leaf) {
    for (const auto* chain : {SSL_get0_verified_chain(ssl), SSL_get_peer_cert_chain(ssl)})
        if (sk_X509_num(chain) > 1 && has_issued(sk_X509_value(chain, 1), leaf)) return sk_X509_value(chain, 1);
    return has_issued(leaf, leaf) ? leaf : nullptr;
}

// Responders hash the issuer's name and key as they like; the answer says how.
bool is_about(const OCSP_SINGLERESP* single, X509* leaf, X509* issuer) {
    auto* id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
    ASN1_OBJECT* hash = nullptr;
    if (OCSP_id_get0_info(nullptr, &hash, nullptr, nullptr, id) != 1) return false;
    const auto* digest = EVP_get_digestbyobj(hash);
    const IdPtr ours{digest == nullptr ? nullptr : OCSP_cert_to_id(digest, leaf, issuer)};
    return ours && OCSP_id_cmp(id, ours.get()) == 0;
}

// At least 112 bits, as in certificates: half of the digest's length stands against collisions.
bool is_strong(const OCSP_BASICRESP* answer) {
    constexpr int least_digest = 2 * 112 / 8;
    const ASN1_OBJECT* algorithm = nullptr;
    X509_ALGOR_get0(&algorithm, nullptr, nullptr, OCSP_resp_get0_tbs_sigalg(answer));
    int digest = NID_undef;
    const bool known = OBJ_find_sigid_algs(OBJ_obj2nid(algorithm), &digest, nullptr) == 1;
    const auto* method = known && digest != NID_undef ? EVP_get_digestbynid(digest) : nullptr;
    return method == nullptr || EVP_MD_get_size(method) >= least_digest;
}

// Only the issuer of this certificate, or whom it made its responder, may say anything about it.
bool is_signed(OCSP_BASICRESP* answer, X509* issuer) {
    const StorePtr store{X509_STORE_new()};
    STACK_OF(X509)* signers = sk_X509_new_null();
    bool good = store && signers != nullptr && X509_STORE_add_cert(store.get(), issuer) == 1 &&
                sk_X509_push(signers, issuer) > 0;
    if (good) {
        constexpr int at_least_112_bits = 2;
        X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(store.get()), at_least_112_bits);
        X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
        good = OCSP_basic_verify(answer, signers, store.get(), OCSP_NOEXPLICIT) == 1;
    }
    sk_X509_free(signers);
    return good;
}

std::optional<WallTime> time_of(const ASN1_GENERALIZEDTIME* time) {
    if (time == nullptr) return std::nullopt;
    return wall_time(time);
}

StapleVerdict revoked(const Staple& staple, const ASN1_GENERALIZEDTIME* since, int reason) {
    auto message = "the certificate was revoked on " + readable_utc(wall_time(since));
    if (reason >= 0) message += std::string{" ("} + OCSP_crl_reason_str(reason) + ")";
    return {staple, make_failure(Phase::tls, Code::certificate_revoked, message + ", says the OCSP answer beside it")};
}

struct Single {
    int status = 0, reason = -1;
    ASN1_GENERALIZEDTIME* since = nullptr;  // revoked
    Staple staple;
};

Single single_of(OCSP_SINGLERESP* response) {
    Single single;
    ASN1_GENERALIZEDTIME *begins = nullptr, *ends = nullptr;
    single.status = OCSP_single_get0_status(response, &single.reason, &single.since, &begins, &ends);
    single.staple = {StapleStatus::good, time_of(begins), time_of(ends)};
    if (single.status == V_OCSP_CERTSTATUS_REVOKED) single.staple.status = StapleStatus::revoked;
    if (single.status == V_OCSP_CERTSTATUS_UNKNOWN) single.staple.status = StapleStatus::unknown;
    return single;
}

bool is_early(const Staple& staple, WallTime now) { return !staple.this_update || *staple.this_update > now + leeway; }
bool is_late(const Staple& staple, WallTime now) { return staple.next_update && *staple.next_update < now - leeway; }

// An answer may speak of the certificate several times: what is current counts, and of that the worst.
int weight(const Single& single, WallTime now) {
    if (is_early(single.staple, now) || is_late(single.staple, now)) return 0;
    if (single.status == V_OCSP_CERTSTATUS_REVOKED) return 3;
    return single.status == V_OCSP_CERTSTATUS_GOOD ? 1 : 2;
}

std::optional<Single> find_single(OCSP_BASICRESP* answer, X509* leaf, X509* issuer, WallTime now) {
    std::optional<Single> found;
    for (int at = 0; at < OCSP_resp_count(answer); ++at) {
        auto* response = OCSP_resp_get0(answer, at);
        if (!is_about(response, leaf, issuer)) continue;
        const auto single = single_of(response);
        if (!found || weight(single, now) > weight(*found, now)) found = single;
    }
    return found;
}

StapleVerdict judge(SSL* ssl, X509* leaf, OCSP_BASICRESP* answer, WallTime now) {
    auto* issuer = issuer_of(ssl, leaf);
    if (issuer == nullptr) return invalid({}, "the certificate's issuer is not at hand");
    const auto about = find_single(answer, leaf, issuer, now);
    if (!about) return invalid({}, "it is about another certificate");
    const auto& staple = about->staple;
    if (!is_signed(answer, issuer))
        return invalid(staple, "it is not signed by the certificate's issuer " + subject_of(*issuer));
    if (!is_strong(answer)) return invalid(staple, "its signature is too weak");
    if (is_early(staple, now)) return invalid(staple, "it is not valid yet");
    if (is_late(staple, now)) return invalid(staple, "it ended on " + readable_utc(*staple.next_update));
    if (staple.status == StapleStatus::good) return {staple, std::nullopt};
    if (staple.status == StapleStatus::revoked) return revoked(staple, about->since, about->reason);
    return {staple, missing("the OCSP answer that came with the certificate says that its responder does not know it",
                            "have the authority look: it may not have issued this certificate")};
}

StapleVerdict look(SSL* ssl, X509* leaf, Ocsp wanted, WallTime now) {
    const unsigned char* bytes = nullptr;
    const auto size = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
    if (size <= 0 || bytes == nullptr) return absent(*leaf, wanted, "no OCSP answer came with the certificate");
    const ResponsePtr response{d2i_OCSP_RESPONSE(nullptr, &bytes, size)};
    if (!response) return invalid({}, "it is malformed");
    // Servers pass on what the responder said when it had no answer: that is not one.
    if (const int status = OCSP_response_status(response.get()); status != OCSP_RESPONSE_STATUS_SUCCESSFUL)
        return absent(*leaf, wanted,
                      std::string{"the OCSP answer that came with the certificate says only \""} +
                          OCSP_response_status_str(status) + '"');
    const BasicPtr answer{OCSP_response_get1_basic(response.get())};
    if (!answer) return invalid({}, "it is malformed");
    return judge(ssl, leaf, answer.get(), now);
}

}  // namespace

StapleVerdict judge_staple(SSL* ssl, Ocsp wanted, WallTime now) {
    auto* leaf = SSL_get0_peer_certificate(ssl);
    if (leaf == nullptr) return {};
    auto verdict = look(ssl, leaf, wanted, now);
    ERR_clear_error();
    return verdict;
}

}  // namespace connprobe::net
