#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "probe.h"
#include "service.h"
#include "system-facts.h"
#include "trace.h"
#include "zw.h"

#define ALIGNMENT            4u
#define SYSTEM_RANGE_START   0xFFFF800000000000ull
#define CACHE_LINE           64u
#define PERFORMANCE_SIZE_MIN 312u /* what Windows before 10 has of it */

/* What the caller's buffer gets, where that has one size. */
typedef union Answer {
        SYSTEM_BASIC_INFORMATION basic;
        SYSTEM_PROCESSOR_INFORMATION processor;
        SYSTEM_PERFORMANCE_INFORMATION performance;
        SYSTEM_TIMEOFDAY_INFORMATION time_of_day;
        SYSTEM_TIME_ADJUSTMENT_INFORMATION adjustment;
        SYSTEM_KERNEL_DEBUGGER_INFORMATION debugger;
        SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX debugger_ex;
        SYSTEM_CODEINTEGRITY_INFORMATION code_integrity;
        ULONG_PTR range_start;
        ULONG value;
} Answer;

/* The lengths that a class takes, and how much it writes: all of it, or what there is room for. */
typedef struct Shape {
        ULONG least;
        ULONG most;
        ULONG size;
} Shape;

#define EXACTLY(type)                                                                              \
        { sizeof(type), sizeof(type), sizeof(type) }
#define AT_LEAST(type)                                                                             \
        { sizeof(type), UINT32_MAX, sizeof(type) }

static Shape shape_of(ULONG which) {
        static const Shape shapes[MaxSystemInfoClass] = {
                [SystemBasicInformation] = EXACTLY(SYSTEM_BASIC_INFORMATION),
                [SystemProcessorInformation] = AT_LEAST(SYSTEM_PROCESSOR_INFORMATION),
                [SystemPerformanceInformation] = { PERFORMANCE_SIZE_MIN, UINT32_MAX,
                                sizeof(SYSTEM_PERFORMANCE_INFORMATION) },
                [SystemTimeOfDayInformation] = { 0, sizeof(SYSTEM_TIMEOFDAY_INFORMATION),
                                sizeof(SYSTEM_TIMEOFDAY_INFORMATION) },
                [SystemFlagsInformation] = AT_LEAST(ULONG),
                [SystemTimeAdjustmentInformation] = EXACTLY(SYSTEM_TIME_ADJUSTMENT_INFORMATION),
                [SystemKernelDebuggerInformation] = AT_LEAST(SYSTEM_KERNEL_DEBUGGER_INFORMATION),
                [SystemRangeStartInformation] = EXACTLY(ULONG_PTR),
                [SystemRecommendedSharedDataAlignment] = AT_LEAST(ULONG),
                [SystemEmulationBasicInformation] = EXACTLY(SYSTEM_BASIC_INFORMATION),
                [SystemEmulationProcessorInformation] = AT_LEAST(SYSTEM_PROCESSOR_INFORMATION),
                [SystemCodeIntegrityInformation] = EXACTLY(SYSTEM_CODEINTEGRITY_INFORMATION),
                [SystemKernelDebuggerInformationEx] =
                                AT_LEAST(SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX),
        };

        return shapes[which];
}

static void answer_fill(Answer *answer, ULONG which) {
        memset(answer, 0, sizeof(*answer)); /* padding goes out too */
        switch (which) {
        case SystemBasicInformation:
        case SystemEmulationBasicInformation:
                system_basic(&answer->basic);
                break;
        case SystemProcessorInformation:
        case SystemEmulationProcessorInformation:
                system_processor(&answer->processor);
                break;
        case SystemPerformanceInformation:
                system_performance(&answer->performance);
                break;
        case SystemTimeOfDayInformation:
                system_time_of_day(&answer->time_of_day);
                break;
        case SystemTimeAdjustmentInformation:
                answer->adjustment.TimeAdjustment = SYSTEM_TICK;
                answer->adjustment.TimeIncrement = SYSTEM_TICK;
                answer->adjustment.Enable = TRUE; /* Windows' name: that nobody adjusts */
                break;
        case SystemKernelDebuggerInformation:
                answer->debugger.KernelDebuggerNotPresent = TRUE;
                break;
        case SystemRangeStartInformation:
                answer->range_start = SYSTEM_RANGE_START;
                break;
        case SystemRecommendedSharedDataAlignment:
                answer->value = CACHE_LINE;
                break;
        case SystemCodeIntegrityInformation:
                answer->code_integrity.Length = sizeof(answer->code_integrity);
                break;
        default: /* nothing but zeros */
                break;
        }
}

static NTSTATUS tell(PULONG return_length, ULONG length) {
        return return_length ? probe_write_32(return_length, length) : STATUS_SUCCESS;
}

static NTSTATUS refuse(PULONG return_length, ULONG length) {
        NTSTATUS status = tell(return_length, length);

        return NT_SUCCESS(status) ? STATUS_INFO_LENGTH_MISMATCH : status;
}

