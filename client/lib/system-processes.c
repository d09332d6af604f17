#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "ntstatus.h"
#include "proc-file.h"
#include "system-facts.h"
#include "zw.h"

/*
 * The calling process, from /proc/self
 *
 * /proc/self/stat and each thread's are one line: the name, which may hold anything, in brackets,
 * and numbers behind it, counted from 3 in proc(5).
 */
#define STAT_MAX       4096u
#define FIELDS         53u
#define SECOND         10000000ll
#define FROM_1601      116444736000000000ll
#define PRIORITY       8
#define STATE_RUNNING  2u
#define STATE_WAITING  5u
#define NAME_UNITS_MAX 64u

enum {
        MINOR_FAULTS = 10,
        MAJOR_FAULTS = 12,
        USER_TIME = 14,
        KERNEL_TIME = 15,
        START_TIME = 22,
        VIRTUAL_SIZE = 23,
        RESIDENT_PAGES = 24,
};

typedef struct Stat {
        char name[NAME_UNITS_MAX];
        char state;
        unsigned long long fields[FIELDS];
} Stat;

/* The threads that there are, in one block behind the process. */
typedef struct Listing {
        SYSTEM_PROCESS_INFORMATION *process;
        size_t n_threads;
        size_t n_threads_max;
} Listing;

static void free_text(char **text) {
        free(*text);
}

static void close_folder(DIR **folder) {
        if (*folder)
                closedir(*folder);
}

static long long ticks(unsigned long long jiffies) {
        long in_second = sysconf(_SC_CLK_TCK);

        return (long long) jiffies * (SECOND / (in_second > 0 ? in_second : 100));
}

static bool stat_read(const char *path, Stat *ret) {
        autocleanup(free_text) char *text = proc_file_read(path, STAT_MAX);
        char *open_bracket = text ? strchr(text, '(') : NULL;
        char *close_bracket = text ? strrchr(text, ')') : NULL;
        char *at;

        memset(ret, 0, sizeof(*ret));
        if (!open_bracket || !close_bracket || close_bracket[1] != ' ')
                return false;
        *close_bracket = 0;
        strncpy(ret->name, open_bracket + 1, sizeof(ret->name) - 1);
        ret->state = close_bracket[2];
        if (!ret->state)
                return false;
        at = close_bracket + 3;
        for (unsigned i = 4; i < FIELDS; i++)
                ret->fields[i] = strtoull(at, &at, 10);
        return true;
}

/* When Linux started something, in NT's time. */
static long long start_time(const Stat *stat) {
        SYSTEM_TIMEOFDAY_INFORMATION now = { 0 };

        system_time_of_day(&now);
        return now.BootTime.QuadPart + ticks(stat->fields[START_TIME]);
}

static void thread_fill(
                SYSTEM_THREAD_INFORMATION *thread, const Stat *stat, HANDLE process, pid_t id) {
        *thread = (SYSTEM_THREAD_INFORMATION){
                .KernelTime.QuadPart = ticks(stat->fields[KERNEL_TIME]),
                .UserTime.QuadPart = ticks(stat->fields[USER_TIME]),
                .CreateTime.QuadPart = start_time(stat),
                .ClientId = { process, (HANDLE) ((uintptr_t) id * 4) }, /* as zw_thread_id() */
                .Priority = PRIORITY,
                .BasePriority = PRIORITY,
                .ThreadState = stat->state == 'R' ? STATE_RUNNING : STATE_WAITING,
        };
}

static bool listing_grow(Listing *listing) {
        size_t n = listing->n_threads_max ? listing->n_threads_max * 2 : 16;
        void *grown = realloc(listing->process,
                        sizeof(*listing->process) + n * sizeof(SYSTEM_THREAD_INFORMATION) +
                                        NAME_UNITS_MAX * sizeof(WCHAR));

        if (!grown)
                return false;
        listing->process = grown;
        listing->n_threads_max = n;
        return true;
}

static SYSTEM_THREAD_INFORMATION *threads_of(const Listing *listing) {
        return (SYSTEM_THREAD_INFORMATION *) (listing->process + 1);
}

