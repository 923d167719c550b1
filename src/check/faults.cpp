// What is wrong with a check before anything is sent.
#include <re2/re2.h>

#include <string>
#include <variant>
#include <vector>

#include "check/registry.hpp"

namespace connprobe::check {

namespace {

std::vector<Regex> regexes_of(const Check& check) {
    std::vector<Regex> all;
    if (const auto* tcp = std::get_if<TcpCheck>(&check)) {
        for (const auto& step : tcp->steps) all.push_back(step.expect);
    }
    if (const auto* http = std::get_if<HttpCheck>(&check)) {
        all.push_back(http->expect_body);
        for (const auto& header : http->expect_headers) all.push_back(header.value);
    }
    return all;
}

}  // namespace

std::string fault_of(const Check& check) {
    for (const auto& each : regexes_of(check)) {
        const RE2 regex{each, RE2::Quiet};
        if (!regex.ok()) return "check: " + each + " is no regular expression: " + regex.error();
    }
    return {};
}

}  // namespace connprobe::check
