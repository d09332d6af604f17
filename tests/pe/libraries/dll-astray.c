/* Has nothing of its own: it forwards to what is not there. */

#include "trace.h"

BOOLEAN NTAPI DllMain(PVOID base, ULONG reason, PVOID reserved) {
        (void) base, (void) reason, (void) reserved;
        return TRUE;
}
