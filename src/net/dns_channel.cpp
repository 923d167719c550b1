#include "net/dns_channel.hpp"

#include <arpa/nameser.h>
#include <sys/uio.h>
#include <unistd.h>

#include <asio/posix/basic_stream_descriptor.hpp>
#include <cerrno>
#include <utility>

#include "net/dns_records.hpp"
#include "net/resolve_hosts.hpp"

namespace connprobe::net {

/// Waits for one of c-ares' sockets. c-ares closes it; this only watches.
class DnsChannel::Watch : public std::enable_shared_from_this<Watch> {
public:
    Watch(DnsChannel& channel, int descriptor) : channel_{&channel}, descriptor_{channel.loop_.context} {
        std::error_code error;
        descriptor_.assign(descriptor, error);
        if (error) channel.last_error_ = error.value();
    }
    ~Watch() { forget(); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void want(bool readable, bool writable) {
        want_read_ = readable;
        want_write_ = writable;
        if (want_read_ && !reading_) wait(asio::posix::descriptor_base::wait_read, reading_);
        if (want_write_ && !writing_) wait(asio::posix::descriptor_base::wait_write, writing_);
    }

    void forget() {
        channel_ = nullptr;
        if (descriptor_.is_open()) descriptor_.release();
    }

private:
    void wait(asio::posix::descriptor_base::wait_type direction, bool& waiting) {
        if (!descriptor_.is_open()) return;
        waiting = true;
        descriptor_.async_wait(direction, [self = shared_from_this(), direction, &waiting](std::error_code error) {
            waiting = false;
            if (error || self->channel_ == nullptr) return;
            const int ready = self->descriptor_.native_handle();
            const bool reads = direction == asio::posix::descriptor_base::wait_read;
            self->channel_->process(reads ? ready : ARES_SOCKET_BAD, reads ? ARES_SOCKET_BAD : ready);
            if (self->channel_ != nullptr) self->want(self->want_read_, self->want_write_);
        });
    }

    DnsChannel* channel_;
    asio::posix::basic_stream_descriptor<Executor> descriptor_;
    bool want_read_ = false, want_write_ = false, reading_ = false, writing_ = false;
};

struct DnsChannel::Question {
    DnsChannel& channel;
    std::string name;
    RecordType type;
    std::weak_ptr<const void> asker;
    Callback callback;
    TimePoint wanted = Clock::now();
    Duration waited{};
    DnsPlaces::Number place = 0;

    void answer(DnsReply&& reply) const {
        if (const auto listens = asker.lock()) callback(std::move(reply));
    }
};

/// The socket calls of c-ares, made here so that an errno is not lost and each socket's server is known.
struct DnsChannel::SocketCalls {
    static DnsChannel& of(void* channel) { return *static_cast<DnsChannel*>(channel); }

    static int open(int family, int type, int protocol, void* channel) {
        const int descriptor = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
        if (descriptor < 0) of(channel).last_error_ = errno;
        return descriptor;
    }

    static int close(int descriptor, void* channel) {
        of(channel).peers_.erase(descriptor);
        return ::close(descriptor);
    }

    static int connect(int descriptor, const sockaddr* address, socklen_t size, void* channel) {
        of(channel).peers_[descriptor] = server_text(*address);
        const int result = ::connect(descriptor, address, size);
        if (result < 0 && errno != EINPROGRESS) of(channel).last_error_ = errno;
        return result;
    }

    static ssize_t receive(int descriptor, void* data, size_t size, int flags, sockaddr* from, socklen_t* from_size,
                           void* channel) {
        const auto count = ::recvfrom(descriptor, data, size, flags, from, from_size);
        if (count < 0) return failed(descriptor, count, channel);
        const bool is_datagram = count > 0 && from != nullptr;  // over TCP c-ares does not ask from whom
        if (count > 0) of(channel).received_ = true;
        if (!is_datagram) return count;
        of(channel).datagram_ = true;
        of(channel).refusals_.heard({static_cast<unsigned char*>(data), static_cast<size_t>(count)},
                                    of(channel).peers_[descriptor]);
        return count;
    }

    /// c-ares looks at errno afterwards.
    static ssize_t failed(int descriptor, ssize_t result, void* channel) {
        const int error = errno;
        if (error == EAGAIN || error == EINTR) return result;
        of(channel).last_error_ = error;
        if (error == ECONNREFUSED) of(channel).refusals_.closed(of(channel).peers_[descriptor]);
        errno = error;
        return result;
    }

    /// Not writev: a server that closed its connection must not raise SIGPIPE.
    static ssize_t send(int descriptor, const iovec* parts, int count, void* channel) {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(parts);
        message.msg_iovlen = static_cast<size_t>(count);
        of(channel).datagram_ = false;
        if (!of(channel).over_tcp_)
            of(channel).refusals_.asked({static_cast<const unsigned char*>(parts->iov_base), parts->iov_len});
        const auto sent = ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
        return sent < 0 ? failed(descriptor, sent, channel) : sent;
    }

