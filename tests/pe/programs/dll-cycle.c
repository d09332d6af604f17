/*
 * DLLs that import from each other: the one that is met first is attached last, and detached first.
 *
 * Out: cycle-b attach +
 * Out: cycle-a attach +
 * Out: cycle 112
 * Out: base attach
 * Out: middle attach
 * Out: middle detach +
 * Out: base detach +
 * Out: cycle-a detach +
 * Out: cycle-b detach +
 */

#include "ldr.h"
#include "pe.h"

int cycle_a(int value);

NTSTATUS world_main(void) {
        PVOID middle = NULL;

        print("cycle %d\n", cycle_a(3));
        check_status(LdrLoadDll(NULL, NULL, WIDE(u"dll-middle"), &middle), STATUS_SUCCESS);
        RtlExitUserProcess(failed); /* detaches what was loaded later, too */
        return failed;
}
