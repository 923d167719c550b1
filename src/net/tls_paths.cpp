#include "net/tls_paths.hpp"

#include <openssl/ssl.h>

#include <memory>

#include "net/tls_errors.hpp"
#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

// The list, not what is in it.
struct FreeList {
    void operator()(STACK_OF(X509) * list) const noexcept { sk_X509_free(list); }
};
using CertificateListPtr = std::unique_ptr<STACK_OF(X509), FreeList>;

bool are_namesakes(const X509* one, const X509* other) {
    return X509_cmp(one, other) != 0 && X509_NAME_cmp(X509_get_subject_name(one), X509_get_subject_name(other)) == 0;
}

// Without two of one name there is no other path.
bool has_namesakes(const STACK_OF(X509) * sent) {
    for (int at = 1; at < sk_X509_num(sent); ++at)
        for (int before = 0; before < at; ++before)
            if (are_namesakes(sk_X509_value(sent, before), sk_X509_value(sent, at))) return true;
    return false;
}

// The certificate by which this path came to nothing: one that leads nowhere, whose key did not sign, or that is bad
// itself. Null where no other path can help.
const X509* dead_end(X509_STORE_CTX* failed) {
    const auto* path = X509_STORE_CTX_get0_chain(failed);
    const auto fault = verify_fault(X509_STORE_CTX_get_error(failed));
    int at = X509_STORE_CTX_get_error_depth(failed);
    if (fault && fault->code == Code::unknown_authority) at = sk_X509_num(path) - 1;
    if (fault && fault->code == Code::certificate_bad_signature) ++at;
    return at > 0 && at < sk_X509_num(path) ? sk_X509_value(path, at) : nullptr;
}

bool leave_out(STACK_OF(X509) * list, const X509* dead) {
    const int before = sk_X509_num(list);
    for (int at = before - 1; at >= 0; --at)
        if (X509_cmp(sk_X509_value(list, at), dead) == 0) sk_X509_delete(list, at);
    return sk_X509_num(list) < before;
}

// The same question, with other certificates to choose from.
StoreContextPtr ask_again(X509_STORE_CTX* first, STACK_OF(X509) * sent) {
    StoreContextPtr next{X509_STORE_CTX_new()};
    const int session = SSL_get_ex_data_X509_STORE_CTX_idx();
    if (!next ||
        X509_STORE_CTX_init(next.get(), X509_STORE_CTX_get0_store(first), X509_STORE_CTX_get0_cert(first), sent) != 1 ||
        X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(next.get()), X509_STORE_CTX_get0_param(first)) != 1 ||
        X509_STORE_CTX_set_ex_data(next.get(), session, X509_STORE_CTX_get_ex_data(first, session)) != 1)
        return nullptr;
    X509_STORE_CTX_set_verify_cb(next.get(), X509_STORE_CTX_get_verify_cb(first));
    return next;
}

void adopt(X509_STORE_CTX* chain, X509_STORE_CTX* good) {
    X509_STORE_CTX_set0_verified_chain(chain, X509_STORE_CTX_get1_chain(good));
    X509_STORE_CTX_set_error(chain, X509_V_OK);
}

}  // namespace

bool verify_by_any_path(X509_STORE_CTX* chain) {
    constexpr int most_tries = 8;
    if (X509_verify_cert(chain) == 1) return true;
    const auto* sent = X509_STORE_CTX_get0_untrusted(chain);
    if (!has_namesakes(sent)) return false;
    const CertificateListPtr rest{sk_X509_dup(sent)};
    auto* failed = chain;
    StoreContextPtr next;
    for (int tries = 0; rest && tries < most_tries; ++tries) {
        const auto* dead = dead_end(failed);
        if (dead == nullptr || !leave_out(rest.get(), dead)) return false;
        next = ask_again(chain, rest.get());
        if (!next) return false;
        if (X509_verify_cert(next.get()) == 1) {
            adopt(chain, next.get());
            return true;
        }
        failed = next.get();
    }
    return false;
}

}  // namespace connprobe::net
