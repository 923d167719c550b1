#include "engine/address_verdicts.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "net/connect.hpp"

namespace connprobe::engine {

namespace {

constexpr std::size_t most_named = 10;

std::vector<AddressFate> fates_of(const std::vector<Outcome>& verdicts) {
    std::vector<AddressFate> fates;
    for (const auto& one : verdicts) {
        auto fate = one.addresses.empty()
                        ? AddressFate{one.address, one.family.value_or(ConnectedFamily::ipv4), {}, {}, true}
                        : one.addresses.front();
        if (one.failure) fate.error = one.failure;
        fates.push_back(std::move(fate));
    }
    return fates;
}

/// "1 of 3 addresses is down: 192.0.2.7 (connection_refused)"
std::string names_of_dead(const std::vector<AddressFate>& fates) {
    const auto dead = static_cast<std::size_t>(
        std::ranges::count_if(fates, [](const AddressFate& fate) { return fate.error.has_value(); }));
    auto text = std::to_string(dead) + " of " + std::to_string(fates.size()) + " addresses " +
                (dead == 1 ? "is" : "are") + " down: ";
    std::size_t named = 0;
    for (const auto& fate : fates) {
        if (!fate.error) continue;
        if (named == most_named) return text + " and " + std::to_string(dead - named) + " more";
        text.append(named++ == 0 ? "" : ", ").append(fate.address).append(" (");
        text.append(to_string(fate.error->code)).append(1, ')');
    }
    return text;
}

/// What makes an address that is up worse than up holds for the whole.
void take_warnings(const Outcome& from, Outcome& into) {
    for (const auto& warning : from.warnings) {
        const auto is_known = [&](const Warning& known) { return known.code == warning.code; };
        if (std::ranges::none_of(into.warnings, is_known))
            into.warnings.push_back({warning.code, from.address + ": " + warning.message});
    }
}

}  // namespace

Outcome verdict_of_all(std::vector<Outcome> verdicts) {
    const auto is_cut = [](const Outcome& one) { return one.failure && was_cut(*one.failure); };
    if (const auto cut = std::ranges::find_if(verdicts, is_cut); cut != verdicts.end()) return std::move(*cut);

    auto fates = fates_of(verdicts);
    const auto first_up = std::ranges::find_if(verdicts, [](const Outcome& one) { return !one.failure; });
    const auto shown =
        first_up == verdicts.end() ? net::most_telling(fates) : static_cast<std::size_t>(first_up - verdicts.begin());
    auto whole = std::move(verdicts[shown]);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        if (i == shown) continue;
        auto& one = verdicts[i];
        whole.exhausted = whole.exhausted || one.exhausted;
        std::move(one.dialogue.begin(), one.dialogue.end(), std::back_inserter(whole.dialogue));
        if (!whole.failure && !one.failure) take_warnings(one, whole);
    }
    const bool some_down = std::ranges::any_of(fates, [](const AddressFate& fate) { return fate.error.has_value(); });
    if (!whole.failure && some_down) whole.warnings.push_back({WarningCode::address_down, names_of_dead(fates)});
    whole.addresses = std::move(fates);
    return whole;
}

void warn_of_unknown(Outcome& outcome, AddressFamily family, const Failure& why) {
    if (outcome.failure) return;
    const bool v6 = family == AddressFamily::ipv6;
    outcome.warnings.push_back({WarningCode::address_down, std::string{"not every address was judged: those of "} +
                                                               (v6 ? "IPv6" : "IPv4") + " are not known (" +
                                                               std::string{to_string(why.code)} + "); " +
                                                               (v6 ? "-4" : "-6") + " leaves them out"});
}

}  // namespace connprobe::engine
