/*
 * The shell gets the low 8 bits of the exit status, and never 0 for what is not 0.
 *
 * Run: 0
 * Exit: 0
 * Run: 1
 * Exit: 1
 * Run: 2A
 * Exit: 42
 * Run: FF
 * Exit: 255
 * Run: 100
 * Exit: 255
 * Run: C0000005
 * Exit: 5
 * Run: FFFFFFFF
 * Exit: 255
 */

#include "../support/pe.h"

#define PARAMETERS_COMMAND_LINE 0x70

NTSTATUS world_main(void) {
        const UNICODE_STRING *line =
                        &at_offset(UNICODE_STRING, process_parameters(), PARAMETERS_COMMAND_LINE);
        ULONG n = line->Length / 2, begin = n, status = 0;

        while (begin > 0 && line->Buffer[begin - 1] != ' ')
                begin--;
        for (; begin < n; begin++) {
                WCHAR c = line->Buffer[begin];

                status = status * 16 + (c <= '9' ? c - '0' : c - 'A' + 10);
        }
        return (NTSTATUS) status;
}
