// Why a server did not change to TLS when it was asked to, as one sentence and what to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connprobe/failure.hpp"
#include "connprobe/target.hpp"
#include "net/limit.hpp"

namespace connprobe::net {

/// The server refused in words of its own protocol: "the server answered STARTTLS with "454 not now"".
[[nodiscard]] Failure starttls_refused(std::string message, std::string hint = {});

/// It said `line` where something else was awaited.
[[nodiscard]] Failure starttls_refused_by(std::string_view line, std::string_view awaited);

/// What it said is nothing that this protocol knows.
[[nodiscard]] Failure not_this_protocol(StartTls protocol, std::string_view heard);

/// It had agreed, and then said more before TLS had begun.
[[nodiscard]] Failure plain_text_after_agreement(std::string_view rest);

/// It had agreed before it was asked.
[[nodiscard]] Failure agreed_too_early(std::string_view line);

/// A server that hangs up on a question in plain text without a word may speak TLS at once.
enum class Silent : std::uint8_t { no, since_we_asked };

[[nodiscard]] Failure starttls_too_long(std::string_view awaited);
[[nodiscard]] Failure starttls_hung_up(std::string_view awaited, Silent silent = Silent::no);
/// `error` is an errno of the socket.
[[nodiscard]] Failure starttls_broken_off(std::string_view awaited, int error, Silent silent = Silent::no);
/// `heard` counts the bytes that had come of what was awaited.
[[nodiscard]] Failure starttls_timed_out(std::string_view awaited, std::size_t heard, const Limit& limit);

/// What the server said, in quotes or in hexadecimal, cut short.
[[nodiscard]] std::string quoted_reply(std::string_view line);

}  // namespace connprobe::net
