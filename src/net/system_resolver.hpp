// Asks the system's own resolver, getaddrinfo, which can only block: on threads of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/resolve.hpp"

namespace connprobe::net {

/// At most 64 threads, started at need, that end when there is nothing left to ask. They own nothing but the questions:
/// one that hangs delays neither the end of this object nor that of the program. May be used by several threads.
class SystemResolver {
public:
    SystemResolver();
    ~SystemResolver();
    SystemResolver(const SystemResolver&) = delete;
    SystemResolver& operator=(const SystemResolver&) = delete;

    /// `answered` is called once, on some thread, maybe after this object is gone, or never if the question hangs or
    /// has not begun by then.
    void ask(std::string name, AddressFamily family, std::function<void(Answer&&)> answered);

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// The blocking call itself.
[[nodiscard]] Answer ask_system(const std::string& name, AddressFamily family);

}  // namespace connprobe::net
