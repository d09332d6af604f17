/* Imports from dll-base by name and by number, and forwards to it. */

#include "trace.h"

int base_get(void);
extern __declspec(dllimport) int base_value;

int middle_sum(void);

int middle_sum(void) {
        return base_get() + base_value;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("middle", reason, reserved);
        return TRUE;
}
