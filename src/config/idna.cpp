#include "config/idna.hpp"

#include <dlfcn.h>
#include <idn2.h>

#include <memory>

namespace connprobe::config {

namespace {

/// Not linked: hardly any list has such a name, and the tables of the library would cost each start a millisecond.
class Library {
public:
    Library() : handle_{::dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL)} {
        if (!handle_) return;
        lookup = symbol<decltype(&idn2_lookup_u8)>("idn2_lookup_u8");
        words_for = symbol<decltype(&idn2_strerror)>("idn2_strerror");
        release = symbol<decltype(&idn2_free)>("idn2_free");
    }

    [[nodiscard]] bool is_there() const noexcept { return lookup && words_for && release; }

    decltype(&idn2_lookup_u8) lookup = nullptr;
    decltype(&idn2_strerror) words_for = nullptr;
    decltype(&idn2_free) release = nullptr;

private:
    template <class Function>
    Function symbol(const char* name) const {
        return reinterpret_cast<Function>(::dlsym(handle_.get(), name));
    }
    struct Close {
        void operator()(void* handle) const noexcept { ::dlclose(handle); }
    };
    std::unique_ptr<void, Close> handle_;
};

}  // namespace

Parsed<std::string> to_ascii(std::string_view name) {
    using Result = Parsed<std::string>;
    static const Library library;
    if (!library.is_there())
        return Result::wrong(
            "has letters that are not ASCII, and libidn2 is not installed here: write its form that begins with xn--");
    const std::string text{name};
    std::uint8_t* converted = nullptr;
    const int status = library.lookup(reinterpret_cast<const std::uint8_t*>(text.c_str()), &converted,
                                      IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    const std::unique_ptr<std::uint8_t, decltype(library.release)> owner{converted, library.release};
    if (status != IDN2_OK)
        return Result::wrong(std::string{"is no internationalized name (IDNA 2008): "} + library.words_for(status));
    return std::string{reinterpret_cast<const char*>(converted)};
}

}  // namespace connprobe::config
