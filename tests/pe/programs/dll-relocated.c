/*
 * A DLL whose place is taken is somewhere else, and its addresses are right there.
 *
 * Out: there: 13
 * Out: elsewhere: 13
 */

#include "ldr.h"
#include "pe.h"

static PVOID load(const char *what) {
        PVOID dll = NULL, address = NULL;

        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-quiet.dll"), &dll), STATUS_SUCCESS);
        check_status(LdrGetProcedureAddress(dll, NARROW("quiet_value"), 0, &address),
                        STATUS_SUCCESS);
        print("%s: %d\n", what, ((int (*)(void)) address)());
        return dll;
}

NTSTATUS world_main(void) {
        PVOID first = load("there"), base = first, second;
        SIZE_T size = 0x10000;

        check_status(LdrUnloadDll(first), STATUS_SUCCESS);
        check_status(NtAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &size, MEM_RESERVE,
                                     PAGE_NOACCESS),
                        STATUS_SUCCESS);
        check(base == first);
        second = load("elsewhere");
        check(second != first);
        /* The header says where it is now: optional header at 24, ImageBase at 24 in it. */
        check(at_offset(PVOID, RtlImageNtHeader(second), 48) == second);
        return failed;
}
