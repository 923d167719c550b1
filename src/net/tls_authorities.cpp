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

#include "net/tls_contexts.hpp"
#include "net/tls_handles.hpp"
#include "net/tls_lazy_bundle.hpp"

namespace connprobe::net {

namespace {

namespace fs = std::filesystem;

// Where distributions keep their authorities when OpenSSL was built for another one (a static program is).
constexpr std::array distribution_files{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                        "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem"};

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

}  // namespace

const Authorities::Trusted& Authorities::read(const std::string& ca_file) {
    const std::scoped_lock lock{mutex_};
    const auto [place, is_new] = trusted_.try_emplace(ca_file);
    auto& trusted = place->second;
    if (!is_new) return trusted;
    StorePtr store{X509_STORE_new()};
    if (!store) {
        trusted.error = "no memory for the trusted authorities";
        return trusted;
    }
    trusted.error = ca_file.empty() ? add_system(*store) : add_file(*store, ca_file);
    if (!ca_file.empty() && !trusted.error.empty()) trusted.error = ca_file + ": " + trusted.error;
    if (trusted.error.empty()) trusted.store = std::shared_ptr<X509_STORE>{std::move(store)};
    return trusted;
}

std::optional<std::string> Authorities::check(const std::string& ca_file) {
    if (ca_file.empty()) return std::nullopt;
    const auto& error = read(ca_file).error;
    if (error.empty()) return std::nullopt;
    return error;
}

}  // namespace connprobe::net
