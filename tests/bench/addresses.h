/* The loopback addresses that the floor connects to, the sink answers on, and the list for connprobe names. */
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>

enum { net_size = 250, first_net = 0x7f010000 /* 127.1.0.0 */ };

/* Target number i: an address of its own, so that ephemeral ports never run out, on one of the sink's ports. */
static inline struct sockaddr_in target_address(int i, int port, int ports) {
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons((uint16_t)(port + i % ports))};
    target.sin_addr.s_addr = htonl(first_net + (uint32_t)(i / net_size << 8) + 1 + (uint32_t)(i % net_size));
    return target;
}
