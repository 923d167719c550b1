// Settings that many targets share: made once for each different set of values.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/merge.hpp"
#include "config/problems.hpp"
#include "config/servers.hpp"
#include "config/settings.hpp"

namespace connprobe::config {

/// For the targets of one source: they have the same defaults and options under them.
class SettingsPool {
public:
    /// Weakest first; both outlive the pool.
    SettingsPool(const Layer& defaults, const Layer& options, const BuiltIn& built_in, Problems& problems,
                 const Environment& environment);

    /// For a target that says `own` (may be empty) and is written in this way.
    [[nodiscard]] std::shared_ptr<const Settings> get(const Layer& own, const FromUrl& url);

    /// Everything that holds for such a target, merged; both outlive it.
    [[nodiscard]] Merged merged(const Layer& own, const FromUrl& url) const;

private:
    Merged base_;
    const BuiltIn& built_in_;
    Problems& problems_;
    const Environment& environment_;
    std::array<std::shared_ptr<const Settings>, scheme_count>
        plain_;  ///< by scheme, for targets that say nothing themselves
    std::unordered_map<std::string, std::shared_ptr<const Settings>> others_;
};

}  // namespace connprobe::config
