#include "config/settings_pool.hpp"

#include <utility>

namespace connprobe::config {
namespace {

bool is_setting(Key key) noexcept { return key >= Key::timeout; }

void append(std::string& text, const std::optional<std::string>& part) {
    if (part) text.append(1, '\1').append(*part);
    text += '\0';
}

/// Equal for targets that can share their settings.
std::string fingerprint(const Layer& own, const FromUrl& url) {
    std::string text;
    for (const auto& setting : own) {
        if (!is_setting(setting.key)) continue;
        text.append(1, static_cast<char>(setting.key)).append(format_value(setting.value)).append(1, '\0');
    }
    if (url.parts != UrlParts{}) {
        for (const auto* part : {&url.parts.user, &url.parts.password, &url.parts.path}) append(text, *part);
    }
    if (!text.empty()) text += static_cast<char>(url.scheme);
    return text;
}

}  // namespace

SettingsPool::SettingsPool(const Layer& defaults, const Layer& options, const BuiltIn& built_in, Problems& problems,
                           const Environment& environment)
    : built_in_(built_in), problems_(problems), environment_(environment) {
    base_.add(defaults);
    base_.add(options);
}

Merged SettingsPool::merged(const Layer& own, const FromUrl& url) const {
    auto merged = base_;
    merged.add(own);
    merged.add(url);
    return merged;
}

std::shared_ptr<const Settings> SettingsPool::get(const Layer& own, const FromUrl& url) {
    const auto print = own.empty() && !asks(url.scheme) ? std::string{} : fingerprint(own, url);
    auto& settings = print.empty() ? plain_[static_cast<std::size_t>(url.scheme)] : others_[print];
    if (!settings) {
        settings =
            std::make_shared<const Settings>(make_settings(merged(own, url), built_in_, problems_, environment_));
    }
    return settings;
}

}  // namespace connprobe::config
