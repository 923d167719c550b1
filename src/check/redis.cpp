#include "check/conversation.hpp"
#include "check/protocols.hpp"

namespace connprobe::check {

Outcome check_redis(Exchange) { co_return std::nullopt; }

}  // namespace connprobe::check
