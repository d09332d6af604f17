#include "report-text.h"

#include <errno.h>
#include <unistd.h>

static void put_byte(ReportText *text, char byte) {
        if (text->length < sizeof(text->bytes))
                text->bytes[text->length++] = byte;
}

void report_put(ReportText *text, const char *string) {
        while (*string)
                put_byte(text, *string++);
}

static char digit(unsigned value) {
        return "0123456789abcdef"[value & 15];
}

void report_put_hex(ReportText *text, uint64_t value, unsigned n_digits) {
        report_put(text, "0x");
        for (unsigned shift = 64; shift > 0;) {
                shift -= 4;
                if (value >> shift != 0 || shift < 4 * n_digits || shift == 0)
                        put_byte(text, digit((unsigned) (value >> shift)));
        }
}

void report_put_decimal(ReportText *text, uint64_t value) {
        if (value >= 10)
                report_put_decimal(text, value / 10);
        put_byte(text, (char) ('0' + value % 10));
}

void report_put_name(ReportText *text, const char *string) {
        for (; *string; string++)
                put_byte(text, (unsigned char) *string < ' ' || *string == 0x7F ? '?' : *string);
}

/* How many bytes of valid UTF-8 begin here; 0 if none. */
static size_t utf8_length(const char *string) {
        const unsigned char *at = (const unsigned char *) string;
        size_t n = *at < 0x80 ? 1 : *at >= 0xC2 && *at < 0xE0 ? 2 : (*at & 0xF0) == 0xE0 ? 3 : 0;

        if (n == 0 && *at >= 0xF0 && *at < 0xF5)
                n = 4;
        for (size_t i = 1; i < n; i++) {
                if ((at[i] & 0xC0) != 0x80)
                        return 0;
        }
        /* Too long forms, surrogates, and what lies beyond Unicode. */
        if ((*at == 0xE0 && at[1] < 0xA0) || (*at == 0xED && at[1] > 0x9F) ||
                        (*at == 0xF0 && at[1] < 0x90) || (*at == 0xF4 && at[1] > 0x8F))
                return 0;
        return n;
}

void report_put_json(ReportText *text, const char *string) {
        put_byte(text, '"');
        while (*string) {
                size_t n = utf8_length(string);

                if (n == 0) {
                        report_put(text, "\xEF\xBF\xBD");
                        n = 1;
                } else if (*string == '"' || *string == '\\') {
                        put_byte(text, '\\');
                        put_byte(text, *string);
                } else if ((unsigned char) *string < ' ') {
                        report_put(text, "\\u00");
                        put_byte(text, digit((unsigned char) *string >> 4));
                        put_byte(text, digit((unsigned char) *string));
                } else {
                        for (size_t i = 0; i < n; i++)
                                put_byte(text, string[i]);
                }
                string += n;
        }
        put_byte(text, '"');
}

void report_put_json_hex(ReportText *text, uint64_t value) {
        put_byte(text, '"');
        report_put_hex(text, value, 1);
        put_byte(text, '"');
}

void report_flush(ReportText *text) {
        for (size_t written = 0; written < text->length;) {
                ssize_t n = write(STDERR_FILENO, text->bytes + written, text->length - written);

                if (n < 0 && errno == EINTR)
                        continue;
                if (n <= 0)
                        break;
                written += (size_t) n;
        }
        text->length = 0;
}
