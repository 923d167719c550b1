// The one table of failure codes. Retry, `explain`, the man pages and the schema are made from it.
#include "connprobe/failure.hpp"

#include <algorithm>
#include <array>

#include "model/codes/auth.hpp"
#include "model/codes/cancelled.hpp"
#include "model/codes/certificates.hpp"
#include "model/codes/check.hpp"
#include "model/codes/dns.hpp"
#include "model/codes/handshake.hpp"
#include "model/codes/local.hpp"
#include "model/codes/network.hpp"
#include "model/codes/proxy.hpp"
#include "model/codes/timeout.hpp"

namespace connprobe {

namespace {

template <std::size_t... sizes>
constexpr auto joined(const std::array<CodeInfo, sizes>&... parts) {
    std::array<CodeInfo, (sizes + ...)> all{};
    auto* end = all.begin();
    ((end = std::ranges::copy(parts, end).out), ...);
    return all;
}

constexpr auto table =
    joined(codes::of_dns, codes::of_network, codes::of_timeout, codes::of_certificates, codes::of_handshake,
           codes::of_auth, codes::of_proxy, codes::of_check, codes::of_local, codes::of_cancelled);

constexpr bool codes_in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].code) != i) return false;
    }
    return table.size() == static_cast<std::size_t>(Code::fail_fast) + 1;
}
static_assert(codes_in_order(), "one row a code, in the order of the enum");

}  // namespace

std::span<const CodeInfo> all_codes() noexcept { return table; }

const CodeInfo& info(Code code) noexcept { return table[static_cast<std::size_t>(code)]; }

}  // namespace connprobe
