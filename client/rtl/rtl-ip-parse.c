#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "ntrtlnum.h"
#include "ntstatus.h"
#include "rtl-text.h"

#define N_GROUPS 8

/* A number in one of C's notations, or decimal only. */
static bool take_number(Text *text, bool decimal_only, uint64_t max, uint64_t *ret) {
        ULONG base = 10, digit;
        uint64_t number = 0;
        bool any = false;

        if (!decimal_only && text_peek(text) == '0') {
                any = true;
                text->at++;
                base = 8;
                if (text_take(text, 'x') || text_take(text, 'X')) {
                        any = false;
                        base = 16;
                }
        }
        while ((digit = text_digit(text_peek(text))) < base) {
                number = number * base + digit;
                if (number > max)
                        return false;
                any = true;
                text->at++;
        }
        *ret = number;
        return any;
}

/* One to four numbers, of which the last fills what is left. */
static bool take_ipv4(Text *text, bool strict, uint8_t address[4]) {
        uint64_t numbers[4] = { 0 };
        size_t n = 0;
        uint64_t all = 0;

        for (;;) {
                if (!take_number(text, strict, UINT32_MAX, &numbers[n]))
                        return false;
                n++;
                if (n == 4 || text_peek(text) != '.')
                        break;
                if (numbers[n - 1] > UINT8_MAX)
                        return false;
                text->at++;
        }
        if (strict && n < 4)
                return false;
        if (numbers[n - 1] >> (8 * (5 - n)) != 0)
                return false;

        for (size_t i = 0; i + 1 < n; i++)
                all |= numbers[i] << (24 - 8 * i);
        all |= numbers[n - 1];
        for (size_t i = 0; i < 4; i++)
                address[i] = (uint8_t) (all >> (24 - 8 * i));
        return true;
}

/* What take_ipv6() has read so far. */
typedef struct Groups {
        uint8_t bytes[16];
        size_t n;   /* bytes */
        size_t gap; /* where "::" is, in bytes */
        bool has_gap;
} Groups;

/* Moves what is behind the gap to the end. */
static bool close_gap(Groups *groups) {
        size_t behind = groups->n - groups->gap;

        if (!groups->has_gap)
                return groups->n == sizeof(groups->bytes);
        if (groups->n > sizeof(groups->bytes) - 2)
                return false;
        memmove(groups->bytes + sizeof(groups->bytes) - behind, groups->bytes + groups->gap,
                        behind);
        memset(groups->bytes + groups->gap, 0, sizeof(groups->bytes) - groups->n);
        return true;
}

/* A group of up to four hexadecimal digits, or an address of version 4 at the end. */
static bool take_group(Text *text, Groups *groups, bool *ret_last) {
        Text start = *text;
        unsigned number = 0, n_digits = 0;
        ULONG digit;

        while ((digit = text_digit(text_peek(text))) < 16 && n_digits < 5) {
                number = number << 4 | digit;
                n_digits++;
                text->at++;
        }
        if (text_peek(text) == '.' && groups->n <= 12) {
                *text = start;
                if (!take_ipv4(text, true, groups->bytes + groups->n))
                        return false;
                groups->n += 4;
                *ret_last = true;
                return true;
        }
        if (n_digits == 0 || n_digits > 4 || groups->n > 14)
                return false;
        groups->bytes[groups->n++] = (uint8_t) (number >> 8);
        groups->bytes[groups->n++] = (uint8_t) number;
        return true;
}

static bool take_ipv6(Text *text, uint8_t address[16]) {
        Groups groups = { 0 };
        bool last = false;

        if (text_take(text, ':')) {
                if (!text_take(text, ':'))
                        return false;
                groups.has_gap = true;
        }
        while (!last && groups.n < sizeof(groups.bytes)) {
                Text before = *text;

                if (groups.has_gap && groups.gap == groups.n && text_digit(text_peek(text)) > 15)
                        break; /* ends with the gap */
                if (!take_group(text, &groups, &last))
                        return false;
                if (last || groups.n == sizeof(groups.bytes))
                        break;
                before = *text;
                if (!text_take(text, ':'))
                        break;
                if (text_peek(text) == ':' && !groups.has_gap) {
                        text->at++;
                        groups.has_gap = true;
                        groups.gap = groups.n;
                } else if (text_digit(text_peek(text)) > 15) {
                        *text = before;
                        break;
                }
        }
        if (!close_gap(&groups))
                return false;
        memcpy(address, groups.bytes, sizeof(groups.bytes));
        return true;
}

