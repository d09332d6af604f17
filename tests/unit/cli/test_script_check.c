/* What a script expects of values, and the table of what it can call. */

#include <string.h>

#include "script-check.h"
#include "script-value.h"
#include "suite.h"

static GVariant *outputs_of(GVariant *value, const char *name) {
        g_auto(GVariantDict) outputs = G_VARIANT_DICT_INIT(NULL);

        g_variant_dict_insert_value(&outputs, name, value);
        g_variant_unref(value);
        return g_variant_ref_sink(g_variant_dict_end(&outputs));
}

static GVariant *list_of(const char *words) {
        g_auto(GStrv) parts = g_strsplit_set(words, " ", -1);
        g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func((GDestroyNotify) name_free);

        for (char **part = parts; *part; part++) {
                if (**part)
                        g_ptr_array_add(names, name_parse(*part, NULL));
        }
        return script_list_new(names);
}

/* Checks the expectation that ends @text, of a last call that gave @value as @output. */
static char *check(const char *text, const char *output, GVariant *value) {
        g_autoptr(GHashTable) variables = g_hash_table_new_full(
                        g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_variant_unref);
        g_autoptr(GError) error = NULL;
        g_autoptr(Script) script = script_parse("f", text, strlen(text), &error);

        ck_assert_msg(script != NULL, "%s", error ? error->message : "?");
        g_hash_table_insert(variables, (gpointer) "last", outputs_of(value, output));
        return script_check(script->steps->pdata[script->steps->len - 1], variables);
}

static void holds(const char *text, const char *output, GVariant *value) {
        g_autofree char *problem = check(text, output, value);

        ck_assert_msg(problem == NULL, "%s: %s", text, problem);
}

static void fails(const char *text, const char *output, GVariant *value, const char *want) {
        g_autofree char *problem = check(text, output, value);

        ck_assert_msg(problem != NULL, "%s holds", text);
        ck_assert_str_eq(problem, want);
}

#define SECTION "NtQuerySection 4\nexpect size "

START_TEST(integers_are_compared_without_a_sign) {
        holds(SECTION "== 0x10", "size", script_integer_new(16));
        holds(SECTION "!= 15", "size", script_integer_new(16));
        holds(SECTION "< 17", "size", script_integer_new(16));
        holds(SECTION "<= 16", "size", script_integer_new(16));
        holds(SECTION "> 15", "size", script_integer_new(16));
        holds(SECTION ">= 16", "size", script_integer_new(16));
        holds(SECTION "> 1", "size", script_integer_new(UINT64_MAX));
        holds(SECTION "== -1", "size", script_integer_new(UINT64_MAX));
        fails(SECTION "== 1", "size", script_integer_new(2), "it is 2 (0x2); wanted: 1 (0x1)");
        fails(SECTION "!= 2", "size", script_integer_new(2), "it is 2 (0x2); wanted: 2 (0x2)");
        fails(SECTION "< 2", "size", script_integer_new(2), "it is 2 (0x2); wanted: 2 (0x2)");
        fails(SECTION "> 2", "size", script_integer_new(2), "it is 2 (0x2); wanted: 2 (0x2)");
        fails(SECTION "<= 1", "size", script_integer_new(2), "it is 2 (0x2); wanted: 1 (0x1)");
        fails(SECTION ">= 3", "size", script_integer_new(2), "it is 2 (0x2); wanted: 3 (0x3)");
}
END_TEST

#define NAME "NtQueryObject 4 1\nexpect name "

START_TEST(names_are_compared_by_units) {
        holds(NAME "== \\a", "name", script_name_new(u"\\a", 2));
        holds(NAME "== \"\"", "name", script_name_new(u"", 0));
        holds(NAME "!= \\A", "name", script_name_new(u"\\a", 2));
        holds(NAME "!= \\a", "name", script_name_new(u"\\a\0", 3));
        fails(NAME "== \\A", "name", script_name_new(u"\\a", 2), "it is \"\\a\"; wanted: \"\\A\"");
}
END_TEST

