#include "config/spot.hpp"

#include "config/quote.hpp"
#include "model/secrets.hpp"

namespace connprobe::config {

std::uint32_t SourceNames::add(std::string_view name) {
    names_.push_back(hide_userinfo(name));
    return static_cast<std::uint32_t>(names_.size() - 1);
}

std::string SourceNames::text(const Spot& spot) const {
    std::string text = names_[spot.source];
    if (text.empty()) return "the arguments";
    if (spot.place.line == 0) return text;
    text += ':' + std::to_string(spot.place.line);
    return spot.place.column == 0 ? text : text + ':' + std::to_string(spot.place.column);
}

std::string Path::text() const {
    const std::string before = parent != nullptr ? parent->text() : "";
    if (key.empty()) return before + '[' + std::to_string(index) + ']';
    return (before.empty() ? before : before + '.') + quotable(key);
}

}  // namespace connprobe::config
