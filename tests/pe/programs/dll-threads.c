/*
 * A DLL is told of threads that begin and end after it was loaded, and has static TLS in those too
 * that were there before.
 *
 * Out: before 5, then 6
 * Out: later 5
 * Out: told of 1 begin and 2 ends
 */

#include "ldr.h"
#include "pe.h"

#define DLL_THREAD_ATTACH 2
#define DLL_THREAD_DETACH 3

static LONG (*count)(ULONG reason);
static int *(*value)(void);
static volatile LONG stage; /* 1: the first thread runs; 2: the DLL is there */

static NTSTATUS NTAPI before(PVOID parameter) {
        (void) parameter;
        stage = 1;
        while (stage != 2)
                NtYieldExecution();
        print("before %d", *value());
        ++*value();
        print(", then %d\n", *value());
        return 0;
}

static NTSTATUS NTAPI later(PVOID parameter) {
        (void) parameter;
        print("later %d\n", *value());
        return 0;
}

static void begin(PUSER_THREAD_START_ROUTINE routine) {
        HANDLE thread = NULL;

        check_status(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0, 0, routine, NULL,
                                     &thread, NULL),
                        STATUS_SUCCESS);
        NtClose(thread);
}

static void wait_for_ends(LONG n) {
        while (count(DLL_THREAD_DETACH) < n)
                NtYieldExecution();
}

NTSTATUS world_main(void) {
        PVOID dll = NULL, address = NULL;

        begin(before);
        while (stage != 1)
                NtYieldExecution();
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-threads.dll"), &dll), STATUS_SUCCESS);
        check_status(LdrGetProcedureAddress(dll, NARROW("threads_count"), 0, &address),
                        STATUS_SUCCESS);
        count = (LONG(*)(ULONG)) address;
        check_status(LdrGetProcedureAddress(dll, NARROW("threads_tls"), 0, &address),
                        STATUS_SUCCESS);
        value = (int *(*) (void) ) address;
        check_status(LdrDisableThreadCalloutsForDll(dll), STATUS_DLL_NOT_FOUND);
        stage = 2;
        wait_for_ends(1);
        begin(later);
        wait_for_ends(2);
        check(*value() == 5);
        print("told of %d begin and %d ends\n", (int) count(DLL_THREAD_ATTACH),
                        (int) count(DLL_THREAD_DETACH));
        return failed;
}