static NTSTATUS query_fixed(ULONG which, PVOID to, ULONG length, PULONG return_length) {
        Shape shape = shape_of(which);
        ULONG size = length < shape.size ? length : shape.size;
        SYSTEM_CODEINTEGRITY_INFORMATION asked;
        Answer answer;
        NTSTATUS status;

        if (length < shape.least || length > shape.most)
                return refuse(return_length, which == SystemTimeOfDayInformation ? 0 : shape.size);
        if (which == SystemCodeIntegrityInformation) {
                status = probe_read(&asked, to, sizeof(asked), ALIGNMENT);
                if (!NT_SUCCESS(status))
                        return status;
                if (asked.Length != sizeof(asked))
                        return refuse(return_length, sizeof(asked));
        }
        answer_fill(&answer, which);
        status = size > 0 ? probe_write(to, &answer, size) : STATUS_SUCCESS;
        return NT_SUCCESS(status) ? tell(return_length, size) : status;
}

static NTSTATUS query_processor_times(PVOID to, ULONG length, PULONG return_length) {
        SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION *times;
        size_t n = length / sizeof(*times);
        size_t n_processors = system_n_processors();
        NTSTATUS status;

        if (n == 0)
                return refuse(return_length, (ULONG) (n_processors * sizeof(*times)));
        if (n > n_processors)
                n = n_processors;
        times = calloc(n, sizeof(*times));
        if (!times)
                return STATUS_NO_MEMORY;
        system_processor_times(times, n);
        status = probe_write(to, times, n * sizeof(*times));
        free(times);
        return NT_SUCCESS(status) ? tell(return_length, (ULONG) (n * sizeof(*times))) : status;
}

static NTSTATUS query_processes(PVOID to, ULONG length, PULONG return_length) {
        void *listing = NULL;
        size_t size = 0;
        NTSTATUS status = system_processes(&listing, &size, to);

        if (!NT_SUCCESS(status))
                return status;
        if (size > length)
                status = refuse(return_length, (ULONG) size);
        else
                status = probe_write(to, listing, size);
        free(listing);
        return NT_SUCCESS(status) ? tell(return_length, (ULONG) size) : status;
}

static NTSTATUS system_query(ULONG which, PVOID to, ULONG length, PULONG return_length) {
        NTSTATUS status = probe_writable(to, length, ALIGNMENT);

        if (NT_SUCCESS(status) && return_length)
                status = probe_writable(return_length, sizeof(*return_length), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (which >= MaxSystemInfoClass)
                return STATUS_INVALID_INFO_CLASS;
        if (which == SystemProcessInformation)
                return query_processes(to, length, return_length);
        if (which == SystemProcessorPerformanceInformation)
                return query_processor_times(to, length, return_length);
        return shape_of(which).size == 0 ? STATUS_NOT_IMPLEMENTED
                                         : query_fixed(which, to, length, return_length);
}

NTSTATUS zw_query_system_information(SYSTEM_INFORMATION_CLASS information_class,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = system_query(information_class, information, length, return_length);
        if (TRACING())
                trace_end("NtQuerySystemInformation", status, "class=%u, length=%u",
                                (unsigned) information_class, length);
        return status;
}

SERVICE(QuerySystemInformation,
                zw_query_system_information,
                (SYSTEM_INFORMATION_CLASS information_class,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (information_class, information, length, return_length));

static NTSTATUS query_part(ULONG which, const void *input, ULONG length) {
        NTSTATUS status;

        if (!input || length == 0)
                return STATUS_INVALID_PARAMETER;
        status = probe_range(input, length, 1);
        if (!NT_SUCCESS(status))
                return status;
        return which == SystemLogicalProcessorInformation ||
                                               which == SystemLogicalProcessorAndGroupInformation
                               ? STATUS_NOT_IMPLEMENTED
                               : STATUS_INVALID_INFO_CLASS;
}

NTSTATUS zw_query_system_information_ex(SYSTEM_INFORMATION_CLASS information_class,
                PVOID input,
                ULONG input_length,
                PVOID information,
                ULONG length,
                PULONG return_length) {
        NTSTATUS status = query_part(information_class, input, input_length);

        if (TRACING()) {
                trace_begin();
                trace_end("NtQuerySystemInformationEx", status,
                                "class=%u, information=%p, length=%u, return_length=%p",
                                (unsigned) information_class, information, length,
                                (void *) return_length);
        }
        return status;
}

SERVICE(QuerySystemInformationEx,
                zw_query_system_information_ex,
                (SYSTEM_INFORMATION_CLASS information_class,
                                PVOID input,
                                ULONG input_length,
                                PVOID information,
                                ULONG length,
                                PULONG return_length),
                (information_class, input, input_length, information, length, return_length));

NTSTATUS zw_set_system_information(
                SYSTEM_INFORMATION_CLASS information_class, PVOID information, ULONG length) {
        NTSTATUS status = (ULONG) information_class < MaxSystemInfoClass
                                          ? STATUS_NOT_IMPLEMENTED
                                          : STATUS_INVALID_INFO_CLASS;

        if (TRACING()) {
                trace_begin();
                trace_end("NtSetSystemInformation", status, "class=%u, information=%p, length=%u",
                                (unsigned) information_class, information, length);
        }
        return status;
}

SERVICE(SetSystemInformation,
                zw_set_system_information,
                (SYSTEM_INFORMATION_CLASS information_class, PVOID information, ULONG length),
                (information_class, information, length));
