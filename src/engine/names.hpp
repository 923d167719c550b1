// Turns names into addresses: each name is asked for once in a pass, however many servers and threads want it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "connprobe/prober.hpp"
#include "engine/questions.hpp"
#include "net/limit.hpp"
#include "net/loop.hpp"
#include "net/resolve.hpp"
#include "net/service.hpp"

namespace connprobe::net {
class SystemResolver;
struct DnsTools;
}  // namespace connprobe::net

namespace connprobe::engine {

/// What all threads share about the names of one pass. Must outlive the Lookups made from it.
class Names {
public:
    explicit Names(const Resolver& resolver, std::size_t threads = 1);
    ~Names();
    Names(const Names&) = delete;
    Names& operator=(const Names&) = delete;

    /// Who is asked: "dns" or "system".
    [[nodiscard]] std::string_view resolver() const noexcept;
    /// The same with what was given for it.
    [[nodiscard]] const Resolver& asked() const noexcept { return resolver_; }

private:
    friend class Lookups;

    Resolver resolver_;
    std::size_t places_;  ///< of each thread, for its questions
    std::shared_ptr<QuestionTable> table_;
    std::unique_ptr<net::SystemResolver> system_;  ///< none with dns
};

class PendingName;

/// One thread's part. Belongs to the thread of the loop; while a lookup is going on both must stay.
class Lookups {
public:
    Lookups(Names& names, net::Loop& loop);
    ~Lookups();
    Lookups(const Lookups&) = delete;
    Lookups& operator=(const Lookups&) = delete;

    /// The addresses of a name, or why there are none; never null, never throws. `fresh` asks again although this pass
    /// has an answer already; a question that is in flight is joined in any case. When `limit` runs out the failure is
    /// dns_timeout, when the run ends interrupted.
    [[nodiscard]] net::Task<std::shared_ptr<const net::Answer>> lookup(std::string host, AddressFamily family,
                                                                       bool fresh, net::Limit limit);

    /// The servers that an SRV record names, by the DNS whatever the resolver is: the system's has no such question. Each
    /// call asks anew.
    [[nodiscard]] net::Task<net::ServiceAnswer> services(std::string name, net::Limit limit);

    /// Who is asked.
    [[nodiscard]] const Resolver& asked() const noexcept { return names_.asked(); }

private:
    friend class PendingName;

    [[nodiscard]] const std::shared_ptr<QuestionTable>& table() const noexcept { return names_.table_; }
    void ask(const std::shared_ptr<Question>& question);
    [[nodiscard]] const std::shared_ptr<net::DnsTools>& tools();  ///< made at first need
    [[nodiscard]] std::size_t strays() const noexcept;            ///< so far, of this thread's questions
    [[nodiscard]] Failure time_out(const std::string& host, const net::Limit& limit, std::size_t new_strays);

    Names& names_;
    net::Loop& loop_;
    std::shared_ptr<net::DnsTools> tools_;
};

/// A place among those who wait for a name's answer, given up in any case. Belongs to the thread of the lookups.
class PendingName {
public:
    /// Asks for it, unless it is being asked for, or was and need not be `fresh`. `waiter` is woken when there is news.
    PendingName(Lookups& lookups, const std::string& host, AddressFamily family, bool fresh,
                std::shared_ptr<net::Waiter> waiter);
    ~PendingName();
    PendingName(const PendingName&) = delete;
    PendingName& operator=(const PendingName&) = delete;

    /// Null while there is none. A question that another thread has given up is asked again.
    [[nodiscard]] std::shared_ptr<const net::Answer> answer();

private:
    void join();

    Lookups& lookups_;
    const std::shared_ptr<QuestionTable> table_;
    const std::string name_;
    const AddressFamily family_;
    const bool fresh_;
    const std::shared_ptr<net::Waiter> waiter_;
    std::shared_ptr<Question> question_;
};

}  // namespace connprobe::engine
