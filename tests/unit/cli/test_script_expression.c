/* Values as they are written, and what they come to. */

#include <string.h>

#include "script-constant.h"
#include "script-expression.h"
#include "suite.h"
#include "zw.h"

typedef struct Scene {
        GHashTable *symbols;
        GHashTable *variables;
} Scene;

static void set(Scene *scene, const char *name, ScriptType type, GVariant *value) {
        g_auto(GVariantDict) outputs = G_VARIANT_DICT_INIT(NULL);

        g_variant_dict_insert_value(&outputs, "value", value);
        g_variant_unref(value);
        g_hash_table_insert(scene->symbols, (gpointer) name, (gpointer) script_plain_outputs(type));
        g_hash_table_insert(scene->variables, (gpointer) name,
                        g_variant_ref_sink(g_variant_dict_end(&outputs)));
}

static void scene_init(Scene *scene) {
        scene->symbols = g_hash_table_new(g_str_hash, g_str_equal);
        scene->variables = g_hash_table_new_full(
                        g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_variant_unref);
        set(scene, "i", SCRIPT_INTEGER, script_integer_new(0x100));
        set(scene, "n", SCRIPT_NAME, script_name_new(u"\\n", 2));
        set(scene, "b", SCRIPT_BYTES, script_bytes_new("\x01\x02", 2));
        g_hash_table_insert(scene->symbols, (gpointer) "unset",
                        (gpointer) script_plain_outputs(SCRIPT_INTEGER));
}

