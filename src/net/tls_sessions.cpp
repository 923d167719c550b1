#include "net/tls_sessions.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <optional>
#include <utility>

#include "net/tls_handles.hpp"
#include "net/tls_name.hpp"

namespace connprobe::net {

// What a connection knows while it lives: to whom the sessions go that its server sends.
struct SessionOwner {
    TlsSessions& sessions;
    std::string server;

    void keep(SSL_SESSION* session) { sessions.keep(server, TlsSessions::SessionPtr{session}); }
};

namespace {

// A ticket should be used once (RFC 8446 §C.4): servers send two or more, and as many are kept as connections are
// commonly opened together.
constexpr std::size_t most_of_one_server = 8;

constexpr std::string_view heading = "connprobe TLS sessions 1\n";
constexpr std::string_view server_line = "server: ";
constexpr std::string_view last_line = "-----END SSL SESSION PARAMETERS-----\n";

void free_owner(void* /*parent*/, void* owner, CRYPTO_EX_DATA* /*data*/, int /*index*/, long /*argument*/,
                void* /*pointer*/) {
    delete static_cast<SessionOwner*>(owner);
}

int owner_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_owner);
    return index;
}

// OpenSSL calls this for every session it is sent; 1 means that the reference is taken over.
int new_session(SSL* ssl, SSL_SESSION* session) {
    auto* owner = static_cast<SessionOwner*>(SSL_get_ex_data(ssl, owner_index()));
    if (owner == nullptr || SSL_SESSION_is_resumable(session) == 0) return 0;
    owner->keep(session);
    return 1;
}

std::string server_of(const Target& target, const TlsSettings& settings) {
    const auto where = target.unix_path.empty() ? target.host + ' ' + std::to_string(target.port) : target.unix_path;
    const auto trust = settings.insecure ? "insecure" : "verified " + settings.ca_file + ' ' + settings.ca_dir;
    const auto identity = settings.cert_file + ' ' + settings.pkcs12_file + ' ' + settings.crl_file + ' ' +
                          std::to_string(static_cast<int>(settings.ocsp));
    std::string server;
    for (const char c : where + ' ' + server_name(target, settings).text + ' ' + trust + ' ' + identity)
        server += static_cast<unsigned char>(c) < ' ' ? '?' : c;
    return server;
}

std::string pem_of(SSL_SESSION* session) {
    const BioPtr memory{BIO_new(BIO_s_mem())};
    if (!memory || PEM_write_bio_SSL_SESSION(memory.get(), session) != 1) return {};
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

// Cuts what comes before and with `end` off the front of the text; none if it is not there.
std::optional<std::string_view> cut(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const auto part = text.substr(0, at + end.size());
    text.remove_prefix(part.size());
    return part;
}

}  // namespace

void TlsSessions::Free::operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }

void TlsSessions::watch(SSL_CTX* context) noexcept {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, new_session);
}

void TlsSessions::offer(SSL* ssl, const Target& target, const TlsSettings& settings) {
    auto owner = std::make_unique<SessionOwner>(*this, server_of(target, settings));
    if (const auto session = take(owner->server)) SSL_set_session(ssl, session.get());
    // From then on it goes with the connection.
    if (SSL_set_ex_data(ssl, owner_index(), owner.get()) == 1) {
        [[maybe_unused]] const auto* its = owner.release();
    }
}

void TlsSessions::keep(const std::string& server, SessionPtr session) {
    auto& all = sessions_[server];
    if (all.size() == most_of_one_server) all.erase(all.begin());
    all.push_back(std::move(session));
}

// The last one is copied, not given away: OpenSSL makes a session unusable once its successor has come, and a server
// that was asked for more connections than it sent tickets is better resumed twice than shaken hands with anew.
TlsSessions::SessionPtr TlsSessions::take(const std::string& server) {
    const auto found = sessions_.find(server);
    if (found == sessions_.end()) return nullptr;
    auto& all = found->second;
    if (all.size() == 1) return SessionPtr{SSL_SESSION_dup(all.back().get())};
    auto newest = std::move(all.back());
    all.pop_back();
    return newest;
}

std::string TlsSessions::text() const {
    std::string text{heading};
    for (const auto& [server, all] : sessions_)
        text.append(server_line).append(server).append("\n").append(pem_of(all.back().get()));
    return text;
}

std::string TlsSessions::add(std::string_view text) {
    if (!text.starts_with(heading))
        return "not a file of TLS sessions: its first line is not \"connprobe TLS sessions 1\"";
    text.remove_prefix(heading.size());
    std::map<std::string, SessionPtr> read;
    while (!text.empty()) {
        const auto line = text.starts_with(server_line) ? cut(text, "\n") : std::nullopt;
        const auto pem = line ? cut(text, last_line) : std::nullopt;
        if (!pem) return "cut off after " + std::to_string(read.size()) + " sessions";
        const BioPtr memory{BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size()))};
        SessionPtr session{PEM_read_bio_SSL_SESSION(memory.get(), nullptr, nullptr, nullptr)};
        ERR_clear_error();
        if (!session) return "session " + std::to_string(read.size() + 1) + " cannot be read";
        read[std::string{line->substr(server_line.size(), line->size() - server_line.size() - 1)}] = std::move(session);
    }
    for (auto& [server, session] : read) keep(server, std::move(session));
    return {};
}

}  // namespace connprobe::net
