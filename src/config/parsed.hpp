// What every small parser here returns: a value, or a sentence that says what is wrong with the text.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace connprobe::config {

template <typename T>
struct Parsed {
    std::optional<T> value;
    std::string problem;  ///< empty when there is a value

    // `return value;` is what it is for. NOLINTNEXTLINE(google-explicit-constructor)
    Parsed(T good) : value(std::move(good)) {}

    [[nodiscard]] static Parsed wrong(std::string why) {
        Parsed result;
        result.problem = std::move(why);
        return result;
    }

    [[nodiscard]] explicit operator bool() const noexcept { return value.has_value(); }
    [[nodiscard]] T& operator*() noexcept { return *value; }
    [[nodiscard]] const T& operator*() const noexcept { return *value; }
    [[nodiscard]] T* operator->() noexcept { return &*value; }
    [[nodiscard]] const T* operator->() const noexcept { return &*value; }

private:
    Parsed() = default;
};

}  // namespace connprobe::config
