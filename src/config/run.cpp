#include "config/run.hpp"

#include <utility>

#include "config/origins.hpp"
#include "config/quote.hpp"
#include "config/read_options.hpp"

namespace connprobe::config {
namespace {

/// TLS over a unix socket has no host whose name could be verified.
bool lacks_tls_name(const Target& target) noexcept {
    const auto& tls = target.settings->tls;
    return !target.unix_path.empty() && tls && tls->server_name.empty() && !tls->insecure;
}

}  // namespace

Run::Run(const Request& for_request)
    : request(for_request),
      options(read_options(request.options, names, problems)),
      resolve(request.resolve, problems) {}

Adder::Adder(Run& run, const Layer& defaults)
    : run_(run), pool_(defaults, run.options, run.request.built_in, run.problems, run.request.environment) {
    if (const auto* tags = find_setting(defaults, Key::tags))
        default_tags_ = std::get<std::vector<std::string>>(tags->value);
}

void Adder::add(Target&& target, const Layer& own, const FromUrl& url, const Spot& spot, bool is_text) {
    target.settings = pool_.get(own, url);
    if (lacks_tls_name(target)) {
        return run_.problems.error(spot, nullptr,
                                   quotable(target.name) +
                                       ": TLS over a unix socket has no host to verify: "
                                       "give tls.server_name, or --server-name");
    }
    if (!target.unix_path.empty() && target.settings->proxy) {
        return run_.problems.error(
            spot, nullptr,
            quotable(target.name) + ": no proxy leads to a unix socket: give it proxy: none, or leave --proxy out");
    }
    const auto* tags = find_setting(own, Key::tags);
    target.tags = tags != nullptr ? std::get<std::vector<std::string>>(tags->value) : default_tags_;
    run_.resolve.apply(target);
    if (!run_.list.add(std::move(target), spot, is_text) || !run_.request.keep_origins) return;
    run_.origins.push_back(list_origins(run_.list.targets().back(), pool_.merged(own, url), run_.names));
}

}  // namespace connprobe::config
