#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#include "ntrtlnum.h"
#include "ntstatus.h"
#include "rtl-text.h"

/*
 * Which character each function stops at, and what it makes of numbers that are too long, is what
 * Wine's tests (dlls/ntdll/tests/rtl.c) found Windows to do.
 */

typedef enum Notation {
        C_NUMBERS,          /* 0... is octal, 0x... hexadecimal */
        DECIMAL,            /* and no leading zero */
        DECIMAL_WITH_ZEROS, /* of version 4 inside version 6 */
} Notation;

static bool is_digit(int unit) {
        return unit >= '0' && unit <= '9';
}

/* The base that the number's beginning says, which is taken. 0: not allowed, or nothing follows. */
static ULONG take_base(Text *text, Notation notation) {
        if (notation == DECIMAL_WITH_ZEROS || !text_take(text, '0'))
                return 10;
        if (text_take(text, 'x') || text_take(text, 'X'))
                return notation == DECIMAL || text_digit(text_peek(text)) > 15 ? 0 : 16;
        if (!is_digit(text_peek(text))) {
                text->at--; /* a zero */
                return 10;
        }
        return notation == DECIMAL || text_peek(text) > '7' ? 0 : 8;
}

/* A number in one of C's notations, or decimal only. Decimal ones must be below 2^32; of others the
 * last 32 bits are taken. */
static bool take_number(Text *text, Notation notation, ULONG *ret) {
        ULONG base = take_base(text, notation), digit;
        uint64_t number = 0;
        size_t start = text->at;

        if (base == 0)
                return false;
        while ((digit = text_digit(text_peek(text))) < base) {
                number = number * base + digit;
                if (base == 10 && number > UINT32_MAX)
                        return false;
                number &= UINT32_MAX;
                text->at++;
        }
        *ret = (ULONG) number;
        return text->at > start;
}

/* One to four numbers, of which the last fills what is left. */
static bool take_ipv4(Text *text, Notation notation, uint8_t address[4]) {
        ULONG numbers[4] = { 0 };
        bool fits = true;
        ULONG all = 0;
        size_t n = 0;

        for (;;) {
                size_t start = text->at;

                if (!take_number(text, notation, &numbers[n])) {
                        if (text->at == start)
                                (void) text_take(text, '.');
                        return false;
                }
                n++;
                if (text_peek(text) != '.')
                        break;
                if (n == 4)
                        return false;
                text->at++;
        }
        for (size_t i = 0; i + 1 < n; i++) {
                fits = fits && numbers[i] <= UINT8_MAX;
                all |= numbers[i] << (24 - 8 * i);
        }
        if (!fits || (notation != C_NUMBERS && n < 4) ||
                        (uint64_t) numbers[n - 1] >> (8 * (5 - n)) != 0)
                return false;

        all |= numbers[n - 1];
        for (size_t i = 0; i < 4; i++)
                address[i] = (uint8_t) (all >> (24 - 8 * i));
        return true;
}

/* What take_ipv6() has read so far. A gap stands for one group at least. */
typedef struct Groups {
        uint8_t bytes[16];
        size_t n;   /* bytes */
        size_t gap; /* where "::" is, in bytes */
        bool has_gap;
} Groups;

static size_t room(const Groups *groups) {
        return sizeof(groups->bytes) - groups->n - (groups->has_gap ? 2 : 0);
}

/* Moves what is behind the gap to the end. */
static bool close_gap(Groups *groups) {
        size_t behind = groups->n - groups->gap;

        if (!groups->has_gap)
                return groups->n == sizeof(groups->bytes);
        memmove(groups->bytes + sizeof(groups->bytes) - behind, groups->bytes + groups->gap,
                        behind);
        memset(groups->bytes + groups->gap, 0, sizeof(groups->bytes) - groups->n);
        return true;
}

/* Whether decimal digits and a dot follow. */
static bool is_ipv4(const Text *text) {
        Text ahead = *text;

        while (is_digit(text_peek(&ahead)))
                ahead.at++;
        return ahead.at > text->at && text_peek(&ahead) == '.';
}

