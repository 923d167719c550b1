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
    if (error_lines_.size() >= shown) {
        ++errors_;
        return;
    }
    auto line = names_.text(spot) + ": ";
    if (path != nullptr) line += path->text() + ": ";
    error(line + text);
}

void Problems::error(std::string line) {
    ++errors_;
    if (error_lines_.size() < shown) error_lines_.push_back(std::move(line));
}

void Problems::warning(const Spot& spot, const std::string& text) {
    ++warnings_;
    if (warning_lines_.size() < shown) warning_lines_.push_back(names_.text(spot) + ": " + text);
}

std::vector<std::string> Problems::error_lines() const {
    return with_rest(error_lines_, errors_, "error");
}

std::vector<std::string> Problems::warning_lines() const {
    return with_rest(warning_lines_, warnings_, "warning");
}

}  // namespace connprobe::config