static NTSTATUS parse_ipv4(Text *text, bool strict, struct in_addr *address) {
        uint8_t bytes[4];

        if (!take_ipv4(text, strict, bytes))
                return STATUS_INVALID_PARAMETER;
        memcpy(address, bytes, sizeof(bytes));
        return STATUS_SUCCESS;
}

static NTSTATUS parse_ipv6(Text *text, struct in6_addr *address) {
        uint8_t bytes[16];

        if (!take_ipv6(text, bytes))
                return STATUS_INVALID_PARAMETER;
        memcpy(address, bytes, sizeof(bytes));
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlIpv4StringToAddressA(
                PCSTR S, BOOLEAN Strict, PCSTR *Terminator, struct in_addr *Addr) {
        Text text = { .bytes = S };
        NTSTATUS status = parse_ipv4(&text, Strict, Addr);

        *Terminator = S + text.at;
        return status;
}

NTSTATUS NTAPI RtlIpv4StringToAddressW(
                PCWSTR S, BOOLEAN Strict, PCWSTR *Terminator, struct in_addr *Addr) {
        Text text = { .units = S, .n_units = SIZE_MAX };
        NTSTATUS status = parse_ipv4(&text, Strict, Addr);

        *Terminator = S + text.at;
        return status;
}

NTSTATUS NTAPI RtlIpv6StringToAddressA(PCSTR S, PCSTR *Terminator, struct in6_addr *Addr) {
        Text text = { .bytes = S };
        NTSTATUS status = parse_ipv6(&text, Addr);

        *Terminator = S + text.at;
        return status;
}

NTSTATUS NTAPI RtlIpv6StringToAddressW(PCWSTR S, PCWSTR *Terminator, struct in6_addr *Addr) {
        Text text = { .units = S, .n_units = SIZE_MAX };
        NTSTATUS status = parse_ipv6(&text, Addr);

        *Terminator = S + text.at;
        return status;
}

/* ":80", which may be missing, and nothing behind it. */
static bool take_port(Text *text, USHORT *ret) {
        uint64_t port = 0;

        if (text_take(text, ':') && (!take_number(text, false, UINT16_MAX, &port) || port == 0))
                return false;
        *ret = htons((uint16_t) port);
        return text_peek(text) == 0;
}

static NTSTATUS parse_ipv4_ex(Text *text, bool strict, struct in_addr *address, USHORT *port) {
        NTSTATUS status;

        if ((!text->bytes && !text->units) || !address || !port)
                return STATUS_INVALID_PARAMETER;
        status = parse_ipv4(text, strict, address);
        if (!NT_SUCCESS(status))
                return status;
        return take_port(text, port) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS NTAPI RtlIpv4StringToAddressExA(
                PCSTR AddressString, BOOLEAN Strict, struct in_addr *Address, PUSHORT Port) {
        Text text = { .bytes = AddressString };

        return parse_ipv4_ex(&text, Strict, Address, Port);
}

NTSTATUS NTAPI RtlIpv4StringToAddressExW(
                PCWSTR AddressString, BOOLEAN Strict, struct in_addr *Address, PUSHORT Port) {
        Text text = { .units = AddressString, .n_units = SIZE_MAX };

        return parse_ipv4_ex(&text, Strict, Address, Port);
}

static NTSTATUS parse_ipv6_ex(Text *text, struct in6_addr *address, ULONG *scope, USHORT *port) {
        uint64_t number = 0;
        USHORT found = 0;
        NTSTATUS status;
        bool brackets;

        if ((!text->bytes && !text->units) || !address || !scope || !port)
                return STATUS_INVALID_PARAMETER;
        brackets = text_take(text, '[');
        status = parse_ipv6(text, address);
        if (!NT_SUCCESS(status))
                return status;
        if (text_take(text, '%') && !take_number(text, true, UINT32_MAX, &number))
                return STATUS_INVALID_PARAMETER;
        if (brackets && !text_take(text, ']'))
                return STATUS_INVALID_PARAMETER;
        if (brackets ? !take_port(text, &found) : text_peek(text) != 0)
                return STATUS_INVALID_PARAMETER;

        *scope = (ULONG) number;
        *port = found;
        return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlIpv6StringToAddressExA(
                PCSTR AddressString, struct in6_addr *Address, PULONG ScopeId, PUSHORT Port) {
        Text text = { .bytes = AddressString };

        return parse_ipv6_ex(&text, Address, ScopeId, Port);
}

NTSTATUS NTAPI RtlIpv6StringToAddressExW(
                PCWSTR AddressString, struct in6_addr *Address, PULONG ScopeId, PUSHORT Port) {
        Text text = { .units = AddressString, .n_units = SIZE_MAX };

        return parse_ipv6_ex(&text, Address, ScopeId, Port);
}
