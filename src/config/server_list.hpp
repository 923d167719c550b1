// The targets found so far, each name once.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "config/problems.hpp"
#include "connprobe/target.hpp"

namespace connprobe::config {

class ServerList {
public:
    ServerList(const SourceNames& names, Problems& problems) : names_(names), problems_(problems) {}

    void reserve(std::size_t targets);

    /// Adds the target, unless its name is taken: by a target that is written as text, too, that is the same one twice
    /// and a warning; otherwise an error with both places. False when it was not added.
    bool add(Target&& target, const Spot& spot, bool is_text);

    [[nodiscard]] std::size_t size() const noexcept { return targets_.size(); }
    [[nodiscard]] std::vector<Target>& targets() noexcept { return targets_; }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t number = 0;  ///< of the target, from one; 0: free
    };
    struct Origin {
        Spot spot;
        bool is_text;
    };

    void grow(std::size_t slots);
    [[nodiscard]] Slot& find_slot(std::uint32_t hash, std::string_view name) noexcept;
    void refuse(const Target& again, const Spot& spot, bool is_text, std::size_t first);

    const SourceNames& names_;
    Problems& problems_;
    std::vector<Target> targets_;
    std::vector<Origin> origins_;
    std::vector<Slot>
        slots_;  ///< open addressing: a list of lines is mostly spent here, and a node for each would show
};

}  // namespace connprobe::config
