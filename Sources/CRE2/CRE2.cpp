#include "CRE2.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstring>
#include <new>

struct cre2_pattern {
    RE2 expression;
    cre2_pattern(re2::StringPiece text, const RE2::Options &options) : expression(text, options) {}
};

static const int max_groups = 64;

static void say(const std::string &text, char *error, size_t error_size) {
    if (error_size == 0) return;
    size_t length = std::min(text.size(), error_size - 1);
    std::memcpy(error, text.data(), length);
    error[length] = 0;
}

cre2_pattern *cre2_compile(
    const char *pattern, size_t length, bool ignores_case, int64_t max_memory, char *error, size_t error_size
) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!ignores_case);
    options.set_max_mem(max_memory);
    auto *compiled = new (std::nothrow) cre2_pattern(re2::StringPiece(pattern, length), options);
    if (compiled == nullptr) {
        say("out of memory", error, error_size);
        return nullptr;
    }
    if (!compiled->expression.ok()) {
        say(compiled->expression.error(), error, error_size);
        delete compiled;
        return nullptr;
    }
    if (compiled->expression.NumberOfCapturingGroups() >= max_groups) {
        say("more than 63 groups", error, error_size);
        delete compiled;
        return nullptr;
    }
    return compiled;
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

int cre2_group_count(const cre2_pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

int cre2_group_number(const cre2_pattern *pattern, const char *name, size_t length) {
    const auto &groups = pattern->expression.NamedCapturingGroups();
    auto place = groups.find(std::string(name, length));
    return place == groups.end() ? 0 : place->second;
}

const char *cre2_group_name(const cre2_pattern *pattern, int number) {
    const auto &names = pattern->expression.CapturingGroupNames();
    auto place = names.find(number);
    return place == names.end() ? nullptr : place->second.c_str();
}

bool cre2_search(
    const cre2_pattern *pattern, const char *text, size_t length, size_t from, cre2_span *spans, int count
) {
    re2::StringPiece groups[max_groups];
    count = std::min(count, max_groups);
    if (from > length) return false;
    if (!pattern->expression.Match(re2::StringPiece(text, length), from, length, RE2::UNANCHORED, groups, count)) {
        return false;
    }
    for (int index = 0; index < count; index++) {
        bool matched = groups[index].data() != nullptr;
        spans[index].start = matched ? groups[index].data() - text : -1;
        spans[index].end = matched ? spans[index].start + ptrdiff_t(groups[index].size()) : -1;
    }
    return true;
}
