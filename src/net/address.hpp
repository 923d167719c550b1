// An IPv4 or IPv6 address: the part of Asio that costs little, for those who need no more of it.
#pragma once

#include <asio/ip/address.hpp>
