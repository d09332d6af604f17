#pragma once

/*
 * Run-time library: counted strings
 *
 * UNICODE_STRING counts bytes of 16-bit units, STRING counts bytes of UTF-8 (see ntrtlnls.h). What
 * a function allocates comes from the process heap and is given back with RtlFreeUnicodeString() or
 * RtlFreeAnsiString(). A pointer that is not said to be optional must be valid, as on Windows.
 * Upper case is that of names (upcase.h): unit by unit, without the locale.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Making strings. */

/**
 * RtlInitUnicodeString() - make a counted string of one that ends with a NUL
 * @DestinationString: gets Length, MaximumLength = Length + 2, and @SourceString as its Buffer
 * @SourceString:      at most 32,766 units are counted, as Windows counts them; NULL for an empty
 *                     string
 *
 * RtlInitUnicodeStringEx() counts nothing of a longer one: STATUS_NAME_TOO_LONG.
 */
VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
NTSTATUS NTAPI RtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString);

/* The same for 8-bit strings, of which at most 65,534 bytes are counted. */
VOID NTAPI RtlInitString(PSTRING DestinationString, PCSZ SourceString);
VOID NTAPI RtlInitAnsiString(PANSI_STRING DestinationString, PCSZ SourceString);
VOID NTAPI RtlInitUTF8String(PUTF8_STRING DestinationString, PCSZ SourceString);
NTSTATUS NTAPI RtlInitStringEx(PSTRING DestinationString, PCSZ SourceString);
NTSTATUS NTAPI RtlInitAnsiStringEx(PANSI_STRING DestinationString, PCSZ SourceString);
NTSTATUS NTAPI RtlInitUTF8StringEx(PUTF8_STRING DestinationString, PCSZ SourceString);

/**
 * RtlCreateUnicodeString() - an allocated copy of a string that ends with a NUL
 * @DestinationString: gets it; for RtlFreeUnicodeString()
 * Return: FALSE if it is too long or there is no memory.
 *
 * RtlCreateUnicodeStringFromAsciiz() makes one of UTF-8.
 */
BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(
                PUNICODE_STRING DestinationString, PCSZ SourceString);

#define RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE       1u
#define RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING 2u

/**
 * RtlDuplicateUnicodeString() - an allocated copy
 * @Flags:             RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE to add a NUL, and with it
 *                     ..._ALLOCATE_NULL_STRING to allocate one for an empty string too
 * @SourceString:      what is to be copied
 * @DestinationString: gets it; for RtlFreeUnicodeString(). Its Buffer is NULL for an empty string
 *                     that is not allocated
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for other flags, a length above the maximum,
 * or no buffer; STATUS_NAME_TOO_LONG if a NUL finds no place; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlDuplicateUnicodeString(
                ULONG Flags, PCUNICODE_STRING SourceString, PUNICODE_STRING DestinationString);

/* Frees the buffer of a string that an Rtl function allocated, and empties it. */
VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);
VOID NTAPI RtlFreeAnsiString(PANSI_STRING AnsiString);
VOID NTAPI RtlFreeOemString(POEM_STRING OemString);
VOID NTAPI RtlFreeUTF8String(PUTF8_STRING Utf8String);

/* Writes zeros all over the buffer, and empties the string. Nothing is freed. */
VOID NTAPI RtlEraseUnicodeString(PUNICODE_STRING String);

/* STATUS_INVALID_PARAMETER for flags, an odd or too great length, or a length without a buffer.
 * NULL is a valid string. */
NTSTATUS NTAPI RtlValidateUnicodeString(ULONG Flags, PCUNICODE_STRING String);

/* Copying and appending. */

/* As much as has room, with a NUL behind if that has room too (UNICODE_STRING only). Of no
 * @SourceString an empty string is made. */
VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);
VOID NTAPI RtlCopyString(PSTRING DestinationString, const STRING *SourceString);

/**
 * RtlAppendUnicodeStringToString() - add to the end; and its kin
 * @Destination: a NUL follows in a UNICODE_STRING that has room for it
 * Return: STATUS_SUCCESS, or STATUS_BUFFER_TOO_SMALL and nothing done.
 */
NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source);
NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);
NTSTATUS NTAPI RtlAppendStringToString(PSTRING Destination, const STRING *Source);
NTSTATUS NTAPI RtlAppendAsciizToString(PSTRING Destination, PCSZ Source);

/* Comparing. */

/**
 * RtlCompareUnicodeString() - which comes first
 * @CaseInSensitive: compare in upper case
 * Return: the difference of the first units that differ, or of the lengths in units.
 *
 * RtlCompareUnicodeStrings() does it for buffers whose lengths are in units, RtlCompareString() for
 * bytes.
 */
