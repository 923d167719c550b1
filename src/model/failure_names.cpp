#include <algorithm>
#include <array>
#include <utility>

#include "connprobe/failure.hpp"

namespace connprobe {

namespace {

constexpr std::array<std::string_view, 5> phase_names{"resolve", "connect", "proxy", "tls", "check"};

constexpr std::array<FailureClass, 9> classes{FailureClass::dns,   FailureClass::network, FailureClass::timeout,
                                              FailureClass::tls,   FailureClass::auth,    FailureClass::proxy,
                                              FailureClass::check, FailureClass::local,   FailureClass::cancelled};

constexpr std::array<std::string_view, classes.size()> class_names{"dns",   "network", "timeout", "tls",      "auth",
                                                                   "proxy", "check",   "local",   "cancelled"};

}  // namespace

std::string_view to_string(Phase phase) noexcept { return phase_names[static_cast<std::size_t>(phase)]; }

std::string_view to_string(FailureClass failure_class) noexcept {
    return class_names[static_cast<std::size_t>(failure_class)];
}

std::string_view to_string(Code code) noexcept { return info(code).name; }

std::optional<Code> code_from_name(std::string_view name) noexcept {
    const auto codes = all_codes();
    const auto found = std::find_if(codes.begin(), codes.end(), [&](const CodeInfo& row) { return row.name == name; });
    return found == codes.end() ? std::nullopt : std::optional{found->code};
}

std::optional<FailureClass> class_from_name(std::string_view name) noexcept {
    const auto found = std::find(class_names.begin(), class_names.end(), name);
    if (found == class_names.end()) return std::nullopt;
    return classes[static_cast<std::size_t>(found - class_names.begin())];
}

std::span<const FailureClass> all_classes() noexcept { return classes; }

Failure make_failure(std::optional<Phase> phase, Code code, std::string message, std::string hint) {
    const CodeInfo& row = info(code);
    if (hint.empty()) hint = row.hint;
    return {phase, code, row.failure_class, std::move(message), std::move(hint)};
}

}  // namespace connprobe
