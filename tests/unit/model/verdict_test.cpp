#include "model/verdict.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace connprobe;

TEST_CASE("the exit status is the first that holds of 130, 4, 124, 1, 3, 0") {
    struct Case {
        const char* what;
        Standing standing;
        Verdict verdict;
        int exit_status;
    };
    using enum RunEnd;
    for (const Case& c : std::to_array<Case>({
             {"all up", {.reached = 3, .required = 3}, Verdict::up, 0},
             {"no server was wanted", {.required = 0}, Verdict::up, 0},
             {"enough up", {.reached = 2, .missed = 1, .required = 2}, Verdict::up, 0},
             {"enough up, one degraded", {.reached = 3, .degraded = 1, .required = 3}, Verdict::degraded, 3},
             {"degraded counts as up", {.reached = 1, .degraded = 1, .missed = 2, .required = 1}, Verdict::degraded, 3},
             {"one too few", {.reached = 2, .missed = 1, .required = 3}, Verdict::down, 1},
             {"down before degraded", {.reached = 2, .degraded = 2, .missed = 1, .required = 3}, Verdict::down, 1},
             {"unknown is not up", {.reached = 1, .missed = 1, .unknown = 1, .required = 2}, Verdict::down, 1},
             {"unknown and none of it local", {.reached = 1, .unknown = 1, .required = 2}, Verdict::down, 1},
             {"fail fast",
              {.reached = 1, .missed = 1, .unknown = 5, .required = 7, .end = fail_fast},
              Verdict::down,
              1},
             {"deadline of the run",
              {.missed = 1, .unknown = 1, .required = 2, .end = deadline},
              Verdict::incomplete,
              124},
             {"deadline cut retries",
              {.reached = 1, .missed = 1, .deadline_cut = true, .required = 2},
              Verdict::incomplete,
              124},
             {"deadline, yet enough", {.reached = 2, .unknown = 1, .required = 2, .end = deadline}, Verdict::up, 0},
             {"deadline, enough, degraded",
              {.reached = 2, .degraded = 2, .unknown = 1, .deadline_cut = true, .required = 2, .end = deadline},
              Verdict::degraded,
              3},
             {"this machine could not",
              {.reached = 1, .unknown = 2, .unknown_local = 2, .required = 3},
              Verdict::incomplete,
              4},
             {"this machine, one is down",
              {.missed = 1, .unknown = 2, .unknown_local = 2, .required = 3},
              Verdict::down,
              1},
             {"this machine, and others cancelled",
              {.unknown = 3, .unknown_local = 2, .required = 3, .end = deadline},
              Verdict::incomplete,
              124},
             {"this machine before the deadline",
              {.unknown = 2, .unknown_local = 2, .deadline_cut = true, .required = 2, .end = deadline},
              Verdict::incomplete,
              4},
             {"this machine, yet enough",
              {.reached = 2, .unknown = 1, .unknown_local = 1, .required = 2},
              Verdict::up,
              0},
             {"more wanted than there are", {.reached = 3, .required = 4}, Verdict::down, 1},
             {"signal before all else",
              {.reached = 2, .unknown = 1, .unknown_local = 1, .required = 2, .end = signal},
              Verdict::incomplete,
              130},
         })) {
        CAPTURE(c.what);
        const Judgement judgement = judge(c.standing);
        CHECK(judgement.verdict == c.verdict);
        CHECK(judgement.exit_status == c.exit_status);
    }
}
