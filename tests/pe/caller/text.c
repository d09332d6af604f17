#include "text.h"

static char output[32768];
static SIZE_T n_output;

void put_char(char c) {
        if (n_output < sizeof(output) - 1)
                output[n_output++] = c;
}

void put_text(const char *text) {
        while (*text)
                put_char(*text++);
}

void put_hex(uint64_t number) {
        char digits[16];
        unsigned n = 0;

        do {
                digits[n++] = "0123456789ABCDEF"[number % 16];
                number /= 16;
        } while (number > 0);
        while (n > 0)
                put_char(digits[--n]);
}

void put_line(void) {
        output[n_output++] = '\n';
        world_write(output, n_output);
        n_output = 0;
}

static char *cut(char **text, char separator) {
        char *word = *text, *end = word;

        while (*end && *end != separator)
                end++;
        *text = *end ? end + 1 : NULL;
        *end = '\0';
        return word;
}

char *next_word(char **line) {
        while (*line && **line == ' ')
                (*line)++;
        if (!*line || !**line)
                return NULL;
        return cut(line, ' ');
}

char *next_field(char **word) {
        return *word ? cut(word, '|') : NULL;
}

static int digit(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint64_t read_hex(const char **text) {
        bool negative = **text == '-';
        uint64_t number = 0;

        if (negative)
                (*text)++;
        for (; digit(**text) >= 0; (*text)++)
                number = number * 16 + (uint64_t) digit(**text);
        return negative ? -number : number;
}

bool text_equal(const char *left, const char *right) {
        while (*left && *left == *right)
                left++, right++;
        return *left == *right;
}

bool text_begins(const char *text, const char *beginning) {
        while (*beginning && *text == *beginning)
                text++, beginning++;
        return *beginning == '\0';
}

SIZE_T text_length(const char *text) {
        SIZE_T n = 0;

        while (text[n])
                n++;
        return n;
}

static WCHAR escaped_unit(const char **text) {
        unsigned unit = 0;

        for (unsigned i = 0; i < 4 && digit(**text) >= 0; i++)
                unit = unit * 16 + (unsigned) digit(*(*text)++);
        return (WCHAR) unit;
}

SIZE_T to_utf16(const char *text, WCHAR *to) {
        SIZE_T n = 0;

        while (*text) {
                if (text_begins(text, "\\u") && digit(text[2]) >= 0 && digit(text[3]) >= 0 &&
                                digit(text[4]) >= 0 && digit(text[5]) >= 0) {
                        text += 2;
                        to[n++] = escaped_unit(&text);
                } else {
                        to[n++] = (WCHAR) (unsigned char) *text++;
                }
        }
        return n;
}

void put_utf16(const WCHAR *units, SIZE_T n_units) {
        for (SIZE_T i = 0; i < n_units; i++) {
                if (units[i] > ' ' && units[i] < 0x7f) {
                        put_char((char) units[i]);
                        continue;
                }
                put_text("\\u");
                for (int shift = 12; shift >= 0; shift -= 4)
                        put_char("0123456789ABCDEF"[(units[i] >> shift) & 15]);
        }
}
