/* Only reached through a forwarder of dll-late, at whose address it would like to be. */

#include "trace.h"

int far_value(void);

static int number = 13;
static int *number_at = &number;

int far_value(void) {
        return *number_at;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("far", reason, reserved);
        return TRUE;
}
