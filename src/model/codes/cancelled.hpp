// What is known of the codes of class cancelled, before any failure of them was seen.
#pragma once

#include <array>

#include "model/codes/row.hpp"

namespace connprobe::codes {

inline constexpr std::array of_cancelled = std::to_array<CodeInfo>({
    {Code::interrupted, "interrupted", cancelled, heals,
     "The run ended before this server had a verdict: a signal interrupted it, or enough others were up.",
     "run it again and let it finish; nothing is known of this server",
     "Usual causes: Ctrl-C; a job runner, container or init system that ended the program (SIGTERM).\n"
     "What to try: Raise the time limit of what runs it, or set --deadline below that."},
    {Code::deadline_exceeded, "deadline_exceeded", cancelled, heals,
     "The deadline of the whole run was over before this server had a verdict.",
     "raise --deadline, or --max-concurrent so that more is done at once",
     "Usual causes: too many servers for the deadline; silent servers that use up their whole time-out; retries.\n"
     "What to try: A shorter --timeout helps too: silent servers cost less."},
    {Code::fail_fast, "fail_fast", cancelled, heals,
     "The run was ended early, because enough servers could no longer be up.",
     "look at the servers that are down: they decided; leave --fail-fast out to probe all",
     "Usual causes: --fail-fast together with at least one server that is down for good.\n"
     "What to try: Repair what is down first."},
});

}  // namespace connprobe::codes
