#include "name.h"

#include <string.h>

#include "upcase.h"

#define CODE_POINT_MAX 0x10FFFFu

static bool unit_is_high(WCHAR unit) {
        return (unit & 0xFC00u) == 0xD800u;
}

static bool unit_is_low(WCHAR unit) {
        return (unit & 0xFC00u) == 0xDC00u;
}

Name *name_new(const WCHAR *units, size_t n_units) {
        Name *name = g_malloc0(sizeof(Name) + (n_units + 1) * sizeof(WCHAR));

        if (n_units)
                memcpy(name->units, units, n_units * sizeof(WCHAR));
        name->n_units = n_units;
        return name;
}

void name_free(Name *name) {
        g_free(name);
}

static void append_code_point(GArray *units, gunichar c) {
        WCHAR pair[2];

        if (c < 0x10000) {
                pair[0] = (WCHAR) c;
                g_array_append_vals(units, pair, 1);
                return;
        }
        pair[0] = (WCHAR) (0xD800u + ((c - 0x10000u) >> 10));
        pair[1] = (WCHAR) (0xDC00u + ((c - 0x10000u) & 0x3FFu));
        g_array_append_vals(units, pair, 2);
}

/* Reads the escape at *@text, which begins with "%{", and moves *@text behind it. */
static bool parse_escape(const char **text, gunichar *ret) {
        const char *end = *text + 2;
        gunichar value = 0;

        for (; g_ascii_isxdigit(*end); end++) {
                value = value << 4 | (gunichar) g_ascii_xdigit_value(*end);
                if (value > CODE_POINT_MAX)
                        return false;
        }
        if (*end != '}' || end == *text + 2)
                return false;

        *text = end + 1;
        *ret = value;
        return true;
}

Name *name_parse(const char *text, GError **error) {
        g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(WCHAR));
        gunichar c;

        if (!g_utf8_validate(text, -1, NULL)) {
                g_set_error_literal(error, G_CONVERT_ERROR, G_CONVERT_ERROR_ILLEGAL_SEQUENCE,
                                "a name is not valid text; write such units as %{HEX}");
                return NULL;
        }

        while (*text) {
                if (!g_str_has_prefix(text, "%{")) {
                        c = g_utf8_get_char(text);
                        text = g_utf8_next_char(text);
                } else if (!parse_escape(&text, &c)) {
                        g_set_error(error, G_CONVERT_ERROR, G_CONVERT_ERROR_ILLEGAL_SEQUENCE,
                                        "'%s' is no escape: %%{HEX} needs the hexadecimal number "
                                        "of a "
                                        "code point, and a percent sign before a brace is %%{25}",
                                        text);
                        return NULL;
                }
                append_code_point(units, c);
        }

        if (units->len > NAME_UNITS_MAX) {
                g_set_error(error, G_CONVERT_ERROR, G_CONVERT_ERROR_FAILED,
                                "a name has %u units; NT can count %u", units->len, NAME_UNITS_MAX);
                return NULL;
        }
        return name_new((const WCHAR *) units->data, units->len);
}

UNICODE_STRING name_as_string(Name *name) {
        return (UNICODE_STRING){
                .Length = (USHORT) (name->n_units * sizeof(WCHAR)),
                .MaximumLength = (USHORT) (name->n_units * sizeof(WCHAR)),
                .Buffer = name->units,
        };
}

bool name_equal(const Name *a, const Name *b, bool ignore_case) {
        return nt_name_equal(a->units, a->n_units, b->units, b->n_units, ignore_case);
}

static int compare_units(const Name *a, const Name *b, bool fold) {
        for (size_t i = 0; i < a->n_units && i < b->n_units; i++) {
                int left = fold ? nt_upcase(a->units[i]) : a->units[i];
                int right = fold ? nt_upcase(b->units[i]) : b->units[i];

                if (left != right)
                        return left - right;
        }
        return (a->n_units > b->n_units) - (a->n_units < b->n_units);
}

int name_compare(const Name *a, const Name *b) {
        int difference = compare_units(a, b, true);

        return difference ? difference : compare_units(a, b, false);
}

/* Takes one code point, or one lone surrogate, from position *@at. */
static gunichar next_code_point(const Name *name, size_t *at) {
        WCHAR unit = name->units[(*at)++];

        if (!unit_is_high(unit) || *at == name->n_units || !unit_is_low(name->units[*at]))
                return unit;
        return 0x10000u + ((gunichar) (unit & 0x3FFu) << 10) + (name->units[(*at)++] & 0x3FFu);
}

static bool is_safe(gunichar c, bool utf8) {
        if (c < 0x80)
                return c >= 0x20 && c < 0x7F;
        if (!utf8)
                return false;

        switch (g_unichar_type(c)) {
        case G_UNICODE_CONTROL:
        case G_UNICODE_FORMAT:
        case G_UNICODE_UNASSIGNED:
        case G_UNICODE_PRIVATE_USE:
        case G_UNICODE_SURROGATE:
        case G_UNICODE_LINE_SEPARATOR:
        case G_UNICODE_PARAGRAPH_SEPARATOR:
                return false;
        default:
                return true;
        }
}

char *name_print(const Name *name, bool utf8) {
        GString *text = g_string_sized_new(name->n_units + 1);

        for (size_t i = 0; i < name->n_units;) {
                gunichar c = next_code_point(name, &i);
                bool like_escape = c == '%' && i < name->n_units && name->units[i] == '{';

                if (is_safe(c, utf8) && !like_escape)
                        g_string_append_unichar(text, c);
                else
                        g_string_append_printf(text, "%%{%X}", (unsigned) c);
        }
        return g_string_free(text, FALSE);
}

size_t name_width(const char *text) {
        size_t width = 0;

        for (; *text; text = g_utf8_next_char(text)) {
                gunichar c = g_utf8_get_char(text);

                if (g_unichar_iszerowidth(c))
                        continue;
                width += g_unichar_iswide(c) ? 2 : 1;
        }
        return width;
}
