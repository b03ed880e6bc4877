// Opens many WebSockets and takes what comes. A few are read in full (samples); of the others the bytes are counted and
// thrown away inside the kernel, so that a thousand of them cost little.
//
// Prints `ready` when all are open. A line on stdin is answered with a line of JSON; `reset` also begins to count anew.
// Ends with stdin.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum state { handshake, open_socket, closed_socket };

struct connection {
    int socket;
    enum state state;
    struct sample *sample;
};

static struct connection *connections;
static int count, opened, closed, samples = 1;
static bool stalls = false, deflates = true;
static const char *messages_path = NULL;
// Of each connection its own, where they come from a file.
static char **targets = NULL;
static uint64_t bytes_received;
static struct latencies latencies;
static uint8_t buffer[1 << 18];

// Connections that wait for the relay's answer at one time.
static const int max_pending = 500;
// A stalled reader's kernel takes a little and then nothing more.
static const int stalled_receive_bytes = 4096;
// The relay drops peers that say nothing for 28 seconds; an unasked-for pong (RFC 6455 §5.5.3) is enough.
static const uint64_t pong_every_ns = 5000000000u;

static void start_connection(struct connection *connection, int port, const char *target, bool is_sample) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->socket < 0) fail("socket");
    int size = stalled_receive_bytes;
    if (stalls) setsockopt(connection->socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
    int on = 1;
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    char request[4096];
    int length = snprintf(
        request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
        target, port, deflates ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "");
    if (send(connection->socket, request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
    fcntl(connection->socket, F_SETFL, O_NONBLOCK);
    if (!is_sample) return;
    connection->sample = calloc(1, sizeof *connection->sample);
    if (connection->sample == NULL) fail("memory");
    sample_init(connection->sample);
    if (messages_path != NULL && connection == connections) connection->sample->messages = fopen(messages_path, "w");
}

// The answer ends with an empty line; what follows in the same segment is the first frame.
static void finish_handshake(struct connection *connection) {
    ssize_t peeked = recv(connection->socket, buffer, 4096, MSG_PEEK);
    if (peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EINTR)) {
        fprintf(stderr, "load: connection %d of %d was closed before it was open\n",
                (int)(connection - connections) + 1, count);
        exit(5);
    }
    if (peeked < 0) return;
    uint8_t *end = memmem(buffer, (size_t)peeked, "\r\n\r\n", 4);
    if (end == NULL) return;
    if (memcmp(buffer, "HTTP/1.1 101", 12) != 0) {
        fprintf(stderr, "load: refused: %.*s\n", (int)(end - buffer), buffer);
        exit(4);
    }
    if (recv(connection->socket, buffer, (size_t)(end + 4 - buffer), 0) < 0) fail("recv");
    connection->state = open_socket;
    opened++;
}

static void drop(struct connection *connection) {
    close(connection->socket);
    connection->state = closed_socket;
    closed++;
}

static void receive(struct connection *connection) {
    if (connection->state == handshake) {
        finish_handshake(connection);
        if (connection->state == handshake || stalls) return;
    }
    // MSG_TRUNC on TCP discards instead of copying (tcp(7)).
    int flags = connection->sample ? 0 : MSG_TRUNC;
    ssize_t taken = recv(connection->socket, buffer, connection->sample ? sizeof buffer : 1 << 24, flags);
    if (taken == 0 || (taken < 0 && errno != EAGAIN && errno != EINTR)) return drop(connection);
    if (taken < 0) return;
    bytes_received += (uint64_t)taken;
    if (connection->sample) sample_take(connection->sample, buffer, (size_t)taken, &latencies);
}

static void report(void) {
    printf("{\"open\":%d,\"closed\":%d,\"bytes\":%llu,\"latency_us\":", opened - closed, closed,
           (unsigned long long)bytes_received);
    latencies_print(&latencies, stdout);
    printf(",\"samples\":[");
    for (int index = 0; index < samples && index < count; index++) {
        if (index > 0) printf(",");
        sample_print(connections[index].sample, stdout);
    }
    printf("]}\n");
    fflush(stdout);
}

static void reset(void) {
    latencies.count = 0;
    bytes_received = 0;
    for (int index = 0; index < samples && index < count; index++) {
        struct sample *sample = connections[index].sample;
        sample->frames = sample->compressed_frames = sample->events = sample->compressed_bytes = 0;
        sample->compressed_events = sample->text_bytes = 0;
        sample->first_seq = sample->last_seq + 1;
        if (sample->messages) sample->messages = freopen(messages_path, "w", sample->messages);
    }
}

static bool answer(void) {
    char line[64];
    ssize_t taken = read(STDIN_FILENO, line, sizeof line - 1);
    if (taken <= 0) return false;
    line[taken] = 0;
    if (connections[0].sample && connections[0].sample->messages) fflush(connections[0].sample->messages);
    report();
    if (strncmp(line, "reset", 5) == 0) reset();
    return true;
}

static void send_pongs(void) {
    static const uint8_t pong[6] = {0x8a, 0x80, 0, 0, 0, 0};
    for (int index = 0; index < count; index++) {
        if (connections[index].state != open_socket) continue;
        (void)!send(connections[index].socket, pong, sizeof pong, MSG_NOSIGNAL);
    }
}

// One target a line, for one connection each.
static void read_targets(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail(path);
    targets = calloc((size_t)count, sizeof *targets);
    if (targets == NULL) fail("memory");
    for (int index = 0; index < count; index++) {
        size_t capacity = 0;
        ssize_t length = getline(&targets[index], &capacity, file);
        if (length <= 0) fail("fewer targets than connections");
        targets[index][strcspn(targets[index], "\n")] = 0;
    }
    fclose(file);
}

static void run(int port, const char *target) {
    int events = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event input = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(events, EPOLL_CTL_ADD, STDIN_FILENO, &input);
    struct epoll_event ready[512];
    uint64_t next_pong = now_ns() + pong_every_ns;
    int started = 0;
    bool told = false;
    for (;;) {
        // A few at a time, so that the relay's queue of new connections does not overflow.
        for (int step = 0; step < 100 && started < count && started - opened < max_pending; step++, started++) {
            struct connection *connection = &connections[started];
            start_connection(connection, port, targets ? targets[started] : target, started < samples);
            struct epoll_event watch = {.events = EPOLLIN, .data.ptr = connection};
            epoll_ctl(events, EPOLL_CTL_ADD, connection->socket, &watch);
        }
        bool can_start = started < count && started - opened < max_pending;
        int found = epoll_wait(events, ready, 512, can_start ? 0 : 100);
        for (int index = 0; index < found; index++) {
            struct connection *connection = ready[index].data.ptr;
            if (connection == NULL) {
                if (!answer()) return;
            } else if (connection->state != closed_socket) {
                receive(connection);
                if (stalls && connection->state == open_socket) {
                    epoll_ctl(events, EPOLL_CTL_DEL, connection->socket, NULL);
                }
            }
        }
        if (opened == count && !told) {
            told = true;
            printf("ready\n");
            fflush(stdout);
        }
        if (!stalls && now_ns() > next_pong) {
            next_pong = now_ns() + pong_every_ns;
            send_pongs();
        }
    }
}

int subscribe(int argc, char **argv) {
    if (argc < 4) return 2;
    count = atoi(argv[3]);
    for (int index = 4; index < argc; index++) {
        if (strncmp(argv[index], "samples=", 8) == 0) samples = atoi(argv[index] + 8);
        if (strcmp(argv[index], "stalled=1") == 0) stalls = true;
        if (strcmp(argv[index], "deflate=0") == 0) deflates = false;
        if (strncmp(argv[index], "messages=", 9) == 0) messages_path = argv[index] + 9;
        if (strncmp(argv[index], "targets=", 8) == 0) read_targets(argv[index] + 8);
    }
    if (stalls) samples = 0;
    if (samples > count) samples = count;
    connections = calloc((size_t)count, sizeof *connections);
    if (connections == NULL) fail("memory");
    run(atoi(argv[1]), argv[2]);
    report();
    return 0;
}