#define NAMES "NtQueryDirectoryObject 4\nexpect names "

START_TEST(lists_are_compared_in_order_or_not) {
        holds(NAMES "are b a", "names", list_of("a b"));
        holds(NAMES "are-in-order a b", "names", list_of("a b"));
        holds(NAMES "are", "names", list_of(""));
        holds(NAMES "has b", "names", list_of("a b"));
        holds(NAMES "has b a", "names", list_of("a b c"));
        holds(NAMES "lacks c B", "names", list_of("a b"));
        fails(NAMES "are-in-order b a", "names", list_of("a b"),
                        "it is \"a\" \"b\"; wanted: \"b\" \"a\"");
        fails(NAMES "are a", "names", list_of("a b"), "it is \"a\" \"b\"; wanted: \"a\"");
        fails(NAMES "are a a", "names", list_of("a b"), "it is \"a\" \"b\"; wanted: \"a\" \"a\"");
        fails(NAMES "are", "names", list_of("a"), "it is \"a\"; wanted:");
        fails(NAMES "has a c", "names", list_of("a b"), "it is \"a\" \"b\"; wanted: \"a\" \"c\"");
        fails(NAMES "lacks c a", "names", list_of("a b"), "it is \"a\" \"b\"; wanted: \"c\" \"a\"");
        fails(NAMES "has a", "names", list_of(""), "it is nothing; wanted: \"a\"");
}
END_TEST

START_TEST(bytes_are_compared_whole) {
        holds("read 4 4\nexpect bytes == \"ab\" 00", "bytes", script_bytes_new("ab", 3));
        holds("read 4 4\nexpect bytes != \"ab\"", "bytes", script_bytes_new("ab", 3));
        fails("read 4 4\nexpect bytes == 61", "bytes", script_bytes_new("b", 1),
                        "it is 62; wanted: 61");
}
END_TEST

START_TEST(what_the_call_did_not_give_fails) {
        fails(SECTION "== 4", "return_length", script_integer_new(0), "the last call gave no size");
}
END_TEST

START_TEST(every_service_is_found_by_its_names) {
        for (const Service *const *service = service_all(); *service; service++) {
                g_autofree char *twin = g_strdup((*service)->name);
                bool zw;

                ck_assert_ptr_eq(service_find((*service)->name, &zw), *service);
                ck_assert(!zw);
                if (!g_str_has_prefix(twin, "Nt"))
                        continue;
                memcpy(twin, "Zw", 2);
                ck_assert_ptr_eq(service_find(twin, &zw), *service);
                ck_assert(zw);
        }
}
END_TEST

START_TEST(the_table_keeps_its_own_rules) {
        for (const Service *const *service = service_all(); *service; service++) {
                const Parameter *parameters = (*service)->parameters;
                size_t n = 0;

                ck_assert_ptr_nonnull((*service)->run);
                for (; parameters[n].name; n++) {
                        for (size_t i = 0; i < n; i++)
                                ck_assert_str_ne(parameters[i].name, parameters[n].name);
                        if (parameters[n].type == SCRIPT_BYTES)
                                ck_assert_ptr_null(parameters[n + 1].name);
                        ck_assert_int_ne(parameters[n].type, SCRIPT_LIST);
                }
                ck_assert_uint_le(n, PARAMETERS_MAX);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, integers_are_compared_without_a_sign);
        tcase_add_test(tests, names_are_compared_by_units);
        tcase_add_test(tests, lists_are_compared_in_order_or_not);
        tcase_add_test(tests, bytes_are_compared_whole);
        tcase_add_test(tests, what_the_call_did_not_give_fails);
        tcase_add_test(tests, every_service_is_found_by_its_names);
        tcase_add_test(tests, the_table_keeps_its_own_rules);
}

int main(void) {
        return suite_main("cli-script-check", 30, add_tests);
}
