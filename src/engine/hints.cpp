#include "engine/hints.hpp"

#include "model/advice.hpp"

namespace connprobe::engine {

namespace {

void fill(std::optional<Failure>& failure, std::string_view address, const Target& target, const Resolver& asked) {
    if (!failure) return;
    failure->hint = hint_about({.target = target,
                                .failure = *failure,
                                .address = address,
                                .name_server = asked.server,
                                .name_server_port = asked.port});
}

}  // namespace

void fill_hints(Outcome& outcome, const Target& target, const Resolver& asked) {
    const bool local = outcome.family == ConnectedFamily::local;
    fill(outcome.failure, local ? "" : outcome.address, target, asked);
    for (auto& fate : outcome.addresses) fill(fate.error, local ? "" : fate.address, target, asked);
}

}  // namespace connprobe::engine