    static constexpr ares_socket_functions all{open, close, connect, receive, send};
};

DnsChannel::DnsChannel(Loop& loop, const Resolver& resolver, bool over_tcp, std::size_t places)
    : loop_{loop},
      timer_{loop.context},
      resolver_{resolver},
      over_tcp_{over_tcp},
      places_{places},
      place_timer_{loop.context} {}

std::shared_ptr<DnsChannel> DnsChannel::open(Loop& loop, const Resolver& resolver, std::size_t places) {
    const bool over_tcp = resolver.server.empty() && wants_tcp(read_text("/etc/resolv.conf").text);
    std::shared_ptr<DnsChannel> channel{new DnsChannel{loop, resolver, over_tcp, places}};
    channel->configure();
    return channel;
}

DnsChannel::~DnsChannel() {
    std::exchange(streams_, {}).clear();
    if (channel_ != nullptr) ares_destroy(std::exchange(channel_, nullptr));
}

void DnsChannel::configure() {
    status_ = open_channel(false);
    if (!usable()) return;
    // Of several servers c-ares goes on to the next after SERVFAIL or REFUSED; the only one it would ask again and again.
    server_count_ = server_count(channel_);
    if (server_count_ == 1) {
        ares_destroy(std::exchange(channel_, nullptr));
        status_ = open_channel(true);
    }
    if (usable()) read_configuration();
}

int DnsChannel::open_channel(bool single) {
    ares_options options{};
    // What is cut short over UDP is asked again by us (ask_over_tcp).
    options.flags = (single ? ARES_FLAG_NOCHECKRESP : 0) | (over_tcp_ ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC);
    options.sock_state_cb = [](void* channel, int descriptor, int readable, int writable) {
        static_cast<DnsChannel*>(channel)->watch(descriptor, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    // A second try goes out early, but an answer to the first is still taken while the question is open: a dead server
    // costs little, a slow one nothing. c-ares doubles the time after each round over all servers. Over TCP it asks each
    // server once only, and the question ends with the patience for the last of them.
    options.timeout = over_tcp_ ? (single ? 15'000 : 2000) : single ? 1000 : 500;
    options.tries = 4;
    constexpr int mask = ARES_OPT_FLAGS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    errno = 0;
    const int status = ares_init_options(&channel_, &options, mask);
    if (status != ARES_SUCCESS) {
        last_error_ = errno;
        return status;
    }
    ares_set_socket_functions(channel_, &SocketCalls::all, this);
    return resolver_.server.empty() ? ARES_SUCCESS : use_server(channel_, resolver_.server, resolver_.port);
}

void DnsChannel::read_configuration() {
    servers_ = servers_text(channel_);
    ares_options saved{};
    int mask = 0;
    if (ares_save_options(channel_, &saved, &mask) != ARES_SUCCESS) return;
    ndots_ = saved.ndots;
    search_.assign(saved.domains, saved.domains + saved.ndomains);
    ares_destroy_options(&saved);
}

void DnsChannel::ask(const std::string& name, RecordType type, std::weak_ptr<const void> asker, Callback callback) {
    waiting_.push_back(std::make_unique<Question>(*this, name, type, std::move(asker), std::move(callback)));
    send_waiting();
}

void DnsChannel::send_waiting() {
    const auto keep = shared_from_this();
    for (auto now = Clock::now(); !waiting_.empty(); now = Clock::now()) {
        if (waiting_.front()->asker.expired()) {
            waiting_.pop_front();
            continue;
        }
        if (!places_.has_room(now) && waiting_.front()->name != last_sent_) break;
        auto question = std::move(waiting_.front());
        waiting_.pop_front();
        question->place = places_.take(now);
        question->waited = std::chrono::duration_cast<Duration>(now - question->wanted);
        last_sent_ = question->name;
        const auto type = static_cast<int>(question->type);
        ares_query(channel_, last_sent_.c_str(), ns_c_in, type, answered, question.release());
    }
    arm();
    place_timer_.cancel();
    if (waiting_.empty()) return;
    place_timer_.expires_at(places_.next_room());
    place_timer_.async_wait([weak = weak_from_this()](std::error_code error) {
        const auto self = weak.lock();
        if (!error && self) self->send_waiting();
    });
}

// Of several servers that have all said no, or are all closed, c-ares says that the port was closed or that time ran out.
void DnsChannel::explain(const Question& question, DnsReply& result) {
    const auto refusals = refused(question.name, question.type);
    refusals_.ended(question.name, static_cast<int>(question.type));
    if (result.status != ARES_ECONNREFUSED && result.status != ARES_ETIMEOUT) return;
    if (!refusals.empty()) {
        result = {refusals.back().status, {}, refusals.back().server, 0, {}, 0};
    } else if (server_count_ > 0 && refusals_.closed() >= server_count_) {
        result = {ARES_ECONNREFUSED, {}, {}, ECONNREFUSED, {}, 0};
    }
}

void DnsChannel::answered(void* argument, int status, int /*timeouts*/, unsigned char* reply, int size) {
    std::unique_ptr<Question> question{static_cast<Question*>(argument)};
    auto& channel = question->channel;
    channel.places_.give_back(question->place);
    channel.datagram_ = false;
    if (!channel.over_tcp_ && reply != nullptr && is_cut_short({reply, static_cast<std::size_t>(size)}))
        return channel.ask_over_tcp(std::move(question));
    DnsReply result{status, {}, {}, status == ARES_ECONNREFUSED ? channel.last_error_ : 0, {}, 0};
    if ((status == ARES_SUCCESS || status == ARES_ENODATA) && reply != nullptr) {
        const std::span bytes{reply, static_cast<std::size_t>(size)};
        result.status = check_header(bytes, result.code);
        if (result.status == ARES_SUCCESS && status == ARES_ENODATA) result.status = status;
        if (result.status == ARES_SUCCESS)
            result.status = question->type == RecordType::srv
                                ? parse_services(bytes, result.services)
                                : parse_addresses(question->type, bytes, result.addresses);
        // Cut short once more: that there is nothing was not said.
        if (channel.over_tcp_ && result.status == ARES_ENODATA && is_cut_short(bytes)) result.status = ARES_EBADRESP;
    }
    // Of a datagram c-ares hands on no more than these (process_answer() with IGNTC); some servers send more unasked.
    if (!channel.over_tcp_ && result.status == ARES_EBADRESP && size == NS_PACKETSZ)
        return channel.ask_over_tcp(std::move(question));
    if (status != ARES_ETIMEOUT && status != ARES_ECONNREFUSED) result.server = channel.answering_;
    channel.explain(*question, result);
    if (channel.over_tcp_ && result.status == ARES_ECONNREFUSED && (result.error == 0 || result.error == ECONNRESET))
        result.status = ARES_EOF;
    result.waited = question->waited;
    question->answer(std::move(result));
}

// Each in a connection of its own. The server that has answered is the first to be asked.
void DnsChannel::ask_over_tcp(std::unique_ptr<Question> asked) {
    const std::shared_ptr<Question> question = std::move(asked);
    const std::shared_ptr<DnsChannel> stream{new DnsChannel{loop_, resolver_, true, 1}};
    stream->configure();
    if (!stream->usable()) return question->answer(stream->why_not());
    prefer_server(stream->channel_, answering_);
    const auto number = streams_opened_++;
    streams_.emplace(number, stream);
    stream->ask(question->name, question->type, question, [this, number, question](DnsReply&& reply) {
        const auto done = streams_.extract(number);  // first: who hears of it may be the last who needs this channel
        reply.waited += question->waited;
        question->answer(std::move(reply));
    });
}

void DnsChannel::cancel() {
    const auto keep = shared_from_this();
    for (const auto& [number, stream] : std::map{streams_}) stream->cancel();
    for (const auto& question : std::exchange(waiting_, {})) question->answer({.status = ARES_ECANCELLED});
    ares_cancel(channel_);
    send_waiting();
}

void DnsChannel::watch(int descriptor, bool readable, bool writable) {
    auto& watch = watches_[descriptor];
    if (!readable && !writable) {
        if (watch) watch->forget();
        watches_.erase(descriptor);
        return;
    }
    if (!watch) watch = std::make_shared<Watch>(*this, descriptor);
    watch->want(readable, writable);
}

void DnsChannel::process(int readable, int writable) {
    const auto keep = shared_from_this();
    do {
        received_ = false;
        const auto peer = peers_.find(readable);
        answering_ = peer == peers_.end() ? std::string{} : peer->second;
        ares_process_fd(channel_, readable, writable);
        if (std::exchange(datagram_, false)) ++strays_;
        writable = ARES_SOCKET_BAD;
    } while (received_ && peers_.contains(readable));
    answering_.clear();
    send_waiting();
}

void DnsChannel::arm() {
    timeval longest{};
    const auto* next = ares_timeout(channel_, nullptr, &longest);
    if (next == nullptr) {
        if (std::exchange(armed_, TimePoint::max()) != TimePoint::max()) timer_.cancel();
        return;
    }
    const auto at = Clock::now() + std::chrono::seconds{next->tv_sec} + std::chrono::microseconds{next->tv_usec};
    if (at >= armed_) return;
    armed_ = at;
    timer_.expires_at(at);
    timer_.async_wait([weak = weak_from_this()](std::error_code error) {
        const auto self = weak.lock();
        if (error || !self) return;
        self->armed_ = TimePoint::max();
        self->process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    });
}

}  // namespace connprobe::net
