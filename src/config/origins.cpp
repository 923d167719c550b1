#include "config/origins.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "config/check_values.hpp"
#include "config/retry_rule.hpp"

namespace connprobe::config {
namespace {

constexpr std::string_view built_in = "default";
constexpr std::string_view the_target = "the target";

/// What made the strategy what it is: itself, the rules, or a value that implies it.
const Setting* cause_of_strategy(const Merged& merged, Strategy strategy) {
    if (strategy == Strategy::custom) return merged.find(Key::retry_rules);
    for (const auto key : {Key::retry_strategy, Key::retry_max_attempts, Key::retry_delay}) {
        if (const auto* setting = merged.find(key)) return setting;
    }
    return nullptr;
}

bool is_exponential(const RetryPolicy& policy) {
    return policy.backoff.exponential ||
           std::any_of(policy.rules.begin(), policy.rules.end(),
                       [](const RetryRule& rule) { return !rule.stop && rule.backoff.exponential; });
}

/// Does the check of this target have the key?
bool asked_with(const KeyInfo& key, const Target& target) {
    const auto& check = target.settings->check;
    return check && spec(type_of(*check)).has(key.name());
}

/// Does the key mean anything for this target?
bool applies(const KeyInfo& key, const Target& target, const Merged& merged) {
    const auto& retry = target.settings->retry;
    if (key.key < Key::timeout && merged.is_newest(key.key)) return false;
    switch (key.scope) {
        case Scope::document:
        case Scope::rule:
        case Scope::step: return false;
        case Scope::check: return key.key != Key::check_type && asked_with(key, target);
        case Scope::tls: return target.settings->tls.has_value();
        case Scope::retry:
            if (key.key == Key::retry_max_delay || key.key == Key::retry_multiplier) return is_exponential(retry);
            return key.key == Key::retry_strategy || retry.strategy != Strategy::none;
        default:
            if (key.key == Key::connections) return merged.find(key.key) != nullptr;  // of interest to warm alone
            return key.key != Key::retry && !(key.key == Key::port && target.host.empty());
    }
}

class List {
public:
    List(const Target& target, const Merged& merged, const SourceNames& names)
        : target_(target), merged_(merged), names_(names) {}

    [[nodiscard]] std::vector<Origin> make() {
        for (const auto& key : all_keys) {
            if (applies(key, target_, merged_)) add(key);
        }
        return std::move(origins_);
    }

private:
    void add(const KeyInfo& key) {
        if (key.key == Key::tls) return add_tls();
        if (key.key == Key::check) return add_check();
        if (const auto said = said_by_url(key.key); !said.empty()) return add_row(key, said, the_target);
        if (key.key == Key::tls_alpn && merged_.find(key.key) == nullptr && !target_.settings->tls->alpn.empty())
            return add_row(key, target_.settings->tls->alpn.front(), built_in);
        if (key.key == Key::retry_strategy) return add_strategy();
        if (const auto* setting = merged_.find(key.key))
            return add_row(key, shown_value(*setting), names_.text(setting->spot));
        if (key.key == Key::address && !target_.address.empty()) return add_row(key, target_.address, "--resolve");
        const auto& retry = target_.settings->retry;
        if (key.key == Key::retry_max_attempts) return add_row(key, format_value(Value{retry.max_attempts}), built_in);
        if (key.key == Key::retry_delay) return add_row(key, format_value(Value{retry.backoff.delay}), built_in);
        if (!key.fallback.empty()) add_row(key, key.fallback, built_in);
    }

    void add_tls() {
        const auto* setting = merged_.about_tls();
        add_row(info(Key::tls), target_.settings->tls ? "true" : "false", origin_of(setting));
    }

    /// What the scheme decides comes from it.
    [[nodiscard]] std::string origin_of(const Setting* setting) const {
        if (is_url(merged_.scheme())) return std::string{the_target};
        return setting ? names_.text(setting->spot) : std::string{built_in};
    }

    void add_check() {
        const auto& check = target_.settings->check;
        const auto value = check ? to_string(type_of(*check)) : info(Key::check).fallback;
        add_row(info(Key::check), value, origin_of(merged_.find(Key::check_type)));
    }

    /// The public half of what a URL says about its check: no user, no query.
    [[nodiscard]] std::string said_by_url(Key key) const {
        const auto& url = merged_.url();
        if (key == Key::check_path && url.path) return url.path->substr(0, url.path->find('?'));
        if (key == Key::check_database && url.path) return database_of(url);
        if ((key == Key::check_username || key == Key::check_user) && url.user && !url.user->empty())
            return "from its url";
        return key == Key::check_password_env && url.password ? "from its url" : "";
    }

    void add_strategy() {
        const auto strategy = target_.settings->retry.strategy;
        const auto* cause = cause_of_strategy(merged_, strategy);
        add_row(info(Key::retry_strategy), to_string(strategy),
                cause ? names_.text(cause->spot) : std::string{built_in});
    }

    void add_row(const KeyInfo& key, std::string_view value, std::string_view origin) {
        origins_.push_back({std::string{key.path}, std::string{value}, std::string{origin}});
    }

    const Target& target_;
    const Merged& merged_;
    const SourceNames& names_;
    std::vector<Origin> origins_;
};

}  // namespace

std::vector<Origin> list_origins(const Target& target, const Merged& merged, const SourceNames& names) {
    return List{target, merged, names}.make();
}

}  // namespace connprobe::config
