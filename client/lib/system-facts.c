#include "system-facts.h"

#include <cpuid.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "proc-file.h"

#define PAGE_BYTES       4096u
#define GRANULARITY      0x10000u
#define LOWEST_ADDRESS   0x10000u
#define HIGHEST_ADDRESS  0x7FFFFFFEFFFFull
#define ARCHITECTURE_X64 9
#define SECOND           10000000ll
#define FROM_1601        116444736000000000ll
#define ZONE_ID_STANDARD 1u
#define ZONE_ID_DAYLIGHT 2u
#define TEXT_MAX         0x40000u
#define PAGE_KILOBYTES   4u

/* KF_ flags of what every x64 processor has: V86, RDTSC, CR4, CMOV, global and large pages, MTRR,
 * CMPXCHG8B, MMX, PAT, FXSR, fast system calls, XMMI, XMMI64, NX. */
#define FEATURE_BITS 0x20013DFFu

static void free_text(char **text) {
        free(*text);
}

static ULONG pages(long n) {
        return n < 0 ? 0 : n > INT32_MAX ? INT32_MAX : (ULONG) n;
}

void system_basic(SYSTEM_BASIC_INFORMATION *basic) {
        cpu_set_t set;
        int n = 0;

        basic->MaximumIncrement = SYSTEM_TICK;
        basic->PhysicalPageSize = PAGE_BYTES;
        basic->NumberOfPhysicalPages = pages(sysconf(_SC_PHYS_PAGES));
        basic->LowestPhysicalPage = 1;
        basic->HighestPhysicalPage = basic->NumberOfPhysicalPages;
        basic->AllocationGranularity = GRANULARITY;
        basic->LowestUserAddress = LOWEST_ADDRESS;
        basic->HighestUserAddress = HIGHEST_ADDRESS;
        if (sched_getaffinity(0, sizeof(set), &set) < 0) {
                CPU_ZERO(&set);
                CPU_SET(0, &set);
        }
        for (unsigned i = 0; i < 64; i++) {
                if (CPU_ISSET(i, &set)) {
                        basic->ActiveProcessors |= (ULONG_PTR) 1 << i;
                        n++;
                }
        }
        basic->NumberOfProcessors = (CCHAR) n;
}

/* Family, and model and stepping, as Intel and AMD both say to put them together. */
void system_processor(SYSTEM_PROCESSOR_INFORMATION *processor) {
        unsigned eax = 0, ebx, ecx, edx;
        unsigned family, model;

        __get_cpuid(1, &eax, &ebx, &ecx, &edx);
        family = eax >> 8 & 0xF;
        model = eax >> 4 & 0xF;
        if (family == 0xF || family == 6)
                model |= eax >> 12 & 0xF0;
        if (family == 0xF)
                family += eax >> 20 & 0xFF;
        processor->ProcessorArchitecture = ARCHITECTURE_X64;
        processor->ProcessorLevel = (USHORT) family;
        processor->ProcessorRevision = (USHORT) (model << 8 | (eax & 0xF));
        processor->MaximumProcessors = (USHORT) system_n_processors();
        processor->FeatureBits = FEATURE_BITS;
}

/* A line of /proc/meminfo, in pages. */
static ULONG meminfo(const char *text, const char *name) {
        const char *line = strstr(text, name);

        return line ? pages((long) (strtoull(line + strlen(name), NULL, 10) / PAGE_KILOBYTES)) : 0;
}

void system_performance(SYSTEM_PERFORMANCE_INFORMATION *performance) {
        autocleanup(free_text) char *text = proc_file_read("/proc/meminfo", TEXT_MAX);
        size_t n = system_n_processors();
        SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION *times = calloc(n, sizeof(*times));

        if (text) {
                performance->AvailablePages = meminfo(text, "\nMemAvailable:");
                performance->TotalCommittedPages = meminfo(text, "\nCommitted_AS:");
                performance->TotalCommitLimit = meminfo(text, "\nCommitLimit:");
                performance->PeakCommitment = performance->TotalCommittedPages;
        }
        if (times) {
                n = system_processor_times(times, n);
                for (size_t i = 0; i < n; i++)
                        performance->IdleTime.QuadPart += times[i].IdleTime.QuadPart;
        }
        free(times);
}

static int64_t ticks_of(clockid_t clock) {
        struct timespec now;

        clock_gettime(clock, &now);
        return (int64_t) now.tv_sec * SECOND + now.tv_nsec / 100;
}

void system_time_of_day(SYSTEM_TIMEOFDAY_INFORMATION *time_of_day) {
        time_t now = time(NULL);
        struct tm local;
        int64_t since_boot = ticks_of(CLOCK_BOOTTIME);

        time_of_day->CurrentTime.QuadPart = ticks_of(CLOCK_REALTIME) + FROM_1601;
        time_of_day->BootTime.QuadPart = time_of_day->CurrentTime.QuadPart - since_boot;
        time_of_day->SleepTimeBias = (ULONGLONG) (since_boot - ticks_of(CLOCK_MONOTONIC));
        if (!localtime_r(&now, &local))
                return;
        time_of_day->TimeZoneBias.QuadPart = -local.tm_gmtoff * SECOND;
        time_of_day->CurrentTimeZoneId = local.tm_isdst > 0 ? ZONE_ID_DAYLIGHT : ZONE_ID_STANDARD;
}

size_t system_n_processors(void) {
        long n = sysconf(_SC_NPROCESSORS_ONLN);

        return n < 1 ? 1 : (size_t) n;
}

/* The numbers of a line "cpu0 user nice system idle iowait irq softirq steal". */
static void times_of_line(const char *line, SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION *times) {
        long in_second = sysconf(_SC_CLK_TCK);
        long long unit = SECOND / (in_second > 0 ? in_second : 100);
        long long value[8] = { 0 };
        char *at = strchr(line, ' ');

        for (unsigned i = 0; at && i < 8; i++)
                value[i] = (long long) strtoull(at, &at, 10) * unit;
        times->UserTime.QuadPart = value[0] + value[1];
        times->IdleTime.QuadPart = value[3] + value[4];
        times->KernelTime.QuadPart = times->IdleTime.QuadPart + value[2] + value[5] + value[6];
        times->Reserved1[0].QuadPart = value[6];
        times->Reserved1[1].QuadPart = value[5];
}

size_t system_processor_times(SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION *times, size_t n) {
        autocleanup(free_text) char *text = proc_file_read("/proc/stat", TEXT_MAX);
        const char *line = text;
        size_t found = 0;

        while (line && found < n) {
                line = strstr(line, "\ncpu");
                if (!line)
                        break;
                line++;
                times_of_line(line, &times[found++]);
        }
        return found;
}
