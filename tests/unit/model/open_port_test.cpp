#include "model/open_port.hpp"

#include <doctest/doctest.h>

using namespace connprobe;

TEST_CASE("an open port of a database is not a database that is ready") {
    const auto hint = [](std::uint16_t port, Settings settings = {}) {
        Target target;
        target.port = port;
        target.name = target.written = "db:" + std::to_string(port);
        target.settings = std::make_shared<const Settings>(std::move(settings));
        return open_not_ready(target);
    };
    CHECK(hint(5432) == "db:5432 is open; whether PostgreSQL is ready to serve is not known: write postgres://db:5432");
    CHECK(hint(3306) ==
          "db:3306 is open; whether MySQL is ready to serve is not known: a check of type tcp can hear what it says");
    CHECK(hint(80) == "");
    Settings asked, encrypted;
    asked.check = PostgresCheck{};
    encrypted.tls.emplace();
    CHECK(hint(5432, asked) == "");
    CHECK(hint(5432, encrypted) == "");
}
