#include "process.h"

#include <sched.h>
#include <stdbool.h>
#include <unistd.h>

#include "loader.h"
#include "ntrtlheap.h"
#include "ntrtlsync.h"
#include "ntrtlver.h"
#include "ntstatus.h"
#include "report.h"
#include "teb.h"
#include "thread-fls.h"
#include "thread-stop.h"
#include "zw.h"

#define CRITICAL_SECTION_TIMEOUT (-25920000000000ll) /* 30 days, as Windows has it */
#define HEAP_SEGMENT_RESERVE     0x100000u
#define HEAP_SEGMENT_COMMIT      0x2000u
#define HEAP_DECOMMIT_TOTAL      0x10000u
#define HEAP_DECOMMIT_BLOCK      0x1000u

static Peb *peb;

Peb *process_peb(void) {
        return peb;
}

static void fill_system(Peb *new) {
        RTL_OSVERSIONINFOW version = { .dwOSVersionInfoSize = sizeof(version) };

        RtlGetVersion(&version);
        new->os_major_version = version.dwMajorVersion;
        new->os_minor_version = version.dwMinorVersion;
        new->os_build_number = (USHORT) version.dwBuildNumber;
        new->os_platform_id = version.dwPlatformId;
        new->critical_section_timeout.QuadPart = CRITICAL_SECTION_TIMEOUT;
        new->heap_segment_reserve = HEAP_SEGMENT_RESERVE;
        new->heap_segment_commit = HEAP_SEGMENT_COMMIT;
        new->heap_decommit_total_free_threshold = HEAP_DECOMMIT_TOTAL;
        new->heap_decommit_free_block_threshold = HEAP_DECOMMIT_BLOCK;
}

/* The first 64 processors that this process may use. */
static void fill_processors(Peb *new) {
        cpu_set_t set;

        new->n_processors = (ULONG) sysconf(_SC_NPROCESSORS_ONLN);
        if (sched_getaffinity(0, sizeof(set), &set) < 0)
                return;
        for (unsigned i = 0; i < 64; i++) {
                if (CPU_ISSET(i, &set))
                        new->active_process_affinity_mask |= (ULONG_PTR) 1 << i;
        }
}

static void fill_session(Peb *new) {
        PROCESS_SESSION_INFORMATION session = { 0 };

        if (NT_SUCCESS(zw_query_information_process(NtCurrentProcess(), ProcessSessionInformation,
                            &session, sizeof(session), NULL)))
                new->session_id = session.SessionId;
}

/* Slots are given out by who uses them (kernel32); of the expansion slots the first is never. */
static void fill_tls(Peb *new) {
        static BitMap tls, expansion;

        tls = (BitMap){ TEB_TLS_SLOTS, new->tls_bitmap_bits };
        expansion = (BitMap){ TEB_TLS_EXPANSION_SLOTS, new->tls_expansion_bitmap_bits };
        new->tls_bitmap = &tls;
        new->tls_expansion_bitmap = &expansion;
        new->tls_bitmap_bits[0] = 1; /* Windows keeps the first for itself */
        new->tls_expansion_bitmap_bits[0] = 1;
}

NTSTATUS process_begin(const ProcessStart *start) {
        static RTL_CRITICAL_SECTION lock;
        static PVOID heaps[1];
        PVOID memory = NULL;
        SIZE_T size = sizeof(Peb);
        Peb *new;
        NTSTATUS status;

        status = zw_allocate_virtual_memory(NtCurrentProcess(), &memory, 0, &size,
                        MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        if (!NT_SUCCESS(status))
                return status;
        new = memory;
        new->mutant = (HANDLE) (LONG_PTR) -1;
        RtlGetProcessHeaps(1, heaps);
        new->process_heap = heaps[0];
        new->process_heaps = heaps;
        new->n_heaps = new->n_heaps_max = 1;
        RtlInitializeCriticalSection(&lock);
        new->fast_lock = &lock;
        fill_system(new);
        fill_processors(new);
        fill_session(new);
        fill_tls(new);
        status = process_parameters_new(start, &new->parameters);
        if (NT_SUCCESS(status))
                peb = new;
        return status;
}

/* At once, without telling anybody in it. */
static _Noreturn void process_end(NTSTATUS status) {
        zw_set_exit_status(status);
        _exit(report_exit_code(status));
}

/*
 * The loader's lock decides who ends the process, and is never given back: a thread that has it is
 * waited for, not stopped, and from then on nobody can load anything, or end. A DLL that ends the
 * process while it is told that the process ends has its way.
 */
void process_exit(NTSTATUS status) {
        static bool is_ending;

        loader_lock();
        if (is_ending)
                process_end(status);
        is_ending = true;
        thread_stop_all_others();
        thread_fls_run_callbacks(teb_current());
        loader_detach_process();
        process_end(status);
}
