#ifndef TAILRACE_CRE2_H
#define TAILRACE_CRE2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern. Never changes after compilation: any number of threads may search with it.
typedef struct cre2_pattern cre2_pattern;

/// Where a group matched, in bytes; -1, -1 if it took no part.
typedef struct {
    ptrdiff_t start;
    ptrdiff_t end;
} cre2_span;

/// Null if the pattern is wrong or needs more than `max_memory` bytes; `error` then holds why, ended by NUL.
cre2_pattern *cre2_compile(
    const char *pattern, size_t length, bool ignores_case, int64_t max_memory, char *error, size_t error_size);
void cre2_free(cre2_pattern *pattern);

/// Groups without the whole match, which is group 0.
int cre2_group_count(const cre2_pattern *pattern);
/// The number of the group with this name, 0 if there is none.
int cre2_group_number(const cre2_pattern *pattern, const char *name, size_t length);
/// The name of a group, null if it has none; lives as long as the pattern.
const char *cre2_group_name(const cre2_pattern *pattern, int number);

/// The leftmost match at or after `from`; fills `count` spans, group 0 first.
bool cre2_search(
    const cre2_pattern *pattern, const char *text, size_t length, size_t from, cre2_span *spans, int count);

#ifdef __cplusplus
}
#endif

#endif
