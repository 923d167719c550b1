#include "model/advice.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "model/circumstances.hpp"
#include "model/shell.hpp"

namespace connprobe {

namespace {

constexpr std::string_view s_client = "openssl s_client -connect ", redis_cli = "redis-cli ", dig = "dig ";
constexpr std::uint16_t dns_port = 53;

bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }

/// One word of a command with its placeholders filled in and quoted; empty if one of them cannot be.
std::string filled_word(std::string_view word, const Circumstances& known) {
    std::string filled;
    bool changed = false;
    while (!word.empty()) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if_not(word, is_capital) - word.begin());
        const auto part = fact(known, word.substr(0, end), word.substr(end).starts_with(':'));
        if (part && part->empty()) return {};
        changed = changed || part;
        const auto taken = end == 0 ? 1 : end;
        filled += part ? *part : std::string{word.substr(0, taken)};
        word.remove_prefix(taken);
    }
    return changed ? shell_word(filled) : filled;
}

/// Empty if a placeholder outside of brackets cannot be filled.
std::string filled_words(std::string text, const Circumstances& known) {
    constexpr auto optional_parts = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"[-servername NAME] ", "NAME"}, {"[-starttls PROTOCOL] ", "PROTOCOL"}, {"[--user USER] ", "USER"}});
    text += ' ';
    for (const auto& [part, placeholder] : optional_parts) {
        const auto at = text.find(part);
        if (at == text.npos) continue;
        const auto there = !fact(known, placeholder, false)->empty();
        text.replace(at, part.size(), there ? std::string{part.substr(1, part.size() - 3)} + ' ' : "");
    }
    std::string filled;
    for (std::string_view left = text; !left.empty();) {
        const auto end = left.find(' ');
        const auto word = filled_word(left.substr(0, end), known);
        if (word.empty()) return {};
        filled.append(filled.empty() ? "" : " ").append(word);
        left.remove_prefix(end + 1);
    }
    return filled;
}

bool is_http_proxy_for_all(const Target& target) {
    const auto& proxy = target.settings->proxy;
    return proxy && proxy->type == ProxyType::http && proxy->username.empty() && proxy->password.empty();
}

std::string with_beginning(std::string_view beginning, std::string_view text, std::string_view replaced) {
    return std::string{beginning}.append(text.substr(replaced.size()));
}

/// The client told how to come to where the server is.
std::string adapted(std::string text, const Circumstances& known) {
    constexpr std::string_view general = "openssl s_client -connect HOST:PORT", to_address = "-connect ADDRESS:PORT";
    const auto& target = known.target;
    if (text.starts_with(general))
        text = with_beginning("openssl s_client -connect ADDRESS:PORT [-servername NAME] [-starttls PROTOCOL]", text,
                              general);
    if (const auto at = text.find(to_address); at != text.npos) {
        if (!target.unix_path.empty()) text.replace(at, to_address.size(), "-unix PATH");
        if (scene_of(known) == Scene::behind_proxy)
            text.replace(at, to_address.size(), "-proxy PROXYHOST:PROXYPORT -connect HOST:PORT");
    }
    if (text.starts_with(redis_cli)) {
        constexpr std::string_view to_host = "redis-cli -h HOST -p PORT";
        if (!target.unix_path.empty()) text = with_beginning("redis-cli -s PATH", text, to_host);
        if (target.settings->tls) text = with_beginning("redis-cli --tls ", text, redis_cli);
    }
    if (!text.starts_with(dig)) return text;
    if (names_a_record(target)) text = "dig SRV HOST";
    if (known.name_server.empty()) return text;
    auto server = "dig @" + std::string{known.name_server} + ' ';
    if (known.name_server_port != dns_port) server += "-p " + std::to_string(known.name_server_port) + ' ';
    return with_beginning(server, text, dig);
}

bool asks_for_a_name(std::string_view text) { return text.starts_with(dig) || text.starts_with("getent "); }

