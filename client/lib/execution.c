#include <errno.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "target.h"
#include "trace.h"
#include "zw.h"

/* Services of the scheduler and the processor. */

#define PER_SECOND 10000000ll           /* 100 ns */
#define NT_EPOCH   116444736000000000ll /* 1970 in 100 ns since 1601 */

static struct timespec timespec_of(int64_t time) {
        return (struct timespec){
                .tv_sec = time / PER_SECOND,
                .tv_nsec = time % PER_SECOND * 100,
        };
}

static int64_t now(clockid_t clock) {
        struct timespec time;

        clock_gettime(clock, &time);
        return time.tv_sec * PER_SECOND + time.tv_nsec / 100;
}

static void sleep_until(clockid_t clock, int64_t time) {
        struct timespec end = timespec_of(time);

        while (clock_nanosleep(clock, TIMER_ABSTIME, &end, NULL) == EINTR)
                continue;
}

static NTSTATUS delay(const LARGE_INTEGER *interval) {
        uint64_t value = 0;
        int64_t end;
        NTSTATUS status = probe_read_64(&value, interval);

        if (!NT_SUCCESS(status))
                return status;
        if (value == 0) {
                sched_yield();
        } else if ((int64_t) value > 0) {
                end = (int64_t) value - NT_EPOCH;
                sleep_until(CLOCK_REALTIME, end > 0 ? end : 0);
        } else {
                if (__builtin_sub_overflow(now(CLOCK_MONOTONIC), (int64_t) value, &end))
                        end = INT64_MAX;
                sleep_until(CLOCK_MONOTONIC, end);
        }
        return STATUS_SUCCESS;
}

NTSTATUS zw_delay_execution(BOOLEAN alertable, PLARGE_INTEGER interval) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = delay(interval);
        if (TRACING())
                trace_end("NtDelayExecution", status, "alertable=%u", alertable);
        return status;
}

SERVICE(DelayExecution,
                zw_delay_execution,
                (BOOLEAN alertable, PLARGE_INTEGER interval),
                (alertable, interval));

NTSTATUS zw_yield_execution(void) {
        sched_yield();
        return STATUS_SUCCESS;
}

SERVICE(YieldExecution, zw_yield_execution, (void), ());

ULONG zw_get_current_processor_number(void) {
        int processor = sched_getcpu();

        return processor < 0 ? 0 : (ULONG) processor;
}

ULONG NTAPI NtGetCurrentProcessorNumber(VOID) {
        return zw_get_current_processor_number();
}

ULONG NTAPI ZwGetCurrentProcessorNumber(VOID) {
        return zw_get_current_processor_number();
}

/* Without the system call, which some sandboxes refuse, a barrier of our own is all there is. */
void zw_flush_process_write_buffers(void) {
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

VOID NTAPI NtFlushProcessWriteBuffers(VOID) {
        zw_flush_process_write_buffers();
}

VOID NTAPI ZwFlushProcessWriteBuffers(VOID) {
        zw_flush_process_write_buffers();
}

static NTSTATUS flush_instructions(HANDLE process) {
        autocleanup(target_clear) Target target;
        NTSTATUS status = target_enter(&target, process);

        return NT_SUCCESS(status) ? target_reference_process(&target, PROCESS_VM_WRITE) : status;
}

NTSTATUS zw_flush_instruction_cache(HANDLE process, PVOID base, SIZE_T length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = flush_instructions(process);
        if (TRACING())
                trace_end("NtFlushInstructionCache", status, "process=%p, base=%p, length=0x%zx",
                                process, base, length);
        return status;
}

SERVICE(FlushInstructionCache,
                zw_flush_instruction_cache,
                (HANDLE process, PVOID base, SIZE_T length),
                (process, base, length));
