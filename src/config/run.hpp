// What one reading of server lists shares from the first source to the last argument.
#pragma once

#include <string>
#include <vector>

#include "config/problems.hpp"
#include "config/resolve_option.hpp"
#include "config/server_list.hpp"
#include "config/servers.hpp"
#include "config/settings_pool.hpp"
#include "config/value.hpp"

namespace connprobe::config {

struct Run {
    explicit Run(const Request& request);

    const Request& request;
    SourceNames names;
    Problems problems{names};
    Layer options;
    ResolveOptions resolve;
    ServerList list{names, problems};
    std::vector<std::vector<Origin>> origins;  ///< one for each server, if asked for
};

/// Adds the targets of one source, which have the same defaults under them.
class Adder {
public:
    /// Both outlive the adder.
    Adder(Run& run, const Layer& defaults);

    /// Completes the target with its settings and adds it, or reports why it cannot be. `own` is what it says itself.
    void add(Target&& target, const Layer& own, const FromUrl& url, const Spot& spot, bool is_text);

    [[nodiscard]] Merged merged(const Layer& own, const FromUrl& url) const { return pool_.merged(own, url); }
    [[nodiscard]] Problems& problems() noexcept { return run_.problems; }
    [[nodiscard]] std::size_t size() const noexcept { return run_.list.size(); }

private:
    Run& run_;
    SettingsPool pool_;
    std::vector<std::string> default_tags_;
};

}  // namespace connprobe::config
