/*
 * How DLLs are named, and functions that are forwarded to what is not there.
 *
 * Out: base attach
 * Out: base detach
 * Out: base attach
 * Out: number 4: C0000138
 * Out: number 6: C0000138
 * Out: number 13: C0000138
 * Out: number 65541: C0000138
 * Out: far attach
 * Out: function: C0000139
 * Out: number: C0000138
 * Out: done
 * Out: base detach +
 */

#include "ldr.h"
#include "pe.h"

#define PATH_MOST 512u

static PVOID load(PUNICODE_STRING name) {
        PVOID handle = NULL;

        check_status(LdrLoadDll(NULL, NULL, name, &handle), STATUS_SUCCESS);
        return handle;
}

/* Appends @text to the folder of the program. */
static void in_folder(PCWSTR text, PUNICODE_STRING ret) {
        check_status(LdrGetDllFullName(NULL, ret), STATUS_SUCCESS);
        while (ret->Length > 0 && ret->Buffer[ret->Length / 2 - 1] != '\\')
                ret->Length -= 2;
        check_status(RtlAppendUnicodeToString(ret, text), STATUS_SUCCESS);
}

static void names(PVOID base) {
        static const PCWSTR paths[] = { u"dll-base.dll", u"DLL-Base.DLL", u"dll-base" };
        WCHAR units[PATH_MOST];
        UNICODE_STRING path = { 0, sizeof(units), units };
        PVOID handle = NULL;

        check(load(WIDE(u"dll-base")) == base);
        check(load(WIDE(u"Dll-BASE.dLL")) == base);
        for (ULONG i = 0; i < 3; i++) {
                in_folder(paths[i], &path);
                check(load(&path) == base);
                check_status(LdrGetDllHandle(NULL, NULL, &path, &handle), STATUS_SUCCESS);
                check(handle == base);
        }
        in_folder(u"nowhere\\dll-base.dll", &path);
        check_status(LdrLoadDll(NULL, NULL, &path, &handle), STATUS_DLL_NOT_FOUND);
        check(handle == NULL);
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-base."), &handle), STATUS_DLL_NOT_FOUND);
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-base.exe"), &handle), STATUS_DLL_NOT_FOUND);
        for (ULONG i = 0; i < 6; i++)
                check_status(LdrUnloadDll(base), STATUS_SUCCESS);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &handle),
                        STATUS_DLL_NOT_FOUND);
}

/* What kernel32 hands on of LoadLibraryEx(): a pointer, as on Windows, or the flags themselves. */
static void flags(void) {
        ULONG none = 0;
        PVOID handle = NULL;

        check_status(LdrLoadDll(NULL, &none, WIDE(u"dll-quiet"), &handle), STATUS_SUCCESS);
        check_status(LdrUnloadDll(handle), STATUS_SUCCESS);
        check_status(LdrLoadDll(NULL, (PULONG) 0x8, WIDE(u"dll-quiet"), &handle), STATUS_SUCCESS);
        check_status(LdrUnloadDll(handle), STATUS_SUCCESS);
        check_status(LdrLoadDll(NULL, (PULONG) 0x1000, WIDE(u"dll-quiet"), &handle),
                        STATUS_SUCCESS);
        check_status(LdrUnloadDll(handle), STATUS_SUCCESS);
}

static void numbers(PVOID base) {
        static const ULONG wrong[] = { 4, 6, 13, 65541 };
        char what[32];
        PVOID address = NULL;

        for (ULONG i = 0; i < 4; i++) {
                _snprintf(what, sizeof(what), "number %u", (unsigned) wrong[i]);
                print_status(what, LdrGetProcedureAddress(base, NULL, wrong[i], &address));
        }
        check_status(LdrGetProcedureAddress(base, NULL, 9, &address), STATUS_SUCCESS);
        check(address && ((int (*)(int)) address)(21) == 42);
}

static void forwards(PVOID astray) {
        PVOID address = NULL;

        check_status(LdrGetProcedureAddress(astray, NARROW("astray_far"), 0, &address),
                        STATUS_SUCCESS);
        check(address && ((int (*)(void)) address)() == 13);
        print_status("function",
                        LdrGetProcedureAddress(astray, NARROW("astray_function"), 0, &address));
        print_status("number",
                        LdrGetProcedureAddress(astray, NARROW("astray_number"), 0, &address));
        check(!NT_SUCCESS(LdrGetProcedureAddress(astray, NARROW("astray_library"), 0, &address)));
}

NTSTATUS world_main(void) {
        PVOID astray;

        names(load(WIDE(u"dll-base.dll")));
        flags();
        numbers(load(WIDE(u"dll-base.dll")));
        astray = load(WIDE(u"dll-astray.dll"));
        forwards(astray);
        print("done\n");
        RtlExitUserProcess(failed);
        return failed;
}
