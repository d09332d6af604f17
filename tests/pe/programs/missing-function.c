/*
 * A function that ntdll.dll does not have stops nobody who does not call it; a lookup says that it is not there.
 *
 * Run: look
 * Out: C0000139
 * Run: call
 * Err: NtNobodyHasThis
 * Exit: 124
 */

#include "../support/pe.h"

#define PARAMETERS_COMMAND_LINE 0x70

NTSTATUS NTAPI NtNobodyHasThis(ULONG parameter);

NTSTATUS world_main(void) {
        const UNICODE_STRING *line =
                        &at_offset(UNICODE_STRING, process_parameters(), PARAMETERS_COMMAND_LINE);
        static WCHAR dll[] = u"ntdll.dll";
        UNICODE_STRING dll_name = { sizeof(dll) - 2, sizeof(dll), dll };
        STRING name = RTL_CONSTANT_STRING("NtNobodyHasThis");
        PVOID module = NULL, address = NULL;

        if (line->Buffer[line->Length / 2 - 1] == 'l')
                return NtNobodyHasThis(1);
        check_status(LdrGetDllHandle(NULL, NULL, &dll_name, &module), STATUS_SUCCESS);
        print("%08X\n", (unsigned) LdrGetProcedureAddress(module, &name, 0, &address));
        check(address == NULL);
        return failed;
}
