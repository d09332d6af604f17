/* Says that it cannot begin. */

#include "trace.h"

int middle_sum(void);
int refuses_sum(void);

int refuses_sum(void) {
        return middle_sum();
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("refuses", reason, reserved);
        return FALSE;
}
