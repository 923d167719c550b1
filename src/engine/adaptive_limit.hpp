// How many attempts may be in flight when nobody says: more while the servers answer as fast as ever, fewer when they do not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "connprobe/retry.hpp"

namespace connprobe::engine {

/// What one attempt that is over showed of the load that all of them together are.
struct LoadSample {
    enum class Kind : std::uint8_t {
        answered,   ///< connected or refused: `latency` says how fast
        resent,     ///< connected after a SYN was lost
        silent,     ///< no answer until the time was over
        exhausted,  ///< this machine had no descriptor, port or memory left
    };
    Kind kind = Kind::answered;
    Duration latency{};         ///< of answered: from the question to the moment when we saw the answer
    std::size_t in_flight = 0;  ///< when it ended, itself included
    std::uint64_t round = 0;    ///< AdaptiveLimit::round() when it began
};

/// After TCP Vegas (Brakmo, Peterson: "TCP Vegas", IEEE JSAC 13(8), 1995): a queue shows in latency above its least, so
/// the limit doubles once a round until it does, then moves in small steps; the steps and the two tolerances are those
/// of Netflix's concurrency-limits (Gradient2Limit). Both watch one path and may blame every rise on their load. Our
/// servers are near and far, so a rise is put to the test first (PCC: Dong et al., NSDI 2015): if fewer attempts do not
/// make it smaller, it is the servers' distance, and becomes the new least. Reads no clock; belongs to one thread.
class AdaptiveLimit {
public:
    /// `start` at first, between 1 and `ceiling`.
    AdaptiveLimit(std::size_t start, std::size_t ceiling);

    [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

    /// A round is some answers that all belong to attempts begun under the same limit.
    [[nodiscard]] std::uint64_t round() const noexcept { return round_; }

    /// Takes in a sample. Says why when it changed the limit: a clause for a log.
    [[nodiscard]] std::optional<std::string> add(const LoadSample& sample);

private:
    enum class Mood : std::uint8_t { calm, steady, pressed };

    /// What a round has seen.
    struct Window {
        std::vector<Duration> answers;
        std::size_t resent = 0, silent = 0, most_in_flight = 0;

        [[nodiscard]] std::optional<Duration> delay();
    };

    /// A shrink whose effect is awaited, and what there was before it.
    struct Test {
        Duration delay;
        std::size_t limit;
        double factor;
        bool doubling;
    };

    using Reason = std::optional<std::string>;

    [[nodiscard]] Reason end_round();
    [[nodiscard]] Reason conclude_test(const Test& test, Duration delay, std::size_t reached);
    [[nodiscard]] Reason grow(std::optional<Duration> delay);
    [[nodiscard]] Reason shrink(Duration delay, std::size_t reached);
    [[nodiscard]] Reason halve();
    [[nodiscard]] Mood mood(Duration delay) const noexcept;
    void change(std::size_t limit);

    const std::size_t ceiling_, least_;
    std::size_t limit_;
    std::uint64_t round_ = 0;
    std::uint64_t valid_from_ = 0;  // attempts of an earlier round were begun under a higher limit
    bool doubling_ = true;
    bool doubted_ = false;  // one round was pressed; a second one must confirm it
    Duration base_ = Duration::max();
    std::optional<Test> test_;
    Window window_;
};

}  // namespace connprobe::engine
