#include <stdbool.h>

#include "crt-ctype.h"
#include "upcase.h"

/*
 * Kinds of characters
 *
 * The C locale: narrow characters are ASCII, wide ones Latin-1. The bits are those that Microsoft's
 * <ctype.h> documents, and the functions return them, as programs know. Wide characters become
 * upper-case by Windows' whole table and lower-case within Latin-1 only, which is what Wine 8's
 * ntdll does on purpose.
 */

#define UPPER   0x001u
#define LOWER   0x002u
#define DIGIT   0x004u
#define SPACE   0x008u
#define PUNCT   0x010u
#define CONTROL 0x020u
#define BLANK   0x040u
#define HEX     0x080u
#define ALPHA   0x100u
#define LETTER  (UPPER | LOWER)
#define NARROW  0x0FFu /* the bits of narrow functions */

#define WEOF 0xFFFFu

static bool in(unsigned unit, unsigned first, unsigned last) {
        return unit >= first && unit <= last;
}

static unsigned ascii_kind(unsigned unit) {
        if (in(unit, '0', '9'))
                return DIGIT | HEX;
        if (in(unit, 'A', 'Z'))
                return UPPER | ALPHA | (unit <= 'F' ? HEX : 0);
        if (in(unit, 'a', 'z'))
                return LOWER | ALPHA | (unit <= 'f' ? HEX : 0);
        if (unit == ' ')
                return SPACE | BLANK;
        if (unit == '\t')
                return SPACE | CONTROL | BLANK;
        if (in(unit, '\n', '\r'))
                return SPACE | CONTROL;
        return unit < ' ' || unit == 0x7F ? CONTROL : PUNCT;
}

static unsigned latin_kind(unsigned unit) {
        if (unit < 0xA0)
                return CONTROL;
        if (unit == 0xA0)
                return SPACE | BLANK;
        if (unit == 0xB2 || unit == 0xB3 || unit == 0xB9) /* raised digits */
                return DIGIT | PUNCT;
        if (unit < 0xC0 || unit == 0xD7 || unit == 0xF7)
                return PUNCT;
        return (unit < 0xDF ? UPPER : LOWER) | ALPHA;
}

static unsigned wide_kind(unsigned unit) {
        return unit < 0x80 ? ascii_kind(unit) : unit < 0x100 ? latin_kind(unit) : 0;
}

static int narrow_kind(int character, unsigned kinds) {
        if (character < 0 || character > 0x7F)
                return 0;
        return (int) (ascii_kind((unsigned) character) & kinds & NARROW);
}

#define NARROW_FUNCTION(name, kinds)                                                               \
        int NTAPI crt_##name(int character) {                                                      \
                return narrow_kind(character, kinds);                                              \
        }                                                                                          \
        _Static_assert(true, "a semicolon follows")

NARROW_FUNCTION(isalnum, LETTER | DIGIT);
NARROW_FUNCTION(isalpha, LETTER);
NARROW_FUNCTION(iscntrl, CONTROL);
NARROW_FUNCTION(isdigit, DIGIT);
NARROW_FUNCTION(isgraph, PUNCT | LETTER | DIGIT);
NARROW_FUNCTION(islower, LOWER);
NARROW_FUNCTION(ispunct, PUNCT);
NARROW_FUNCTION(isspace, SPACE);
NARROW_FUNCTION(isupper, UPPER);
NARROW_FUNCTION(isxdigit, HEX);

/* A tab is blank, but does not print. */
int NTAPI crt_isprint(int character) {
        return character == '\t' ? 0 : narrow_kind(character, BLANK | PUNCT | LETTER | DIGIT);
}

int NTAPI crt___isascii(int character) {
        return (unsigned) character < 0x80;
}

int NTAPI crt___toascii(int character) {
        return character & 0x7F;
}

int NTAPI crt___iscsym(int character) {
        return narrow_kind(character, LETTER | DIGIT) != 0 || character == '_';
}

int NTAPI crt___iscsymf(int character) {
        return narrow_kind(character, LETTER) != 0 || character == '_';
}

int NTAPI crt_tolower(int character) {
        return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
}

int NTAPI crt_toupper(int character) {
        return character >= 'a' && character <= 'z' ? character - ('a' - 'A') : character;
}

/* These two take nothing but letters of the other case, and do not look. */
int NTAPI crt__tolower(int character) {
        return character + ('a' - 'A');
}

int NTAPI crt__toupper(int character) {
        return character - ('a' - 'A');
}

int NTAPI crt_iswctype(WCHAR unit, USHORT kinds) {
        return unit == WEOF ? 0 : (int) (wide_kind(unit) & kinds);
}

#define WIDE_FUNCTION(name, kinds)                                                                 \
        int NTAPI crt_##name(WCHAR unit) {                                                         \
                return (int) (wide_kind(unit) & (kinds));                                          \
        }                                                                                          \
        _Static_assert(true, "a semicolon follows")

WIDE_FUNCTION(iswalnum, LETTER | ALPHA | DIGIT);
WIDE_FUNCTION(iswalpha, LETTER | ALPHA);
WIDE_FUNCTION(iswdigit, DIGIT);
WIDE_FUNCTION(iswgraph, PUNCT | LETTER | ALPHA | DIGIT);
WIDE_FUNCTION(iswlower, LOWER);
WIDE_FUNCTION(iswprint, BLANK | PUNCT | LETTER | ALPHA | DIGIT);
WIDE_FUNCTION(iswspace, SPACE);
WIDE_FUNCTION(iswxdigit, HEX);

int NTAPI crt_iswascii(WCHAR unit) {
        return unit < 0x80;
}

WCHAR NTAPI crt_towlower(WCHAR unit) {
        return wide_kind(unit) & UPPER ? (WCHAR) (unit + 0x20) : unit;
}

WCHAR NTAPI crt_towupper(WCHAR unit) {
        return nt_upcase(unit);
}
