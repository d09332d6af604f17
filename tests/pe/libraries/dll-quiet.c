/* Has an address to be relocated, and nothing to say. */

#include "trace.h"

int quiet_value(void);

static int number = 13;
static int *number_at = &number;

int quiet_value(void) {
        return *number_at;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base, (void) reason, (void) reserved;
        return TRUE;
}
