#include "rtl-string.h"

#include <string.h>

#include "ntrtlnls.h"
#include "ntrtlstr.h"
#include "ntstatus.h"
#include "rtl-heap.h"

/*
 * The run-time library works on the caller's memory as any C function does: on Windows too it runs
 * in the caller's own mode, and a bad pointer is the caller's fault.
 */

#define STRING_UNITS_MAX 32766u /* what a USHORT of bytes holds, with a NUL */
#define STRING_BYTES_MAX 65534u

#define DUPLICATE_FLAGS                                                                            \
        (RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE |                                             \
                        RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING)

size_t rtl_units(const WCHAR *text, size_t max) {
        size_t n = 0;

        while (n < max && text[n] != 0)
                n++;
        return n;
}

static void set_string(UNICODE_STRING *string, const WCHAR *text, size_t n_units) {
        string->Length = (USHORT) (n_units * sizeof(WCHAR));
        string->MaximumLength = text ? (USHORT) ((n_units + 1) * sizeof(WCHAR)) : 0;
        string->Buffer = (WCHAR *) text;
}

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
        set_string(DestinationString, SourceString,
                        SourceString ? rtl_units(SourceString, STRING_UNITS_MAX) : 0);
}

NTSTATUS NTAPI RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
        size_t n_units = SourceString ? rtl_units(SourceString, STRING_UNITS_MAX + 1) : 0;

        if (n_units > STRING_UNITS_MAX)
                return STATUS_NAME_TOO_LONG;
        set_string(DestinationString, SourceString, n_units);
        return STATUS_SUCCESS;
}

static void set_bytes(STRING *string, const char *text, size_t n_bytes) {
        string->Length = (USHORT) n_bytes;
        string->MaximumLength = text ? (USHORT) (n_bytes + 1) : 0;
        string->Buffer = (char *) text;
}

static void init_bytes(STRING *string, const char *text) {
        set_bytes(string, text, text ? strnlen(text, STRING_BYTES_MAX) : 0);
}

static NTSTATUS init_bytes_ex(STRING *string, const char *text) {
        size_t n_bytes = text ? strnlen(text, STRING_BYTES_MAX + 1) : 0;

        if (n_bytes > STRING_BYTES_MAX)
                return STATUS_NAME_TOO_LONG;
        set_bytes(string, text, n_bytes);
        return STATUS_SUCCESS;
}

VOID NTAPI RtlInitString(PSTRING DestinationString, PCSZ SourceString) {
        init_bytes(DestinationString, SourceString);
}

VOID NTAPI RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString) {
        init_bytes(DestinationString, SourceString);
}

VOID NTAPI RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString) {
        init_bytes(DestinationString, SourceString);
}

NTSTATUS NTAPI RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString) {
        return init_bytes_ex(DestinationString, SourceString);
}

NTSTATUS NTAPI RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString) {
        return init_bytes_ex(DestinationString, SourceString);
}

NTSTATUS NTAPI RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString) {
        return init_bytes_ex(DestinationString, SourceString);
}

BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString) {
        size_t n_units = rtl_units(SourceString, STRING_UNITS_MAX + 1);
        WCHAR *copy;

        if (n_units > STRING_UNITS_MAX)
                return FALSE;
        copy = rtl_allocate((n_units + 1) * sizeof(WCHAR));
        if (!copy)
                return FALSE;

        memcpy(copy, SourceString, (n_units + 1) * sizeof(WCHAR));
        set_string(DestinationString, copy, n_units);
        return TRUE;
}

BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(
                PUNICODE_STRING DestinationString, PCSZ SourceString) {
        STRING source;

        if (!NT_SUCCESS(init_bytes_ex(&source, SourceString)))
                return FALSE;
        return NT_SUCCESS(RtlAnsiStringToUnicodeString(DestinationString, &source, TRUE));
}

static bool valid(const UNICODE_STRING *string) {
        if (string->Length % 2 != 0 || string->MaximumLength % 2 != 0)
                return false;
        if (string->Length > string->MaximumLength)
                return false;
        return string->Buffer || string->MaximumLength == 0;
}

