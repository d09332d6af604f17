/*
 * Lookups of modules and functions, and what they answer where there is nothing.
 *
 * Out: done
 */

#include "ldr.h"
#include "pe.h"

#define MODULE_BASE 0x30
#define MODULE_NAME 0x58

static void see(PVOID entry, PVOID context, BOOLEAN *stop) __attribute__((ms_abi));
static void see(PVOID entry, PVOID context, BOOLEAN *stop) {
        (void) entry;
        *stop = ++*(int *) context == 2;
}

static void modules(PVOID ntdll) {
        PVOID program = at_offset(PVOID, peb_self(), 0x10), entry = NULL, address;
        char *ldr = at_offset(char *, peb_self(), 0x18);
        char *first = at_offset(char *, ldr, 0x10), *second = at_offset(char *, first, 0);
        WCHAR name[64];
        UNICODE_STRING full = { 0, sizeof(name), name };
        int n = 0;

        check(at_offset(PVOID, first, MODULE_BASE) == program);
        check(at_offset(PVOID, second, MODULE_BASE) == ntdll);
        check(at_offset(USHORT, second, MODULE_NAME) == 18);
        check_status(LdrFindEntryForAddress(ntdll, &entry), STATUS_SUCCESS);
        check(entry == second);
        check_status(LdrFindEntryForAddress((PVOID) 0x1000, &entry), STATUS_NO_MORE_ENTRIES);
        check_status(LdrEnumerateLoadedModules(0, see, &n), STATUS_SUCCESS);
        check(n == 2);
        check_status(LdrEnumerateLoadedModules(1, see, &n), STATUS_INVALID_PARAMETER);
        check_status(LdrGetDllFullName(ntdll, &full), STATUS_SUCCESS);
        full.MaximumLength = 10;
        check_status(LdrGetDllFullName(ntdll, &full), STATUS_BUFFER_TOO_SMALL);
        check(full.Length == 10 && name[0] == 'C' && name[1] == ':');
        check_status(LdrGetDllFullName((PVOID) 0x1234, &full), STATUS_DLL_NOT_FOUND);
        address = program;
        check(RtlPcToFileHeader((PVOID) 0x1000, &address) == NULL && address == NULL);
}

static void functions(PVOID ntdll) {
        PVOID address = (PVOID) 0x55;

        check_status(LdrGetProcedureAddress(ntdll, NARROW("NtNoSuchService"), 0, &address),
                        STATUS_ENTRYPOINT_NOT_FOUND);
        check_status(LdrGetProcedureAddress(ntdll, NULL, 60000, &address),
                        STATUS_ORDINAL_NOT_FOUND);
        check_status(LdrGetProcedureAddress(ntdll, NULL, 0, &address), STATUS_INVALID_PARAMETER);
        check_status(LdrGetProcedureAddress((PVOID) 0x10000, NARROW("x"), 0, &address),
                        STATUS_DLL_NOT_FOUND);
        check(address == (PVOID) 0x55);
        check_status(LdrGetProcedureAddress(ntdll, NARROW("NtClose"), 0, &address), STATUS_SUCCESS);
        check(address == RtlFindExportedRoutineByName(ntdll, "NtClose"));
        check(RtlFindExportedRoutineByName(ntdll, "NtNoSuchService") == NULL);
}

/* The table of exports as programs walk it that look services up themselves. */
static void exports(PVOID ntdll) {
        ULONG size = 0;
        char *table = RtlImageDirectoryEntryToData(ntdll, TRUE, 0, &size), *base = ntdll;
        ULONG n_names = table ? at_offset(ULONG, table, 24) : 0;
        ULONG *names = (ULONG *) (base + at_offset(ULONG, table, 32));
        bool found = false;

        check(table && size > 40 && RtlImageNtHeader(ntdll) != NULL);
        for (ULONG i = 0; i < n_names; i++) {
                const char *name = base + names[i];
                USHORT number = ((USHORT *) (base + at_offset(ULONG, table, 36)))[i];
                ULONG rva = ((ULONG *) (base + at_offset(ULONG, table, 28)))[number];
                NTSTATUS(NTAPI * close)(HANDLE);

                if (strcmp(name, "NtClose") != 0)
                        continue;
                close = (NTSTATUS(NTAPI *)(HANDLE))(base + rva);
                check_status(close((HANDLE) 0x12344), STATUS_INVALID_HANDLE);
                found = true;
        }
        check(found);
        check(RtlImageDirectoryEntryToData(ntdll, TRUE, 16, &size) == NULL);
        check(RtlImageNtHeader(NULL) == NULL);
}