/// Would it ask what the probe asked, of whom the probe asked it?
bool asks_the_same(std::string_view text, const Circumstances& known) {
    const bool is_unix = !known.target.unix_path.empty();
    if ((text == "id" && !is_unix) || (text.starts_with("nft ") && is_unix)) return false;
    constexpr auto of_this_machine =
        std::to_array<std::string_view>({"getent ", "cat /etc/resolv", "resolvectl ", "dig +trace"});
    const auto begins = [&](std::string_view beginning) { return text.starts_with(beginning); };
    if (!known.name_server.empty() && std::ranges::any_of(of_this_machine, begins)) return false;
    if (!asks_for_a_name(text)) return true;
    if (names_a_record(known.target)) return text == "dig HOST" || text == "dig HOST A";
    const auto host = fact(known, "HOST", false).value_or("");
    return !host.empty() && !is_address_literal(host) && !host.starts_with('@') && !host.starts_with('+');
}

/// The service's own client is of use where the check speaks its protocol, or what the port speaks is not known.
bool is_its_client(std::string_view text, const Circumstances& known) {
    const auto& check = known.target.settings->check;
    const auto& failure = known.failure;
    const auto speaks = [&](CheckType type) { return check && type_of(*check) == type; };
    if (failure.code == Code::not_tls && text.starts_with("curl "))
        return failure.hint.empty() || failure.hint.starts_with(info(failure.code).hint) ||
               failure.hint.find("HTTP") != failure.hint.npos;
    if (text.starts_with(redis_cli)) return speaks(CheckType::redis);
    return !text.starts_with("pg_isready ") || speaks(CheckType::postgres);
}

bool leads_there(Where where, std::string_view text, const Circumstances& known) {
    const bool through_proxy = text.find("PROXY") != text.npos;
    switch (scene_of(known)) {
        case Scene::direct: return where != Where::on_the_proxy && !through_proxy;
        case Scene::at_the_proxy: return true;
        case Scene::name_asked: return asks_for_a_name(text);
        case Scene::told_by_proxy: return through_proxy || where == Where::on_the_proxy;
        case Scene::behind_proxy:
            return through_proxy || (text.starts_with(s_client) && is_http_proxy_for_all(known.target));
    }
    return false;
}

/// Empty if it is of no use here.
std::string filled_in(Where where, const std::string& text, const Circumstances& known) {
    if (!leads_there(where, text, known) || !asks_the_same(text, known) || !is_its_client(text, known)) return {};
    return filled_words(adapted(text, known), known);
}

/// What the proxy said of the server can be seen from there alone.
bool is_word_of_proxy(const Circumstances& known) {
    using enum FailureClass;
    if (scene_of(known) != Scene::told_by_proxy || known.failure.code == Code::proxy_timeout) return false;
    const auto given = known.failure.failure_class;
    return given == dns || given == network || given == timeout;
}

}  // namespace

std::vector<Advice> commands_about(const Circumstances& known) {
    std::vector<Advice> all;
    const auto add = [&](Where where, std::string command) {
        if (!command.empty()) all.push_back({where, std::move(command)});
    };
    if (is_word_of_proxy(known)) {
        const bool is_name = known.failure.failure_class == FailureClass::dns;
        add(Where::on_the_proxy, filled_words(is_name ? "getent ahosts HOST" : "connprobe HOST:PORT", known));
        return all;
    }
    if (known.failure.phase == Phase::connect && scene_of(known) == Scene::at_the_proxy)
        add(Where::here, filled_words("connprobe HOST:PORT", known));
    for (const auto& command : commands_for(known.failure.code))
        add(command.where, filled_in(command.where, in_general(command), known));
    return all;
}

std::string hint_about(const Circumstances& known) {
    const std::string_view hint = known.failure.hint;
    const auto of_row = info(known.failure.code).hint;
    if (!hint.starts_with(of_row) || !of_row.ends_with('`')) return std::string{hint};
    const auto added = hint.substr(of_row.size());
    const auto begin = of_row.rfind('`', of_row.size() - 2) + 1;
    const auto command = of_row.substr(begin, of_row.size() - begin - 1);
    const auto filled = filled_in(Where::here, std::string{command}, known);
    const auto words = filled.empty() ? of_row.substr(0, of_row.rfind(": ", begin)) : of_row.substr(0, begin);
    return std::string{words}.append(filled).append(filled.empty() ? "" : "`").append(added);
}

}  // namespace connprobe
