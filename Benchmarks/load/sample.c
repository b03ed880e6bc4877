#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "load.h"

void sample_init(struct sample *sample) {
    memset(sample, 0, sizeof *sample);
    if (inflateInit2(&sample->inflate, -15) != Z_OK) fail("inflateInit2");
}

static const uint8_t *find(const uint8_t *from, const uint8_t *end, const char *what) {
    return memmem(from, (size_t)(end - from), what, strlen(what));
}

// Counts the events of a message and checks that their numbers follow each other. A quote inside a JSON string stands
// behind a backslash, so the mark can only be the beginning of an event.
static uint64_t take_events(struct sample *sample, const uint8_t *text, size_t count, struct latencies *latencies) {
    static const char mark[] = "{\"seq\":";
    const uint8_t *end = text + count, *event = find(text, end, mark);
    uint64_t events = 0, now = now_ns();
    while (event != NULL) {
        uint64_t seq = strtoull((const char *)event + sizeof mark - 1, NULL, 10);
        const uint8_t *next = find(event + sizeof mark, end, mark);
        if (sample->last_seq == 0) sample->first_seq = seq;
        else if (seq != sample->last_seq + 1) sample->breaks++;
        sample->last_seq = seq;
        events++;
        const uint8_t *time = find(event, next ? next : end, LINE_TIME_MARK);
        if (time != NULL) {
            uint64_t written = strtoull((const char *)time + sizeof LINE_TIME_MARK - 1, NULL, 10);
            if (now > written) latencies_add(latencies, (uint32_t)((now - written) / 1000));
        }
        event = next;
    }
    return events;
}

static void take_text(struct sample *sample, const uint8_t *text, size_t count, size_t wire, bool compressed,
                      struct latencies *latencies) {
    static const char events_head[] = "{\"type\":\"events\"", gap_head[] = "{\"type\":\"gap\"";
    if (count >= sizeof gap_head - 1 && memcmp(text, gap_head, sizeof gap_head - 1) == 0) sample->gaps++;
    if (count < sizeof events_head - 1 || memcmp(text, events_head, sizeof events_head - 1) != 0) return;
    uint64_t events = take_events(sample, text, count, latencies);
    sample->frames++;
    sample->events += events;
    sample->text_bytes += count;
    if (compressed) {
        sample->compressed_frames++;
        sample->compressed_events += events;
        sample->compressed_bytes += wire;
    }
    if (sample->messages != NULL) {
        fwrite(text, 1, count, sample->messages);
        fputc('\n', sample->messages);
    }
}

// RFC 7692 §7.2.2: the sender took the last four bytes off; the window is kept from message to message.
static size_t inflate_message(struct sample *sample, const uint8_t *payload, size_t count) {
    static const uint8_t tail[4] = {0, 0, 0xff, 0xff};
    size_t made = 0;
    for (int part = 0; part < 2; part++) {
        sample->inflate.next_in = (Bytef *)(part == 0 ? payload : tail);
        sample->inflate.avail_in = (uInt)(part == 0 ? count : sizeof tail);
        do {
            if (sample->text_room - made < 65536) {
                sample->text_room = sample->text_room * 2 + (1 << 18);
                sample->text = realloc(sample->text, sample->text_room);
                if (sample->text == NULL) fail("memory");
            }
            sample->inflate.next_out = sample->text + made;
            sample->inflate.avail_out = (uInt)(sample->text_room - made - 1);
            int result = inflate(&sample->inflate, Z_SYNC_FLUSH);
            if (result != Z_OK && result != Z_BUF_ERROR) {
                fprintf(stderr, "load: a message does not inflate (%d)\n", result);
                exit(3);
            }
            made = sample->text_room - 1 - sample->inflate.avail_out;
        } while (sample->inflate.avail_in > 0 || sample->inflate.avail_out == 0);
    }
    sample->text[made] = 0;
    return made;
}

// The size of the frame at the front, 0 if not all of it is there.
static size_t frame_size(const uint8_t *frame, size_t count, size_t *header) {
    if (count < 2) return 0;
    uint64_t length = frame[1] & 0x7f;
    *header = length == 126 ? 4 : length == 127 ? 10 : 2;
    if (count < *header) return 0;
    if (length == 126) length = (uint64_t)frame[2] << 8 | frame[3];
    else if (length == 127) {
        length = 0;
        for (int index = 2; index < 10; index++) length = length << 8 | frame[index];
    }
    return count - *header < length ? 0 : *header + length;
}

void sample_take(struct sample *sample, const uint8_t *bytes, size_t count, struct latencies *latencies) {
    if (sample->room - sample->used < count + 1) {
        sample->room = (sample->room + count + 1) * 2;
        sample->buffer = realloc(sample->buffer, sample->room);
        if (sample->buffer == NULL) fail("memory");
    }
    memcpy(sample->buffer + sample->used, bytes, count);
    sample->used += count;
    size_t start = 0, header = 0, size;
    while ((size = frame_size(sample->buffer + start, sample->used - start, &header)) > 0) {
        uint8_t *frame = sample->buffer + start;
        bool compressed = frame[0] & 0x40;
        if ((frame[0] & 0x0f) == 1) {
            if (compressed) {
                size_t made = inflate_message(sample, frame + header, size - header);
                take_text(sample, sample->text, made, size, true, latencies);
            } else {
                // strtoull must find an end behind the last number.
                uint8_t kept = frame[size];
                frame[size] = 0;
                take_text(sample, frame + header, size - header, size, false, latencies);
                frame[size] = kept;
            }
        }
        start += size;
    }
    memmove(sample->buffer, sample->buffer + start, sample->used - start);
    sample->used -= start;
}

void sample_print(const struct sample *sample, FILE *out) {
    fprintf(out,
            "{\"frames\":%llu,\"compressed_frames\":%llu,\"events\":%llu,\"first\":%llu,\"last\":%llu,\"gaps\":%llu,"
            "\"breaks\":%llu,\"compressed_bytes\":%llu,\"compressed_events\":%llu,\"text_bytes\":%llu}",
            (unsigned long long)sample->frames, (unsigned long long)sample->compressed_frames,
            (unsigned long long)sample->events, (unsigned long long)sample->first_seq,
            (unsigned long long)sample->last_seq, (unsigned long long)sample->gaps, (unsigned long long)sample->breaks,
            (unsigned long long)sample->compressed_bytes, (unsigned long long)sample->compressed_events,
            (unsigned long long)sample->text_bytes);
}