/* The number that Windows reads at "0x": that behind it, though the address ends before the x. */
static ULONG number_behind_x(const Text *text) {
        Text ahead = *text;
        uint64_t number = 0;
        ULONG digit;

        for (ahead.at++; (digit = text_digit(text_peek(&ahead))) < 16; ahead.at++) {
                number = number << 4 | digit;
                if (number > INT32_MAX)
                        number = INT32_MAX;
        }
        return (ULONG) number & UINT16_MAX;
}

/* A group of up to four hexadecimal digits, or an address of version 4 at the end. */
static bool take_group(Text *text, Groups *groups, bool *ret_last) {
        size_t start = text->at;
        ULONG number = 0, digit;

        if (room(groups) >= 4 && is_ipv4(text)) {
                if (!take_ipv4(text, DECIMAL_WITH_ZEROS, groups->bytes + groups->n))
                        return false;
                groups->n += 4;
                *ret_last = true;
                return true;
        }
        while ((digit = text_digit(text_peek(text))) < 16) {
                number = number << 4 | digit;
                text->at++;
        }
        if (text->at == start || text->at - start > 4)
                return false;
        if (text->at - start == 1 && number == 0 && (text_peek(text) | ' ') == 'x')
                number = number_behind_x(text);
        groups->bytes[groups->n++] = (uint8_t) (number >> 8);
        groups->bytes[groups->n++] = (uint8_t) number;
        return true;
}

static void mark_gap(Groups *groups) {
        groups->has_gap = true;
        groups->gap = groups->n;
}

static bool take_groups(Text *text, Groups *groups) {
        bool last = false;

        if (text_take(text, ':')) {
                if (!text_take(text, ':')) {
                        text->at--;
                        return false;
                }
                mark_gap(groups);
        }
        if (groups->has_gap && text_digit(text_peek(text)) > 15)
                return true; /* "::" */
        while (room(groups) > 0) {
                if (!take_group(text, groups, &last))
                        return false;
                if (last || room(groups) == 0 || !text_take(text, ':'))
                        break;
                if (!text_take(text, ':'))
                        continue;
                if (groups->has_gap) {
                        text->at -= 2; /* the address ends before a second gap */
                        break;
                }
                mark_gap(groups);
                if (text_digit(text_peek(text)) > 15)
                        break;
        }
        return true;
}

/* On failure the groups that were read are there, as on Windows. */
static bool take_ipv6(Text *text, uint8_t address[16]) {
        Groups groups = { 0 };
        bool good = take_groups(text, &groups) && close_gap(&groups);

        memcpy(address, groups.bytes, good ? sizeof(groups.bytes) : groups.n);
        return good;
}

static NTSTATUS parse_ipv4(Text *text, bool strict, struct in_addr *address) {
        uint8_t bytes[4];

        if (!take_ipv4(text, strict ? DECIMAL : C_NUMBERS, bytes))
                return STATUS_INVALID_PARAMETER;
        memcpy(address, bytes, sizeof(bytes));
        return STATUS_SUCCESS;
}

static NTSTATUS parse_ipv6(Text *text, struct in6_addr *address) {
        return take_ipv6(text, (uint8_t *) address) ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
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
        ULONG port = 0;

        if (text_take(text, ':') && (!take_number(text, C_NUMBERS, &port) || port == 0))
                return false;
        if (port > UINT16_MAX || text_peek(text) != 0)
                return false;
        *ret = htons((uint16_t) port);
        return true;
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
        ULONG number = 0;
        USHORT found = 0;
        NTSTATUS status;
        bool brackets;

        if ((!text->bytes && !text->units) || !address || !scope || !port)
                return STATUS_INVALID_PARAMETER;
        brackets = text_take(text, '[');
        status = parse_ipv6(text, address);
        if (!NT_SUCCESS(status))
                return status;
        if (text_take(text, '%') && !take_number(text, DECIMAL, &number))
                return STATUS_INVALID_PARAMETER;
        if (brackets && !text_take(text, ']'))
                return STATUS_INVALID_PARAMETER;
        if (brackets ? !take_port(text, &found) : text_peek(text) != 0)
                return STATUS_INVALID_PARAMETER;

        *scope = number;
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
