// Results in the order of the input, in whatever order they came.
#pragma once

#include <cstddef>
#include <vector>

#include "connprobe/result.hpp"

namespace connprobe::report {

class InOrder {
public:
    /// Room for a run of that many servers.
    void expect(std::size_t servers) { slots_.reserve(servers); }

    void add(const Result& result) {
        if (result.index >= slots_.size()) slots_.resize(result.index + 1);
        slots_[result.index] = &result;
    }

    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const Result* result : slots_) {
            if (result != nullptr) visit(*result);
        }
    }

private:
    std::vector<const Result*> slots_;
};

}  // namespace connprobe::report
