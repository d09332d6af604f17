#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

#define ALIGNMENT   4u
#define SECOND      10000000ll
#define FROM_1601   116444736000000000ll
#define TICK_MAX    156250u
#define TICK_MIN    5000u
#define MILLISECOND 1000000

static int64_t ticks_of(clockid_t clock) {
        struct timespec now;

        clock_gettime(clock, &now);
        return (int64_t) now.tv_sec * SECOND + now.tv_nsec / 100;
}

static NTSTATUS put(PVOID to, int64_t value) {
        NTSTATUS status = probe_range(to, sizeof(value), ALIGNMENT);

        return NT_SUCCESS(status) ? probe_write_64(to, (uint64_t) value) : status;
}

NTSTATUS zw_query_system_time(PLARGE_INTEGER time) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = put(time, ticks_of(CLOCK_REALTIME) + FROM_1601);
        if (TRACING())
                trace_end("NtQuerySystemTime", status, "%s", "");
        return status;
}

SERVICE(QuerySystemTime, zw_query_system_time, (PLARGE_INTEGER time), (time));

NTSTATUS zw_set_system_time(PLARGE_INTEGER time, PLARGE_INTEGER previous) {
        LARGE_INTEGER wanted;
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = probe_read(&wanted, time, sizeof(wanted), ALIGNMENT);
        if (NT_SUCCESS(status) && previous)
                status = probe_writable(previous, sizeof(*previous), ALIGNMENT);
        if (NT_SUCCESS(status))
                status = STATUS_PRIVILEGE_NOT_HELD;
        if (TRACING())
                trace_end("NtSetSystemTime", status, "%s", "");
        return status;
}

SERVICE(SetSystemTime,
                zw_set_system_time,
                (PLARGE_INTEGER time, PLARGE_INTEGER previous),
                (time, previous));

NTSTATUS zw_query_performance_counter(PLARGE_INTEGER counter, PLARGE_INTEGER frequency) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = put(counter, ticks_of(CLOCK_MONOTONIC));
        if (NT_SUCCESS(status) && frequency)
                status = put(frequency, SECOND);
        if (TRACING())
                trace_end("NtQueryPerformanceCounter", status, "%s", "");
        return status;
}

SERVICE(QueryPerformanceCounter,
                zw_query_performance_counter,
                (PLARGE_INTEGER counter, PLARGE_INTEGER frequency),
                (counter, frequency));

ULONG zw_get_tick_count(void) {
        struct timespec now;

        clock_gettime(CLOCK_BOOTTIME, &now);
        return (ULONG) ((uint64_t) now.tv_sec * 1000 + (uint64_t) now.tv_nsec / MILLISECOND);
}

ULONG NTAPI NtGetTickCount(VOID) {
        return zw_get_tick_count();
}

/* What the process wished for, 0 for nothing. */
static _Atomic ULONG wished_tick;

static ULONG current_tick(void) {
        ULONG wished = atomic_load(&wished_tick);

        return wished ? wished : TICK_MAX;
}

NTSTATUS zw_query_timer_resolution(PULONG maximum, PULONG minimum, PULONG current) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = probe_write_32(maximum, TICK_MAX);
        if (NT_SUCCESS(status))
                status = probe_write_32(minimum, TICK_MIN);
        if (NT_SUCCESS(status))
                status = probe_write_32(current, current_tick());
        if (TRACING())
                trace_end("NtQueryTimerResolution", status, "%s", "");
        return status;
}

SERVICE(QueryTimerResolution,
                zw_query_timer_resolution,
                (PULONG maximum, PULONG minimum, PULONG current),
                (maximum, minimum, current));

static NTSTATUS tick_set(ULONG wanted, bool set, PULONG actual) {
        NTSTATUS status = probe_writable(actual, sizeof(*actual), 1);
        ULONG before;

        if (!NT_SUCCESS(status))
                return status;
        if (wanted < TICK_MIN)
                wanted = TICK_MIN;
        if (wanted > TICK_MAX)
                wanted = TICK_MAX;
        before = atomic_exchange(&wished_tick, set ? wanted : 0);
        status = probe_write_32(actual, current_tick());
        if (NT_SUCCESS(status) && !set && before == 0)
                return STATUS_TIMER_RESOLUTION_NOT_SET;
        return status;
}

NTSTATUS zw_set_timer_resolution(ULONG wanted, BOOLEAN set, PULONG actual) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = tick_set(wanted, set, actual);
        if (TRACING())
                trace_end("NtSetTimerResolution", status, "time=%u, set=%u", wanted, set);
        return status;
}

SERVICE(SetTimerResolution,
                zw_set_timer_resolution,
                (ULONG wanted, BOOLEAN set, PULONG actual),
                (wanted, set, actual));
