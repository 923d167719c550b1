// Standard input, output and error, before and beside everything else.
#pragma once

#include <string_view>

namespace connprobe::os {

/// Fills closed standard streams with descriptors that fail on use: otherwise the first socket would get the number of
/// standard output, and the results would be sent to a server. For a program that this one becomes they are closed again.
void reserve_standard_streams() noexcept;

/// Writes all bytes; 0 or errno. A terminal that another program has made non-blocking is waited for.
[[nodiscard]] int write_all(int descriptor, std::string_view bytes) noexcept;

/// Writes all of it to standard output. Returns the exit status that follows: 0, or 4 with a sentence on standard
/// error; if the reader went away the program ends as by SIGPIPE.
[[nodiscard]] int print(std::string_view text);

/// Has the reader of standard output, a pipe or a socket, gone away? Only that: nothing is written to find out.
[[nodiscard]] bool standard_output_is_unread() noexcept;

/// Writes one message to standard error. There is nobody to tell if that fails, and it holds nothing up: what is not
/// taken within a second is dropped.
void complain(std::string_view message) noexcept;

}  // namespace connprobe::os
