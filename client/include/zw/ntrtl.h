#pragma once

/*
 * Run-time library
 */

#include "ntdef.h"
#include "ntrtlsec.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * RtlInitUnicodeString() - make a counted string of one that ends with a NUL
 * @DestinationString: gets Length, MaximumLength = Length + 2, and @SourceString as its Buffer
 * @SourceString:      at most 32,766 units are counted, as Windows counts them; NULL for an empty
 *                     string
 */
VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);

/* Frees the buffer of a string that an Rtl function allocated, and empties it. */
VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);

/**
 * RtlNtStatusToDosError() - the Win32 error that stands for a status
 * @Status: any value
 * Return: the error's number; 317, ERROR_MR_MID_NOT_FOUND, for a status that has none. Values with
 * the customer bit (0x20000000) are returned as they are; of an HRESULT or status that is made of a
 * Win32 error (0x8007xxxx, 0xC007xxxx, 0xC001xxxx) the error inside; an HRESULT that is made of a
 * status (0xDxxxxxxx) is taken for the status.
 */
ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status);

#pragma GCC visibility pop

/* An empty string with room for @Size bytes at @Buffer. */
FORCEINLINE VOID RtlInitEmptyUnicodeString(PUNICODE_STRING String, PWCHAR Buffer, USHORT Size) {
        String->Length = 0;
        String->MaximumLength = Size;
        String->Buffer = Buffer;
}

#ifdef __cplusplus
}
#endif
