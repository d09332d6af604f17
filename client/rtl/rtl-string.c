#include <stdlib.h>

#include "ntrtl.h"

/*
 * The run-time library works on the caller's memory as any C function does: on Windows too it runs
 * in the caller's own mode, and a bad pointer is the caller's fault.
 */

#define STRING_UNITS_MAX 32766u /* what a USHORT of bytes holds, with a NUL */

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
        size_t n_units = 0;

        if (SourceString) {
                while (n_units < STRING_UNITS_MAX && SourceString[n_units] != 0)
                        n_units++;
        }
        DestinationString->Length = (USHORT) (n_units * sizeof(WCHAR));
        DestinationString->MaximumLength =
                        SourceString ? (USHORT) ((n_units + 1) * sizeof(WCHAR)) : 0;
        DestinationString->Buffer = (PWSTR) SourceString;
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString) {
        free(UnicodeString->Buffer);
        *UnicodeString = (UNICODE_STRING){ 0 };
}
