// What is known of the codes of class check, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_check = std::to_array<CodeInfo>({
    {Code::unexpected_status, "unexpected_status", check, heals,
     "The server answered with a status that does not count as up.", "look into the server's log for this request",
     "Usual causes: 502, 503, 504: a proxy whose backend is down or overloaded; 500: the application failed; 404: a "
     "wrong path.\n"
     "What to try: For 502, 503 and 504 look at the backend behind the proxy, for 404 at the path. A status that is "
     "fine belongs into the key `status`."},
    {Code::unexpected_reply, "unexpected_reply", check, heals,
     "The server answered, but not with what the check expects.",
     "check that the service behind the port is the one you mean",
     "Usual causes: another service on that port; plain text where TLS is spoken; a new version; a typing error.\n"
     "What to try: Compare what it says with what is expected; `-vv` shows both."},
    {Code::reply_too_large, "reply_too_large", check, heals,
     "The server's answer is larger than the check is ready to read.",
     "ask for a path or question with a short answer, such as a health page",
     "Usual causes: a check that asks for a whole page, file or stream; another service on that port.\n"
     "What to try: Without `expect_body` the body of an HTTP answer is not read at all."},
    {Code::not_serving, "not_serving", check, heals, "The server is there, and says itself that it cannot serve now.",
     "wait until it serves, and look into its log for what it is busy with",
     "Usual causes: it starts, loads its data, recovers or shuts down; a replica that has lost its master or catches "
     "up; a limit that is reached (clients, memory, disk); maintenance.\n"
     "What to try: `connprobe wait` asks again and again until it serves; a probe does with `--retry exponential "
     "--max-attempts 10`."},
});

}  // namespace connprobe::codes
