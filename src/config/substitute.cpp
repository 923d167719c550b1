#include "config/substitute.hpp"

#include <algorithm>

#include "config/parsed.hpp"
#include "config/quote.hpp"

namespace connprobe::config {
namespace {

bool is_name(std::string_view text) noexcept {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return !text.empty() && !is_digit(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

/// What stands for `VAR` or `VAR:-default`.
Parsed<std::string> value_of(std::string_view inside, const Environment& environment) {
    using Result = Parsed<std::string>;
    const auto mark = inside.find(":-");
    const auto name = inside.substr(0, mark);
    if (!is_name(name))
        return Result::wrong("expected ${NAME} or ${NAME:-default}, found " +
                             in_quotes("${" + std::string{inside} + '}'));
    auto value = environment ? environment(name) : std::nullopt;
    // As in the shell, :- stands in for a variable that is set but empty, too.
    if (mark != inside.npos && (!value || value->empty())) return std::string{inside.substr(mark + 2)};
    if (value) return std::move(*value);
    return Result::wrong("the variable " + std::string{name} + " is not set: set it, or write ${" + std::string{name} +
                         ":-default}");
}

/// What follows a dollar that says "end of line" in a regular expression, and could say nothing else.
bool ends_a_regex(std::string_view after) noexcept {
    return after.empty() || after.front() == ')' || after.front() == '|';
}

/// The text with its variables replaced; their values go into `variables`.
Parsed<std::string> replaced(std::string_view text, const Environment& environment, std::string& variables) {
    using Result = Parsed<std::string>;
    std::string result;
    for (;;) {
        const auto dollar = text.find('$');
        result.append(text.substr(0, dollar));
        if (dollar == text.npos) return result;
        text.remove_prefix(dollar + 1);
        if (text.starts_with('$')) {
            result += '$';
            text.remove_prefix(1);
            continue;
        }
        if (ends_a_regex(text)) {
            result += '$';
            continue;
        }
        if (!text.starts_with('{')) return Result::wrong("a lone $: write $$ for a dollar, ${NAME} for a variable");
        const auto close = text.find('}');
        if (close == text.npos) return Result::wrong("${ without its }: write ${NAME}, or $$ for a dollar");
        const auto value = value_of(text.substr(1, close - 1), environment);
        if (!value) return value;
        result += *value;
        variables.append(*value).push_back('\0');
        text.remove_prefix(close + 1);
    }
}

bool is_one_variable(std::string_view text) noexcept {
    return text.starts_with("${") && text.find('}') == text.size() - 1;
}

}  // namespace

void substitute(Node& node, Document& document, const Environment& environment, const Path* path, std::uint32_t source,
                Problems& problems) {
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        auto& child = node.children[i];
        const Path child_path{path, child.key, i};
        substitute(child, document, environment, &child_path, source, problems);
    }
    if (node.kind != NodeKind::string || node.text.find('$') == node.text.npos) return;
    std::string variables;
    const auto value = replaced(node.text, environment, variables);
    if (!value) {
        node.broken = true;
        return problems.error({source, node.place}, path, value.problem);
    }
    node.from_environment = node.text.find("${") != node.text.npos;
    node.substituted = is_one_variable(node.text);
    node.text = document.keep(*value);
    if (!variables.empty()) node.variables = document.keep(variables);
}

}  // namespace connprobe::config
