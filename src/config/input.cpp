#include "config/input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "model/text.hpp"

namespace connprobe::config {
namespace {

using InputText = Parsed<std::string>;

class Descriptor {
public:
    explicit Descriptor(const std::string& file)
        : number_(file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)),
          own_(file != "-") {}
    ~Descriptor() {
        if (own_ && number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
    bool own_;
};

InputText failed(int error) { return InputText::wrong("cannot be read: " + std::generic_category().message(error)); }

/// The size that the file says it has, a little more so that its end is seen without growing; pipes say nothing.
std::size_t expected_size(int descriptor) noexcept {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return 65'536;
    return std::min(static_cast<std::size_t>(status.st_size), largest_input) + 1;
}

void drop_byte_order_mark(std::string& text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
}

}  // namespace

InputText read_input(const std::string& file) {
    const Descriptor descriptor{file};
    if (descriptor.number() < 0) return failed(errno);
    std::string text(expected_size(descriptor.number()), '\0');
    std::size_t size = 0;
    for (;;) {
        if (size == text.size()) text.resize(text.size() * 2);
        const auto got = ::read(descriptor.number(), text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
        if (size > largest_input) return InputText::wrong("is larger than 256 MiB: split it");
    }
    text.resize(size);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return InputText::wrong("is UTF-16: save it as UTF-8");
    drop_byte_order_mark(text);
    return text;
}

Place find_invalid_utf8(std::string_view text) noexcept {
    unsigned all = 0;
    for (const char byte : text) all |= static_cast<unsigned char>(byte);
    if (all < 0x80U || is_valid_utf8(text)) return {};  // long lists are mostly ASCII
    Place place{1, 1};
    while (!text.empty()) {
        const auto character = decode_utf8(text);
        if (!character.valid) return place;
        ++place.column;
        if (text.front() == '\n') place = {place.line + 1, 1};
        text.remove_prefix(character.bytes);
    }
    return {};
}

}  // namespace connprobe::config
