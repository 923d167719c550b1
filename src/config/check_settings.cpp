#include "config/check_settings.hpp"

#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "config/take.hpp"

namespace connprobe::config {
namespace {

TcpCheck make_tcp(const Merged& merged) {
    TcpCheck check;
    take(merged, Key::check_steps, check.steps);
    return check;
}

HttpCheck make_http(const Merged& merged, Problems& problems) {
    HttpCheck check;
    take(merged, Key::check_method, check.method);
    take(merged, Key::check_path, check.path);
    take(merged, Key::check_headers, check.headers);
    take(merged, Key::check_body, check.body);
    take(merged, Key::check_status, check.status);
    take(merged, Key::check_expect_body, check.expect_body);
    take(merged, Key::check_expect_headers, check.expect_headers);
    if (check.method == "HEAD" && !check.expect_body.empty())
        problems.error(merged.find(Key::check_expect_body)->spot, nullptr,
                       "check.expect_body: an answer to HEAD has no body: write method: GET, or leave it out");
    const auto& url = merged.url();
    check.path = url.path.value_or(check.path);
    check.username = url.user.value_or("");
    check.password = url.password.value_or("");
    return check;
}

RedisCheck make_redis(const Merged& merged, Problems& problems, const Environment& environment) {
    RedisCheck check;
    take(merged, Key::check_username, check.username);
    const auto& url = merged.url();
    check.username = url.user.value_or(check.username);
    const auto number = database_of(url);
    std::from_chars(number.data(), number.data() + number.size(), check.database);
    const auto* variable = merged.find(Key::check_password_env);
    if (url.password || variable == nullptr) {
        check.password = url.password.value_or("");
        return check;
    }
    const auto& name = std::get<std::string>(variable->value);
    auto password = environment ? environment(name) : std::nullopt;
    if (!password) problems.error(variable->spot, nullptr, "check.password_env: the variable " + name + " is not set");
    check.password = std::move(password).value_or("");
    return check;
}

PostgresCheck make_postgres(const Merged& merged) {
    PostgresCheck check;
    take(merged, Key::check_user, check.user);
    take(merged, Key::check_database, check.database);
    const auto& url = merged.url();
    if (url.user && !url.user->empty()) check.user = *url.user;
    if (auto name = database_of(url); !name.empty()) check.database = std::move(name);
    return check;
}

/// PostgreSQL changes to TLS in its own way, HTTP and Redis never do: what would be asked fits no other beginning.
void check_starttls(const Merged& merged, CheckType type, Problems& problems) {
    const auto* starttls = merged.find(Key::starttls);
    const auto name = std::string{to_string(type)};
    if (type == CheckType::tcp) return;
    if (starttls == nullptr) {
        if (type == CheckType::postgres && merged.speaks_tls())
            problems.error(merged.about_tls()->spot, nullptr,
                           "TLS under a check of type postgres begins in plain text: write starttls: postgres, or "
                           "tls: false");
        return;
    }
    const auto written = format_value(starttls->value);
    if (type == CheckType::postgres && written == name) return;
    const auto better = type == CheckType::postgres ? "starttls: postgres" : "tls: true";
    problems.error(
        starttls->spot, nullptr,
        "starttls " + written + " under a check of type " + name + ", which " +
            (type == CheckType::postgres ? "changes to TLS in its own way" : "speaks TLS from the first byte") +
            ": write " + better + ", or leave the check out");
}

}  // namespace

std::optional<Check> make_check(const Merged& merged, Problems& problems, const Environment& environment) {
    const auto type = merged.check();
    if (!type) return std::nullopt;
    check_starttls(merged, *type, problems);
    switch (*type) {
        case CheckType::tcp: return make_tcp(merged);
        case CheckType::http: return make_http(merged, problems);
        case CheckType::redis: return make_redis(merged, problems, environment);
        case CheckType::postgres: break;
    }
    return make_postgres(merged);
}

}  // namespace connprobe::config