static void scene_clear(Scene *scene) {
        g_hash_table_unref(scene->symbols);
        g_hash_table_unref(scene->variables);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

static GVariant *evaluate(ScriptType type, const char *text) {
        g_auto(Scene) scene = { 0 };
        g_autoptr(Expression) expression = NULL;
        g_autoptr(GError) error = NULL;
        g_autofree char *problem = NULL;
        GVariant *value;

        scene_init(&scene);
        expression = expression_parse(type, scene.symbols, text, &error);
        ck_assert_msg(expression != NULL, "'%s' is refused: %s", text,
                        error ? error->message : "?");
        value = expression_evaluate(expression, scene.variables, &problem);
        ck_assert_msg(value != NULL, "'%s' has no value: %s", text, problem ? problem : "?");
        return value;
}

static void is_integer(const char *text, uint64_t want) {
        g_autoptr(GVariant) value = evaluate(SCRIPT_INTEGER, text);

        ck_assert_msg(script_integer(value) == want, "'%s' is %llu", text,
                        (unsigned long long) script_integer(value));
}

static void is_name(const char *text, const WCHAR *units, size_t n_units) {
        g_autoptr(GVariant) value = evaluate(SCRIPT_NAME, text);
        g_autoptr(Name) name = script_name(value);

        ck_assert_uint_eq(name->n_units, n_units);
        ck_assert_mem_eq(name->units, units, n_units * sizeof(WCHAR));
}

static void is_bytes(const char *text, const char *bytes, size_t n_bytes) {
        g_autoptr(GVariant) value = evaluate(SCRIPT_BYTES, text);
        size_t n;
        const uint8_t *is = script_bytes(value, &n);

        ck_assert_uint_eq(n, n_bytes);
        ck_assert_mem_eq(is, bytes, n_bytes);
}

static void is_refused(ScriptType type, const char *text, int where) {
        g_auto(Scene) scene = { 0 };
        g_autoptr(GError) error = NULL;
        g_autoptr(Expression) expression = NULL;

        scene_init(&scene);
        expression = expression_parse(type, scene.symbols, text, &error);
        ck_assert_msg(expression == NULL, "'%s' is taken", text);
        ck_assert_msg(error->code == where, "'%s' is refused at %d: %s", text, error->code,
                        error->message);
}

START_TEST(integers_are_decimal_or_hexadecimal_and_may_have_a_unit) {
        is_integer("0", 0);
        is_integer("18446744073709551615", UINT64_MAX);
        is_integer("0xFFFFFFFFFFFFFFFF", UINT64_MAX);
        is_integer("0XaB", 0xAB);
        is_integer("64K", 65536);
        is_integer("1M", 1u << 20);
        is_integer("0x1G", 1u << 30);
        is_integer("16777215T", UINT64_C(16777215) << 40);
        is_integer("-1", UINT64_MAX);
        is_integer("010", 10);
}
END_TEST

START_TEST(integers_are_joined_from_left_to_right) {
        is_integer("$i+0x10", 0x110);
        is_integer("$i-1", 0xFF);
        is_integer("-$i+1", (uint64_t) -0xFF);
        is_integer("1|2|4", 7);
        is_integer("1|2+1", 4);
        is_integer("$i.value", 0x100);
}
END_TEST

START_TEST(constants_have_their_names) {
        is_integer("SECTION_MAP_READ|SECTION_QUERY", SECTION_MAP_READ | SECTION_QUERY);
        is_integer("GENERIC_READ", 0x80000000u);
        is_integer("STATUS_ACCESS_DENIED", 0xC0000022u);
        is_integer("NtCurrentProcess", UINT64_MAX);
        is_integer("ViewUnmap", 2);
        is_refused(SCRIPT_INTEGER, "SECTION_MAP_RED", 0);
        is_refused(SCRIPT_INTEGER, "1|section_query", 2);
}
END_TEST

START_TEST(what_is_no_integer_is_refused_where_it_begins) {
        is_refused(SCRIPT_INTEGER, "", 0);
        is_refused(SCRIPT_INTEGER, "1+", 2);
        is_refused(SCRIPT_INTEGER, "0x", 0);
        is_refused(SCRIPT_INTEGER, "1k", 1);
        is_refused(SCRIPT_INTEGER, "1KK", 2);
        is_refused(SCRIPT_INTEGER, "18446744073709551616", 0);
        is_refused(SCRIPT_INTEGER, "16777216T", 0);
        is_refused(SCRIPT_INTEGER, "1+0x10000000000000000", 2);
        is_refused(SCRIPT_INTEGER, "\"a\"", 0);
        is_refused(SCRIPT_INTEGER, "$n", 0);
        is_refused(SCRIPT_INTEGER, "$i.x", 0);
        is_refused(SCRIPT_INTEGER, "$", 0);
        is_refused(SCRIPT_INTEGER, "$i*2", 2);
        is_refused(SCRIPT_INTEGER, "--1", 1);
}
END_TEST

START_TEST(names_are_taken_as_they_are_or_in_quotes) {
        is_name("\\a%{0}b", (const WCHAR[]){ '\\', 'a', 0, 'b' }, 4);
        is_name("%{D800}", (const WCHAR[]){ 0xD800 }, 1);
        is_name("a+b*3$c", u"a+b*3$c", 7);
        is_name("\"\"", u"", 0);
        is_name("\"a b\"", u"a b", 3);
        is_name("\"%{22}\"", u"\"", 1);
        is_name("\"ab\"*3", u"ababab", 6);
        is_name("\"ab\"*0", u"", 0);
        is_name("\"a\"*2+$n+\"b\"", u"aa\\nb", 5);
}
END_TEST

START_TEST(what_is_no_name_is_refused_where_it_is_wrong) {
        is_refused(SCRIPT_NAME, "a\"b", 1);
        is_refused(SCRIPT_NAME, "\"a\"b", 3);
        is_refused(SCRIPT_NAME, "\"a\"+b", 4);
        is_refused(SCRIPT_NAME, "\"a\"*", 4);
        is_refused(SCRIPT_NAME, "\"a\"*32768", 0);
        is_refused(SCRIPT_NAME, "\"ab\"*18446744073709551615", 0);
        is_refused(SCRIPT_NAME, "\"\"*18446744073709551615", 0);
        is_refused(SCRIPT_NAME, "%{", 0);
        is_refused(SCRIPT_NAME, "$i", 0);
}
END_TEST

START_TEST(a_name_that_grew_too_long_has_no_value) {
        g_auto(Scene) scene = { 0 };
        g_autoptr(Expression) expression = NULL;
        g_autofree char *problem = NULL;

        scene_init(&scene);
        expression = expression_parse(SCRIPT_NAME, scene.symbols, "\"a\"*32767+\"b\"", NULL);
        ck_assert_ptr_nonnull(expression);
        ck_assert_ptr_null(expression_evaluate(expression, scene.variables, &problem));
        ck_assert_str_eq(problem, "the name is longer than 32767 units");
}
END_TEST

START_TEST(bytes_are_text_or_pairs_of_digits) {
        is_bytes("\"hello\"", "hello", 5);
        is_bytes("\"gr%{FC}n\"", "gr\xC3\xBCn", 5);
        is_bytes("00fF", "\0\xFF", 2);
        is_bytes("$b", "\x01\x02", 2);
        is_refused(SCRIPT_BYTES, "0", 0);
        is_refused(SCRIPT_BYTES, "001", 2);
        is_refused(SCRIPT_BYTES, "xy", 0);
        is_refused(SCRIPT_BYTES, "\"%{D800}\"", 0);
        is_refused(SCRIPT_BYTES, "$n", 0);
}
END_TEST

START_TEST(more_words_of_bytes_follow_those_there_are) {
        g_auto(Scene) scene = { 0 };
        g_autoptr(Expression) expression = NULL;
        g_autoptr(GVariant) value = NULL;
        size_t n;

        scene_init(&scene);
        expression = expression_parse(SCRIPT_BYTES, scene.symbols, "61", NULL);
        ck_assert(expression_append(expression, scene.symbols, "\"b\"", NULL));
        ck_assert(expression_append(expression, scene.symbols, "$b", NULL));
        ck_assert(!expression_append(expression, scene.symbols, "q", NULL));
        value = expression_evaluate(expression, scene.variables, NULL);
        ck_assert_mem_eq(script_bytes(value, &n), "ab\x01\x02", 4);
        ck_assert_uint_eq(n, 4);
}
END_TEST

START_TEST(a_variable_that_nobody_set_has_no_value) {
        g_auto(Scene) scene = { 0 };
        g_autoptr(Expression) expression = NULL;
        g_autofree char *problem = NULL;

        scene_init(&scene);
        expression = expression_parse(SCRIPT_INTEGER, scene.symbols, "$unset", NULL);
        ck_assert_ptr_nonnull(expression);
        ck_assert_ptr_null(expression_evaluate(expression, scene.variables, &problem));
        ck_assert(g_str_has_prefix(problem, "$unset is not set"));
}
END_TEST

START_TEST(what_a_word_looks_like) {
        g_auto(Scene) scene = { 0 };

        scene_init(&scene);
        ck_assert_int_eq(expression_guess(scene.symbols, "$i"), SCRIPT_INTEGER);
        ck_assert_int_eq(expression_guess(scene.symbols, "$n+\"x\""), SCRIPT_NAME);
        ck_assert_int_eq(expression_guess(scene.symbols, "$b.value"), SCRIPT_BYTES);
        ck_assert_int_eq(expression_guess(scene.symbols, "\"x\""), SCRIPT_NAME);
        ck_assert_int_eq(expression_guess(scene.symbols, "\\x"), SCRIPT_NAME);
        ck_assert_int_eq(expression_guess(scene.symbols, "x"), SCRIPT_INTEGER);
        ck_assert_int_eq(expression_guess(scene.symbols, "$none"), SCRIPT_INTEGER);
}
END_TEST

START_TEST(values_are_printed_for_people) {
        const struct {
                GVariant *value;
                const char *want;
        } rows[] = {
                { script_integer_new(16), "16 (0x10)" },
                { script_name_new(u"a\x1B", 2), "\"a%{1B}\"" },
                { script_bytes_new("\x01\xFF", 2), "01 ff" },
                { script_bytes_new("", 0), "no bytes" },
        };

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                g_autoptr(GVariant) value = rows[i].value;
                g_autofree char *text = script_value_print(value);

                ck_assert_str_eq(text, rows[i].want);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, integers_are_decimal_or_hexadecimal_and_may_have_a_unit);
        tcase_add_test(tests, integers_are_joined_from_left_to_right);
        tcase_add_test(tests, constants_have_their_names);
        tcase_add_test(tests, what_is_no_integer_is_refused_where_it_begins);
        tcase_add_test(tests, names_are_taken_as_they_are_or_in_quotes);
        tcase_add_test(tests, what_is_no_name_is_refused_where_it_is_wrong);
        tcase_add_test(tests, a_name_that_grew_too_long_has_no_value);
        tcase_add_test(tests, bytes_are_text_or_pairs_of_digits);
        tcase_add_test(tests, more_words_of_bytes_follow_those_there_are);
        tcase_add_test(tests, a_variable_that_nobody_set_has_no_value);
        tcase_add_test(tests, what_a_word_looks_like);
        tcase_add_test(tests, values_are_printed_for_people);
}

int main(void) {
        return suite_main("cli-script-expression", 30, add_tests);
}
