#pragma once

/*
 * Run-time library: numbers, GUIDs and internet addresses as text
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * RtlIntegerToChar() - a number's digits, upper case
 * @Value:        the number, unsigned
 * @Base:         2, 8, 10 or 16; 0 for 10
 * @OutputLength: of @String; a NUL follows the digits if there is room for it
 * @String:       gets them
 *
 * RtlLargeIntegerToChar() does it for 64 bits.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for another base; STATUS_BUFFER_OVERFLOW and
 * nothing written; STATUS_ACCESS_VIOLATION if @String is NULL.
 */
NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, ULONG OutputLength, PCHAR String);
NTSTATUS NTAPI RtlLargeIntegerToChar(
                PLARGE_INTEGER Value, ULONG Base, ULONG OutputLength, PCHAR String);

/* The same to a counted string, which must have room for a NUL too. Its Length is set even if there
 * is no room: STATUS_BUFFER_OVERFLOW. */
NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG Value, ULONG Base, PUNICODE_STRING String);
NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, PUNICODE_STRING String);

/**
 * RtlCharToInteger() - read a number
 * @String: spaces and control characters, a sign, digits; what follows is not looked at. For base
 * 0, 0b, 0o or 0x says which, else it is 10
 * @Base:   0, 2, 8, 10 or 16
 * @Value:  gets it, modulo 2^32; 0 if there is no digit
 *
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for another base; STATUS_ACCESS_VIOLATION if
 * @Value is NULL.
 */
NTSTATUS NTAPI RtlCharToInteger(PCSZ String, ULONG Base, PULONG Value);
NTSTATUS NTAPI RtlUnicodeStringToInteger(PCUNICODE_STRING String, ULONG Base, PULONG Value);

/* GUIDs: {01234567-89AB-CDEF-0123-456789ABCDEF}. */

/* For RtlFreeUnicodeString(). STATUS_SUCCESS, STATUS_NO_MEMORY. */
NTSTATUS NTAPI RtlStringFromGUID(REFGUID Guid, PUNICODE_STRING GuidString);

/* Without @Allocate into the string's own buffer, 78 bytes with the NUL: STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI RtlStringFromGUIDEx(REFGUID Guid, PUNICODE_STRING GuidString, BOOLEAN Allocate);

/* STATUS_INVALID_PARAMETER if the string does not begin with one. Digits of either case. */
NTSTATUS NTAPI RtlGUIDFromString(PCUNICODE_STRING GuidString, GUID *Guid);

/* Internet addresses. Addresses and ports are in network byte order. */

struct in_addr;
struct in6_addr;

/**
 * RtlIpv4AddressToStringA() - "192.0.2.1"
 * @S: gets it, with a NUL: 16 characters
 * Return: where the NUL is.
 *
 * RtlIpv6AddressToStringA() needs 46 and shortens the first longest run of zeros; addresses that
 * carry one of version 4 end with it (mapped, compatible, translated, ISATAP).
 */
PSTR NTAPI RtlIpv4AddressToStringA(const struct in_addr *Addr, PSTR S);
PWSTR NTAPI RtlIpv4AddressToStringW(const struct in_addr *Addr, PWSTR S);
PSTR NTAPI RtlIpv6AddressToStringA(const struct in6_addr *Addr, PSTR S);
PWSTR NTAPI RtlIpv6AddressToStringW(const struct in6_addr *Addr, PWSTR S);

/**
 * RtlIpv4AddressToStringExA() - "192.0.2.1:80"
 * @Port:                0 for none
 * @AddressStringLength: characters at @AddressString; gets how many are needed, with the NUL
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER for NULL and if there is no room.
 *
 * RtlIpv6AddressToStringExA(): "[2001:db8::1%scope]:80", brackets only with a port, scope if not 0.
 */
NTSTATUS NTAPI RtlIpv4AddressToStringExA(const struct in_addr *Address,
                USHORT Port,
                PSTR AddressString,
                PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv4AddressToStringExW(const struct in_addr *Address,
                USHORT Port,
                PWSTR AddressString,
                PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv6AddressToStringExA(const struct in6_addr *Address,
                ULONG ScopeId,
                USHORT Port,
                PSTR AddressString,
                PULONG AddressStringLength);
NTSTATUS NTAPI RtlIpv6AddressToStringExW(const struct in6_addr *Address,
                ULONG ScopeId,
                USHORT Port,
                PWSTR AddressString,
                PULONG AddressStringLength);

/**
 * RtlIpv4StringToAddressA() - read an address
 * @S:          one to four numbers, decimal, octal (0...) or hexadecimal (0x...)
 * @Strict:     four decimal numbers only
 * @Terminator: gets where the address ends, or what is wrong begins
 * @Addr:       gets it
 * Return: STATUS_SUCCESS or STATUS_INVALID_PARAMETER.
 */
NTSTATUS NTAPI RtlIpv4StringToAddressA(
                PCSTR S, BOOLEAN Strict, PCSTR *Terminator, struct in_addr *Addr);
NTSTATUS NTAPI RtlIpv4StringToAddressW(
                PCWSTR S, BOOLEAN Strict, PCWSTR *Terminator, struct in_addr *Addr);
NTSTATUS NTAPI RtlIpv6StringToAddressA(PCSTR S, PCSTR *Terminator, struct in6_addr *Addr);
NTSTATUS NTAPI RtlIpv6StringToAddressW(PCWSTR S, PCWSTR *Terminator, struct in6_addr *Addr);

/* The whole string is an address, perhaps with a port, and for version 6 brackets and a scope. */
NTSTATUS NTAPI RtlIpv4StringToAddressExA(
                PCSTR AddressString, BOOLEAN Strict, struct in_addr *Address, PUSHORT Port);
NTSTATUS NTAPI RtlIpv4StringToAddressExW(
                PCWSTR AddressString, BOOLEAN Strict, struct in_addr *Address, PUSHORT Port);
NTSTATUS NTAPI RtlIpv6StringToAddressExA(
                PCSTR AddressString, struct in6_addr *Address, PULONG ScopeId, PUSHORT Port);
NTSTATUS NTAPI RtlIpv6StringToAddressExW(
                PCWSTR AddressString, struct in6_addr *Address, PULONG ScopeId, PUSHORT Port);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
