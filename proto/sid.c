#include "sid.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "SIDs are kept as Windows keeps them");

#define HEADER_SIZE     offsetof(SID, SubAuthority)
#define AUTHORITY_SIZE  6u
#define AUTHORITY_SHORT UINT64_C(0xFFFFFFFF) /* a larger one is written in hexadecimal */
#define AUTHORITY_MAX   UINT64_C(0xFFFFFFFFFFFF)

/* Owner and group of a descriptor may lie anywhere, so SIDs are looked at by bytes only. */
static const uint8_t *bytes_of(const SID *sid) {
        return (const uint8_t *) sid;
}

static uint64_t authority_of(const SID *sid) {
        uint64_t authority = 0;

        for (size_t i = 0; i < AUTHORITY_SIZE; i++)
                authority = authority << 8 | bytes_of(sid)[2 + i];
        return authority;
}

static void set_header(SidBuffer *sid, uint64_t authority) {
        memset(sid, 0, sizeof(*sid));
        sid->sid.Revision = SID_REVISION;
        for (size_t i = 0; i < AUTHORITY_SIZE; i++)
                sid->bytes[2 + i] = (uint8_t) (authority >> 8 * (AUTHORITY_SIZE - 1 - i));
}

/* Where there is room for one more. */
static void add_number(SidBuffer *sid, uint32_t number) {
        size_t n = sid->bytes[1];

        if (n >= SID_MAX_SUB_AUTHORITIES)
                return;
        memcpy(sid->bytes + HEADER_SIZE + n * sizeof(number), &number, sizeof(number));
        sid->bytes[1] = (uint8_t) (n + 1);
}

bool sid_check(const void *data, size_t size) {
        const uint8_t *bytes = data;

        return size >= HEADER_SIZE && bytes[0] == SID_REVISION &&
               bytes[1] <= SID_MAX_SUB_AUTHORITIES &&
               size >= HEADER_SIZE + bytes[1] * sizeof(uint32_t);
}

size_t sid_size(const SID *sid) {
        return HEADER_SIZE + bytes_of(sid)[1] * sizeof(uint32_t);
}

bool sid_equal(const SID *a, const SID *b) {
        return bytes_of(a)[1] == bytes_of(b)[1] && memcmp(a, b, sid_size(a)) == 0;
}

void sid_copy(SidBuffer *to, const SID *from) {
        memset(to, 0, sizeof(*to));
        memcpy(to->bytes, from, sid_size(from));
}

size_t sid_n_numbers(const SID *sid) {
        return bytes_of(sid)[1];
}

uint32_t sid_number(const SID *sid, size_t i) {
        uint32_t number;

        memcpy(&number, bytes_of(sid) + HEADER_SIZE + i * sizeof(number), sizeof(number));
        return number;
}

bool sid_integrity(const SID *sid, uint32_t *ret_level) {
        if (authority_of(sid) != 16 || sid_n_numbers(sid) != 1)
                return false;

        *ret_level = sid_number(sid, 0);
        return true;
}

void sid_make(SidBuffer *sid, uint32_t authority, size_t n, ...) {
        va_list numbers;

        set_header(sid, authority);
        va_start(numbers, n);
        for (size_t i = 0; i < n && i < SID_MAX_SUB_AUTHORITIES; i++)
                add_number(sid, va_arg(numbers, uint32_t));
        va_end(numbers);
}

void sid_format(const SID *sid, char *text) {
        uint64_t authority = authority_of(sid);
        char *end = text + SID_TEXT_MAX;

        text += snprintf(text, SID_TEXT_MAX,
                        authority > AUTHORITY_SHORT ? "S-1-0x%012llx" : "S-1-%llu",
                        (unsigned long long) authority);
        for (size_t i = 0; i < sid_n_numbers(sid); i++)
                text += snprintf(text, (size_t) (end - text), "-%u", sid_number(sid, i));
}

static int digit_value(char c, unsigned base) {
        int value = isdigit((unsigned char) c) ? c - '0'
                    : c >= 'a' && c <= 'f'     ? c - 'a' + 10
                    : c >= 'A' && c <= 'F'     ? c - 'A' + 10
                                               : -1;

        return value < (int) base ? value : -1;
}

/*
 * Reads a decimal or 0x number up to @most. A hexadecimal one ends after as many digits as @most
 * has, so that "0x000500000000D:" is what sid_format() meant.
 */
static bool parse_number(const char **text, uint64_t most, uint64_t *ret) {
        const char *at = *text;
        bool hexadecimal = at[0] == '0' && (at[1] == 'x' || at[1] == 'X');
        unsigned base = hexadecimal ? 16 : 10;
        uint64_t number = 0;
        const char *begin = at += hexadecimal ? 2 : 0;

        for (; digit_value(*at, base) >= 0; at++) {
                if (hexadecimal && most >> 4 * (at - begin) == 0)
                        break;
                number = number * base + (unsigned) digit_value(*at, base);
                if (number > most)
                        return false;
        }
        if (at == begin)
                return false;

        *text = at;
        *ret = number;
        return true;
}

bool sid_parse(const char *text, const char **end, SidBuffer *ret) {
        SidBuffer sid;
        uint64_t number;

        if ((text[0] != 'S' && text[0] != 's') || strncmp(text + 1, "-1-", 3) != 0)
                return false;
        text += 4;
        if (!parse_number(&text, AUTHORITY_MAX, &number))
                return false;
        set_header(&sid, number);
        while (*text == '-') {
                text++;
                if (sid.sid.SubAuthorityCount == SID_MAX_SUB_AUTHORITIES ||
                                !parse_number(&text, UINT32_MAX, &number))
                        return false;
                add_number(&sid, (uint32_t) number);
        }

        *end = text;
        *ret = sid;
        return true;
}

const SidBuffer sid_everyone = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 1, 0 } };
const SidBuffer sid_creator_owner = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 3, 0 } };
const SidBuffer sid_creator_group = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 3, 1 } };
const SidBuffer sid_owner_rights = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 3, 4 } };
const SidBuffer sid_authenticated = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 5, 11 } };
const SidBuffer sid_restricted = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 5, 12 } };
const SidBuffer sid_system = { .bytes = { 1, 1, 0, 0, 0, 0, 0, 5, 18 } };
const SidBuffer sid_administrators = {
        .bytes = { 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 0x02, 0, 0 },
};

void sid_of_user(SidBuffer *sid, uint32_t uid) {
        sid_make(sid, 22, 2, 1u, uid);
}

void sid_of_group(SidBuffer *sid, uint32_t gid) {
        sid_make(sid, 22, 2, 2u, gid);
}

void sid_of_integrity(SidBuffer *sid, uint32_t level) {
        sid_make(sid, 16, 1, level);
}
