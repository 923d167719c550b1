#include "demo/list.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace connprobe::demo;

TEST_CASE("the demo's list says of each server where it is, how to ask it and what it does") {
    const std::array servers{Server{Behaviour::up, 40001, ""}, Server{Behaviour::unix_socket, 0, "/tmp/x/app.sock"},
                             Server{Behaviour::slow, 40002, ""}, Server{Behaviour::wrong_name, 40003, ""}};
    CHECK(server_list(servers) ==
          "version: 1\n"
          "defaults:\n"
          "  retry: { strategy: exponential, delay: 100ms }\n"
          "servers:\n"
          "  # accepts connections\n"
          "  - { name: up,         host: 127.0.0.1, port: 40001 }\n"
          "  # accepts them on a unix socket\n"
          "  - { name: unix,       unix: app.sock }\n"
          "  # lets the handshake wait for 300 ms\n"
          "  - { name: slow,       host: 127.0.0.1, port: 40002, tls: { ca_file: ca.pem }, max_latency: 200ms }\n"
          "  # its certificate is for www.example.com\n"
          "  - { name: wrong-name, host: 127.0.0.1, port: 40003, tls: { ca_file: ca.pem, server_name: api.example.com "
          "} }\n");
}
