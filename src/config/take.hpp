// From what was merged to the fields of the settings.
#pragma once

#include <optional>
#include <variant>

#include "config/merge.hpp"

namespace connprobe::config {

/// The merged value, or the built-in default that the field holds already.
template <typename Field>
void take(const Merged& merged, Key key, Field& field) {
    if (const auto* setting = merged.find(key)) field = std::get<Field>(setting->value);
}

template <typename Field>
void take(const Merged& merged, Key key, std::optional<Field>& field) {
    if (const auto* setting = merged.find(key)) field = std::get<Field>(setting->value);
}

}  // namespace connprobe::config
