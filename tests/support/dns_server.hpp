// A DNS server inside the test: on a free loopback port, over UDP and TCP, it does with each name what the test wants.
#pragma once

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "connprobe/prober.hpp"
#include "listener.hpp"

namespace connprobe::tests {

using Bytes = std::vector<std::uint8_t>;

/// What becomes of the questions about a name.
struct DnsFate {
    std::vector<std::string> addresses{};
    int rcode = ns_r_noerror;
    bool silent = false;
    bool held = false;           ///< answered when the test says `release`
    bool truncated = false;      ///< over UDP; whole over TCP
    bool malformed = false;      ///< the right id and question, then rubbish
    bool after_rubbish = false;  ///< bytes that are no reply and a reply with a wrong id come first
    bool only_rubbish = false;
};

class DnsServer {
public:
    explicit DnsServer(std::map<std::string, DnsFate> fates = {}) : fates_{std::move(fates)} {
        bind_both();
        thread_ = std::thread{[this] { serve(); }};
    }
    ~DnsServer() {
        static_cast<void>(::send(stop_write_.get(), "", 1, MSG_NOSIGNAL));
        thread_.join();
    }
    DnsServer(const DnsServer&) = delete;
    DnsServer& operator=(const DnsServer&) = delete;

    [[nodiscard]] Resolver resolver() const { return {Resolver::Kind::dns, "127.0.0.1", port_}; }
    [[nodiscard]] std::string text() const { return "127.0.0.1:" + std::to_string(port_); }

    /// A name's fate, or that of one type of question: key "name A", "name AAAA". Others do not exist.
    void set(const std::string& key, DnsFate fate) {
        const std::lock_guard lock{mutex_};
        fates_[key] = std::move(fate);
    }

    /// Sends the held replies, those to come too.
    void release() {
        const std::lock_guard lock{mutex_};
        released_ = true;
        for (const auto& [reply, peer] : held_) send_datagram(reply, peer);
        held_.clear();
    }

    /// Key as for `set`; over TCP "name A tcp".
    [[nodiscard]] int questions(const std::string& key) {
        const std::lock_guard lock{mutex_};
        return questions_[key];
    }
    [[nodiscard]] int questions() {
        const std::lock_guard lock{mutex_};
        int sum = 0;
        for (const auto& one : questions_) sum += one.second;
        return sum;
    }

private:
    static constexpr std::size_t header_size = 12;

