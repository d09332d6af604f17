#pragma once

/*
 * Run-time library: from and to 8-bit text
 *
 * The ANSI code page and the OEM code page are UTF-8 (65001), as Windows 10 has it where "Unicode
 * UTF-8 for worldwide language support" is chosen: Linux's text is UTF-8, and no character is lost
 * on the way. What is not valid becomes U+FFFD: in UTF-8 each longest run of bytes that could have
 * begun a character (with a second byte that makes it overlong, a surrogate or too large), in
 * UTF-16 each surrogate without its other half. Lengths are in bytes, without a NUL unless the
 * source has one.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* UTF-8 by name. */

/**
 * RtlUTF8ToUnicodeN() - convert UTF-8
 * @UnicodeStringDestination:     gets the units; NULL to learn how long they are
 * @UnicodeStringMaxByteCount:    of the destination
 * @UnicodeStringActualByteCount: gets how many were written, or are needed
 * @UTF8StringSource:             what is to be converted
 * @UTF8StringByteCount:          its length
 *
 * Return: STATUS_SUCCESS; STATUS_SOME_NOT_MAPPED if something was not valid UTF-8;
 * STATUS_BUFFER_TOO_SMALL if not all was written (the first half of a character that is two units
 * may have been); STATUS_INVALID_PARAMETER_4 without a source, STATUS_INVALID_PARAMETER without a
 * place for the count.
 */
NTSTATUS NTAPI RtlUTF8ToUnicodeN(PWSTR UnicodeStringDestination,
                ULONG UnicodeStringMaxByteCount,
                PULONG UnicodeStringActualByteCount,
                PCCH UTF8StringSource,
                ULONG UTF8StringByteCount);

/* The other way; a character is written whole or not at all. STATUS_INVALID_PARAMETER_5 for an odd
 * @UnicodeStringByteCount if there is a destination. */
NTSTATUS NTAPI RtlUnicodeToUTF8N(PCHAR UTF8StringDestination,
                ULONG UTF8StringMaxByteCount,
                PULONG UTF8StringActualByteCount,
                PCWCH UnicodeStringSource,
                ULONG UnicodeStringByteCount);

/* Buffers in the ANSI or OEM code page. */

/**
 * RtlMultiByteToUnicodeN() - convert what has room, and its kin
 * @BytesInUnicodeString: gets how many bytes were written; may be NULL
 *
 * Return: STATUS_SUCCESS. RtlOemToUnicodeN() and RtlUnicodeToOemN(): STATUS_BUFFER_OVERFLOW if not
 * all had room.
 */
NTSTATUS NTAPI RtlMultiByteToUnicodeN(PWCH UnicodeString,
                ULONG MaxBytesInUnicodeString,
                PULONG BytesInUnicodeString,
                const CHAR *MultiByteString,
                ULONG BytesInMultiByteString);
NTSTATUS NTAPI RtlOemToUnicodeN(PWCH UnicodeString,
                ULONG MaxBytesInUnicodeString,
                PULONG BytesInUnicodeString,
                PCCH OemString,
                ULONG BytesInOemString);
NTSTATUS NTAPI RtlUnicodeToMultiByteN(PCHAR MultiByteString,
                ULONG MaxBytesInMultiByteString,
                PULONG BytesInMultiByteString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUnicodeToOemN(PCHAR OemString,
                ULONG MaxBytesInOemString,
                PULONG BytesInOemString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUpcaseUnicodeToMultiByteN(PCHAR MultiByteString,
                ULONG MaxBytesInMultiByteString,
                PULONG BytesInMultiByteString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUpcaseUnicodeToOemN(PCHAR OemString,
                ULONG MaxBytesInOemString,
                PULONG BytesInOemString,
                PCWCH UnicodeString,
                ULONG BytesInUnicodeString);

/* RtlMultiByteToUnicodeN() that also gives 1 in @pdwSpecialChar: no control character has been made
 * a glyph. */
NTSTATUS NTAPI RtlConsoleMultiByteToUnicodeN(PWCH UnicodeString,
                ULONG MaxBytesInUnicodeString,
                PULONG BytesInUnicodeString,
                PCCH MultiByteString,
                ULONG BytesInMultiByteString,
                PULONG pdwSpecialChar);

/* How many bytes the conversion of all would write. STATUS_SUCCESS. */
NTSTATUS NTAPI RtlMultiByteToUnicodeSize(PULONG BytesInUnicodeString,
                const CHAR *MultiByteString,
                ULONG BytesInMultiByteString);
NTSTATUS NTAPI RtlUnicodeToMultiByteSize(
                PULONG BytesInMultiByteString, PCWCH UnicodeString, ULONG BytesInUnicodeString);

/* One character at @*SourceCharacter, which moves behind it. U+FFFD for one beyond 16 bits. */
WCHAR NTAPI RtlAnsiCharToUnicodeChar(PUCHAR *SourceCharacter);

/* Counted strings. */

/* How many bytes the conversion of a string would need, with a NUL. */
ULONG NTAPI RtlAnsiStringToUnicodeSize(PCANSI_STRING AnsiString);
ULONG NTAPI RtlOemStringToUnicodeSize(PCOEM_STRING OemString);
ULONG NTAPI RtlUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString);
ULONG NTAPI RtlUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString);
ULONG NTAPI RtlxAnsiStringToUnicodeSize(PCANSI_STRING AnsiString);
ULONG NTAPI RtlxOemStringToUnicodeSize(PCOEM_STRING OemString);
ULONG NTAPI RtlxUnicodeStringToAnsiSize(PCUNICODE_STRING UnicodeString);
ULONG NTAPI RtlxUnicodeStringToOemSize(PCUNICODE_STRING UnicodeString);

/**
 * RtlAnsiStringToUnicodeString() - convert a string, with a NUL behind; and its kin
 * @DestinationString:         its Length is set even if there is no room
 * @AllocateDestinationString: for RtlFreeUnicodeString()
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_2 if the result is over 65,534 bytes;
 * STATUS_BUFFER_OVERFLOW and nothing written if it has no room; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
                PCANSI_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlOemStringToUnicodeString(PUNICODE_STRING DestinationString,
                PCOEM_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUTF8StringToUnicodeString(PUNICODE_STRING DestinationString,
                PCUTF8_STRING SourceString,
                BOOLEAN AllocateDestinationString);

/**
 * RtlUnicodeStringToAnsiString() - convert a string, with a NUL behind; and its kin
 * @AllocateDestinationString: for RtlFreeAnsiString()
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_2 if the result is over 65,534 bytes;
 * STATUS_BUFFER_OVERFLOW if it has no room: whole characters that have are written, and a NUL;
 * STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUnicodeStringToOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUnicodeStringToUTF8String(PUTF8_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUpcaseUnicodeStringToAnsiString(PANSI_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUpcaseUnicodeStringToOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);

/* Without a NUL; STATUS_BUFFER_OVERFLOW and nothing written if there is no room. An empty string is
 * made without a buffer. */
NTSTATUS NTAPI RtlUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUpcaseUnicodeStringToCountedOemString(POEM_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);

/**
 * RtlIsNameLegalDOS8Dot3() - whether a name is one of eight and three characters
 * @Name:               without a path
 * @OemName:            gets it in upper case, as much of it as fits in 12 bytes; may be NULL
 * @NameContainsSpaces: gets whether there are spaces in a name that is legal; may be NULL
 */
BOOLEAN NTAPI RtlIsNameLegalDOS8Dot3(
                PCUNICODE_STRING Name, POEM_STRING OemName, PBOOLEAN NameContainsSpaces);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
