#include "check/resp.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "check/conversation.hpp"
#include "check/secrets.hpp"

namespace connprobe::check {

namespace {

using namespace std::string_view_literals;

bool has_credentials(const RedisCheck& check) { return !check.username.empty() || !check.password.empty(); }

/// What an error that begins with this means, whichever command it answers. The first that fits decides.
struct ErrorRow {
    std::string_view begin;
    Code code;
    std::string_view hint;
};

constexpr std::array errors{
    ErrorRow{"LOADING", Code::not_serving, "it still loads its data from disk: wait"},
    ErrorRow{"MASTERDOWN", Code::not_serving, "a replica that has lost its master: look at the master"},
    ErrorRow{"CLUSTERDOWN", Code::not_serving, "see with `redis-cli cluster info` which slots nobody serves"},
    ErrorRow{"BUSY", Code::not_serving, "a script runs for too long: see SCRIPT KILL"},
    ErrorRow{"MISCONF", Code::not_serving, "it cannot save to disk: see its log and the free space"},
    ErrorRow{"TRYAGAIN", Code::not_serving, ""},
    ErrorRow{"ERR max number of clients", Code::not_serving, "it has no place for another client: see maxclients"},
    ErrorRow{"DENIED", Code::forbidden, "protected mode: give the server a password, or bind it to an address"},
    ErrorRow{"NOPERM", Code::forbidden, "let the user run what was refused: ACL SETUSER NAME +ping +select"},
};

const ErrorRow* row_for(std::string_view text) {
    const auto fits = [text](const ErrorRow& row) {
        // Whole words: BUSYKEY is another error than BUSY.
        return text.starts_with(row.begin) && (text.size() == row.begin.size() || text[row.begin.size()] == ' ');
    };
    const auto* found = std::ranges::find_if(errors, fits);
    return found == errors.end() ? nullptr : found;
}

/// A login is demanded; Redis before 2.8 had no word of its own for that.
bool demands_login(std::string_view text) {
    return text.starts_with("NOAUTH") || text.starts_with("ERR operation not permitted");
}

std::string answered(std::string_view command, const RespReply& reply, const RedisCheck& check) {
    const std::string sign = reply.type == '$' ? "" : std::string(1, reply.type);
    return "the server answered " + excerpt(hide_password(sign + reply.text, check)) + " to " + std::string{command};
}

std::string hint_for_refused_login(std::string_view text) {
    if (text.find("without any password") != text.npos || text.find("no password is set") != text.npos)
        return "the server has no password: leave the credentials out";
    if (text.find("wrong number of arguments") != text.npos)
        return "a server before Redis 6 knows no users: give the password alone";
    return {};
}

RedisVerdict judge_error(std::string_view command, const RespReply& reply, const RedisCheck& check) {
    const auto message = answered(command, reply, check);
    if (const auto* row = row_for(reply.text)) return {failure(row->code, message, std::string{row->hint})};
    if (demands_login(reply.text) && !has_credentials(check)) return {std::nullopt, true};
    const bool about_login =
        command == "AUTH" && (reply.text.starts_with("ERR") || reply.text.starts_with("WRONGPASS"));
    if (about_login || demands_login(reply.text) || reply.text.starts_with("WRONGPASS"))
        return {failure(Code::authentication_failed, message, hint_for_refused_login(reply.text))};
    return {failure(Code::unexpected_reply, message,
                    command == "SELECT" ? "the server has no database of this number"
                                        : "see what it says to `redis-cli -h HOST -p PORT ping`")};
}

std::optional<std::size_t> number_in(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) return most_held + 1;
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

RespRead read_resp(std::string_view bytes) {
    RespRead read;
    if (bytes.empty()) return read;
    // RESP2 and RESP3; attributes and pushes come before no answer that was not asked for.
    read.wrong = "+-:$*_#,(!=%~>|"sv.find(bytes.front()) == std::string_view::npos;
    const auto end = bytes.find('\n');
    if (read.wrong || end == bytes.npos) return read;
    auto line = bytes.substr(1, end - 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    RespReply reply{bytes.front(), std::string{line}};
    read.used = end + 1;
    if (reply.type == '$' && line != "-1") {
        const auto size = number_in(line);
        read.wrong = !size;
        read.too_large = size && *size > most_held - 64;
        if (read.wrong || read.too_large || bytes.size() < read.used + *size + 2) return read;
        reply.text = bytes.substr(read.used, *size);
        read.used += *size + 2;
        read.wrong = bytes.substr(read.used - 2, 2) != "\r\n";
        if (read.wrong) return read;
    }
    read.reply = std::move(reply);
    return read;
}

std::string resp_command(const std::vector<std::string>& words) {
    std::string text = '*' + std::to_string(words.size()) + "\r\n";
    for (const auto& word : words) text += '$' + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return text;
}

std::vector<std::vector<std::string>> redis_commands(const RedisCheck& check) {
    std::vector<std::vector<std::string>> commands;
    if (!check.username.empty()) {
        commands.push_back({"AUTH", check.username, check.password});
    } else if (!check.password.empty()) {
        commands.push_back({"AUTH", check.password});
    }
    if (check.database != 0) commands.push_back({"SELECT", std::to_string(check.database)});
    commands.push_back({"PING"});
    return commands;
}

RedisVerdict judge_redis(std::string_view command, const RespReply& reply, const RedisCheck& check) {
    if (reply.type == '-') return judge_error(command, reply, check);
    const auto expected = command == "PING" ? "PONG"sv : "OK"sv;
    if ((reply.type == '+' || reply.type == '$') && reply.text == expected) return {};
    return {failure(Code::unexpected_reply, answered(command, reply, check))};
}

Failure not_redis(std::string_view first, const RedisCheck& check) {
    return other_protocol("Redis", hide_password(std::string{first.substr(0, 256)}, check));
}

std::string hide_password(std::string text, const RedisCheck& check) { return hide(std::move(text), {check.password}); }

}  // namespace connprobe::check
