// Asks DNS servers through c-ares, whose sockets and timer this thread's event loop drives.
#pragma once

#include <ares.h>

#include <asio/basic_waitable_timer.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connprobe/prober.hpp"
#include "net/address.hpp"
#include "net/dns_answer.hpp"
#include "net/dns_places.hpp"
#include "net/dns_refusals.hpp"
#include "net/loop.hpp"
#include "net/service.hpp"

namespace connprobe::net {

/// What one question (one name, one type) came to.
struct DnsReply {
    int status = 0;  ///< ARES_SUCCESS or why there are no addresses
    std::vector<asio::ip::address> addresses{};
    std::string server{};             ///< who answered; empty when nobody did
    int error = 0;                    ///< errno of the socket call that kept it from being asked, if one did
    std::vector<Service> services{};  ///< of a question for SRV
    int code = 0;                     ///< the RCODE of an answer that c-ares has no status for (RFC 6895 §2.3)
    Duration waited{};                ///< for a place, before it was asked
};

/// Belongs to one thread. It keeps the loop busy only while a question is open.
class DnsChannel : public std::enable_shared_from_this<DnsChannel> {
public:
    using Callback = std::function<void(DnsReply&&)>;

    /// Reads resolv.conf. `resolver` may name another server. So many questions go out at once; the others wait.
    [[nodiscard]] static std::shared_ptr<DnsChannel> open(Loop& loop, const Resolver& resolver, std::size_t places);
    ~DnsChannel();
    DnsChannel(const DnsChannel&) = delete;
    DnsChannel& operator=(const DnsChannel&) = delete;

    /// False when it could not be opened: `why_not` tells, and nothing can be asked.
    [[nodiscard]] bool usable() const noexcept { return status_ == ARES_SUCCESS; }
    [[nodiscard]] DnsReply why_not() const { return {status_, {}, {}, last_error_, {}}; }
    [[nodiscard]] const std::vector<std::string>& search() const noexcept { return search_; }
    [[nodiscard]] int ndots() const noexcept { return ndots_; }
    /// "127.0.0.1:5353", or several with commas; the port only where it is not 53.
    [[nodiscard]] const std::string& servers() const noexcept { return servers_; }

    /// Datagrams so far that answered no open question: a wrong id, rubbish, or too late.
    [[nodiscard]] std::size_t strays() const noexcept { return strays_; }

    /// What servers said instead of an answer to the last question about just that name, which may still be open.
    [[nodiscard]] std::vector<DnsRefusals::Refusal> refused(const std::string& name, RecordType type) const {
        return refusals_.of(name, static_cast<int>(type));
    }

    /// Asks for the records of just that name. `callback` is called once, maybe before this returns, but never when `asker`
    /// has gone: then a question that still waits for a place is not sent either.
    void ask(const std::string& name, RecordType type, std::weak_ptr<const void> asker, Callback callback);

    /// Ends all open questions, with ARES_ECANCELLED.
    void cancel();

private:
    class Watch;
    struct Question;
    struct SocketCalls;

    DnsChannel(Loop& loop, const Resolver& resolver, bool over_tcp, std::size_t places);
    void configure();
    [[nodiscard]] int open_channel(bool single);
    void read_configuration();
    void watch(int descriptor, bool readable, bool writable);
    void process(int readable, int writable);
    void arm();
    void send_waiting();
    void explain(const Question& question, DnsReply& result);
    void ask_over_tcp(std::unique_ptr<Question> asked);
    static void answered(void* argument, int status, int timeouts, unsigned char* reply, int size);

    Loop& loop_;
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> timer_;
    const Resolver resolver_;
    const bool over_tcp_;
    /// One for each question that is being asked again over TCP: a connection that breaks ends all questions of a channel.
    std::map<std::size_t, std::shared_ptr<DnsChannel>> streams_;
    std::size_t streams_opened_ = 0;
    ares_channel channel_ = nullptr;
    int status_ = ARES_SUCCESS;
    std::vector<std::string> search_;
    int ndots_ = 1;
    std::string servers_;

    DnsPlaces places_;
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor> place_timer_;
    std::deque<std::unique_ptr<Question>> waiting_;
    std::string last_sent_;  ///< the name

    std::map<int, std::shared_ptr<Watch>> watches_;
    std::map<int, std::string> peers_;  ///< the server behind each descriptor
    DnsRefusals refusals_;
    std::size_t server_count_ = 0;
    std::string answering_;  ///< the server whose answer is being read
    int last_error_ = 0;
    bool received_ = false;  ///< did the last read bring anything?
    bool datagram_ = false;  ///< was it one that nothing has followed from?
    std::size_t strays_ = 0;
    TimePoint armed_ = TimePoint::max();
};

}  // namespace connprobe::net
