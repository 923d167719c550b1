#include "config/problems.hpp"

#include <utility>

namespace connprobe::config {
namespace {

std::vector<std::string> with_rest(std::vector<std::string> lines, std::size_t all, const std::string& what) {
    const auto more = all - lines.size();
    if (more > 0) lines.push_back("and " + std::to_string(more) + " more " + what + (more == 1 ? "" : "s"));
    return lines;
}

}  // namespace

void Problems::error(const Spot& spot, const Path* path, const std::string& text) {
    if (error_lines_.size() >= shown) return error(std::string{});  // only counted
    error(prefix(spot) + (path != nullptr ? path->text() + ": " : "") + text);
}

std::string Problems::prefix(const Spot& spot) const {
    return names_[spot.source].empty() ? "" : names_.text(spot) + ": ";
}

void Problems::error(std::string line) {
    ++errors_;
    if (error_lines_.size() < shown) error_lines_.push_back(std::move(line));
}

void Problems::warning(const Spot& spot, const std::string& text) {
    warning(warning_lines_.size() < shown ? prefix(spot) + text : std::string{});
}

void Problems::warning(std::string line) {
    ++warnings_;
    if (warning_lines_.size() < shown) warning_lines_.push_back(std::move(line));
}

std::vector<std::string> Problems::error_lines() const { return with_rest(error_lines_, errors_, "error"); }

std::vector<std::string> Problems::warning_lines() const { return with_rest(warning_lines_, warnings_, "warning"); }

}  // namespace connprobe::config
