#include "config/settings_pool.hpp"

#include <utility>

namespace connprobe::config {
namespace {

bool is_setting(Key key) noexcept { return key >= Key::timeout; }

/// Equal for layers whose targets can share their settings.
std::string fingerprint(const Layer& own, Scheme scheme) {
    std::string text;
    for (const auto& setting : own) {
        if (!is_setting(setting.key)) continue;
        text.append(1, static_cast<char>(setting.key)).append(format_value(setting.value)).append(1, '\0');
    }
    if (!text.empty()) text += static_cast<char>(scheme);
    return text;
}

}  // namespace

SettingsPool::SettingsPool(const Layer& defaults, const Layer& options, const BuiltIn& built_in, Problems& problems)
    : built_in_(built_in), problems_(problems) {
    base_.add(defaults);
    base_.add(options);
}

Merged SettingsPool::merged(const Layer& own, Scheme scheme) const {
    auto merged = base_;
    merged.add(own);
    merged.add(scheme);
    return merged;
}

std::shared_ptr<const Settings> SettingsPool::get(const Layer& own, Scheme scheme) {
    const auto print = own.empty() ? std::string{} : fingerprint(own, scheme);
    auto& settings = print.empty() ? plain_[static_cast<std::size_t>(scheme)] : others_[print];
    if (!settings)
        settings = std::make_shared<const Settings>(make_settings(merged(own, scheme), built_in_, problems_));
    return settings;
}

}  // namespace connprobe::config
