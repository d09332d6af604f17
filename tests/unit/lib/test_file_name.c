/*
 * Names of files: how they are cut, and that every Linux name has one NT name and the other way
 * round.
 */

#include <check.h>
#include <glib.h>
#include <string.h>

#include "assert-status.h"
#include "file-name.h"
#include "ntstatus.h"
#include "suite.h"

static size_t n_units(const WCHAR *text) {
        size_t n = 0;

        while (text[n])
                n++;
        return n;
}

/* What comes of a name: components with slashes between them, and "/" at the end for a backslash
 * there. */
static const struct {
        const WCHAR *name;
        bool relative;
        NTSTATUS status;
        const char *components;
} names[] = {
        { u"", false, STATUS_SUCCESS, "" },
        { u"\\", false, STATUS_SUCCESS, "" },
        { u"\\\\", false, STATUS_SUCCESS, "" },
        { u"\\a", false, STATUS_SUCCESS, "a" },
        { u"\\\\a", false, STATUS_SUCCESS, "a" },
        { u"\\\\\\a", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a\\b c\\d", false, STATUS_SUCCESS, "a/b c/d" },
        { u"\\a\\", false, STATUS_SUCCESS, "a/" },
        { u"\\a\\\\", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a\\\\b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"a\\b", true, STATUS_SUCCESS, "a/b" },
        { u"a\\", true, STATUS_SUCCESS, "a/" },
        { u"\\a", true, STATUS_INVALID_PARAMETER, NULL },
        { u"", true, STATUS_SUCCESS, "" },
        { u"\\.", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a\\..", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\...", false, STATUS_SUCCESS, "..." },
        { u"\\.a", false, STATUS_SUCCESS, ".a" },
        { u"\\a.", false, STATUS_SUCCESS, "a." },
        { u"\\a ", false, STATUS_SUCCESS, "a " },
        { u"\\\x7f", false, STATUS_SUCCESS, "\x7f" },
        { u"\\\x1f", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a/b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a:b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a\"b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a*b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a?b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a<b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a>b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\a|b", false, STATUS_OBJECT_NAME_INVALID, NULL },
        { u"\\\u00e4\u20ac", false, STATUS_SUCCESS, "\xc3\xa4\xe2\x82\xac" },
};

static char *joined(const FileName *name) {
        GString *text = g_string_new(NULL);
        const char *component = name->text;

        for (size_t i = 0; i < name->n_components; i++) {
                if (i > 0)
                        component = file_name_next(component);
                g_string_append_printf(text, "%s%s", i > 0 ? "/" : "", component);
        }
        if (name->trailing)
                g_string_append_c(text, '/');
        return g_string_free(text, FALSE);
}

START_TEST(name_is_cut_into_components) {
        FileName name = { NULL, 0, false };
        g_autofree char *found = NULL;

        ck_assert_status(file_name_parse(names[_i].name, n_units(names[_i].name),
                                         names[_i].relative, &name),
                        names[_i].status);
        if (!NT_SUCCESS(names[_i].status)) {
                ck_assert_ptr_null(name.text);
                return;
        }
        found = joined(&name);
        ck_assert_str_eq(found, names[_i].components);
        file_name_clear(&name);
}
END_TEST

START_TEST(nul_is_in_no_name) {
        FileName name = { NULL, 0, false };

        ck_assert_status(file_name_parse(u"\\a\0b", 4, false, &name), STATUS_OBJECT_NAME_INVALID);
}
END_TEST

/* Linux counts bytes, NT units: both must be few enough. */
START_TEST(components_are_no_longer_than_either_side_takes) {
        static const struct {
                WCHAR unit;
                size_t n;
                NTSTATUS status;
        } rows[] = { { 'a', 255, STATUS_SUCCESS }, { 'a', 256, STATUS_OBJECT_NAME_INVALID },
                { 0xE4, 127, STATUS_SUCCESS }, { 0xE4, 128, STATUS_OBJECT_NAME_INVALID },
                { 0x20AC, 85, STATUS_SUCCESS }, { 0x20AC, 86, STATUS_OBJECT_NAME_INVALID },
                { 0xDCFF, 255, STATUS_SUCCESS }, { 0xD800, 85, STATUS_SUCCESS } };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                FileName name = { NULL, 0, false };
                WCHAR units[257] = { '\\' };

                for (size_t at = 0; at < rows[i].n; at++)
                        units[1 + at] = rows[i].unit;
                ck_assert_status(file_name_parse(units, 1 + rows[i].n, false, &name),
                                rows[i].status);
                file_name_clear(&name);
        }
}
END_TEST

