// What the placeholders of a command stand for when a certain server has failed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/advice.hpp"

namespace connprobe {

/// Who a failure is about, as seen from here.
enum class Scene : std::uint8_t {
    direct,         ///< the server
    at_the_proxy,   ///< the proxy, which was not reached or does not speak as it should
    name_asked,     ///< the server's name, which was asked for here although a proxy leads to it
    told_by_proxy,  ///< the server, as the proxy says
    behind_proxy,   ///< the server, reached through the proxy
};
[[nodiscard]] Scene scene_of(const Circumstances& known) noexcept;

[[nodiscard]] bool is_address_literal(std::string_view host) noexcept;

/// Is its host the name of an SRV record?
[[nodiscard]] bool names_a_record(const Target& target) noexcept;

/// What it stands for: empty where there is nothing, none where it is no placeholder. An IPv6 address has brackets
/// `before_colon`.
[[nodiscard]] std::optional<std::string> fact(const Circumstances& known, std::string_view placeholder,
                                              bool before_colon);

}  // namespace connprobe
