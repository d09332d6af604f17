#include <string.h>

#include "assert-status.h"
#include "directory.h"
#include "fake-namespace.h"
#include "suite.h"

#define ROOT ((HANDLE) 4)

static const FakeObject few[] = {
        { u"b", u"Section", NULL, 0 },
        { u"A", u"Directory", NULL, 0 },
        { u"a", u"SymbolicLink", u"\\b", 0 },
        { u"C", u"Event", NULL, 0 },
};

static void lists(const char *want) {
        g_autoptr(GPtrArray) entries = NULL;
        g_autoptr(GString) text = g_string_new(NULL);

        ck_assert_status(directory_list(ROOT, &entries), STATUS_SUCCESS);
        for (guint i = 0; i < entries->len; i++) {
                const Entry *entry = entries->pdata[i];
                g_autofree char *name = name_print(entry->name, true);

                g_string_append_printf(text, "%s:%s ", name, entry->type);
        }
        ck_assert_str_eq(text->str, want);
}

START_TEST(entries_come_sorted_with_their_types) {
        fake_namespace_set(few, G_N_ELEMENTS(few));
        lists("A:Directory a:SymbolicLink b:Section C:Event ");
}
END_TEST

START_TEST(an_empty_directory_has_no_entries) {
        fake_namespace_set(NULL, 0);
        lists("");
}
END_TEST

START_TEST(a_listing_in_several_pieces_is_complete) {
        fake_namespace_set(few, G_N_ELEMENTS(few));
        fake_namespace.n_at_once = 1;
        lists("A:Directory a:SymbolicLink b:Section C:Event ");
        ck_assert_uint_eq(fake_namespace.n_queries, 5);
}
END_TEST

START_TEST(the_longest_name_fits) {
        g_autofree WCHAR *name = g_new0(WCHAR, NAME_UNITS_MAX);
        const FakeObject objects[] = { { name, u"Section", NULL, 0 },
                { u"x", u"Section", NULL, 0 } };
        g_autoptr(GPtrArray) entries = NULL;

        for (size_t i = 0; i < NAME_UNITS_MAX - 1; i++)
                name[i] = 'n';
        fake_namespace_set(objects, G_N_ELEMENTS(objects));
        ck_assert_status(directory_list(ROOT, &entries), STATUS_SUCCESS);
        ck_assert_uint_eq(entries->len, 2);
        ck_assert_uint_eq(((Entry *) entries->pdata[0])->name->n_units, NAME_UNITS_MAX - 1);
}
END_TEST

START_TEST(a_failure_is_no_empty_directory) {
        GPtrArray *untouched = NULL;

        fake_namespace_set(few, G_N_ELEMENTS(few));
        fake_namespace.query_failure = STATUS_PORT_DISCONNECTED;
        ck_assert_status(directory_list(ROOT, &untouched), STATUS_PORT_DISCONNECTED);
        ck_assert_ptr_null(untouched);
}
END_TEST

START_TEST(a_type_is_printable_whatever_the_server_says) {
        const FakeObject objects[] = { { u"x", u"\x1B[2J\u00FC", NULL, 0 } };

        fake_namespace_set(objects, 1);
        lists("x:%{1B}[2J%{FC} ");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, entries_come_sorted_with_their_types);
        tcase_add_test(tests, an_empty_directory_has_no_entries);
        tcase_add_test(tests, a_listing_in_several_pieces_is_complete);
        tcase_add_test(tests, the_longest_name_fits);
        tcase_add_test(tests, a_failure_is_no_empty_directory);
        tcase_add_test(tests, a_type_is_printable_whatever_the_server_says);
}

int main(void) {
        return suite_main("cli-directory", 10, add_tests);
}
