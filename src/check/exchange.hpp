// What a check is given, and what it has to say when it is done.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connprobe/result.hpp"
#include "connprobe/target.hpp"
#include "net/limit.hpp"
#include "net/stream.hpp"

namespace connprobe::check {

/// Filled as far as the check came, also when it failed.
struct Report {
    CheckFacts facts;
    Duration waited{};      ///< of its time, for a sign that all was in vain: none of the server's doing
    bool reusable = false;  ///< the check can be run again over this connection: nothing of its answer is unread
};

/// All of it outlives the check.
struct Exchange {
    net::Stream& stream;
    const Target& target;  ///< its settings hold the check
    net::Limit limit;
    Report& report;
    bool keep = false;                             ///< leave the connection open, if the server lets us
    std::vector<std::string>* dialogue = nullptr;  ///< what was said and heard, where somebody listens
};

}  // namespace connprobe::check
