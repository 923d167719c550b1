// Takes the descriptors of the process away for a while, so that a test can see what happens without.
#pragma once

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

#include "listener.hpp"

namespace connprobe::tests {

/// Leaves the process that many free descriptors.
class FewDescriptors {
public:
    explicit FewDescriptors(std::size_t free) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit low = before_;
        low.rlim_cur = 256;
        REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
        while (true) {
            Descriptor one{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
            if (one.get() < 0) break;
            hoard_.push_back(std::move(one));
        }
        hoard_.resize(hoard_.size() - free);
    }
    ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

private:
    rlimit before_{};
    std::vector<Descriptor> hoard_;
};

}  // namespace connprobe::tests
