/*
 * DLLs that are loaded while the program runs.
 *
 * Out: base attach
 * Out: middle attach
 * Out: late-tls attach
 * Out: late attach
 * Out: late_sum 2001, tls 77, pointer 31
 * Out: again
 * Out: far attach
 * Out: forward 13
 * Out: unload
 * Out: far detach
 * Out: late-tls detach
 * Out: late detach
 * Out: middle detach
 * Out: base detach
 * Out: refuse
 * Out: base attach
 * Out: middle attach
 * Out: refuses attach
 * Out: refuses detach
 * Out: middle detach
 * Out: base detach
 * Out: done
 */

#include "ldr.h"
#include "pe.h"

static PVOID function(PVOID dll, PSTRING name) {
        PVOID address = NULL;

        check_status(LdrGetProcedureAddress(dll, name, 0, &address), STATUS_SUCCESS);
        return address;
}

static void use(PVOID late) {
        int (*sum)(void) = (int (*)(void)) function(late, NARROW("late_sum"));
        int *(*tls)(void) = (int *(*) (void) ) function(late, NARROW("late_tls"));
        int *(*pointer)(void) = (int *(*) (void) ) function(late, NARROW("late_pointer"));
        int (*forward)(void);
        PVOID entry;

        print("late_sum %d, tls %d, pointer %d\n", sum(), *tls(), *pointer());
        check(RtlPcToFileHeader((PVOID) sum, &entry) == late && entry == late);
        check(RtlFindExportedRoutineByName(late, "late_sum") == (PVOID) sum);
        print("again\n");
        forward = (int (*)(void)) function(late, NARROW("late_forward"));
        print("forward %d\n", forward());
}

NTSTATUS world_main(void) {
        PVOID late = NULL, same = NULL, handle = (PVOID) 1;

        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-late"), &late), STATUS_SUCCESS);
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"DLL-LATE.DLL"), &same), STATUS_SUCCESS);
        check(late == same && late != NULL);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &handle), STATUS_SUCCESS);
        use(late);
        check_status(LdrGetProcedureAddress(handle, NULL, 5, &same), STATUS_SUCCESS);
        check_status(LdrGetProcedureAddress(handle, NULL, 6, &same), STATUS_ORDINAL_NOT_FOUND);
        check_status(LdrUnloadDll(late), STATUS_SUCCESS);
        print("unload\n");
        check_status(LdrUnloadDll(late), STATUS_SUCCESS);
        check_status(LdrUnloadDll(late), STATUS_DLL_NOT_FOUND);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &handle),
                        STATUS_DLL_NOT_FOUND);
        print("refuse\n");
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-refuses"), &late), STATUS_DLL_INIT_FAILED);
        check(late == NULL);
        print("done\n");
        RtlExitUserProcess(failed);
        return failed;
}