/* What Linux has, and how it is called here. */
static const struct {
        const char *bytes;
        const WCHAR *units;
} spellings[] = {
        { "abc", u"abc" },
        { "\xc3\xa4", u"\u00e4" },
        { "\xe2\x82\xac", u"\u20ac" },
        { "\xf0\x9f\x98\x80", (const WCHAR[]){ 0xD83D, 0xDE00, 0 } },
        { "\x80", (const WCHAR[]){ 0xDC80, 0 } },
        { "a\xff", (const WCHAR[]){ 'a', 0xDCFF, 0 } },
        { "\xc3", (const WCHAR[]){ 0xDCC3, 0 } },
        { "\xc0\xaf", (const WCHAR[]){ 0xDCC0, 0xDCAF, 0 } },             /* "/", too long */
        { "\xed\xa0\x80", (const WCHAR[]){ 0xD800, 0 } },                 /* half a pair */
        { "\xed\xb0\x80", (const WCHAR[]){ 0xDC00, 0 } },                 /* the other half */
        { "\xed\xb2\x80", (const WCHAR[]){ 0xDCED, 0xDCB2, 0xDC80, 0 } }, /* U+DC80 is a byte's */
        { "\xed\xa0\x80x", (const WCHAR[]){ 0xD800, 'x', 0 } },
        /* Both halves in six bytes would come back as four. */
        { "\xed\xa0\x80\xed\xb0\x80",
                        (const WCHAR[]){ 0xDCED, 0xDCA0, 0xDC80, 0xDCED, 0xDCB0, 0xDC80, 0 } },
        { "\xed\xa0\x80\x80", (const WCHAR[]){ 0xDCED, 0xDCA0, 0xDC80, 0xDC80, 0 } },
        { "\xf4\x90\x80\x80", (const WCHAR[]){ 0xDCF4, 0xDC90, 0xDC80, 0xDC80, 0 } },
        { "\xf5", (const WCHAR[]){ 0xDCF5, 0 } },
};

START_TEST(every_name_of_linux_has_one_name) {
        const char *bytes = spellings[_i].bytes;
        size_t n_bytes = strlen(bytes), n = n_units(spellings[_i].units);
        WCHAR units[64];
        char back[192];

        ck_assert_uint_eq(file_name_decode(bytes, n_bytes, units), n);
        ck_assert_mem_eq(units, spellings[_i].units, n * sizeof(*units));
        ck_assert_uint_eq(file_name_encode(units, n, back), n_bytes);
        ck_assert_mem_eq(back, bytes, n_bytes);
}
END_TEST

/* Names of NT that would be another one's file. */
START_TEST(units_that_would_not_come_back_are_no_name) {
        const WCHAR *const refused[] = {
                (const WCHAR[]){ 0xDCC3, 0xDCA4, 0 },                 /* "ä" */
                (const WCHAR[]){ 0xDCED, 0xDCA0, 0xDC80, 0 },         /* U+D800 */
                (const WCHAR[]){ 0xDCF0, 0xDC9F, 0xDC98, 0xDC80, 0 }, /* an emoji */
                (const WCHAR[]){ 0xDC00, 0xDC80, 0xDCED, 0xDCA0, 0xDC80, 0 },
        };
        char bytes[64];

        for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
                ck_assert_uint_eq(file_name_encode(refused[i], n_units(refused[i]), bytes), 0);
}
END_TEST

/* All names of three bytes, and all of two units of each kind, go both ways. */
START_TEST(both_ways_agree) {
        static const uint8_t some[] = { 'a', 0x7F, 0x80, 0xA0, 0xB2, 0xBF, 0xC0, 0xC3, 0xE2, 0xED,
                0xF0, 0xF4, 0xFF };
        static const WCHAR kinds[] = { 'a', 0xE4, 0x20AC, 0xD800, 0xDBFF, 0xDC00, 0xDC80, 0xDCC3,
                0xDCA4, 0xDCED, 0xDCFF, 0xDFFF };
        size_t n_names = 0;

        for (size_t i = 0; i < 13 * 13 * 13 * 13; i++) {
                const char bytes[] = { (char) some[i % 13], (char) some[i / 13 % 13],
                        (char) some[i / 169 % 13], (char) some[i / 2197] };
                WCHAR units[4];
                char back[12];
                size_t n = file_name_decode(bytes, 4, units);

                ck_assert_uint_eq(file_name_encode(units, n, back), 4);
                ck_assert_mem_eq(back, bytes, 4);
        }
        for (size_t i = 0; i < 12 * 12 * 12; i++) {
                const WCHAR units[] = { kinds[i % 12], kinds[i / 12 % 12], kinds[i / 144] };
                WCHAR back[12];
                char bytes[12];
                size_t n = file_name_encode(units, 3, bytes);

                if (n == 0)
                        continue;
                n_names++;
                ck_assert_uint_eq(file_name_decode(bytes, n, back), 3);
                ck_assert_mem_eq(back, units, sizeof(units));
        }
        ck_assert_uint_gt(n_names, 1000);
}
END_TEST

START_TEST(case_is_folded_by_the_table) {
        ck_assert(file_name_equal_folded("File", "fILE"));
        ck_assert(file_name_equal_folded("\xc3\xa4", "\xc3\x84"));
        ck_assert(!file_name_equal_folded("file", "files"));
        ck_assert(!file_name_equal_folded("\xe4", "\xc4")); /* bytes have no case */
        ck_assert(file_name_equal_folded("", ""));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, name_is_cut_into_components, 0, G_N_ELEMENTS(names));
        tcase_add_test(tests, nul_is_in_no_name);
        tcase_add_test(tests, components_are_no_longer_than_either_side_takes);
        tcase_add_loop_test(tests, every_name_of_linux_has_one_name, 0, G_N_ELEMENTS(spellings));
        tcase_add_test(tests, units_that_would_not_come_back_are_no_name);
        tcase_add_test(tests, both_ways_agree);
        tcase_add_test(tests, case_is_folded_by_the_table);
}

int main(void) {
        return suite_main("file-name", 30, add);
}
