#include "config/server_list.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include "config/quote.hpp"

namespace connprobe::config {

void ServerList::reserve(std::size_t targets) {
    targets_.reserve(targets);
    origins_.reserve(targets);
    if (targets * 2 > slots_.size()) grow(std::bit_ceil(targets * 2));
}

void ServerList::grow(std::size_t slots) {
    std::vector<Slot> old(slots);
    std::swap(old, slots_);
    for (const auto& slot : old) {
        if (slot.number == 0) continue;
        auto at = slot.hash & (slots_.size() - 1);
        while (slots_[at].number != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at] = slot;
    }
}

ServerList::Slot& ServerList::find_slot(std::uint32_t hash, std::string_view name) noexcept {
    auto at = hash & (slots_.size() - 1);
    for (;; at = (at + 1) & (slots_.size() - 1)) {
        auto& slot = slots_[at];
        if (slot.number == 0 || (slot.hash == hash && targets_[slot.number - 1].name == name)) return slot;
    }
}

bool ServerList::add(Target&& target, const Spot& spot, bool is_text) {
    if ((targets_.size() + 1) * 2 > slots_.size()) grow(std::max<std::size_t>(64, slots_.size() * 2));
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(target.name));
    auto& slot = find_slot(hash, target.name);
    if (slot.number != 0) {
        refuse(target, spot, is_text, slot.number - 1);
        return false;
    }
    targets_.push_back(std::move(target));
    origins_.push_back({spot, is_text});
    slot = {hash, static_cast<std::uint32_t>(targets_.size())};
    return true;
}

void ServerList::refuse(const Target& again, const Spot& spot, bool is_text, std::size_t first) {
    const auto& earlier = origins_[first];
    const bool is_argument = names_[earlier.spot.source].empty();
    const auto where = is_argument ? "among the arguments" : "at " + names_.text(earlier.spot);
    const auto& other = targets_[first];
    if (is_text && earlier.is_text && *again.settings == *other.settings) {
        problems_.warning(spot, quotable(again.name) + " is probed once: it stands already " + where);
    } else {
        problems_.error(
            spot, nullptr,
            "a second server of the name " + in_quotes(again.name) + ": the first stands " + where +
                (is_text ? "; a list (-s FILE) can give one of them another name" : "; give one of them another name"));
    }
}

}  // namespace connprobe::config
