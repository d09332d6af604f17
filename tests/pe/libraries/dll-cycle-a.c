/* Imports from dll-cycle-b, which imports from here. */

#include "trace.h"

int cycle_a(int value);
int cycle_b(int value);

int cycle_a(int value) {
        return value > 0 ? 1 + cycle_b(value - 1) : 0;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("cycle-a", reason, reserved);
        return cycle_a(3) == 112;
}
