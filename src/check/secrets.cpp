#include "check/secrets.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "check/http_request.hpp"

namespace connprobe::check {

std::vector<std::string> secrets_of(const HttpCheck& check) {
    std::vector<std::string> secrets{check.password};
    if (!check.password.empty()) secrets.push_back(basic_credentials(check));
    if (const auto query = check.path.find('?'); query != std::string::npos)
        secrets.push_back(check.path.substr(query + 1));
    return longest_first(std::move(secrets));
}

std::vector<std::string> secrets_of(const Check& check) {
    if (const auto* http = std::get_if<HttpCheck>(&check)) return secrets_of(*http);
    if (const auto* redis = std::get_if<RedisCheck>(&check)) return longest_first({redis->password});
    std::vector<std::string> secrets;
    if (const auto* tcp = std::get_if<TcpCheck>(&check)) {
        for (const auto& step : tcp->steps) secrets.insert(secrets.end(), step.secrets.begin(), step.secrets.end());
    }
    return longest_first(std::move(secrets));
}

}  // namespace connprobe::check
