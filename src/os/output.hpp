// Where results are written: standard output, a file that appears whole or not at all, or a pipe or device as it is.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace connprobe::os {

struct OutputError {
    int number;           ///< errno
    std::string message;  ///< "cannot write out.json: No space left on device"

    /// The reader of a pipe went away: nobody wants to hear of it.
    [[nodiscard]] bool is_broken_pipe() const noexcept;
};

/// Buffered. The first error is kept and all that is written after it is dropped, so it need be asked for only once.
///
/// A regular file is written as FILE.partial beside itself, behind symbolic links, and renamed by finish(): it is never
/// half-written under its own name. It keeps the mode of the file it replaces. What cannot be renamed, for it is a
/// mount point, is copied; a pipe or a device is written in place.
class Output {
public:
    /// What becomes of FILE.partial when writing fails or finish() is never called.
    enum class Leftover : bool { remove, keep };

    [[nodiscard]] static Output standard_output();
    [[nodiscard]] static Output standard_error();

    /// Standard error for what nobody has asked for: it holds nothing up, and is no error where it cannot be written.
    [[nodiscard]] static Output courtesy();

    /// Opens it now: what cannot be written is known before any work is done. "-" is no special name here.
    [[nodiscard]] static std::variant<Output, OutputError> open(const std::string& path, Leftover leftover);

    /// The same, with mode 0600 from its first byte on: for secrets.
    [[nodiscard]] static std::variant<Output, OutputError> open_private(const std::string& path);

    Output(Output&& other) noexcept;
    Output& operator=(Output&&) = delete;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output();

    void write(std::string_view bytes);
    void flush();

    /// Writes what is buffered, closes and renames. Nothing may be written afterwards.
    [[nodiscard]] std::optional<OutputError> finish();

    [[nodiscard]] const std::optional<OutputError>& error() const noexcept { return error_; }

private:
    [[nodiscard]] static std::variant<Output, OutputError> open(const std::string& path, Leftover leftover,
                                                                mode_t mode);
    Output(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

    void write_through(std::string_view bytes);
    void fail(int number);
    void settle();
    void put_in_place();
    void close();

    int descriptor_;
    std::string name_;     ///< as in messages
    std::string target_;   ///< the file to be, its links resolved; empty: written in place
    std::string partial_;  ///< where it is written meanwhile
    Leftover leftover_ = Leftover::remove;
    mode_t mode_ = 0;     ///< that a new file is made with
    bool owned_ = false;  ///< the descriptor is closed by us
    bool is_courtesy_ = false;
    std::string buffer_;
    std::optional<OutputError> error_;
};

}  // namespace connprobe::os
