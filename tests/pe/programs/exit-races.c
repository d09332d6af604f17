/*
 * Several threads that end the process at once: one does, and DLLs are told once. Who has the
 * loader's lock is waited for, for a thread that is stopped with it would never give it back.
 *
 * Run: together
 * Out: base attach +
 * Out: base detach +
 * Exit: 7
 * Run: held
 * Out: base attach +
 * Out: given back
 * Out: base detach +
 * Exit: 7
 * Run: inside
 * Out: base attach +
 * Out: base detach +
 * Exit: 8
 */

#include "ldr.h"
#include "pe.h"

#define N_THREADS 6

int base_get(void);

static volatile LONG stage;

static void begin(PUSER_THREAD_START_ROUTINE routine) {
        check_status(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0, 0, routine, NULL,
                                     NULL, NULL),
                        STATUS_SUCCESS);
}

static NTSTATUS NTAPI end_together(PVOID parameter) {
        (void) parameter;
        while (stage == 0)
                NtYieldExecution();
        RtlExitUserProcess(7);
        return 0;
}

/* Has the lock for as long as the other thread needs to want to end the process. */
static ULONG_PTR hold(void) {
        LARGE_INTEGER pause = { .QuadPart = -50 * 10000 };
        ULONG_PTR cookie = 0;

        check_status(LdrLockLoaderLock(0, NULL, &cookie), STATUS_SUCCESS);
        stage = 1;
        NtDelayExecution(FALSE, &pause);
        for (volatile int i = 0; i < 1000000; i++)
                ;
        return cookie;
}

static NTSTATUS NTAPI give_back(PVOID parameter) {
        ULONG_PTR cookie = hold();

        (void) parameter;
        print("given back\n");
        LdrUnlockLoaderLock(0, cookie);
        for (volatile bool more = true; more;)
                ;
        return 0;
}

static NTSTATUS NTAPI end_inside(PVOID parameter) {
        (void) parameter;
        hold();
        RtlExitUserProcess(8);
        return 0;
}

NTSTATUS world_main(void) {
        PVOID base = NULL;
        PWSTR line = at_offset(PWSTR, process_parameters(), 0x78);
        WCHAR last = line[at_offset(USHORT, process_parameters(), 0x70) / 2 - 1];

        check(base_get() == 1000);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &base), STATUS_SUCCESS);
        check_status(LdrDisableThreadCalloutsForDll(base), STATUS_SUCCESS);
        if (last == 'r') {
                for (int i = 0; i < N_THREADS; i++)
                        begin(end_together);
                stage = 1;
        } else {
                begin(last == 'd' ? give_back : end_inside);
        }
        while (stage == 0)
                NtYieldExecution();
        RtlExitUserProcess(7);
        return failed;
}
