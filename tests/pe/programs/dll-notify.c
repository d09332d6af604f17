/*
 * Who has registered is told of DLLs that are loaded, before their DllMain, and unloaded.
 *
 * Out: 1: loaded dll-base.dll
 * Out: 2: loaded dll-base.dll
 * Out: base attach
 * Out: 1: loaded dll-middle.dll
 * Out: 2: loaded dll-middle.dll
 * Out: middle attach
 * Out: again
 * Out: middle detach
 * Out: base detach
 * Out: 2: unloaded dll-base.dll
 * Out: 2: unloaded dll-middle.dll
 * Out: base attach
 * Out: middle attach
 * Out: middle detach +
 * Out: base detach +
 */

#include "ldr.h"
#include "pe.h"

/* LDR_DLL_NOTIFICATION_DATA */
typedef struct Told {
        ULONG flags;
        PUNICODE_STRING full_name;
        PUNICODE_STRING base_name;
        PVOID base;
        ULONG size;
} Told;

static char gone[2][16]; /* who is unloaded first is nobody's promise */
static int n_gone;

static VOID NTAPI see(ULONG reason, const Told *told, PVOID context) {
        char name[16] = { 0 };

        for (USHORT i = 0; i < told->base_name->Length / 2 && i < sizeof(name) - 1; i++)
                name[i] = (char) told->base_name->Buffer[i];
        check(told->flags == 0);
        check(told->base != NULL && told->size >= 0x2000);
        check(told->full_name->Length > told->base_name->Length);
        if (reason == 1)
                print("%d: loaded %s\n", (int) (ULONG_PTR) context, name);
        else if (n_gone < 2)
                memcpy(gone[n_gone++], name, sizeof(name));
        check(reason == 1 || reason == 2);
}

static void say_gone(void) {
        int first = n_gone == 2 && strcmp(gone[0], gone[1]) > 0;

        for (int i = 0; i < n_gone; i++)
                print("2: unloaded %s\n", gone[i ^ first]);
}

NTSTATUS world_main(void) {
        PVOID first = NULL, second = NULL, middle = NULL;

        check_status(LdrRegisterDllNotification(0, (PVOID) see, (PVOID) 1, &first), STATUS_SUCCESS);
        check_status(LdrRegisterDllNotification(0, (PVOID) see, (PVOID) 2, &second),
                        STATUS_SUCCESS);
        check(first != second);
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-middle"), &middle), STATUS_SUCCESS);
        print("again\n");
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-middle"), &middle), STATUS_SUCCESS);
        check_status(LdrUnloadDll(middle), STATUS_SUCCESS);
        check_status(LdrUnregisterDllNotification(first), STATUS_SUCCESS);
        check_status(LdrUnloadDll(middle), STATUS_SUCCESS);
        say_gone();
        check_status(LdrUnregisterDllNotification(second), STATUS_SUCCESS);
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-middle"), &middle), STATUS_SUCCESS);
        RtlExitUserProcess(failed);
        return failed;
}
