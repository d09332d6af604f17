#pragma once

/*
 * NT's time
 *
 * Units of 100 ns since 1601. What Linux counts from 1970 on is so many units later.
 */

#include <stdint.h>
#include <time.h>

#define NT_SECOND 10000000ll
#define NT_1970   116444736000000000ll

static inline int64_t nt_time_of_timespec(struct timespec time) {
        return (int64_t) time.tv_sec * NT_SECOND + time.tv_nsec / 100 + NT_1970;
}

/* A time before 1970 is 1970: for deadlines, which have passed then. */
static inline struct timespec timespec_of_nt_time(int64_t time) {
        struct timespec result = { 0 };

        if (time > NT_1970) {
                result.tv_sec = (time_t) ((time - NT_1970) / NT_SECOND);
                result.tv_nsec = (long) ((time - NT_1970) % NT_SECOND) * 100;
        }
        return result;
}
