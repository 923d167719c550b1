// Writes JSON (RFC 8259) as it goes, through a fixed buffer: a document may have any size.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "connprobe/result.hpp"
#include "report/writer.hpp"

namespace connprobe::report {

/// Commas are its business, nesting is the caller's. What is buffered reaches the sink by flush() at the latest.
class JsonWriter {
public:
    explicit JsonWriter(Sink& sink) : sink_(sink), buffer_(std::make_unique<char[]>(capacity)) {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }

    /// A name of ours, which needs no escape.
    void key(std::string_view name) {
        room(name.size() + 4);
        if (comma_) put(',');
        put('"');
        append(name);
        put('"');
        put(':');
        comma_ = false;
    }

    void null() { word("null"); }
    void value(bool truth) { word(truth ? "true" : "false"); }
    void value(std::string_view text);
    void value(const char* text) { value(std::string_view(text)); }

    /// A word of ours, which needs no escape.
    void plain(std::string_view word) {
        before_value(word.size() + 2);
        put('"');
        append(word);
        put('"');
    }

    /// In milliseconds, microseconds kept: 1041.2
    void value(Duration duration) { fraction<1000>(duration.count()); }

    void value(std::integral auto number) {
        before_value(24);
        put_digits(number);
    }

    template <class T>
    void value(const std::optional<T>& maybe) {
        if (maybe) {
            value(*maybe);
        } else {
            null();
        }
    }

    /// A whole number of parts, of which so many (a power of ten) make one, as a decimal without trailing zeros.
    template <std::uint64_t parts_per_unit>
    void fraction(std::int64_t parts) {
        before_value(32);
        if (parts < 0) put('-');
        const auto size = parts < 0 ? -static_cast<std::uint64_t>(parts) : static_cast<std::uint64_t>(parts);
        put_digits(size / parts_per_unit);
        std::uint64_t rest = size % parts_per_unit;
        if (rest != 0) put('.');
        for (std::uint64_t digit = parts_per_unit / 10; rest != 0; digit /= 10) {
            put(static_cast<char>('0' + rest / digit));
            rest %= digit;
        }
    }

    template <class T>
    void member(std::string_view name, const T& its_value) {
        key(name);
        value(its_value);
    }

    void null_member(std::string_view name) {
        key(name);
        null();
    }

    void plain_member(std::string_view name, std::string_view word) {
        key(name);
        plain(word);
    }

    /// Between two values or members: a line of its own for each is kind to grep and diff.
    void line_break() {
        room(2);
        if (comma_) put(',');
        put('\n');
        comma_ = false;
    }

    /// The end of a line of NDJSON, or of the document.
    void end_line() {
        room(1);
        put('\n');
        comma_ = false;
    }

    void flush() {
        drain();
        sink_.flush();
    }

private:
    static constexpr std::size_t capacity = 64 * 1024;

    void drain() {
        if (at_ != 0) sink_.write({buffer_.get(), at_});
        at_ = 0;
    }
    void room(std::size_t bytes) {
        if (capacity - at_ < bytes) drain();
    }
    void put(char c) { buffer_[at_++] = c; }
    void append(std::string_view bytes) {
        std::memcpy(buffer_.get() + at_, bytes.data(), bytes.size());
        at_ += bytes.size();
    }
    void put_digits(std::integral auto number) {
        char* const begin = buffer_.get();
        at_ = static_cast<std::size_t>(std::to_chars(begin + at_, begin + capacity, number).ptr - begin);
    }
    /// Room for so many bytes and the comma that may precede them.
    void before_value(std::size_t bytes) {
        room(bytes + 1);
        if (comma_) put(',');
        comma_ = true;
    }
    void word(std::string_view bytes) {
        before_value(bytes.size());
        append(bytes);
    }
    void open(char bracket) {
        before_value(1);
        put(bracket);
        comma_ = false;
    }
    void close(char bracket) {
        room(1);
        put(bracket);
        comma_ = true;
    }
    [[nodiscard]] std::string_view escape_character(std::string_view text);
    void escape_unit(char32_t unit);

    Sink& sink_;
    std::unique_ptr<char[]> buffer_;
    std::size_t at_ = 0;
    bool comma_ = false;  ///< a value stands before the place where the next one goes
};

}  // namespace connprobe::report
