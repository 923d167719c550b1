#include "net/wildcard.hpp"

#include <doctest/doctest.h>

using connprobe::net::stands_for;

TEST_CASE("a wildcard stands for the whole first label and nothing else") {
    CHECK(stands_for("*.example.org", "my_db.example.org"));
    CHECK(stands_for("*.EXAMPLE.org", "My_Db.example.ORG"));
    CHECK(stands_for("*.my_db.example.org", "a.my_db.example.org"));
    for (const auto* name :
         {"example.org", ".example.org", "a.b.example.org", "a.example.orgs", "a.example", "example", ""})
        CHECK_MESSAGE(!stands_for("*.example.org", name), name);
    for (const auto* pattern :
         {"my_db.example.org", "d*.example.org", "*", "*.", "*.org", "*.org.", "*.*.org", "**.example.org"})
        CHECK_MESSAGE(!stands_for(pattern, "my_db.example.org"), pattern);
}
