/*
 * Standard handles are files, whatever Linux has there.
 *
 * In: abc
 * Out: first line
 * Out: input: abc
 * Out: end: C0000011
 */

#include "../support/pe.h"

#define PARAMETERS_STDINPUT 0x20

NTSTATUS world_main(void) {
        HANDLE input = at_offset(HANDLE, process_parameters(), PARAMETERS_STDINPUT);
        IO_STATUS_BLOCK result = { 0 };
        char text[16] = { 0 };
        NTSTATUS status;

        print("first line\n");
        check_status(NtReadFile(input, NULL, NULL, NULL, &result, text, sizeof(text) - 1, NULL, NULL),
                        STATUS_SUCCESS);
        check(result.Information == 4);
        print("input: %s", text);
        status = NtReadFile(input, NULL, NULL, NULL, &result, text, sizeof(text), NULL, NULL);
        print("end: %08X\n", (unsigned) status);
        return failed;
}
