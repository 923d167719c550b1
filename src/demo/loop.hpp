// The one thread in which the demo's servers accept and answer, around poll(2).
#pragma once

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "demo/behaviour.hpp"
#include "demo/certificates.hpp"
#include "demo/connection.hpp"
#include "demo/descriptor.hpp"

namespace connprobe::demo {

/// A listening socket that does not block, and what becomes of the connections that it accepts.
struct Listener {
    Behaviour behaviour;
    Descriptor socket;
    Owned<SSL_CTX> context;   ///< null where no connection shakes hands
    bool breaks_next = true;  ///< flapping only: does it break off the next connection?
};

class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void add(Listener listener);

private:
    void run();
    void take_in_added();
    [[nodiscard]] int time_to_sleep() const;
    void accept_all(Listener& listener);
    void wake() const;

    Descriptor wakeup_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::vector<Listener> added_;  // guarded by mutex_; the rest belongs to the thread
    std::vector<Listener> listeners_;
    std::vector<Connection> connections_;
    std::thread thread_;  // last: it starts when all else is there
};

}  // namespace connprobe::demo
