// An IPv4 or IPv6 address, with its scope.
#pragma once

#include <asio/ip/address.hpp>

namespace connprobe::net {

using IpAddress = asio::ip::address;

}  // namespace connprobe::net