NTSTATUS NTAPI RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String) {
        if (Flags != 0 || (String && !valid(String)))
                return STATUS_INVALID_PARAMETER;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDuplicateUnicodeString(
                ULONG Flags, PCUNICODE_STRING SourceString, PUNICODE_STRING DestinationString) {
        size_t length, room;
        WCHAR *copy = NULL;

        if (Flags & ~DUPLICATE_FLAGS || Flags == RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING)
                return STATUS_INVALID_PARAMETER;
        if (!SourceString || !DestinationString ||
                        SourceString->Length > SourceString->MaximumLength ||
                        (!SourceString->Buffer && SourceString->MaximumLength > 0))
                return STATUS_INVALID_PARAMETER;
        length = SourceString->Length;
        room = Flags ? length + sizeof(WCHAR) : length;
        if (length == 0 && Flags != DUPLICATE_FLAGS)
                room = 0;
        if (room > STRING_BYTES_MAX)
                return STATUS_NAME_TOO_LONG;

        if (room > 0) {
                copy = rtl_allocate(room);
                if (!copy)
                        return STATUS_NO_MEMORY;
                rtl_copy(copy, SourceString->Buffer, length);
                if (room > length)
                        memset((char *) copy + length, 0, sizeof(WCHAR));
        }
        DestinationString->Buffer = copy;
        DestinationString->Length = (USHORT) length;
        DestinationString->MaximumLength = (USHORT) room;
        return STATUS_SUCCESS;
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString) {
        rtl_free(UnicodeString->Buffer);
        *UnicodeString = (UNICODE_STRING){ 0 };
}

static void free_bytes(STRING *string) {
        rtl_free(string->Buffer);
        *string = (STRING){ 0 };
}

VOID NTAPI RtlFreeAnsiString(PANSI_STRING AnsiString) {
        free_bytes(AnsiString);
}

VOID NTAPI RtlFreeOemString(POEM_STRING OemString) {
        free_bytes(OemString);
}

VOID NTAPI RtlFreeUTF8String(PUTF8_STRING Utf8String) {
        free_bytes(Utf8String);
}

VOID NTAPI RtlEraseUnicodeString(PUNICODE_STRING String) {
        if (String->Buffer && String->MaximumLength > 0) {
                explicit_bzero(String->Buffer, String->MaximumLength);
                String->Length = 0;
        }
}

/* A NUL behind the string, if its buffer goes on. */
static void terminate(UNICODE_STRING *string) {
        if (string->Length + sizeof(WCHAR) <= string->MaximumLength)
                string->Buffer[string->Length / sizeof(WCHAR)] = 0;
}

VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString) {
        USHORT length = 0;

        if (SourceString) {
                length = SourceString->Length;
                if (length > DestinationString->MaximumLength)
                        length = DestinationString->MaximumLength;
                rtl_move(DestinationString->Buffer, SourceString->Buffer, length);
        }
        DestinationString->Length = length;
        if (SourceString)
                terminate(DestinationString);
}

VOID NTAPI RtlCopyString(PSTRING DestinationString, const STRING *SourceString) {
        USHORT length = 0;

        if (SourceString) {
                length = SourceString->Length;
                if (length > DestinationString->MaximumLength)
                        length = DestinationString->MaximumLength;
                rtl_move(DestinationString->Buffer, SourceString->Buffer, length);
        }
        DestinationString->Length = length;
}

static NTSTATUS append(UNICODE_STRING *string, const WCHAR *text, size_t length) {
        if (string->Length + length > string->MaximumLength)
                return STATUS_BUFFER_TOO_SMALL;

        rtl_move((char *) string->Buffer + string->Length, text, length);
        string->Length = (USHORT) (string->Length + length);
        terminate(string);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAppendUnicodeStringToString(
                PUNICODE_STRING Destination, PCUNICODE_STRING Source) {
        if (Source->Length == 0)
                return STATUS_SUCCESS;
        return append(Destination, Source->Buffer, Source->Length);
}

NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source) {
        if (!Source)
                return STATUS_SUCCESS;
        return append(Destination, Source, rtl_units(Source, STRING_UNITS_MAX + 2) * sizeof(WCHAR));
}

static NTSTATUS append_bytes(STRING *string, const char *text, size_t length) {
        if (string->Length + length > string->MaximumLength)
                return STATUS_BUFFER_TOO_SMALL;

        rtl_move(string->Buffer + string->Length, text, length);
        string->Length = (USHORT) (string->Length + length);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAppendStringToString(PSTRING Destination, const STRING *Source) {
        if (Source->Length == 0)
                return STATUS_SUCCESS;
        return append_bytes(Destination, Source->Buffer, Source->Length);
}

NTSTATUS NTAPI RtlAppendAsciizToString(PSTRING Destination, PCSZ Source) {
        if (!Source)
                return STATUS_SUCCESS;
        return append_bytes(Destination, Source, strnlen(Source, STRING_BYTES_MAX + 2));
}
