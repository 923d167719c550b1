// Owners of OpenSSL's objects: each is freed when its owner goes.
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

namespace connprobe::net {

/// Calls OpenSSL's own function for freeing an object of this kind.
template <auto free_object>
struct FreeWith {
    template <class T>
    void operator()(T* object) const noexcept {
        free_object(object);
    }
};

using ContextPtr = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using StorePtr = std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>>;
using PkeyPtr = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, FreeWith<X509_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;
using NameConstraintsPtr = std::unique_ptr<NAME_CONSTRAINTS, FreeWith<NAME_CONSTRAINTS_free>>;
using UsagePtr = std::unique_ptr<EXTENDED_KEY_USAGE, FreeWith<EXTENDED_KEY_USAGE_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free>>;

/// A second owner of the same certificate; empty for none.
[[nodiscard]] inline X509Ptr share(X509* certificate) noexcept {
    if (certificate != nullptr) X509_up_ref(certificate);
    return X509Ptr{certificate};
}

}  // namespace connprobe::net
