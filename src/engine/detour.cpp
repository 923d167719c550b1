#include "engine/detour.hpp"

#include <algorithm>

#include "model/readable.hpp"

namespace connprobe::engine {

namespace {

std::string fate_text(const AddressFate& fate) {
    if (fate.connect) return fate.address + " connected too late";
    if (!fate.error) return fate.address + " had not answered";
    return fate.address + " failed (" + std::string{to_string(fate.error->code)} + ")";
}

}  // namespace

std::string detour(std::span<const AddressFate> fates, std::size_t winner, const std::string& place, Duration connect) {
    constexpr std::size_t most = 3;
    const auto lost = std::max(Duration{}, connect - fates[winner].connect.value_or(connect));
    auto text = readable(lost) + " of the connect time passed before " + place + " was tried: ";
    for (std::size_t i = 0; i < std::min(winner, most); ++i) text += (i == 0 ? "" : ", ") + fate_text(fates[i]);
    if (winner > most) text += " and " + std::to_string(winner - most) + " more";
    return text;
}

}  // namespace connprobe::engine
