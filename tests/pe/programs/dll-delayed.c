/*
 * Functions that are imported when they are first called, and hooks that are asked for what is not
 * there.
 *
 * Out: base attach
 * Out: double 14, get 1000
 * Out: hook 4: dll-base.dll has no no_such_function
 * Out: hook 4: no dll-nobody.dll
 * Out: system hook: dll-nobody.dll, number 3
 * Out: base detach +
 */

#include "ldr.h"
#include "pe.h"

/* DELAYLOAD_INFO */
typedef struct DelayInfo {
        ULONG size;
        PVOID descriptor;
        PVOID *thunk;
        const char *dll_name;
        ULONG is_by_name;
        union {
                const char *name;
                ULONG ordinal;
        } function;
        PVOID base;
        PVOID unused;
        ULONG last_error;
} DelayInfo;

/* What linkers make of a delayed import: addresses in it are relative to the program. */
extern const ULONG base_imports[8], nobody_imports[8];
__asm__(".section .rdata, \"dr\"\n"
        ".balign 8\n"
        "base_name: .asciz \"dll-base.dll\"\n"
        ".balign 2\n"
        "double_name: .short 0; .asciz \"base_double\"\n"
        ".balign 2\n"
        "absent_name: .short 1; .asciz \"no_such_function\"\n"
        "nobody_name: .asciz \"dll-nobody.dll\"\n"
        ".balign 8\n"
        "base_names: .rva double_name; .long 0; .quad 0x8000000000000005\n"
        "        .rva absent_name; .long 0; .quad 0\n"
        "nobody_names: .quad 0x8000000000000003, 0\n"
        "base_imports: .long 1; .rva base_name, base_module, base_slots, base_names; .long 0, 0, "
        "0\n"
        "nobody_imports: .long 1; .rva nobody_name, nobody_module, nobody_slots, nobody_names\n"
        "        .long 0, 0, 0\n"
        ".text\n");
PVOID base_slots[4], nobody_slots[2], base_module, nobody_module;

static PVOID program;

static int instead(void) {
        return 5;
}

static PVOID NTAPI hook(ULONG reason, const DelayInfo *info) {
        check(info->size == sizeof(*info) && info->unused == NULL && info->last_error != 0);
        if (info->base) {
                check(info->descriptor == base_imports && info->thunk == &base_slots[2]);
                print("hook %u: %s has no %s\n", (unsigned) reason, info->dll_name,
                                info->is_by_name ? info->function.name : "number");
                return (PVOID) instead;
        }
        check(!info->is_by_name && info->function.ordinal == 3);
        print("hook %u: no %s\n", (unsigned) reason, info->dll_name);
        return NULL;
}

static PVOID NTAPI system_hook(const char *dll, const char *function) {
        print("system hook: %s, number %u\n", dll, (unsigned) (ULONG_PTR) function);
        return (PVOID) instead;
}

static PVOID resolve(const ULONG *descriptor, PVOID *slot) {
        return LdrResolveDelayLoadedAPI(
                        program, descriptor, (PVOID) hook, (PVOID) system_hook, slot, 0);
}

NTSTATUS world_main(void) {
        int (*twice)(int), (*get)(void), (*other)(void);
        PVOID handle;

        program = at_offset(PVOID, peb_self(), 0x10);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &handle),
                        STATUS_DLL_NOT_FOUND);
        twice = (int (*)(int)) resolve(base_imports, &base_slots[0]);
        get = (int (*)(void)) resolve(base_imports, &base_slots[1]);
        check(base_slots[0] == (PVOID) twice && base_slots[1] == (PVOID) get);
        print("double %d, get %d\n", twice ? twice(7) : -1, get ? get() : -1);
        check_status(LdrGetDllHandle(NULL, NULL, WIDE(u"dll-base.dll"), &handle), STATUS_SUCCESS);
        other = (int (*)(void)) resolve(base_imports, &base_slots[2]);
        check(other && other() == 5);
        other = (int (*)(void)) resolve(nobody_imports, &nobody_slots[0]);
        check(other && other() == 5);
        RtlExitUserProcess(failed);
        return failed;
}
