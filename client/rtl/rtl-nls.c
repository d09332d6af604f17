#include "ntrtlnls.h"
#include "ntstatus.h"
#include "upcase.h"
#include "utf8.h"

NTSTATUS NTAPI RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination,
                ULONG UnicodeStringMaxByteCount,
                PULONG UnicodeStringActualByteCount,
                PCCH UTF8StringSource,
                ULONG UTF8StringByteCount) {
        size_t n = 0;
        NTSTATUS status;

        if (!UTF8StringSource)
                return STATUS_INVALID_PARAMETER_4;
        if (!UnicodeStringActualByteCount)
                return STATUS_INVALID_PARAMETER;

        status = utf8_to_utf16(UnicodeStringDestination, UnicodeStringMaxByteCount / sizeof(WCHAR),
                        &n, UTF8StringSource, UTF8StringByteCount);
        *UnicodeStringActualByteCount = (ULONG) (n * sizeof(WCHAR));
        return status;
}

NTSTATUS NTAPI RtlUnicodeToUTF8N(PCHAR UTF8StringDestination,
                ULONG UTF8StringMaxByteCount,
                PULONG UTF8StringActualByteCount,
                PCWCH UnicodeStringSource,
                ULONG UnicodeStringByteCount) {
        size_t size = 0;
        NTSTATUS status;

        if (!UnicodeStringSource)
                return STATUS_INVALID_PARAMETER_4;
        if (!UTF8StringActualByteCount)
                return STATUS_INVALID_PARAMETER;
        if (UTF8StringDestination && UnicodeStringByteCount % 2 != 0)
                return STATUS_INVALID_PARAMETER_5;

        status = utf16_to_utf8(UTF8StringDestination, UTF8StringMaxByteCount, &size,
                        UnicodeStringSource, UnicodeStringByteCount / sizeof(WCHAR), NULL);
        *UTF8StringActualByteCount = (ULONG) size;
        return status;
}

/* Whether all had room. */
static bool to_units(WCHAR *to, ULONG max, ULONG *ret_size, const char *from, ULONG size) {
        WCHAR none;
        size_t n = 0;
        NTSTATUS status;

        /* With no buffer there is no room, and not a question how much is needed. */
        status = utf8_to_utf16(to ? to : &none, to ? max / sizeof(WCHAR) : 0, &n, from, size);
        if (ret_size)
                *ret_size = (ULONG) (n * sizeof(WCHAR));
        return status != STATUS_BUFFER_TOO_SMALL;
}

static bool to_bytes(char *to,
                ULONG max,
                ULONG *ret_size,
                const WCHAR *from,
                ULONG size,
                const uint16_t *table) {
        char none;
        size_t n = 0;
        NTSTATUS status;

        status = utf16_to_utf8(
                        to ? to : &none, to ? max : 0, &n, from, size / sizeof(WCHAR), table);
        if (ret_size)
                *ret_size = (ULONG) n;
        return status != STATUS_BUFFER_TOO_SMALL;
}

NTSTATUS NTAPI RtlMultiByteToUnicodeN(PWCH UnicodeString,
                ULONG MaxBytesInUnicodeString,
                PULONG BytesInUnicodeString,
                const CHAR *MultiByteString,
                ULONG BytesInMultiByteString) {
        (void) to_units(UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString,
                        MultiByteString, BytesInMultiByteString);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlConsoleMultiByteToUnicodeN(PWCH UnicodeString,
                ULONG MaxBytesInUnicodeString,
                PULONG BytesInUnicodeString,
                PCCH MultiByteString,
                ULONG BytesInMultiByteString,
                PULONG pdwSpecialChar) {
        *pdwSpecialChar = 1;
        return RtlMultiByteToUnicodeN(UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString,
                        MultiByteString, BytesInMultiByteString);
}

NTSTATUS NTAPI RtlOemToUnicodeN(PWCH UnicodeString,
                ULONG MaxBytesInUnicodeString,
                PULONG BytesInUnicodeString,
                PCCH OemString,
                ULONG BytesInOemString) {
        return to_units(UnicodeString, MaxBytesInUnicodeString, BytesInUnicodeString, OemString,
                               BytesInOemString)
                               ? STATUS_SUCCESS
                               : STATUS_BUFFER_OVERFLOW;
}

NTSTATUS NTAPI RtlUnicodeToMultiByteN(PCHAR MultiByteString,
                ULONG MaxBytesInMultiByteString,
                PULONG BytesInMultiByteString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString) {
        (void) to_bytes(MultiByteString, MaxBytesInMultiByteString, BytesInMultiByteString,
                        UnicodeString, BytesInUnicodeString, NULL);
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUpcaseUnicodeToMultiByteN(PCHAR MultiByteString,
                ULONG MaxBytesInMultiByteString,
                PULONG BytesInMultiByteString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString) {
        (void) to_bytes(MultiByteString, MaxBytesInMultiByteString, BytesInMultiByteString,
                        UnicodeString, BytesInUnicodeString, nt_upcase_table);
        return STATUS_SUCCESS;
}

static NTSTATUS
to_oem(char *to, ULONG max, ULONG *ret_size, const WCHAR *from, ULONG size, const uint16_t *table) {
        return to_bytes(to, max, ret_size, from, size, table) ? STATUS_SUCCESS
                                                              : STATUS_BUFFER_OVERFLOW;
}

NTSTATUS NTAPI RtlUnicodeToOemN(PCHAR OemString,
                ULONG MaxBytesInOemString,
                PULONG BytesInOemString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString) {
        return to_oem(OemString, MaxBytesInOemString, BytesInOemString, UnicodeString,
                        BytesInUnicodeString, NULL);
}

NTSTATUS NTAPI RtlUpcaseUnicodeToOemN(PCHAR OemString,
                ULONG MaxBytesInOemString,
                PULONG BytesInOemString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString) {
        return to_oem(OemString, MaxBytesInOemString, BytesInOemString, UnicodeString,
                        BytesInUnicodeString, nt_upcase_table);
}

NTSTATUS NTAPI RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString,
                const CHAR *MultiByteString,
                ULONG BytesInMultiByteString) {
        size_t n = 0;

        (void) utf8_to_utf16(NULL, 0, &n, MultiByteString, BytesInMultiByteString);
        *BytesInUnicodeString = (ULONG) (n * sizeof(WCHAR));
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeToMultiByteSize(
                PULONG BytesInMultiByteString, PCWCH UnicodeString, ULONG BytesInUnicodeString) {
        size_t size = 0;

        (void) utf16_to_utf8(NULL, 0, &size, UnicodeString, BytesInUnicodeString / 2, NULL);
        *BytesInMultiByteString = (ULONG) size;
        return STATUS_SUCCESS;
}

WCHAR NTAPI RtlAnsiCharToUnicodeChar(PUCHAR *SourceCharacter) {
        const uint8_t *at = *SourceCharacter, *end = at + 1;
        int32_t character;

        /* A character ends where no trailing byte follows, at the NUL at the latest. */
        while (*at != 0 && (*end & 0xC0) == 0x80 && end < at + 4)
                end++;
        character = utf8_next(&at, end);
        *SourceCharacter = (UCHAR *) at;
        return (WCHAR) (character < 0 || character > 0xFFFF ? (int32_t) UTF8_REPLACEMENT
                                                            : character);
}