    void bind_both() {
        for (;;) {
            udp_ = Descriptor{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
            tcp_ = Descriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
            sockaddr_in ip{};
            ip.sin_family = AF_INET;
            ip.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            socklen_t size = sizeof ip;
            auto* address = reinterpret_cast<sockaddr*>(&ip);
            if (::bind(udp_.get(), address, size) != 0 || ::getsockname(udp_.get(), address, &size) != 0)
                throw std::runtime_error{"no free port"};
            port_ = ntohs(ip.sin_port);
            if (::bind(tcp_.get(), address, size) == 0 && ::listen(tcp_.get(), 64) == 0) break;
        }
        int buffer = 4 << 20;
        ::setsockopt(udp_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        int pair[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) throw std::runtime_error{"socketpair"};
        stop_read_ = Descriptor{pair[0]};
        stop_write_ = Descriptor{pair[1]};
    }

    void serve() {
        for (;;) {
            pollfd ready[] = {{udp_.get(), POLLIN, 0}, {tcp_.get(), POLLIN, 0}, {stop_read_.get(), POLLIN, 0}};
            ::poll(ready, 3, -1);
            if (ready[2].revents != 0) return;
            if (ready[0].revents != 0) answer_datagram();
            if (ready[1].revents != 0) answer_stream();
        }
    }

    void answer_datagram() {
        Bytes question(512);
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        const auto count =
            ::recvfrom(udp_.get(), question.data(), question.size(), 0, reinterpret_cast<sockaddr*>(&peer), &size);
        if (count < static_cast<ssize_t>(header_size)) return;
        question.resize(static_cast<std::size_t>(count));
        const std::lock_guard lock{mutex_};
        const auto [name, type] = asked(question);
        ++questions_[name + ' ' + type];
        const auto fate = fate_of(name, type);
        if (fate.silent) return;
        if (fate.only_rubbish || fate.after_rubbish) send_rubbish(question, peer);
        if (fate.only_rubbish) return;
        const auto reply = fate.truncated ? truncated(question) : reply_to(question, fate, type);
        if (fate.held && !released_)
            held_.emplace_back(reply, peer);
        else
            send_datagram(reply, peer);
    }

    void answer_stream() {
        const Descriptor client{::accept4(tcp_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        std::uint8_t length[2];
        while (::recv(client.get(), length, 2, MSG_WAITALL) == 2) {
            Bytes question(static_cast<std::size_t>(length[0] << 8 | length[1]));
            if (::recv(client.get(), question.data(), question.size(), MSG_WAITALL) !=
                static_cast<ssize_t>(question.size()))
                return;
            Bytes reply;
            {
                const std::lock_guard lock{mutex_};
                const auto [name, type] = asked(question);
                ++questions_[name + ' ' + type + " tcp"];
                reply = reply_to(question, fate_of(name, type), type);
            }
            const std::uint8_t size[] = {static_cast<std::uint8_t>(reply.size() >> 8),
                                         static_cast<std::uint8_t>(reply.size())};
            reply.insert(reply.begin(), size, size + 2);
            static_cast<void>(::send(client.get(), reply.data(), reply.size(), MSG_NOSIGNAL));
        }
    }

    static std::pair<std::string, std::string> asked(const Bytes& question) {
        std::string name;
        std::size_t at = header_size;
        while (question[at] != 0) {
            const std::size_t length = question[at];
            name += (name.empty() ? "" : ".") + std::string{question.begin() + static_cast<long>(at) + 1,
                                                            question.begin() + static_cast<long>(at + 1 + length)};
            at += length + 1;
        }
        return {name, question[at + 2] == ns_t_aaaa ? "AAAA" : "A"};
    }

    DnsFate fate_of(const std::string& name, const std::string& type) {
        if (const auto one = fates_.find(name + ' ' + type); one != fates_.end()) return one->second;
        if (const auto both = fates_.find(name); both != fates_.end()) return both->second;
        DnsFate unknown;
        unknown.rcode = ns_r_nxdomain;
        return unknown;
    }

    static Bytes head(const Bytes& question, int rcode) {
        auto reply = question;
        reply[2] = 0x84 | (question[2] & 1);  // QR, AA, RD
        reply[3] = static_cast<std::uint8_t>(0x80 | rcode);
        reply[11] = 0;  // no additional record
        return reply;
    }

    static Bytes truncated(const Bytes& question) {
        auto reply = head(question, ns_r_noerror);
        reply[2] |= 0x02;
        return reply;
    }

    static Bytes reply_to(const Bytes& question, const DnsFate& fate, const std::string& type) {
        auto reply = head(question, fate.rcode);
        std::uint16_t count = 0;
        for (const auto& address : fate.addresses) {
            const bool v6 = address.find(':') != std::string::npos;
            if (v6 != (type == "AAAA")) continue;
            const std::uint8_t record[] = {0xc0, header_size, 0, static_cast<std::uint8_t>(v6 ? ns_t_aaaa : ns_t_a),
                                           0,    ns_c_in,     0, 0,
                                           0,    60,          0, static_cast<std::uint8_t>(v6 ? 16 : 4)};
            reply.insert(reply.end(), record, record + sizeof record);
            std::uint8_t bytes[16];
            ::inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes);
            reply.insert(reply.end(), bytes, bytes + (v6 ? 16 : 4));
            ++count;
        }
        reply[6] = static_cast<std::uint8_t>(count >> 8);
        reply[7] = static_cast<std::uint8_t>(count);
        if (fate.malformed) reply[7] = 9;
        return reply;
    }

    void send_rubbish(const Bytes& question, const sockaddr_in& peer) {
        send_datagram({0xff, 0x00, 0x13}, peer);
        auto forged = reply_to(question, {{"192.0.2.66", "2001:db8::66"}}, "A");
        forged[0] ^= 0x5a;
        send_datagram(forged, peer);
    }

    void send_datagram(const Bytes& reply, const sockaddr_in& peer) const {
        static_cast<void>(
            ::sendto(udp_.get(), reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&peer), sizeof peer));
    }

    Descriptor udp_, tcp_, stop_read_, stop_write_;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::map<std::string, DnsFate> fates_;
    std::map<std::string, int> questions_;
    std::vector<std::pair<Bytes, sockaddr_in>> held_;
    bool released_ = false;
    std::thread thread_;
};

}  // namespace connprobe::tests
