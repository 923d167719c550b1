// What servers said that did not answer a question: where there are several, c-ares goes on to the next and forgets it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace connprobe::net {

class DnsRefusals {
public:
    struct Refusal {
        int status;  ///< ARES_ESERVFAIL, ARES_ENOTIMP or ARES_EREFUSED
        std::string server;
    };

    /// A datagram came from `server`. Only a reply with such a code is kept, under its question.
    void heard(std::span<const unsigned char> datagram, const std::string& server);
    /// Nothing listens there.
    void closed(const std::string& server) { closed_.insert(server); }

    /// The last one about this question, which is over now.
    [[nodiscard]] std::optional<Refusal> take(const std::string& name, int type);
    /// Servers of which nothing but closed ports was heard.
    [[nodiscard]] std::size_t closed() const noexcept { return closed_.size(); }

private:
    std::map<std::pair<std::string, int>, Refusal> refusals_;
    std::set<std::string> closed_;
};

}  // namespace connprobe::net
