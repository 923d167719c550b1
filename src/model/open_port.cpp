#include "model/open_port.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace connprobe {

namespace {

struct Database {
    std::uint16_t port;
    std::string_view name;
    std::string_view scheme;  ///< empty: there is no check for it
};

/// The ports that IANA or the projects' own defaults give them.
constexpr std::array databases{
    Database{5432, "PostgreSQL", "postgres"},
    Database{6379, "Redis", "redis"},
    Database{3306, "MySQL", ""},
    Database{27017, "MongoDB", ""},
    Database{9042, "Cassandra", ""},
    Database{5672, "RabbitMQ", ""},
    Database{9092, "Kafka", ""},
    Database{1433, "SQL Server", ""},
    Database{1521, "Oracle", ""},
    Database{9200, "Elasticsearch", "http"},
    Database{8123, "ClickHouse", "http"},
    Database{2379, "etcd", "http"},
};

}  // namespace

std::string open_not_ready(const Target& target) {
    const auto* found = std::ranges::find(databases, target.port, &Database::port);
    if (target.port == 0 || found == databases.end() || target.settings->check || target.settings->tls) return {};
    const auto place = target.written.substr(target.written.starts_with("tcp://") ? 6 : 0);
    auto text = target.name + " is open; whether " + std::string{found->name} + " is ready to serve is not known";
    if (found->scheme.empty()) return text + ": a check of type tcp can hear what it says";
    return text + ": write " + std::string{found->scheme} + "://" + place;
}

}  // namespace connprobe
