/* The least that a client can spend on N connections: raw non-blocking sockets on one epoll set, on one thread.
 * usage: floor N CONCURRENCY PORT PORTS   (see addresses.h for what it connects to)
 *        floor -l N PORT PORTS            (prints these targets, one a line) */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addresses.h"

static int total, port, ports, started, failed;

/* Starts connections until one is in flight; false when all have been started. */
static int start_next(int epoll) {
    while (started < total) {
        struct sockaddr_in to = target_address(started++, port, ports);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            perror("socket");
            exit(1);
        }
        if (connect(fd, (struct sockaddr*)&to, sizeof to) == 0 || errno == EINPROGRESS) {
            struct epoll_event event = {.events = EPOLLOUT | EPOLLET, .data.fd = fd};
            epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
            return 1;
        }
        failed++;
        close(fd);
    }
    return 0;
}

static void finish(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    failed += error != 0;
    close(fd);
}

static void print_targets(void) {
    for (int i = 0; i < total; i++) {
        struct sockaddr_in to = target_address(i, port, ports);
        printf("%s:%d\n", inet_ntoa(to.sin_addr), ntohs(to.sin_port));
    }
}

int main(int argc, char** argv) {
    if (argc != 5) {
        fputs("usage: floor N CONCURRENCY PORT PORTS | floor -l N PORT PORTS\n", stderr);
        return 2;
    }
    int list = strcmp(argv[1], "-l") == 0;
    total = atoi(argv[list ? 2 : 1]);
    port = atoi(argv[3]);
    ports = atoi(argv[4]);
    if (list) {
        print_targets();
        return 0;
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC), in_flight = 0;
    for (int wanted = atoi(argv[2]); in_flight < wanted && start_next(epoll);) in_flight++;
    while (in_flight > 0) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            finish(events[i].data.fd);
            if (!start_next(epoll)) in_flight--;
        }
    }
    return failed != 0;
}
