#include "terminal/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

namespace connprobe::terminal {

namespace {

constexpr std::size_t usual_columns = 80;

std::string_view variable_or_empty(const char* name) noexcept {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

std::size_t columns_of(int descriptor) noexcept {
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
    const std::size_t said = columns_from(variable_or_empty("COLUMNS"));
    return said == 0 ? usual_columns : said;
}

std::size_t columns_from(std::string_view text) noexcept {
    std::size_t columns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
    return error == std::errc() && end == text.data() + text.size() ? columns : 0;
}

bool is_utf8_locale(std::string_view name) noexcept {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return false;
    std::string charset;
    for (const char c : name.substr(dot + 1, name.find('@') - dot - 1)) {
        if (c != '-') charset += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return charset == "utf8";
}

bool environment_is_utf8() noexcept {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (const std::string_view locale = variable_or_empty(name); !locale.empty()) return is_utf8_locale(locale);
    }
    return false;
}

}  // namespace connprobe::terminal
