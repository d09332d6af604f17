#include <time.h>

#include "nt-time.h"
#include "ntexapi.h"

static int64_t ticks_of(clockid_t clock) {
        struct timespec now;

        clock_gettime(clock, &now);
        return (int64_t) now.tv_sec * NT_SECOND + now.tv_nsec / 100;
}

LOGICAL NTAPI RtlQueryPerformanceCounter(PLARGE_INTEGER PerformanceCounter) {
        PerformanceCounter->QuadPart = ticks_of(CLOCK_MONOTONIC);
        return TRUE;
}

LOGICAL NTAPI RtlQueryPerformanceFrequency(PLARGE_INTEGER PerformanceFrequency) {
        PerformanceFrequency->QuadPart = NT_SECOND;
        return TRUE;
}

LONGLONG NTAPI RtlGetSystemTimePrecise(VOID) {
        return ticks_of(CLOCK_REALTIME) + NT_1970;
}

BOOLEAN NTAPI RtlQueryUnbiasedInterruptTime(PLARGE_INTEGER InterruptTime) {
        if (!InterruptTime)
                return FALSE;
        InterruptTime->QuadPart = ticks_of(CLOCK_MONOTONIC);
        return TRUE;
}
