#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "ntrtlnum.h"
#include "ntstatus.h"
#include "rtl-string.h"

#define N_GROUPS     8
#define IPV4_MAX     16 /* characters, with a NUL */
#define IPV4_PORT    22
#define IPV6_MAX     46
#define IPV6_PORT    65
#define ISATAP_GROUP 0x5EFE

/* Writes text that fits; @units or @bytes is the other's stead. */
static void put(const char *text, char *bytes, WCHAR *units) {
        size_t size = strlen(text) + 1;

        if (bytes)
                memcpy(bytes, text, size);
        for (size_t i = 0; units && i < size; i++)
                units[i] = (WCHAR) text[i];
}

static void format_ipv4(const void *address, char text[IPV4_MAX]) {
        const uint8_t *bytes = address;

        snprintf(text, IPV4_MAX, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

static unsigned group(const uint8_t *address, size_t i) {
        return (unsigned) (address[i * 2] << 8 | address[i * 2 + 1]);
}

/* Whether the last four bytes are an address of version 4. */
static bool carries_ipv4(const uint8_t *address) {
        size_t n_zeros = 0;

        while (n_zeros < N_GROUPS && group(address, n_zeros) == 0)
                n_zeros++;
        if (n_zeros == 6 || (n_zeros == 5 && group(address, 5) == 0xFFFF) ||
                        (n_zeros == 4 && group(address, 4) == 0xFFFF && group(address, 5) == 0))
                return group(address, 6) != 0;
        return (group(address, 4) & 0xFDFF) == 0 && group(address, 5) == ISATAP_GROUP;
}

static void format_ipv6(const void *address, char text[IPV6_MAX]) {
        const uint8_t *bytes = address;
        bool ipv4 = carries_ipv4(bytes);
        size_t n_groups = ipv4 ? N_GROUPS - 2 : N_GROUPS;
        size_t zeros = n_groups, n_zeros = 1; /* a single zero stays */
        char *at = text;

        for (size_t i = 0, n; i < n_groups; i += n + 1) {
                for (n = 0; i + n < n_groups && group(bytes, i + n) == 0; n++)
                        ;
                if (n > n_zeros) {
                        zeros = i;
                        n_zeros = n;
                }
        }
        for (size_t i = 0; i < n_groups;) {
                if (i == zeros) {
                        at += sprintf(at, "::");
                        i += n_zeros;
                        continue;
                }
                at += sprintf(at, "%s%x", at != text && at[-1] != ':' ? ":" : "", group(bytes, i));
                i++;
        }
        if (ipv4) {
                if (at[-1] != ':')
                        *at++ = ':';
                format_ipv4(bytes + sizeof(uint16_t) * n_groups, at);
        } else {
                *at = 0;
        }
}

PSTR NTAPI RtlIpv4AddressToStringA(const struct in_addr *Addr, PSTR S) {
        char text[IPV4_MAX];

        if (!S)
                return NULL;
        format_ipv4(Addr, text);
        put(text, S, NULL);
        return S + strlen(text);
}

PWSTR NTAPI RtlIpv4AddressToStringW(const struct in_addr *Addr, PWSTR S) {
        char text[IPV4_MAX];

        if (!S)
                return NULL;
        format_ipv4(Addr, text);
        put(text, NULL, S);
        return S + strlen(text);
}

PSTR NTAPI RtlIpv6AddressToStringA(const struct in6_addr *Addr, PSTR S) {
        char text[IPV6_MAX];

        if (!S)
                return NULL;
        format_ipv6(Addr, text);
        put(text, S, NULL);
        return S + strlen(text);
}

PWSTR NTAPI RtlIpv6AddressToStringW(const struct in6_addr *Addr, PWSTR S) {
        char text[IPV6_MAX];

        if (!S)
                return NULL;
        format_ipv6(Addr, text);
        put(text, NULL, S);
        return S + strlen(text);
}

static NTSTATUS put_counted(const char *text, char *bytes, WCHAR *units, ULONG *length) {
        ULONG needed = (ULONG) strlen(text) + 1;
        bool fits = *length >= needed;

        *length = needed;
        if (!fits)
                return STATUS_INVALID_PARAMETER;
        put(text, bytes, units);
        return STATUS_SUCCESS;
}

static NTSTATUS
ipv4_ex(const struct in_addr *address, USHORT port, char *bytes, WCHAR *units, ULONG *length) {
        char number[IPV4_MAX], text[IPV4_PORT];

        if (!address || (!bytes && !units) || !length)
                return STATUS_INVALID_PARAMETER;
        format_ipv4(address, number);
        if (port)
                snprintf(text, sizeof(text), "%s:%u", number, ntohs(port));
        else
                snprintf(text, sizeof(text), "%s", number);
        return put_counted(text, bytes, units, length);
}

NTSTATUS NTAPI RtlIpv4AddressToStringExA(const struct in_addr *Address,
                USHORT Port,
                PSTR AddressString,
                PULONG AddressStringLength) {
        return ipv4_ex(Address, Port, AddressString, NULL, AddressStringLength);
}

NTSTATUS NTAPI RtlIpv4AddressToStringExW(const struct in_addr *Address,
                USHORT Port,
                PWSTR AddressString,
                PULONG AddressStringLength) {
        return ipv4_ex(Address, Port, NULL, AddressString, AddressStringLength);
}

static NTSTATUS ipv6_ex(const struct in6_addr *address,
                ULONG scope,
                USHORT port,
                char *bytes,
                WCHAR *units,
                ULONG *length) {
        char number[IPV6_MAX], text[IPV6_PORT] = "";
        size_t n = 0;

        if (!address || (!bytes && !units) || !length)
                return STATUS_INVALID_PARAMETER;
        format_ipv6(address, number);
        n += (size_t) snprintf(text, sizeof(text), "%s%s", port ? "[" : "", number);
        if (scope)
                n += (size_t) snprintf(text + n, sizeof(text) - n, "%%%u", scope);
        if (port)
                snprintf(text + n, sizeof(text) - n, "]:%u", ntohs(port));
        return put_counted(text, bytes, units, length);
}

NTSTATUS NTAPI RtlIpv6AddressToStringExA(const struct in6_addr *Address,
                ULONG ScopeId,
                USHORT Port,
                PSTR AddressString,
                PULONG AddressStringLength) {
        return ipv6_ex(Address, ScopeId, Port, AddressString, NULL, AddressStringLength);
}

NTSTATUS NTAPI RtlIpv6AddressToStringExW(const struct in6_addr *Address,
                ULONG ScopeId,
                USHORT Port,
                PWSTR AddressString,
                PULONG AddressStringLength) {
        return ipv6_ex(Address, ScopeId, Port, NULL, AddressString, AddressStringLength);
}
