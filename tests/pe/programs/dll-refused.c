/*
 * A DLL that the program is linked with says that it cannot begin: the program does not either, and
 * the DLLs that have begun are not told that the process ends.
 *
 * Out: base attach +
 * Out: middle attach +
 * Out: refuses attach +
 * Out: refuses detach +
 * Err: dll-refuses.dll says that it cannot begin
 * Exit: 126
 */

#include "pe.h"

int refuses_sum(void);

NTSTATUS world_main(void) {
        print("begun, %d\n", refuses_sum());
        return 0;
}
