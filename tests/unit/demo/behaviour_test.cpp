#include "demo/behaviour.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace connprobe;
using namespace connprobe::demo;

namespace {

/// What a run would say of a server, as far as the demo looks at it.
struct Found {
    Status status;
    std::optional<Code> code = {};
    std::optional<WarningCode> warning = {};
    std::size_t attempts = 1;
};

std::optional<std::string> surprise_of(Behaviour behaviour, const Found& found) {
    Target target;
    target.name = info(behaviour).name;
    Result result;
    result.target = &target;
    result.status = found.status;
    if (found.code) result.error = make_failure(std::nullopt, *found.code, "it failed");
    if (found.warning) result.warnings.push_back({*found.warning, "beware"});
    result.history.resize(found.attempts);
    return surprise(behaviour, result);
}

}  // namespace

TEST_CASE("the table of behaviours is in the order of the enumeration") {
    for (std::size_t i = 0; i < all_behaviours().size(); ++i) {
        CHECK(static_cast<std::size_t>(all_behaviours()[i].behaviour) == i);
    }
}

TEST_CASE("a server that got the verdict it was built for is no surprise") {
    CHECK_FALSE(surprise_of(Behaviour::up, {Status::up}));
    CHECK_FALSE(surprise_of(Behaviour::expired, {Status::down, Code::certificate_expired}));
    CHECK_FALSE(surprise_of(Behaviour::slow, {.status = Status::degraded, .warning = WarningCode::slow}));
    CHECK_FALSE(surprise_of(Behaviour::flapping, {.status = Status::up, .attempts = 2}));
}

TEST_CASE("a server that got another verdict is named with what was expected and what was found") {
    CHECK(surprise_of(Behaviour::up, {Status::down, Code::connect_timeout}) ==
          "up: expected up, found down (connect_timeout)");
    CHECK(surprise_of(Behaviour::expired, {Status::up}) == "expired: expected down, found up (no failure)");
    CHECK(surprise_of(Behaviour::expired, {Status::down, Code::not_tls}) ==
          "expired: expected certificate_expired, found not_tls");
    CHECK(
        surprise_of(Behaviour::slow, {.status = Status::degraded, .warning = WarningCode::certificate_expires_soon}) ==
        "slow: expected the warning slow, found none of it");
    CHECK(surprise_of(Behaviour::flapping, {Status::up}) == "flapping: expected at least 2 attempts, found 1");
}
