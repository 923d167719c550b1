#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "net/pem_file.hpp"
#include "net/tls_ciphers.hpp"
#include "net/tls_contexts.hpp"
#include "net/tls_handles.hpp"
#include "net/tls_identity.hpp"
#include "net/tls_lazy_bundle.hpp"

namespace connprobe::net {

namespace {

namespace fs = std::filesystem;

// Where distributions keep their authorities when OpenSSL was built for another one (a static program is).
constexpr std::array distribution_files{
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL up to 9
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL from 10 on
    "/etc/ssl/cert.pem",                                  // Alpine without the package, the BSDs
    "/etc/ssl/ca-bundle.pem",                             // openSUSE up to 15
    "/var/lib/ca-certificates/ca-bundle.pem",             // openSUSE
};

// What setuid programs must not believe counts as not set, and so does an empty value.
std::string environment(const char* variable) {
    const char* value = ::secure_getenv(variable);
    return value == nullptr ? "" : value;
}

std::string why_unreadable(const std::string& file) {
    std::error_code error;
    if (fs::is_directory(file, error)) return "is a directory, not a PEM file";
    if (::access(file.c_str(), R_OK) != 0) return "cannot be read: " + std::generic_category().message(errno);
    std::ifstream content{file, std::ios::binary};
    constexpr int der_sequence = 0x30;
    if (content.peek() == der_sequence) return "is not PEM but DER: convert it with `openssl x509 -inform DER`";
    const auto error_code = ERR_peek_last_error();
    const bool none =
        ERR_GET_LIB(error_code) == ERR_LIB_X509 && ERR_GET_REASON(error_code) == X509_R_NO_CERTIFICATE_OR_CRL_FOUND;
    const char* reason = none || error_code == 0 ? nullptr : ERR_reason_error_string(ERR_peek_error());
    if (reason == nullptr) return "holds no certificate";
    return std::string{"holds a certificate that cannot be read: "} + reason;
}

// Returns what is wrong with the file, or nothing.
std::string add_file(X509_STORE& store, const std::string& file) {
    ERR_clear_error();
    std::string error;
    if (X509_STORE_load_file(&store, file.c_str()) != 1) error = why_unreadable(file);
    ERR_clear_error();
    return error;
}

// Directories hold their certificates under names made of a hash (openssl rehash), and are looked into one certificate
// at a time, when it is needed: that is 25 ms faster than reading all of them.
bool is_hashed(const fs::path& directory) {
    constexpr std::size_t hash_digits = 8;
    std::error_code error;
    for (fs::directory_iterator entry{directory, error}, end; !error && entry != end; entry.increment(error)) {
        const auto name = entry->path().filename().string();
        const auto digit = [](unsigned char c) { return std::isxdigit(c) != 0; };
        if (name.size() > hash_digits + 1 && name[hash_digits] == '.' &&
            std::all_of(name.begin(), name.begin() + hash_digits, digit))
            return true;
    }
    return false;
}

bool add_directories(X509_STORE& store, std::string_view list) {
    bool found = false;
    while (!list.empty()) {
        const auto end = std::min(list.find(':'), list.size());
        const std::string directory{list.substr(0, end)};
        list.remove_prefix(std::min(end + 1, list.size()));
        if (!directory.empty() && is_hashed(directory) && X509_STORE_load_path(&store, directory.c_str()) == 1)
            found = true;
    }
    return found;
}

// As OpenSSL's own programs and curl: each of the two variables replaces one of the two default places. Unlike them, a
// variable that leads nowhere is an error, for whoever set it wanted something.
std::string add_system(X509_STORE& store) {
    const auto file = environment(X509_get_default_cert_file_env());
    const auto directories = environment(X509_get_default_cert_dir_env());
    if (!file.empty()) {
        if (const auto error = add_file(store, file); !error.empty()) return "SSL_CERT_FILE: " + file + ": " + error;
    }
    const bool hashed = add_directories(store, directories.empty() ? X509_get_default_cert_dir() : directories);
    if (!directories.empty() && !hashed)
        return "SSL_CERT_DIR: " + directories + ": holds no certificates under hashed names (openssl rehash)";
    const std::string default_file = X509_get_default_cert_file();
    if (!file.empty() || (hashed && add_lazy_bundle(store, default_file)) || add_file(store, default_file).empty())
        return {};
    std::string tried = std::string{X509_get_default_cert_dir()} + ", " + default_file;
    for (const auto* place : distribution_files) {
        if (add_file(store, place).empty()) return {};
        tried.append(", ").append(place);
    }
    return "this machine has no trusted authorities: SSL_CERT_FILE and SSL_CERT_DIR are not set, nothing in " + tried;
}

std::string add_own(X509_STORE& store, const Trust& trust) {
    if (!trust.ca_file.empty()) {
        if (const auto error = add_file(store, trust.ca_file); !error.empty()) return trust.ca_file + ": " + error;
    }
    if (trust.ca_dir.empty()) return {};
    std::error_code error;
    if (!fs::is_directory(trust.ca_dir, error))
        return trust.ca_dir + ": " + (error ? "cannot be read: " + error.message() : "is not a directory");
    if (::access(trust.ca_dir.c_str(), R_OK | X_OK) != 0)
        return trust.ca_dir + ": cannot be read: " + std::generic_category().message(errno);
    if (!is_hashed(trust.ca_dir))
        return trust.ca_dir + ": holds no certificates under hashed names: run `openssl rehash " + trust.ca_dir + '`';
    if (X509_STORE_load_path(&store, trust.ca_dir.c_str()) == 1) return {};
    ERR_clear_error();
    return trust.ca_dir + ": there is no memory for it";
}

std::string add_revocations(X509_STORE& store, const std::string& file) {
    using ListPtr = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;
    const auto content = read_file(file);
    if (!content.error.empty()) return file + ": " + content.error;
    if (is_der(content.text)) return file + ": is not PEM but DER: convert it with `openssl crl -inform DER`";
    const BioPtr in{BIO_new_mem_buf(content.text.data(), static_cast<int>(content.text.size()))};
    bool any = false;
    while (const ListPtr list{PEM_read_bio_X509_CRL(in.get(), nullptr, nullptr, nullptr)}) {
        X509_STORE_add_crl(&store, list.get());
        any = true;
    }
    const bool all = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    if (any && all) return {};
    return file + (all ? ": holds no revocation list: expected a line -----BEGIN X509 CRL-----"
                       : ": holds a revocation list that cannot be read");
}

}  // namespace

const Authorities::Trusted& Authorities::read(const Trust& trust) {
    const std::scoped_lock lock{mutex_};
    const auto [place, is_new] = trusted_.try_emplace(trust);
    auto& trusted = place->second;
    if (!is_new) return trusted;
    StorePtr store{X509_STORE_new()};
    if (!store) {
        trusted.error = "no memory for the trusted authorities";
        return trusted;
    }
    const bool system = trust.ca_file.empty() && trust.ca_dir.empty();
    trusted.error = system ? add_system(*store) : add_own(*store, trust);
    if (trusted.error.empty() && !trust.crl_file.empty()) trusted.error = add_revocations(*store, trust.crl_file);
    if (trusted.error.empty()) trusted.store = std::shared_ptr<X509_STORE>{std::move(store)};
    return trusted;
}

std::vector<std::string> Authorities::faults(const TlsSettings& settings) {
    std::vector<std::string> found;
    const auto trust = trust_of(settings);
    if (trust != Trust{}) {
        if (const auto& error = read(trust).error; !error.empty()) found.push_back(error);
    }
    if (auto error = identities_->check(settings)) found.push_back(std::move(*error));
    if (auto error = cipher_fault(settings); !error.empty()) found.push_back(std::move(error));
    return found;
}

Trust trust_of(const TlsSettings& settings) { return {settings.ca_file, settings.ca_dir, settings.crl_file}; }

}  // namespace connprobe::net