static void handles(void) {
        PVOID handle = (PVOID) 0x55;

        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"nothere.dll"), &handle),
                        STATUS_DLL_NOT_FOUND);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u""), &handle), STATUS_DLL_NOT_FOUND);
        check(handle == (PVOID) 0x55);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"NTDLL"), &handle), STATUS_SUCCESS);
        check_status(LdrGetDllHandleEx(8, NULL, NULL, WIDE(u"ntdll.dll"), &handle),
                        STATUS_INVALID_PARAMETER);
        check_status(LdrGetDllHandleEx(3, NULL, NULL, WIDE(u"ntdll.dll"), &handle),
                        STATUS_INVALID_PARAMETER);
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"nothere.dll"), &handle), STATUS_DLL_NOT_FOUND);
        check(handle == NULL);
        check_status(LdrUnloadDll((PVOID) 0x1234), STATUS_DLL_NOT_FOUND);
        check_status(LdrAddRefDll(0, (PVOID) 0x1234), STATUS_INVALID_PARAMETER);
        check_status(LdrDisableThreadCalloutsForDll(NULL), STATUS_DLL_NOT_FOUND);
}

static void lock(void) {
        ULONG disposition = 9;
        ULONG_PTR cookie = 9;

        check_status(LdrLockLoaderLock(0, NULL, NULL), STATUS_INVALID_PARAMETER_3);
        check_status(LdrLockLoaderLock(4, &disposition, &cookie), STATUS_INVALID_PARAMETER_1);
        check(disposition == 0 && cookie == 0);
        check_status(LdrLockLoaderLock(2, NULL, &cookie), STATUS_INVALID_PARAMETER_2);
        check_status(LdrLockLoaderLock(2, &disposition, &cookie), STATUS_SUCCESS);
        check(disposition == 1 && cookie != 0);
        check_status(LdrUnlockLoaderLock(0, 0x7777777), STATUS_INVALID_PARAMETER_2);
        check_status(LdrUnlockLoaderLock(0, 0), STATUS_SUCCESS);
        check_status(LdrUnlockLoaderLock(0, cookie), STATUS_SUCCESS);
}

static void folders(void) {
        WCHAR text[32] = { 1 };
        UNICODE_STRING path = { 6, sizeof(text), text };
        PVOID cookie;

        check_status(LdrGetDllDirectory(&path), STATUS_SUCCESS);
        check(path.Length == 0 && text[0] == 0);
        check_status(LdrSetDllDirectory(WIDE(u"Z:\\tmp")), STATUS_SUCCESS);
        path.MaximumLength = 12;
        check_status(LdrGetDllDirectory(&path), STATUS_BUFFER_TOO_SMALL);
        check(path.Length == 14);
        path.MaximumLength = 14;
        check_status(LdrGetDllDirectory(&path), STATUS_SUCCESS);
        check(path.Length == 12 && text[0] == 'Z');
        check_status(LdrAddDllDirectory(WIDE(u"foo"), &cookie), STATUS_INVALID_PARAMETER);
        check_status(LdrAddDllDirectory(WIDE(u"Z:\\no\\such"), &cookie),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        check_status(LdrAddDllDirectory(WIDE(u"Z:\\tmp"), &cookie), STATUS_SUCCESS);
        check_status(LdrRemoveDllDirectory(cookie), STATUS_SUCCESS);
        check_status(LdrSetDefaultDllDirectories(0), STATUS_INVALID_PARAMETER);
        check_status(LdrSetDefaultDllDirectories(0x100), STATUS_INVALID_PARAMETER);
        check_status(LdrSetDefaultDllDirectories(0x1000), STATUS_SUCCESS);
}

NTSTATUS world_main(void) {
        PVOID ntdll = NULL;

        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"ntdll.dll"), &ntdll), STATUS_SUCCESS);
        modules(ntdll);
        functions(ntdll);
        exports(ntdll);
        handles();
        lock();
        folders();
        print("done\n");
        return failed;
}
