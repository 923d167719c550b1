#include "report/registry.hpp"

#include <algorithm>
#include <array>

namespace connprobe::report {

// Not in an unnamed namespace, for that is where `class` would look for the writers.
static constexpr auto all_formats = std::to_array<FormatInfo>({
    {"table", "txt", "for people: one line a server, then what failed and why", make<class TableWriter>},
    {"json", "json", "one document, schema connprobe/1", make<class JsonDocument>},
    {"ndjson", "ndjson", "one line a result, as they finish", make<class JsonLines>},
});

std::span<const FormatInfo> formats() noexcept { return all_formats; }

const FormatInfo* find_format(std::string_view name) noexcept {
    const auto* found = std::find_if(all_formats.begin(), all_formats.end(),
                                     [name](const FormatInfo& format) { return format.name == name; });
    return found == all_formats.end() ? nullptr : found;
}

}  // namespace connprobe::report
