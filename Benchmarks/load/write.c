// Appends lines that look like a web server's, at a steady rate.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t next_random(void) {  // xorshift64
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    return random_state ^= random_state << 17;
}

// One line of exactly LINE_BYTES. Addresses, paths, sizes, times and the request's name vary, as they do in real logs.
static void make_line(char *line) {
    static const char *methods[] = {"GET", "GET", "GET", "POST", "PUT", "DELETE"};
    static const char *paths[] = {"/api/v1/orders/", "/api/v1/items/", "/api/v1/users/",
                                  "/assets/app-",    "/cart/",         "/search?q="};
    static const char *agents[] = {"Mozilla/5.0 (X11; Linux x86_64)", "curl/7.88.1", "okhttp/4.12.0",
                                   "Go-http-client/2.0"};
    static const int statuses[] = {200, 200, 200, 200, 200, 204, 301, 304, 404, 500, 502};
    struct timespec wall;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &wall);
    gmtime_r(&wall.tv_sec, &parts);
    uint64_t chance = next_random();
    int status = statuses[chance % 11];
    int used = snprintf(
        line, LINE_BYTES,
        "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ %s 10.%u.%u.%u \"%s %s%u\" %d %u rt=0.%03u id=%016llx" LINE_TIME_MARK
        "%llu ua=\"%s\"",
        parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
        wall.tv_nsec / 1000, status >= 500 ? "ERROR" : status >= 400 ? "WARN" : "INFO", (unsigned)(chance >> 8 & 15),
        (unsigned)(chance >> 12 & 255), (unsigned)(chance >> 20 & 255), methods[(chance >> 28) % 6],
        paths[(chance >> 31) % 6], (unsigned)(chance >> 34 & 0xffff), status, (unsigned)(chance >> 50) * 3,
        (unsigned)(next_random() % 1000), (unsigned long long)next_random(), (unsigned long long)now_ns(),
        agents[next_random() % 4]);
    if (used < LINE_BYTES - 1) memset(line + used, '.', (size_t)(LINE_BYTES - 1 - used));
    line[LINE_BYTES - 1] = '\n';
}

static void write_all(int file, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(file, bytes, count);
        if (written < 0) fail("write");
        bytes += written;
        count -= (size_t)written;
    }
}

// write FILE LINES_PER_SECOND SECONDS [LINES_AT_ONCE]
//
// Without the last, what is due is written once a millisecond. A rate of 0 writes SECONDS lines as fast as it goes.
int write_lines(int argc, char **argv) {
    if (argc < 4) return 2;
    int file = open(argv[1], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) fail(argv[1]);
    double rate = atof(argv[2]);
    uint64_t at_once = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    uint64_t total = rate > 0 ? (uint64_t)(rate * atof(argv[3])) : strtoull(argv[3], NULL, 10);
    uint64_t written = 0, began = now_ns(), chunk = 4096;
    char *buffer = malloc(chunk * LINE_BYTES);
    if (buffer == NULL) fail("memory");
    while (written < total) {
        uint64_t elapsed = now_ns() - began;
        uint64_t due = rate > 0 ? (uint64_t)((double)elapsed * rate / 1e9) - written : chunk;
        due = due / at_once * at_once;
        if (due > chunk) due = chunk;
        if (due > total - written) due = total - written;
        for (uint64_t line = 0; line < due; line++) make_line(buffer + line * LINE_BYTES);
        write_all(file, buffer, due * LINE_BYTES);
        written += due;
        if (rate > 0) {
            struct timespec pause = {0, 1000000 - (long)((now_ns() - began) % 1000000)};
            nanosleep(&pause, NULL);
        }
    }
    printf("{\"lines\":%llu,\"seconds\":%.3f}\n", (unsigned long long)written, (double)(now_ns() - began) / 1e9);
    return 0;
}
