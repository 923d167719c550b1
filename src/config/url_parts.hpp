// What a URL says beside its scheme, host and port: user, password, path and query (RFC 3986).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/parsed.hpp"
#include "model/check_specs.hpp"

namespace connprobe::config {

struct UrlParts {
    std::optional<std::string> user, password;  ///< percent-decoded
    std::optional<std::string> path;            ///< as written, with its query; begins with a slash

    friend bool operator==(const UrlParts&, const UrlParts&) = default;
};

/// All that the way of writing a target says about how it is asked.
struct FromUrl {
    Scheme scheme = Scheme::none;
    UrlParts parts;
};

/// Takes them from what follows `scheme://`; gives host and port.
[[nodiscard]] Parsed<std::string_view> take_url_parts(Scheme scheme, std::string_view rest, UrlParts& parts);

/// Where the authority (user, host, port) of such a text ends.
[[nodiscard]] std::string_view authority_of(std::string_view rest) noexcept;

/// The path of a database, `/0` or `/app`, percent-decoded and without its slash and query; empty if there is none.
[[nodiscard]] std::string database_of(const UrlParts& parts);

/// What is wrong with the path of a request; empty if nothing is.
[[nodiscard]] std::string request_path_problem(std::string_view path);

}  // namespace connprobe::config
