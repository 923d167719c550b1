#include "net/system_resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asio/ip/tcp.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "net/address_order.hpp"
#include "net/connect_errors.hpp"
#include "net/dns_errors.hpp"

namespace connprobe::net {

namespace {

constexpr std::size_t most_threads = 64;

/// The C library reports a lack of descriptors as an unknown name or a temporary failure; one try shows which it is.
int lacking_descriptors(int error) {
    if (error == EMFILE || error == ENFILE) return error;
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return errno == EMFILE || errno == ENFILE ? errno : 0;
    ::close(socket);
    return 0;
}

Failure system_failure(const std::string& name, int status, int error) {
    if (const int lack = lacking_descriptors(error); lack != 0) {
        status = EAI_SYSTEM;
        error = lack;
    }
    const auto fault =
        getaddrinfo_fault(status, error).value_or(DnsFault{Code::dns_temporary_failure, ::gai_strerror(status)});
    return make_failure(Phase::resolve, fault.code, '"' + name + "\": " + fault.fact);
}

asio::ip::address to_address(const addrinfo& info) {
    asio::ip::tcp::endpoint endpoint;
    std::memcpy(endpoint.data(), info.ai_addr, info.ai_addrlen);
    endpoint.resize(info.ai_addrlen);
    return endpoint.address();
}

/// Signals are for the program's threads: one in here would interrupt a lookup, or run a handler where none expects it.
void start_thread(std::function<void()> work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread{std::move(work)}.detach();
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

Answer ask_system(const std::string& name, AddressFamily family) {
    // No AI_ADDRCONFIG: it does not count loopback as an address, and hides what the hosts file says of it.
    addrinfo hints{};
    hints.ai_family = family == AddressFamily::any ? AF_UNSPEC : family == AddressFamily::ipv4 ? AF_INET : AF_INET6;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    errno = 0;
    const int status = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
    const int error = errno;
    Answer answer;
    if (status != 0) {
        answer.failure = system_failure(name, status, error);
        return answer;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, ::freeaddrinfo};
    for (const auto* info = found; info != nullptr; info = info->ai_next) answer.addresses.push_back(to_address(*info));
    answer.addresses = interleaved(answer.addresses);  // RFC 6724 has been seen to by getaddrinfo
    return answer;
}

struct SystemResolver::State {
    struct Question {
        std::string name;
        AddressFamily family;
        std::function<void(Answer&&)> answered;
    };

    std::mutex mutex;
    std::deque<Question> waiting;
    std::size_t threads = 0;
    bool closed = false;

    void work() {
        std::unique_lock lock{mutex};
        while (!waiting.empty() && !closed) {
            auto question = std::move(waiting.front());
            waiting.pop_front();
            lock.unlock();
            question.answered(ask_system(question.name, question.family));
            question.answered = nullptr;
            lock.lock();
        }
        --threads;
    }
};

SystemResolver::SystemResolver() : state_{std::make_shared<State>()} {}

SystemResolver::~SystemResolver() {
    const std::lock_guard lock{state_->mutex};
    state_->closed = true;
    state_->waiting.clear();
}

void SystemResolver::ask(std::string name, AddressFamily family, std::function<void(Answer&&)> answered) {
    const std::lock_guard lock{state_->mutex};
    state_->waiting.push_back({std::move(name), family, std::move(answered)});
    if (state_->threads == most_threads) return;
    ++state_->threads;
    try {
        start_thread([state = state_] { state->work(); });
    } catch (const std::system_error& error) {
        if (--state_->threads > 0) return;  // one of the others will take it
        auto question = std::move(state_->waiting.back());
        state_->waiting.pop_back();
        Answer answer;
        answer.failure = make_failure(
            Phase::resolve, Code::out_of_memory,
            '"' + question.name +
                "\": no thread could be started to ask the system's resolver: " + errno_name(error.code().value()));
        question.answered(std::move(answer));
    }
}

}  // namespace connprobe::net
