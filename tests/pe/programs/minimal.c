/*
 * A program that does nothing but end.
 *
 * Exit: 7
 */

#include "../support/pe.h"

NTSTATUS world_main(void) {
        return 7;
}
