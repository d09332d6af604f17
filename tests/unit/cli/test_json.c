#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "suite.h"

/* What @write writes. */
static char *written(void (*write)(JsonWriter *json)) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        JsonWriter json;

        ck_assert_ptr_nonnull(out);
        json_init(&json, out);
        write(&json);
        json_clear(&json);
        ck_assert_int_eq(fclose(out), 0);
        return text;
}

static void writes(void (*write)(JsonWriter *json), const char *want) {
        char *text = written(write);

        ck_assert_str_eq(text, want);
        free(text);
}

static void empty_containers(JsonWriter *json) {
        json_begin_object(json, NULL);
        json_begin_array(json, "a");
        json_end_array(json);
        json_begin_object(json, "o");
        json_end_object(json);
        json_end_object(json);
}

START_TEST(empty_containers_take_no_line) {
        writes(empty_containers, "{\n  \"a\": [],\n  \"o\": {}\n}\n");
}
END_TEST

static void every_value(JsonWriter *json) {
        json_begin_array(json, NULL);
        json_uint(json, NULL, 0);
        json_uint(json, NULL, UINT64_MAX);
        json_bool(json, NULL, true);
        json_bool(json, NULL, false);
        json_null(json, NULL);
        json_string(json, NULL, "");
        json_end_array(json);
}

START_TEST(values_are_separated_by_commas) {
        writes(every_value, "[\n  0,\n  18446744073709551615,\n  true,\n  false,\n  null,\n  "
                            "\"\"\n]\n");
}
END_TEST

static void siblings(JsonWriter *json) {
        json_begin_array(json, NULL);
        for (unsigned i = 0; i < 2; i++) {
                json_begin_object(json, NULL);
                json_uint(json, "i", i);
                json_end_object(json);
        }
        json_end_array(json);
}

START_TEST(what_follows_a_container_is_separated_from_it) {
        writes(siblings, "[\n  {\n    \"i\": 0\n  },\n  {\n    \"i\": 1\n  }\n]\n");
}
END_TEST

static void quotation(JsonWriter *json) {
        json_string(json, NULL, "\"\\\n\x01\x7F");
}

START_TEST(what_json_reserves_is_escaped) {
        writes(quotation, "\"\\\"\\\\\\u000a\\u0001\\u007f\"\n");
}
END_TEST

static void beyond_ascii(JsonWriter *json) {
        json_string(json, NULL, "\xC3\xBC\xF0\x9F\x98\x80\xFF");
}

START_TEST(output_is_ascii_whatever_goes_in) {
        writes(beyond_ascii, "\"\\u00fc\\ud83d\\ude00\\ufffd\"\n");
}
END_TEST

static void units(JsonWriter *json) {
        const WCHAR all[] = { 0, '\\', 'B', 0xD800, 0xFFFF, 0xDC00 };
        g_autoptr(Name) name = name_new(all, G_N_ELEMENTS(all));

        json_begin_object(json, NULL);
        json_name(json, "name", name);
        json_end_object(json);
}

START_TEST(a_name_is_written_exactly) {
        writes(units, "{\n  \"name\": \"\\u0000\\\\B\\ud800\\uffff\\udc00\"\n}\n");
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, empty_containers_take_no_line);
        tcase_add_test(tests, values_are_separated_by_commas);
        tcase_add_test(tests, what_follows_a_container_is_separated_from_it);
        tcase_add_test(tests, what_json_reserves_is_escaped);
        tcase_add_test(tests, output_is_ascii_whatever_goes_in);
        tcase_add_test(tests, a_name_is_written_exactly);
}

int main(void) {
        return suite_main("cli-json", 10, add_tests);
}
