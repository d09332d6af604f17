/* What the other DLLs of the dll- tests need: nothing stands below it. */

#include "trace.h"

int base_value = 1000;

int base_get(void);
int base_double(int value);

int base_get(void) {
        return base_value;
}

int base_double(int value) {
        return 2 * value;
}

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base;
        trace("base", reason, reserved);
        return TRUE;
}
