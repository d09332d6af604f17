/*
 * Standard input and output, whatever they are.
 *
 * In: first
 * In: second
 * Out: 13 bytes
 * Out: first
 * Out: second
 */

#include "../support/pe.h"

static char text[65536];

NTSTATUS world_main(void) {
        SIZE_T size = 0, n;

        while ((n = world_read(text + size, sizeof(text) - size)) > 0)
                size += n;
        print("%u bytes\n", (unsigned) size);
        world_write(text, size);
        return 0;
}
