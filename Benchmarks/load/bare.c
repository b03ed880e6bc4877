// What the machine asks for the sending alone: one buffer to many sockets, again and again, with no relay around it.
// Answers handshakes so that the same crowd can listen; prints its port, then, when all are there and a line came on stdin,
// sends for the time asked and prints its CPU-seconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

static const char answer_text[] = "HTTP/1.1 101 Switching Protocols\r\n\r\n";

static int listen_anywhere(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static int accept_reader(int listener) {
    char request[4096];
    int on = 1;
    int reader = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (reader < 0) fail("accept");
    setsockopt(reader, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (recv(reader, request, sizeof request, 0) <= 0) fail("recv");
    if (send(reader, answer_text, sizeof answer_text - 1, MSG_NOSIGNAL) < 0) fail("send");
    return reader;
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void wait_until(uint64_t moment) {
    uint64_t now = now_ns();
    if (now >= moment) return;
    struct timespec rest = {.tv_sec = (time_t)((moment - now) / 1000000000u), .tv_nsec = (long)((moment - now) % 1000000000u)};
    nanosleep(&rest, NULL);
}

int bare(int argc, char **argv) {
    if (argc < 5) return 2;
    int count = atoi(argv[1]), bytes = atoi(argv[2]);
    double rate = atof(argv[3]), seconds = atof(argv[4]);
    int listener = listen_anywhere();
    int *readers = calloc((size_t)count, sizeof *readers);
    uint8_t *frame = malloc((size_t)bytes);
    if (readers == NULL || frame == NULL) fail("memory");
    memset(frame, 'x', (size_t)bytes);
    for (int index = 0; index < count; index++) readers[index] = accept_reader(listener);
    if (getchar() == EOF) return 1;
    double before = cpu_seconds();
    uint64_t start = now_ns(), sent = 0;
    for (int turn = 0; turn < (int)(rate * seconds); turn++) {
        wait_until(start + (uint64_t)(turn * 1e9 / rate));
        for (int index = 0; index < count; index++) {
            if (send(readers[index], frame, (size_t)bytes, MSG_NOSIGNAL) == bytes) sent++;
        }
    }
    printf("{\"cpu_seconds\":%.4f,\"frames\":%llu}\n", cpu_seconds() - before, (unsigned long long)sent);
    return 0;
}