LONG NTAPI RtlCompareUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);
LONG NTAPI RtlCompareUnicodeStrings(PCWSTR String1,
                SIZE_T String1Length,
                PCWSTR String2,
                SIZE_T String2Length,
                BOOLEAN CaseInSensitive);
LONG NTAPI RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);

BOOLEAN NTAPI RtlEqualUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);
BOOLEAN NTAPI RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);

/* Names of domains and computers are the same whatever their case. */
BOOLEAN NTAPI RtlEqualDomainName(PCUNICODE_STRING LeftName, PCUNICODE_STRING RightName);
BOOLEAN NTAPI RtlEqualComputerName(PCUNICODE_STRING LeftName, PCUNICODE_STRING RightName);

/* Whether @String2 begins with @String1; ends with it. */
BOOLEAN NTAPI RtlPrefixUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);
BOOLEAN NTAPI RtlPrefixString(
                const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
BOOLEAN NTAPI RtlSuffixUnicodeString(
                PCUNICODE_STRING String1, PCUNICODE_STRING String2, BOOLEAN CaseInSensitive);

#define HASH_STRING_ALGORITHM_DEFAULT 0u
#define HASH_STRING_ALGORITHM_X65599  1u
#define HASH_STRING_ALGORITHM_INVALID 0xFFFFFFFFu

/**
 * RtlHashUnicodeString() - a number for a hash table
 * @HashAlgorithm: default or x65599, which are the same: hash = hash * 65599 + unit
 * Return: STATUS_SUCCESS, or STATUS_INVALID_PARAMETER for another algorithm or NULL.
 */
NTSTATUS NTAPI RtlHashUnicodeString(PCUNICODE_STRING String,
                BOOLEAN CaseInSensitive,
                ULONG HashAlgorithm,
                PULONG HashValue);

#define RTL_FIND_CHAR_IN_UNICODE_STRING_START_AT_END        1u
#define RTL_FIND_CHAR_IN_UNICODE_STRING_COMPLEMENT_CHAR_SET 2u
#define RTL_FIND_CHAR_IN_UNICODE_STRING_CASE_INSENSITIVE    4u

/**
 * RtlFindCharInUnicodeString() - the first unit that is one of a set
 * @Flags:                 from the end; one that is not of the set; whatever the case
 * @StringToSearch:        where
 * @CharSet:               the set
 * @NonInclusivePrefixLength: gets the bytes up to and with the unit, or, from the end, those before
 *                         it; 0 if there is none
 *
 * Return: STATUS_SUCCESS, STATUS_NOT_FOUND, STATUS_INVALID_PARAMETER for other flags.
 */
NTSTATUS NTAPI RtlFindCharInUnicodeString(ULONG Flags,
                PCUNICODE_STRING StringToSearch,
                PCUNICODE_STRING CharSet,
                PUSHORT NonInclusivePrefixLength);

/* Where @SearchString is in @FullString first, or NULL. */
PWCHAR NTAPI RtlFindUnicodeSubstring(PCUNICODE_STRING FullString,
                PCUNICODE_STRING SearchString,
                BOOLEAN CaseInSensitive);

/* Case. */

WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR SourceCharacter);
WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR SourceCharacter);

/* Of ASCII only: what lies beyond is part of a character. */
CHAR NTAPI RtlUpperChar(CHAR Character);

/**
 * RtlUpcaseUnicodeString() - a copy in upper case; RtlDowncaseUnicodeString() in lower case
 * @DestinationString:         may be @SourceString
 * @AllocateDestinationString: for RtlFreeUnicodeString(); no NUL is added
 * Return: STATUS_SUCCESS; STATUS_BUFFER_OVERFLOW if there is no room; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI RtlUpcaseUnicodeString(PUNICODE_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlDowncaseUnicodeString(PUNICODE_STRING DestinationString,
                PCUNICODE_STRING SourceString,
                BOOLEAN AllocateDestinationString);

/* As much as has room, in upper case. */
VOID NTAPI RtlUpperString(PSTRING DestinationString, const STRING *SourceString);

#pragma GCC visibility pop

/* An empty string with room for @Size bytes at @Buffer. */
FORCEINLINE VOID RtlInitEmptyUnicodeString(PUNICODE_STRING String, PWCHAR Buffer, USHORT Size) {
        String->Length = 0;
        String->MaximumLength = Size;
        String->Buffer = Buffer;
}

FORCEINLINE VOID RtlInitEmptyAnsiString(PANSI_STRING String, PCHAR Buffer, USHORT Size) {
        String->Length = 0;
        String->MaximumLength = Size;
        String->Buffer = Buffer;
}

#ifdef __cplusplus
}
#endif
