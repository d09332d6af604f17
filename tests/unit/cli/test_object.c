#include "assert-status.h"
#include "fake-namespace.h"
#include "object.h"
#include "suite.h"

static const FakeObject objects[] = {
        { u"Demo", u"Section", NULL, 0 },
        { u"twice", u"Section", NULL, 0 },
        { u"TWICE", u"Directory", NULL, 0 },
        { u"link", u"SymbolicLink", u"\\Demo", 0 },
        { u"empty", u"SymbolicLink", u"", 0 },
        { u"secret", u"SymbolicLink", u"\\Demo", STATUS_ACCESS_DENIED },
};

static NTSTATUS open_typed(const Kind *kind, const char *path) {
        g_autoptr(Name) name = name_parse(path, NULL);
        autohandle HANDLE handle = NULL;

        return object_open_path(kind, name, MAXIMUM_ALLOWED, &handle);
}

static void target_is(const char *link, NTSTATUS want, const char *target) {
        g_autoptr(Name) name = name_parse(link, NULL);
        g_autoptr(Name) found = NULL;
        g_autofree char *text = NULL;

        ck_assert_status(object_read_link((HANDLE) 4, name, &found), want);
        ck_assert_int_eq(found != NULL, target != NULL);
        text = found ? name_print(found, true) : NULL;
        ck_assert_pstr_eq(text, target);
}

static void setup(void) {
        fake_namespace_set(objects, G_N_ELEMENTS(objects));
}

static void no_handle_is_left(void) {
        ck_assert_uint_eq(fake_namespace.n_open, 0);
}

START_TEST(a_typed_path_is_found_in_whatever_case) {
        ck_assert_status(open_typed(&kind_section, "\\Demo"), STATUS_SUCCESS);
        ck_assert_status(open_typed(&kind_section, "\\dEMO"), STATUS_SUCCESS);
        ck_assert_status(open_typed(&kind_section, "\\none"), STATUS_OBJECT_NAME_NOT_FOUND);
        no_handle_is_left();
}
END_TEST

START_TEST(of_two_cases_the_exact_one_is_meant) {
        ck_assert_status(open_typed(&kind_directory, "\\TWICE"), STATUS_SUCCESS);
        ck_assert_status(open_typed(&kind_section, "\\TWICE"), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(open_typed(&kind_section, "\\twice"), STATUS_SUCCESS);
        no_handle_is_left();
}
END_TEST

START_TEST(a_listed_name_is_taken_exactly) {
        g_autoptr(Name) name = name_parse("demo", NULL);
        HANDLE untouched = NULL;

        ck_assert_status(object_open(&kind_section, (HANDLE) 4, name, 0, &untouched),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_ptr_null(untouched);
}
END_TEST

START_TEST(a_path_needs_its_backslash) {
        ck_assert_status(open_typed(&kind_section, "Demo"), STATUS_OBJECT_PATH_SYNTAX_BAD);
        ck_assert_status(open_typed(&kind_section, "/Demo"), STATUS_OBJECT_PATH_SYNTAX_BAD);
}
END_TEST

START_TEST(a_links_target_is_read_and_the_link_closed) {
        target_is("link", STATUS_SUCCESS, "\\Demo");
        target_is("empty", STATUS_SUCCESS, "");
        target_is("secret", STATUS_ACCESS_DENIED, NULL);
        target_is("Demo", STATUS_OBJECT_TYPE_MISMATCH, NULL);
        no_handle_is_left();
}
END_TEST

START_TEST(an_objects_path_is_asked_of_the_server) {
        g_autoptr(Name) path = NULL;
        g_autofree char *text = NULL;

        ck_assert_status(object_query_path((HANDLE) 8, &path), STATUS_SUCCESS);
        text = name_print(path, true);
        ck_assert_str_eq(text, "Demo");
}
END_TEST

START_TEST(only_types_with_a_service_to_open_them_have_a_kind) {
        ck_assert_ptr_eq(kind_find("Section"), &kind_section);
        ck_assert_ptr_eq(kind_find("Directory"), &kind_directory);
        ck_assert_ptr_eq(kind_find("SymbolicLink"), &kind_symbolic_link);
        ck_assert_ptr_null(kind_find("Event"));
        ck_assert_ptr_null(kind_find("section"));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, a_typed_path_is_found_in_whatever_case);
        tcase_add_test(tests, of_two_cases_the_exact_one_is_meant);
        tcase_add_test(tests, a_listed_name_is_taken_exactly);
        tcase_add_test(tests, a_path_needs_its_backslash);
        tcase_add_test(tests, a_links_target_is_read_and_the_link_closed);
        tcase_add_test(tests, an_objects_path_is_asked_of_the_server);
        tcase_add_test(tests, only_types_with_a_service_to_open_them_have_a_kind);
}

int main(void) {
        return suite_main("cli-object", 10, add_tests);
}
