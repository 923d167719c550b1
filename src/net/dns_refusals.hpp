// What servers said that did not answer a question: where there are several, c-ares goes on to the next and forgets it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace connprobe::net {

class DnsRefusals {
public:
    struct Refusal {
        int status;  ///< ARES_ESERVFAIL, ARES_ENOTIMP or ARES_EREFUSED
        std::string server;
    };

    /// This question goes out, maybe once more.
    void asked(std::span<const unsigned char> datagram);
    /// A datagram came from `server`. Only a reply with such a code to an open question, by its id, is kept.
    void heard(std::span<const unsigned char> datagram, const std::string& server);
    /// The question has ended.
    void ended(const std::string& name, int type);
    /// Nothing listens there.
    void closed(const std::string& server) { closed_.insert(server); }

    /// Of the question that is open or was the last about this, in the order in which they came.
    [[nodiscard]] std::vector<Refusal> of(const std::string& name, int type) const;
    /// Servers of which nothing but closed ports was heard.
    [[nodiscard]] std::size_t closed() const noexcept { return closed_.size(); }

private:
    using Key = std::pair<std::string, int>;
    struct Fate {
        std::set<std::uint16_t> ids{};  ///< while it is open
        std::vector<Refusal> refusals{};
    };

    std::map<Key, Fate> fates_;
    std::set<std::string> closed_;
};

}  // namespace connprobe::net
