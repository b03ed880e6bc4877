#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "load.h"

// 4 million latencies are enough for 60,000 lines per second over a minute; later ones are not kept.
static const size_t max_latencies = 4 << 20;

uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

void latencies_add(struct latencies *all, uint32_t microseconds) {
    if (all->values == NULL) all->values = malloc(max_latencies * sizeof *all->values);
    if (all->values == NULL) fail("memory");
    if (all->count < max_latencies) all->values[all->count++] = microseconds;
}

static int by_value(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

void latencies_print(struct latencies *all, FILE *out) {
    if (all->count == 0) {
        fprintf(out, "null");
        return;
    }
    qsort(all->values, all->count, sizeof *all->values, by_value);
    fprintf(out, "{\"count\":%zu,\"p50\":%u,\"p99\":%u,\"max\":%u}", all->count, all->values[all->count / 2],
            all->values[all->count * 99 / 100], all->values[all->count - 1]);
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "write") == 0) return write_lines(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "subscribe") == 0) return subscribe(argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "bare") == 0) return bare(argc - 1, argv + 1);
    fprintf(stderr, "usage: load write FILE LINES_PER_SECOND SECONDS [LINES_AT_ONCE]\n"
                    "       load subscribe PORT TARGET COUNT [samples=N] [deflate=0|1] [stalled=0|1]\n"
                    "                      [messages=FILE] [targets=FILE]\n"
                    "       load bare READERS FRAME_BYTES FRAMES_PER_SECOND SECONDS\n");
    return 2;
}
