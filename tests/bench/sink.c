/* A server that costs as little as it can, so that a benchmark measures its client: it accepts on all of 127.0.0.0/8,
 * says nothing, and closes when its client has closed.
 * usage: sink PORTS   prints the first of that many consecutive ports; ends when its standard input does */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most_ports = 64 };

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (bind(fd, (struct sockaddr*)&here, sizeof here) == 0 && listen(fd, 4096) == 0) return fd;
    close(fd);
    return -1;
}

/* Listens on that many ports in a row and returns the first, or 0 when one of them is taken. */
static int listen_from(int first, int ports, int* listeners) {
    for (int i = 0; i < ports; i++) {
        listeners[i] = listen_on(first + i);
        if (listeners[i] < 0) {
            while (i-- > 0) close(listeners[i]);
            return 0;
        }
    }
    return first;
}

static void watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char** argv) {
    int ports = argc == 2 ? atoi(argv[1]) : 0, listeners[most_ports], first = 0;
    if (ports < 1 || ports > most_ports) {
        fprintf(stderr, "usage: sink PORTS (1 to %d)\n", most_ports);
        return 2;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);

    /* Below the ephemeral range, so that no client of ours can sit on one of them. */
    for (int from = 20000; from < 32000 && first == 0; from += ports) first = listen_from(from, ports, listeners);
    if (first == 0) {
        fputs("sink: no free ports\n", stderr);
        return 1;
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC), last_listener = listeners[ports - 1];
    watch(epoll, STDIN_FILENO);
    for (int i = 0; i < ports; i++) watch(epoll, listeners[i]);
    printf("%d\n", first);
    fflush(stdout);

    for (;;) {
        struct epoll_event events[512];
        int ready = epoll_wait(epoll, events, 512, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            char bytes[4096];
            if (fd >= listeners[0] && fd <= last_listener) {
                int client;
                while ((client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) watch(epoll, client);
            } else if (read(fd, bytes, sizeof bytes) <= 0) {
                if (fd == STDIN_FILENO) return 0;
                close(fd);
            }
        }
    }
}
