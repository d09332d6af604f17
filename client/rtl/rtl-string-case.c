#include "downcase.h"
#include "ntrtlstr.h"
#include "ntstatus.h"
#include "rtl-heap.h"
#include "rtl-string.h"
#include "upcase.h"

WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR SourceCharacter) {
        return nt_upcase(SourceCharacter);
}

WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR SourceCharacter) {
        return nt_downcase(SourceCharacter);
}

CHAR NTAPI RtlUpperChar(CHAR Character) {
        return (CHAR) rtl_upper_byte(Character);
}

/* @table says what each unit becomes. */
static NTSTATUS
map(UNICODE_STRING *to, const UNICODE_STRING *from, bool allocate, const uint16_t *table) {
        if (allocate) {
                WCHAR *buffer = rtl_allocate(from->Length);

                if (!buffer)
                        return STATUS_NO_MEMORY;
                to->Buffer = buffer;
                to->MaximumLength = from->Length;
        } else if (from->Length > to->MaximumLength) {
                return STATUS_BUFFER_OVERFLOW;
        }

        for (size_t i = 0; i < from->Length / sizeof(WCHAR); i++)
                to->Buffer[i] = (WCHAR) table[(uint16_t) from->Buffer[i]];
        to->Length = from->Length;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return map(DestinationString, SourceString, AllocateDestinationString, nt_upcase_table);
}

NTSTATUS NTAPI RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return map(DestinationString, SourceString, AllocateDestinationString, nt_downcase_table);
}

VOID NTAPI RtlUpperString(PSTRING DestinationString, const STRING *SourceString) {
        USHORT length = SourceString->Length;

        if (length > DestinationString->MaximumLength)
                length = DestinationString->MaximumLength;
        for (size_t i = 0; i < length; i++)
                DestinationString->Buffer[i] = (CHAR) rtl_upper_byte(SourceString->Buffer[i]);
        DestinationString->Length = length;
}
