#include <string.h>

#include "assert-status.h"
#include "environment.h"
#include "ntrtl.h"
#include "suite.h"
#include "zw.h"

/* A block as a program may have it: names in any case, one of a drive, an empty value. */
static WCHAR block[] = u"=C:=c:\\x\0Aa=1\0BB=22\0empty=\0";

static UNICODE_STRING string(const WCHAR *units) {
        UNICODE_STRING result;

        RtlInitUnicodeString(&result, units);
        return result;
}

static void expect(const WCHAR *environment, const WCHAR *want, size_t size) {
        ck_assert_uint_eq(environment_size(environment), size);
        ck_assert_mem_eq(environment, want, size);
}

/* What is counted, and that the NUL needs no room of its own in the first, is Wine 8's ntdll. */
START_TEST(values_are_found_without_case) {
        UNICODE_STRING name = string(u"bB"), value;
        WCHAR units[8] = { 0 };

        value = (UNICODE_STRING){ .Length = 9, .MaximumLength = 2, .Buffer = units };
        ck_assert_status(environment_query_u(block, &name, &value), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(value.Length, 4);
        ck_assert_uint_eq(units[0], 0);
        value.MaximumLength = 4;
        units[2] = 0xAAAA;
        ck_assert_status(environment_query_u(block, &name, &value), STATUS_SUCCESS);
        ck_assert_mem_eq(units, u"22", 4);
        ck_assert_uint_eq(units[2], 0xAAAA);
        value.MaximumLength = 6;
        ck_assert_status(environment_query_u(block, &name, &value), STATUS_SUCCESS);
        ck_assert_uint_eq(units[2], 0);
        name = string(u"=c:");
        value.MaximumLength = sizeof(units);
        ck_assert_status(environment_query_u(block, &name, &value), STATUS_SUCCESS);
        ck_assert_uint_eq(value.Length, 8);
        name = string(u"empty");
        ck_assert_status(environment_query_u(block, &name, &value), STATUS_SUCCESS);
        ck_assert_uint_eq(value.Length, 0);
}
END_TEST

START_TEST(what_is_no_name_is_not_found) {
        static const WCHAR *const names[] = { u"none", u"", u"A", u"Aa=1", u"Aa=", u"emptyx" };
        WCHAR units[8] = { 0 };

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
                UNICODE_STRING name = string(names[i]);
                UNICODE_STRING value = { .Length = 9, .MaximumLength = 16, .Buffer = units };

                ck_assert_status(environment_query_u(block, &name, &value),
                                STATUS_VARIABLE_NOT_FOUND);
                ck_assert_uint_eq(value.Length, 0);
        }
}
END_TEST

static NTSTATUS set(PWSTR *environment, const WCHAR *name, const WCHAR *value) {
        UNICODE_STRING name_string = string(name), value_string = string(value);

        return environment_set_u(environment, &name_string, value ? &value_string : NULL);
}

START_TEST(variables_are_kept_sorted) {
        PWSTR environment = NULL;

        ck_assert_status(environment_create(FALSE, &environment), STATUS_SUCCESS);
        expect(environment, u"\0", 4);
        ck_assert_status(set(&environment, u"b", u"2"), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"A", u"1"), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"c", u""), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"=D:", u"d:\\"), STATUS_SUCCESS);
        expect(environment, u"=D:=d:\\\0A=1\0b=2\0c=\0", 40);
        ck_assert_status(set(&environment, u"B", u"two"), STATUS_SUCCESS);
        expect(environment, u"=D:=d:\\\0A=1\0b=two\0c=\0", 44);
        ck_assert_status(set(&environment, u"a", NULL), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"none", NULL), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"=d:", NULL), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"c", NULL), STATUS_SUCCESS);
        expect(environment, u"b=two\0", 14);
        ck_assert_status(set(&environment, u"b", NULL), STATUS_SUCCESS);
        expect(environment, u"\0", 4);
        ck_assert_status(environment_destroy(environment), STATUS_SUCCESS);
}
END_TEST

START_TEST(names_that_cannot_be_are_refused) {
        PWSTR environment = NULL;

        ck_assert_status(environment_create(FALSE, &environment), STATUS_SUCCESS);
        ck_assert_status(set(&environment, u"", u"x"), STATUS_INVALID_PARAMETER_1);
        ck_assert_status(set(&environment, u"a=b", u"x"), STATUS_INVALID_PARAMETER);
        expect(environment, u"\0", 4);
        ck_assert_status(environment_create_ex(NULL, &environment, 2), STATUS_INVALID_PARAMETER);
        environment_destroy(environment);
}
END_TEST

START_TEST(names_between_percent_signs_are_expanded) {
        static const struct {
                const WCHAR *from;
                const WCHAR *to;
        } cases[] = {
                { u"%aa%", u"1" },
                { u"%none%", u"%none%" },
                { u"x%bb%y%", u"x22y%" },
                { u"%", u"%" },
                { u"%%", u"%%" },
                { u"%%aa%%", u"%%aa%%" },
                { u"%empty%|", u"|" },
                { u"%=C:%", u"c:\\x" },
                { u"a%aa", u"a%aa" },
                { u"%aa%%bb%", u"122" },
                { u"", u"" },
        };
        WCHAR units[32];

        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
                UNICODE_STRING from = string(cases[i].from), want = string(cases[i].to);
                UNICODE_STRING to = { .MaximumLength = want.Length, .Buffer = units };
                ULONG size = 0;

                ck_assert_status(environment_expand_u(block, &from, &to, &size),
                                STATUS_BUFFER_TOO_SMALL);
                ck_assert_uint_eq(size, want.MaximumLength);
                ck_assert_uint_eq(to.Length, 0);
                to.MaximumLength = want.MaximumLength;
                ck_assert_status(environment_expand_u(block, &from, &to, NULL), STATUS_SUCCESS);
                ck_assert_uint_eq(to.Length, want.Length);
                ck_assert_mem_eq(units, want.Buffer, want.MaximumLength);
        }
}
END_TEST

START_TEST(a_copy_is_the_same) {
        PWSTR copy = NULL;

        ck_assert_status(environment_create_ex(block, &copy, 0), STATUS_SUCCESS);
        expect(copy, block, environment_size(block));
        ck_assert_uint_ge(RtlSizeHeap(zw_process_heap(), 0, copy), environment_size(block));
        ck_assert_status(environment_destroy(copy), STATUS_SUCCESS);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, values_are_found_without_case);
        tcase_add_test(tests, what_is_no_name_is_not_found);
        tcase_add_test(tests, variables_are_kept_sorted);
        tcase_add_test(tests, names_that_cannot_be_are_refused);
        tcase_add_test(tests, names_between_percent_signs_are_expanded);
        tcase_add_test(tests, a_copy_is_the_same);
}

int main(void) {
        return suite_main("environment", 10, add_tests);
}
