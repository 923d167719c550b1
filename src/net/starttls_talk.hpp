// One dialogue of STARTTLS with what was heard and not yet understood, never more than 64 KiB of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/limit.hpp"
#include "net/starttls_dialogue.hpp"
#include "net/starttls_failure.hpp"

namespace connprobe::net {

/// Reads no socket and no clock: what came is added, `next` says what to do.
class StartTlsTalk {
public:
    /// `own_name` is how the client introduces itself, where the protocol wants that.
    StartTlsTalk(StartTls protocol, const std::string& own_name);

    void add(std::string_view bytes);

    /// Something to say, agreement or a failure; none of them: more must be heard first.
    [[nodiscard]] Turn next();

    /// Why it ended early.
    [[nodiscard]] Failure hung_up() const;
    [[nodiscard]] Failure broken_off(int error) const;
    [[nodiscard]] Failure timed_out(const Limit& limit) const;

private:
    [[nodiscard]] Silent silent() const;

    StartTlsDialoguePtr dialogue_;
    std::string heard_;
    bool spoke_ = false;
    std::size_t total_ = 0;  ///< bytes since the beginning
    std::size_t since_ = 0;  ///< bytes since we last said something
    std::size_t early_ = 0;  ///< of `heard_`, those that had come by then
};

}  // namespace connprobe::net
