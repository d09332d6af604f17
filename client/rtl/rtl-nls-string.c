#include "ntrtlnls.h"
#include "ntstatus.h"
#include "rtl-heap.h"
#include "rtl-string.h"
#include "upcase.h"
#include "utf8.h"

#define LENGTH_MAX 65535u

/* Bytes of the conversion of @string, with a NUL. */
static ULONG unicode_size(const STRING *string) {
        size_t n = 0;

        (void) utf8_to_utf16(NULL, 0, &n, string->Buffer, string->Length);
        return (ULONG) ((n + 1) * sizeof(WCHAR));
}

static ULONG bytes_size(const UNICODE_STRING *string, const uint16_t *table) {
        size_t size = 0;

        (void) utf16_to_utf8(NULL, 0, &size, string->Buffer, string->Length / 2, table);
        return (ULONG) (size + 1);
}

ULONG NTAPI RtlAnsiStringToUnicodeSize(PCANSI_STRING AnsiString) {
        return unicode_size(AnsiString);
}

ULONG NTAPI RtlOemStringToUnicodeSize(PCOEM_STRING OemString) {
        return unicode_size(OemString);
}

ULONG NTAPI RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString) {
        return unicode_size(AnsiString);
}

ULONG NTAPI RtlxOemStringToUnicodeSize(PCOEM_STRING OemString) {
        return unicode_size(OemString);
}

ULONG NTAPI RtlUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString) {
        return bytes_size(UnicodeString, NULL);
}

ULONG NTAPI RtlUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString) {
        return bytes_size(UnicodeString, NULL);
}

ULONG NTAPI RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString) {
        return bytes_size(UnicodeString, NULL);
}

ULONG NTAPI RtlxUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString) {
        return bytes_size(UnicodeString, NULL);
}

static NTSTATUS to_unicode(UNICODE_STRING *to, const STRING *from, bool allocate) {
        ULONG size = unicode_size(from);
        size_t n = 0;

        if (size > LENGTH_MAX)
                return STATUS_INVALID_PARAMETER_2;
        to->Length = (USHORT) (size - sizeof(WCHAR));
        if (allocate) {
                to->MaximumLength = (USHORT) size;
                to->Buffer = rtl_allocate(size);
                if (!to->Buffer)
                        return STATUS_NO_MEMORY;
        } else if (size > to->MaximumLength) {
                return STATUS_BUFFER_OVERFLOW;
        }

        (void) utf8_to_utf16(to->Buffer, size / sizeof(WCHAR), &n, from->Buffer, from->Length);
        to->Buffer[n] = 0;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
                PCANSI_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_unicode(DestinationString, SourceString, AllocateDestinationString);
}

NTSTATUS NTAPI RtlOemStringToUnicodeString(PUNICODE_STRING DestinationString,
                PCOEM_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_unicode(DestinationString, SourceString, AllocateDestinationString);
}

NTSTATUS NTAPI RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString,
                PCUTF8_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_unicode(DestinationString, SourceString, AllocateDestinationString);
}

/* @table says what each unit becomes first; NULL for itself. */
static NTSTATUS to_bytes(
                STRING *to, const UNICODE_STRING *from, bool allocate, const uint16_t *table) {
        ULONG size = bytes_size(from, table);
        NTSTATUS status = STATUS_SUCCESS;
        size_t n = 0;

        if (size > LENGTH_MAX)
                return STATUS_INVALID_PARAMETER_2;
        to->Length = (USHORT) (size - 1);
        if (allocate) {
                to->MaximumLength = (USHORT) size;
                to->Buffer = rtl_allocate(size);
                if (!to->Buffer)
                        return STATUS_NO_MEMORY;
        } else if (size > to->MaximumLength) {
                status = STATUS_BUFFER_OVERFLOW;
                if (to->MaximumLength == 0)
                        return status;
                size = to->MaximumLength;
        }

        (void) utf16_to_utf8(to->Buffer, size - 1, &n, from->Buffer, from->Length / 2, table);
        to->Buffer[n] = 0;
        to->Length = (USHORT) n;
        return status;
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_bytes(DestinationString, SourceString, AllocateDestinationString, NULL);
}

NTSTATUS NTAPI RtlUnicodeStringToOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_bytes(DestinationString, SourceString, AllocateDestinationString, NULL);
}

NTSTATUS NTAPI RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_bytes(DestinationString, SourceString, AllocateDestinationString, NULL);
}

NTSTATUS NTAPI RtlUpcaseUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_bytes(DestinationString, SourceString, AllocateDestinationString,
                        nt_upcase_table);
}

NTSTATUS NTAPI RtlUpcaseUnicodeStringToOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_bytes(DestinationString, SourceString, AllocateDestinationString,
                        nt_upcase_table);
}

static NTSTATUS to_counted(
                STRING *to, const UNICODE_STRING *from, bool allocate, const uint16_t *table) {
        ULONG size = bytes_size(from, table) - 1;
        size_t n = 0;

        if (size > LENGTH_MAX)
                return STATUS_INVALID_PARAMETER_2;
        if (size == 0) {
                *to = (STRING){ 0 };
                return STATUS_SUCCESS;
        }
        to->Length = (USHORT) size;
        if (allocate) {
                to->MaximumLength = (USHORT) size;
                to->Buffer = rtl_allocate(size);
                if (!to->Buffer)
                        return STATUS_NO_MEMORY;
        } else if (size > to->MaximumLength) {
                return STATUS_BUFFER_OVERFLOW;
        }
        (void) utf16_to_utf8(to->Buffer, size, &n, from->Buffer, from->Length / 2, table);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_counted(DestinationString, SourceString, AllocateDestinationString, NULL);
}

NTSTATUS NTAPI RtlUpcaseUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString) {
        return to_counted(DestinationString, SourceString, AllocateDestinationString,
                        nt_upcase_table);
}