/* Threads that end meanwhile are left out. */
static NTSTATUS list_threads(Listing *listing, HANDLE process) {
        autocleanup(close_folder) DIR *folder = opendir("/proc/self/task");
        const struct dirent *entry;
        char path[64];
        Stat stat;

        while (folder && (entry = readdir(folder))) {
                int id = atoi(entry->d_name);

                if (id <= 0)
                        continue;
                snprintf(path, sizeof(path), "/proc/self/task/%d/stat", id);
                if (!stat_read(path, &stat))
                        continue;
                if (listing->n_threads == listing->n_threads_max && !listing_grow(listing))
                        return STATUS_NO_MEMORY;
                thread_fill(&threads_of(listing)[listing->n_threads++], &stat, process, id);
        }
        return STATUS_SUCCESS;
}

static void process_fill(SYSTEM_PROCESS_INFORMATION *process,
                const Stat *stat,
                const PROCESS_BASIC_INFORMATION *basic) {
        *process = (SYSTEM_PROCESS_INFORMATION){
                .HardFaultCount = (ULONG) stat->fields[MAJOR_FAULTS],
                .CreateTime.QuadPart = start_time(stat),
                .UserTime.QuadPart = ticks(stat->fields[USER_TIME]),
                .KernelTime.QuadPart = ticks(stat->fields[KERNEL_TIME]),
                .BasePriority = basic->BasePriority,
                .UniqueProcessId = (HANDLE) basic->UniqueProcessId,
                .InheritedFromUniqueProcessId = (HANDLE) basic->InheritedFromUniqueProcessId,
                .PeakVirtualSize = stat->fields[VIRTUAL_SIZE],
                .VirtualSize = stat->fields[VIRTUAL_SIZE],
                .PageFaultCount = (ULONG) (stat->fields[MINOR_FAULTS] + stat->fields[MAJOR_FAULTS]),
                .PeakWorkingSetSize = stat->fields[RESIDENT_PAGES] * 4096,
                .WorkingSetSize = stat->fields[RESIDENT_PAGES] * 4096,
        };
}

/* The name goes behind the threads; a byte that is not ASCII is a unit of its own. */
static size_t name_add(const Listing *listing, const char *name, const void *at) {
        size_t offset = sizeof(*listing->process) +
                        listing->n_threads * sizeof(SYSTEM_THREAD_INFORMATION);
        WCHAR *units = (WCHAR *) (void *) ((char *) listing->process + offset);
        size_t n = strlen(name);

        for (size_t i = 0; i <= n; i++)
                units[i] = (unsigned char) name[i];
        listing->process->ImageName = (UNICODE_STRING){
                .Length = (USHORT) (n * sizeof(WCHAR)),
                .MaximumLength = (USHORT) ((n + 1) * sizeof(WCHAR)),
                .Buffer = (WCHAR *) ((uintptr_t) at + offset), /* @at may be NULL: for the length */
        };
        return (offset + (n + 1) * sizeof(WCHAR) + 7) / 8 * 8;
}

NTSTATUS system_processes(void **ret, size_t *size, const void *at) {
        PROCESS_BASIC_INFORMATION basic;
        PROCESS_SESSION_INFORMATION session;
        ULONG n_handles = 0;
        Listing listing = { 0 };
        Stat stat;
        NTSTATUS status;

        status = zw_query_information_process(
                        (HANDLE) -1, ProcessBasicInformation, &basic, sizeof(basic), NULL);
        if (NT_SUCCESS(status))
                status = zw_query_information_process((HANDLE) -1, ProcessSessionInformation,
                                &session, sizeof(session), NULL);
        if (NT_SUCCESS(status))
                status = zw_query_information_process((HANDLE) -1, ProcessHandleCount, &n_handles,
                                sizeof(n_handles), NULL);
        if (!NT_SUCCESS(status))
                return status;
        if (!stat_read("/proc/self/stat", &stat) || !listing_grow(&listing))
                return STATUS_NO_MEMORY;
        status = list_threads(&listing, (HANDLE) basic.UniqueProcessId);
        if (!NT_SUCCESS(status)) {
                free(listing.process);
                return status;
        }
        process_fill(listing.process, &stat, &basic);
        listing.process->NumberOfThreads = (ULONG) listing.n_threads;
        listing.process->NumberOfThreadsHighWatermark = (ULONG) listing.n_threads;
        listing.process->HandleCount = n_handles;
        listing.process->SessionId = session.SessionId;
        *size = name_add(&listing, stat.name, at);
        *ret = listing.process;
        return STATUS_SUCCESS;
}
