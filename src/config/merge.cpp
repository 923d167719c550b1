#include "config/merge.hpp"

#include <algorithm>

namespace connprobe::config {
namespace {

bool is_none(const Setting* strategy) {
    return strategy != nullptr && std::get<Strategy>(strategy->value) == Strategy::none;
}

}  // namespace

void Merged::drop(Key first, Key last) noexcept {
    for (auto i = static_cast<std::size_t>(first); i <= static_cast<std::size_t>(last); ++i) entries_[i] = {};
}

void Merged::add(const Layer& layer) {
    ++level_;
    const auto* strategy = find_setting(layer, Key::retry_strategy);
    const bool asks_for_retries = find_setting(layer, Key::retry_max_attempts) || find_setting(layer, Key::retry_delay);
    // A stronger `delay` revives what a weaker `none` switched off, as it does where nothing was said.
    const bool revives = strategy == nullptr && asks_for_retries && is_none(find(Key::retry_strategy));
    if (is_none(strategy) || revives) drop(Key::retry_strategy, Key::retry_rules);
    const auto* tls = find_setting(layer, Key::tls);
    if (tls != nullptr && !std::get<bool>(tls->value)) drop_tls();
    for (const auto& setting : layer) entries_[static_cast<std::size_t>(setting.key)] = {&setting, level_};
}

void Merged::add(const FromUrl& url) {
    url_ = &url;
    if (!is_url(url.scheme)) return;
    const auto& said = spec(url.scheme);
    // PostgreSQL is the one scheme whose servers change to TLS later.
    const bool changes_later = said.check == CheckType::postgres && asks_for_tls_in(StartTls::postgres);
    if (!said.tls && !changes_later) drop_tls();
    // HTTP and Redis speak TLS at once or never.
    if (said.check == CheckType::http || said.check == CheckType::redis) drop(Key::starttls, Key::starttls);
}

void Merged::drop_tls() noexcept {
    const auto file = entry(Key::tls_ca_file), directory = entry(Key::tls_ca_dir);
    drop(Key::tls, Key::tls_resume);
    drop(Key::starttls, Key::starttls);
    entries_[static_cast<std::size_t>(Key::tls_ca_file)] = file;
    entries_[static_cast<std::size_t>(Key::tls_ca_dir)] = directory;
}

bool Merged::asks_for_tls_in(StartTls protocol) const noexcept {
    const auto* asked = find(Key::starttls);
    return asked != nullptr && std::get<StartTls>(asked->value) == protocol;
}

const Setting* Merged::about_tls() const noexcept {
    const auto *tls = find(Key::tls), *starttls = find(Key::starttls);
    return tls == nullptr || (starttls != nullptr && !std::get<bool>(tls->value)) ? starttls : tls;
}

bool Merged::speaks_tls() const noexcept {
    if (is_url(scheme()) && spec(scheme()).tls) return true;
    const auto* said = about_tls();
    return said != nullptr && (said->key == Key::starttls || std::get<bool>(said->value));
}

std::optional<CheckType> Merged::check() const noexcept {
    if (asks(scheme())) return spec(scheme()).check;
    // tcp:// and tls:// say that nothing is asked; only their server itself can say otherwise.
    if (is_url(scheme())) return is_newest(Key::check_steps) ? std::optional{CheckType::tcp} : std::nullopt;
    const auto* type = find(Key::check_type);
    const auto known = type != nullptr ? check_type_of(std::get<std::string>(type->value)) : std::nullopt;
    if (known == CheckType::tcp && find(Key::check_steps) == nullptr) return std::nullopt;
    return known;
}

}  // namespace connprobe::config
