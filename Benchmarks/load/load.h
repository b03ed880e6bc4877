// The load of the benchmarks: a writer of log lines and a crowd of WebSocket subscribers, cheap enough to share two cores
// with the relay that is measured.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <zlib.h>

// Each line carries the moment it was written, behind this mark, in nanoseconds of CLOCK_MONOTONIC.
#define LINE_TIME_MARK " t="
// What is measured is defined for lines of this size, newline included.
#define LINE_BYTES 203

int write_lines(int argc, char **argv);
int subscribe(int argc, char **argv);
int bare(int argc, char **argv);

uint64_t now_ns(void);
_Noreturn void fail(const char *what);

// Microseconds between writing a line and receiving its event.
struct latencies {
    uint32_t *values;
    size_t count;
};
void latencies_add(struct latencies *all, uint32_t microseconds);
void latencies_print(struct latencies *all, FILE *out);

// A subscription that is read in full: frames parsed and inflated, events counted and their order checked.
struct sample {
    z_stream inflate;
    uint8_t *buffer;  // bytes received and not yet parsed
    size_t used, room;
    uint8_t *text;  // the inflated message
    size_t text_room;
    uint64_t frames, compressed_frames, events, first_seq, last_seq, gaps, breaks;
    uint64_t compressed_bytes, compressed_events;  // of compressed `events` frames, header included
    uint64_t text_bytes;
    FILE *messages;  // where the text of `events` messages goes, a line each, or NULL
};
void sample_init(struct sample *sample);
void sample_take(struct sample *sample, const uint8_t *bytes, size_t count, struct latencies *latencies);
void sample_print(const struct sample *sample, FILE *out);
