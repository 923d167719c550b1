#include "report/table/readiness.hpp"

#include <cstddef>

#include "model/open_port.hpp"
#include "report/table/paragraph.hpp"

namespace connprobe::report::table {

std::string readiness_hints(const InOrder& results, const Look& look) {
    constexpr std::size_t named_servers = 3;
    std::string text;
    std::size_t count = 0;
    results.for_each([&](const Result& result) {
        if (result.status != Status::up && result.status != Status::degraded) return;
        const auto hint = open_not_ready(*result.target);
        if (!hint.empty() && ++count <= named_servers) text += wrapped(look.text(hint), 1, look);
    });
    if (count > named_servers) text += wrapped("and " + std::to_string(count - named_servers) + " more", 1, look);
    return text.empty() ? text : "\n" + text;
}

}  // namespace connprobe::report::table
