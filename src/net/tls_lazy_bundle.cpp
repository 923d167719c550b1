#include "net/tls_lazy_bundle.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <mutex>

#include "net/tls_handles.hpp"

namespace connprobe::net {

namespace {

using LookupMethodPtr = std::unique_ptr<X509_LOOKUP_METHOD, FreeWith<X509_LOOKUP_meth_free>>;

struct Bundle {
    std::string file;
    std::once_flag read;
};

void forget(X509_LOOKUP* lookup) { delete static_cast<Bundle*>(X509_LOOKUP_get_method_data(lookup)); }

// OpenSSL asks this, from any thread, when its store holds no certificate of that name; what is found must stay in the
// store, for no reference is handed over with it.
int find(X509_LOOKUP* lookup, X509_LOOKUP_TYPE type, const X509_NAME* name, X509_OBJECT* result) {
    if (type != X509_LU_X509) return 0;
    auto& bundle = *static_cast<Bundle*>(X509_LOOKUP_get_method_data(lookup));
    std::call_once(bundle.read, [&] {
        X509_load_cert_crl_file(lookup, bundle.file.c_str(), X509_FILETYPE_PEM);
        ERR_clear_error();
    });
    auto* store = X509_LOOKUP_get_store(lookup);
    X509_STORE_lock(store);
    auto* found = X509_OBJECT_retrieve_by_subject(X509_STORE_get0_objects(store), type, name);
    auto* certificate = found == nullptr ? nullptr : X509_OBJECT_get0_X509(found);
    X509_STORE_unlock(store);
    if (certificate == nullptr || X509_OBJECT_set1_X509(result, certificate) != 1) return 0;
    X509_free(certificate);
    return 1;
}

LookupMethodPtr make_lookup_method() {
    LookupMethodPtr method{X509_LOOKUP_meth_new("a file of authorities, read at need")};
    if (!method) return nullptr;
    X509_LOOKUP_meth_set_free(method.get(), forget);
    X509_LOOKUP_meth_set_get_by_subject(method.get(), find);
    return method;
}

}  // namespace

bool add_lazy_bundle(X509_STORE& store, const std::string& file) {
    // Stores keep a pointer to the method; there is one for all of them, made when the first one needs it.
    static const LookupMethodPtr method = make_lookup_method();
    auto* lookup = method ? X509_STORE_add_lookup(&store, method.get()) : nullptr;
    if (lookup == nullptr) return false;
    X509_LOOKUP_set_method_data(lookup, new Bundle{.file = file, .read = {}});
    return true;
}

}  // namespace connprobe::net
