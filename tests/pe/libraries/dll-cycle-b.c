/* Imports from dll-cycle-a, which imports from here. */

#include "trace.h"

int cycle_a(int value);
int cycle_b(int value);

int cycle_b(int value) {
        return value > 0 ? 10 + cycle_a(value - 1) : 100;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("cycle-b", reason, reserved);
        return TRUE;
}
