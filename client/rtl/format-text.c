#include "format-text.h"

#include <stdbool.h>

#define REPLACEMENT 0xFFFDu

static bool wide_text_ended(const WideText *text) {
        return text->end ? text->at >= text->end : *text->at == 0;
}

static uint32_t wide_text_character(WideText *text) {
        uint32_t unit = *text->at++;

        if (unit < 0xD800 || unit > 0xDFFF)
                return unit;
        if (unit > 0xDBFF || wide_text_ended(text) || *text->at < 0xDC00 || *text->at > 0xDFFF)
                return REPLACEMENT;
        return 0x10000 + ((unit - 0xD800) << 10) + (*text->at++ - 0xDC00u);
}

size_t wide_text_next(WideText *text, char bytes[4]) {
        static const unsigned char first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
        uint32_t character;
        size_t n_bytes;

        if (wide_text_ended(text))
                return 0;
        character = wide_text_character(text);
        n_bytes = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
        for (size_t i = n_bytes; i-- > 1;) {
                bytes[i] = (char) (0x80 | (character & 0x3F));
                character >>= 6;
        }
        bytes[0] = (char) ((n_bytes > 1 ? first[n_bytes] : 0) | character);
        return n_bytes;
}

static bool narrow_text_ended(const NarrowText *text) {
        return text->end ? text->at >= text->end : *text->at == 0;
}

/* How many bytes follow a first one, and the smallest character that needs so many. */
static size_t followers_of(unsigned char first, uint32_t *ret_minimum) {
        static const uint32_t minimums[] = { 0, 0x80, 0x800, 0x10000 };
        size_t n = first >= 0xF0 && first < 0xF8 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;

        *ret_minimum = minimums[n];
        return first >= 0xF8 ? 0 : n;
}

/* A character of several bytes; @text stays where it is if there is none. */
static bool narrow_text_sequence(NarrowText *text, uint32_t *ret) {
        NarrowText next = *text;
        uint32_t minimum, character;
        size_t n_followers = followers_of(*next.at, &minimum);

        if (n_followers == 0)
                return false;
        character = *next.at++ & (0x3Fu >> n_followers);
        for (size_t i = 0; i < n_followers; i++) {
                if (narrow_text_ended(&next) || (*next.at & 0xC0) != 0x80)
                        return false;
                character = character << 6 | (*next.at++ & 0x3Fu);
        }
        if (character < minimum || character > 0x10FFFF ||
                        (character >= 0xD800 && character <= 0xDFFF))
                return false;
        *text = next;
        *ret = character;
        return true;
}

size_t narrow_text_next(NarrowText *text, WCHAR units[2]) {
        uint32_t character = REPLACEMENT;

        if (narrow_text_ended(text))
                return 0;
        if (*text->at < 0x80)
                character = *text->at++;
        else if (!narrow_text_sequence(text, &character))
                text->at++;

        if (character < 0x10000) {
                units[0] = (WCHAR) character;
                return 1;
        }
        units[0] = (WCHAR) (0xD800 + ((character - 0x10000) >> 10));
        units[1] = (WCHAR) (0xDC00 + ((character - 0x10000) & 0x3FF));
        return 2;
}
