#include "model/readable.hpp"

#include <cstdlib>

namespace connprobe {

namespace {

// `count` thousandths of a unit, as a decimal number without trailing zeros.
std::string decimal(std::int64_t count) {
    std::string text = std::to_string(count / 1000);
    auto rest = std::abs(count % 1000);
    if (rest == 0) return text;
    text += '.';
    for (std::int64_t digit = 100; rest > 0; digit /= 10) {
        text += static_cast<char>('0' + rest / digit);
        rest %= digit;
    }
    return text;
}

}  // namespace

std::string readable(Duration duration) {
    const auto microseconds = duration.count();
    if (std::abs(microseconds) < 1'000'000) return decimal(microseconds) + " ms";
    return decimal(microseconds / 1000) + " s";
}

}  // namespace connprobe
