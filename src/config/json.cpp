#include "config/json.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "config/quote.hpp"
#include "config/tree_builder.hpp"
#include "model/text.hpp"

namespace connprobe::config {
namespace {

/// Where the reader stands, and where the latest token of each kind began: when an event comes, the lexer has read
/// its token and, after a number, one character more.
struct Cursor {
    const char* next;
    const char* end;
    Place here;  ///< of the latest character
    Place string, number, word, bracket;
    bool in_string = false, escaped = false, in_token = false;

    void advance() noexcept;

private:
    void begin_token(char c) noexcept;
};

void Cursor::begin_token(char c) noexcept {
    switch (c) {
        case '"':
            string = here;
            in_string = true;
            break;
        case '[':
        case '{': bracket = here; break;
        case ']':
        case '}':
        case ':':
        case ',':
        case ' ':
        case '\t':
        case '\r':
        case '\n': in_token = false; break;
        default:
            if (in_token) break;
            in_token = true;
            (c == '-' || (c >= '0' && c <= '9') ? number : word) = here;
    }
}

void Cursor::advance() noexcept {
    const char c = *next++;
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++here.column;  // columns count characters, not bytes
    if (!in_string) {
        begin_token(c);
    } else if (escaped) {
        escaped = false;
    } else if (c == '\\') {
        escaped = true;
    } else if (c == '"') {
        in_string = in_token = false;
    }
    if (c == '\n') here = {here.line + 1, 0};
}

/// The input iterator through which nlohmann's lexer reads; the cursor moves with it.
struct Characters {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    Cursor* cursor;

    reference operator*() const noexcept { return *cursor->next; }
    Characters& operator++() noexcept {
        cursor->advance();
        return *this;
    }
    friend bool operator==(const Characters& a, const Characters& b) noexcept { return a.at_end() == b.at_end(); }
    friend bool operator!=(const Characters& a, const Characters& b) noexcept { return !(a == b); }

private:
    [[nodiscard]] bool at_end() const noexcept { return cursor == nullptr || cursor->next == cursor->end; }
};

/// The reason inside nlohmann's message: `[json.exception…] parse error at line 1, column 4: syntax error while … - WHY`.
std::string reason(const std::string& what) {
    const auto dash = what.rfind(" - ");
    const auto why = dash == what.npos ? what.substr(what.find("] ") + 2) : what.substr(dash + 3);
    return printable(why.substr(0, why.find("; last read")));
}

/// What people write who take JSON for something else, by the text as far as it was read; empty if it is none of that.
std::string_view slip(std::string_view read) noexcept {
    constexpr std::string_view blank = " \t\r\n";
    if (read.find_first_not_of(blank) == read.npos) return "it is empty";
    const char c = read.back();
    const auto before = read.find_last_not_of(blank, read.size() - 2);
    if (c == '/' || c == '#') return "a comment, which JSON does not have: leave it out, or write the list in YAML";
    if (c == '\'') return "single quotes: text stands in double ones";
    if ((c == ']' || c == '}') && read.size() > 1 && before != read.npos && read[before] == ',')
        return "a comma before the end of a list or an object: leave it out";
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return "a word without double quotes, as only true, false and null stand";
    return {};
}

class Handler {
public:
    Handler(TreeBuilder& tree, const Cursor& cursor) : tree_(tree), cursor_(cursor), begin_(cursor.next) {}

    bool null() { return tree_.scalar(NodeKind::null, "null", cursor_.word); }
    bool boolean(bool value) { return tree_.scalar(NodeKind::boolean, value ? "true" : "false", cursor_.word); }
    bool number_integer(std::int64_t value) { return number(std::to_string(value)); }
    bool number_unsigned(std::uint64_t value) { return number(std::to_string(value)); }
    bool number_float(double, const std::string& text) { return number(text); }
    bool string(const std::string& text) { return tree_.scalar(NodeKind::string, text, cursor_.string); }
    bool binary(const nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return tree_.open(NodeKind::object, cursor_.bracket); }
    bool start_array(std::size_t) { return tree_.open(NodeKind::list, cursor_.bracket); }
    bool key(const std::string& name) {
        tree_.key(name, cursor_.string);
        return true;
    }
    bool end_object() {
        tree_.close();
        return true;
    }
    bool end_array() { return end_object(); }

    bool parse_error(std::size_t, const std::string& last_token, const nlohmann::json::exception& error) {
        constexpr int out_of_range = 406;
        if (error.id == out_of_range) {
            tree_.error(cursor_.number, "a number that fits in no program: found " + quotable(last_token));
        } else {
            tree_.error({cursor_.here.line, std::max(cursor_.here.column, 1U)}, "not JSON: " + why(error));
        }
        return false;
    }

private:
    bool number(std::string_view text) { return tree_.scalar(NodeKind::number, text, cursor_.number); }
    [[nodiscard]] std::string why(const nlohmann::json::exception& error) const {
        const auto parser = reason(error.what());
        if (parser.ends_with("expected end of input"))
            return "a second value follows the first: is it NDJSON (.ndjson)?";
        const auto found = cursor_.in_string ? std::string_view{} : slip({begin_, cursor_.next});
        return found.empty() ? parser : std::string{found};
    }

    TreeBuilder& tree_;
    const Cursor& cursor_;
    const char* begin_;
};

}  // namespace

bool read_json(std::string_view text, std::uint32_t source, Place start, Document& document, Problems& problems) {
    TreeBuilder tree{document, problems, source};
    Cursor cursor{text.data(), text.data() + text.size(), {start.line, start.column - 1}, {}, {}, {}, {}};
    Handler handler{tree, cursor};
    return nlohmann::json::sax_parse(Characters{&cursor}, Characters{nullptr}, &handler);
}

std::size_t end_of_first_value(std::string_view text) noexcept {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if ((c == ']' || c == '}') && --depth == 0) {
            return i + 1;
        }
    }
    return text.npos;
}

bool is_json_number(std::string_view text) noexcept {
    const auto digits = [&text] {
        const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
        const bool leading_zero = count > 1 && text.front() == '0';
        text.remove_prefix(count);
        return leading_zero ? 0 : count;
    };
    const auto any_digits = [&text] {
        const auto count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    if (text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (any_digits() == 0) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (any_digits() == 0) return false;
    }
    return text.empty();
}

}  // namespace connprobe::config
