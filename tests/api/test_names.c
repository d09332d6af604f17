/*
 * OBJECT_ATTRIBUTES and names: the rules that all services which create or open share, told for
 * each type that there is. [W] throughout (om.c: test_name_limits, test_name_collisions,
 * test_case_sensitive, test_all_kernel_objects), where nothing else is said.
 */

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

#include "api.h"
#include "winternl.h"

#define BNO u"\\BaseNamedObjects"

typedef struct NamedType {
        const char *name;
        NTSTATUS (*create)(PHANDLE handle, POBJECT_ATTRIBUTES attributes);
        NTSTATUS (*open)(PHANDLE handle, POBJECT_ATTRIBUTES attributes);
        bool reopens_by_root; /* no name and an object as root opens that object again */
        NTSTATUS if_exists;   /* what OBJ_OPENIF says of an existing one */
} NamedType;

static NTSTATUS create_section(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return api_create_with(attributes, SECTION_ALL_ACCESS, handle);
}

static NTSTATUS open_section(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtOpenSection(handle, SECTION_QUERY, attributes);
}

static NTSTATUS create_directory(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtCreateDirectoryObject(handle, DIRECTORY_ALL_ACCESS, attributes);
}

static NTSTATUS open_directory(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtOpenDirectoryObject(handle, DIRECTORY_QUERY, attributes);
}

static NTSTATUS create_link(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        UNICODE_STRING target;

        RtlInitUnicodeString(&target, u"anywhere");
        return NtCreateSymbolicLinkObject(handle, SYMBOLIC_LINK_QUERY, attributes, &target);
}

static NTSTATUS open_link(PHANDLE handle, POBJECT_ATTRIBUTES attributes) {
        return NtOpenSymbolicLinkObject(handle, SYMBOLIC_LINK_QUERY, attributes);
}

static const NamedType types[] = {
        { "Section", create_section, open_section, false, STATUS_OBJECT_NAME_EXISTS },
        { "Directory", create_directory, open_directory, true, STATUS_OBJECT_NAME_EXISTS },
        { "SymbolicLink", create_link, open_link, true, STATUS_SUCCESS },
};

/* Both must fail so, and both leave NULL. */
static void
refuses(const NamedType *type, POBJECT_ATTRIBUTES attributes, NTSTATUS create, NTSTATUS open) {
        HANDLE handle = API_WILD;

        ck_assert_status(type->create(&handle, attributes), create);
        ck_assert_ptr_null(handle);
        handle = API_WILD;
        ck_assert_status(type->open(&handle, attributes), open);
        ck_assert_ptr_null(handle);
}

static void creates_unnamed(const NamedType *type, POBJECT_ATTRIBUTES attributes) {
        HANDLE handle = NULL;

        api_assert_ok(type->create(&handle, attributes));
        api_assert_ok(NtClose(handle));
}

static void open_refuses(const NamedType *type, POBJECT_ATTRIBUTES attributes, NTSTATUS status) {
        HANDLE handle = API_WILD;

        ck_assert_status(type->open(&handle, attributes), status);
        ck_assert_ptr_null(handle);
}

static HANDLE base_named_objects(void) {
        HANDLE directory = NULL;

        api_assert_ok(NtOpenDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NAMED(BNO)));
        return directory;
}

START_TEST(output_pointer_is_looked_at_before_the_attributes) {
        const NamedType *type = &types[_i];
        OBJECT_ATTRIBUTES wrong = { .Length = 7 };

        ck_assert_status(type->create(API_WILD, &wrong), STATUS_ACCESS_VIOLATION);
        ck_assert_status(type->open(API_WILD, &wrong), STATUS_ACCESS_VIOLATION);
        ck_assert_status(type->create(NULL, &wrong), STATUS_ACCESS_VIOLATION);
        ck_assert_status(type->open(NULL, NULL), STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(length_of_the_attributes_is_exact) {
        const NamedType *type = &types[_i];
        ApiName name;

        for (ULONG length = 0; length <= 96; length++) {
                api_name(&name, NULL, BNO u"\\length", 0);
                name.attributes.Length = length;
                if (length != sizeof(OBJECT_ATTRIBUTES))
                        refuses(type, &name.attributes, STATUS_INVALID_PARAMETER,
                                        STATUS_INVALID_PARAMETER);
        }
}
END_TEST

/* [K] OBJ_VALID_ATTRIBUTES of today's Windows. */
START_TEST(attributes_outside_the_valid_ones_are_refused) {
        const NamedType *type = &types[_i];

        for (unsigned bit = 0; bit < 32; bit++)
                if (!(OBJ_VALID_ATTRIBUTES & 1u << bit))
                        refuses(type, NAMED_WITH(BNO u"\\bits", 1u << bit),
                                        STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(no_attributes_is_an_unnamed_object) {
        const NamedType *type = &types[_i];

        if (type->create == create_link) {
                HANDLE handle = API_WILD;

                ck_assert_status(type->create(&handle, NULL), STATUS_ACCESS_VIOLATION);
        } else {
                creates_unnamed(type, NULL);
        }
        open_refuses(type, NULL, STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(no_name_is_an_unnamed_object_unless_there_is_a_root) {
        const NamedType *type = &types[_i];
        HANDLE directory = base_named_objects();

        creates_unnamed(type, NAMED(NULL));
        open_refuses(type, NAMED(NULL), STATUS_OBJECT_PATH_SYNTAX_BAD);
        refuses(type, NAMED_IN(directory, NULL), STATUS_OBJECT_NAME_INVALID,
                        STATUS_OBJECT_NAME_INVALID);
        refuses(type, NAMED_IN((HANDLE) (ULONG_PTR) 0xdeadbeef, NULL), STATUS_OBJECT_NAME_INVALID,
                        STATUS_OBJECT_NAME_INVALID);
        api_assert_ok(NtClose(directory));
}
END_TEST

START_TEST(empty_name_is_an_unnamed_object_and_its_root_is_not_looked_at) {
        const NamedType *type = &types[_i];
        HANDLE directory = base_named_objects();
        HANDLE same = NULL;

        creates_unnamed(type, NAMED(u""));
        creates_unnamed(type, NAMED_IN((HANDLE) (ULONG_PTR) 0xdeadbeef, u""));
        creates_unnamed(type, NAMED_IN(directory, u""));
        open_refuses(type, NAMED(u""), STATUS_OBJECT_PATH_SYNTAX_BAD);
        if (type->open == open_directory) {
                api_assert_ok(type->open(&same, NAMED_IN(directory, u"")));
                api_assert_ok(NtClose(same));
        } else {
                open_refuses(type, NAMED_IN(directory, u""), STATUS_OBJECT_TYPE_MISMATCH);
        }
        api_assert_ok(NtClose(directory));
}
END_TEST

START_TEST(empty_name_with_an_object_as_root_opens_it_again_where_the_type_can) {
        const NamedType *type = &types[_i];
        HANDLE object = NULL;
        HANDLE same = API_WILD;

        api_assert_ok(type->create(&object, NAMED(BNO u"\\again")));
        if (type->reopens_by_root) {
                api_assert_ok(type->open(&same, NAMED_IN(object, u"")));
                ck_assert_uint_eq(api_handle_count(object), 2);
                api_assert_ok(NtClose(same));
        } else {
                open_refuses(type, NAMED_IN(object, u""), STATUS_OBJECT_TYPE_MISMATCH);
        }
        api_assert_ok(NtClose(object));
}
END_TEST

/* What is wrong with the string itself, in the order in which it is seen. */
START_TEST(string_is_probed_then_its_buffer_then_its_length) {
        const NamedType *type = &types[_i];
        HANDLE nowhere = (HANDLE) (ULONG_PTR) 0xdeadbeef;
        ApiName name;
        WCHAR units[64] = u"\\BaseNamedObjects\\string";

        api_name(&name, NULL, u"x", 0);
        name.attributes.ObjectName = API_WILD;
        refuses(type, &name.attributes, STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);

        api_name(&name, NULL, u"x", 0);
        name.string.Buffer = (PWSTR) (void *) ((char *) units + 1);
        name.string.Length = 3;
        refuses(type, &name.attributes, STATUS_DATATYPE_MISALIGNMENT, STATUS_DATATYPE_MISALIGNMENT);

        name.string.Buffer = API_WILD;
        name.string.Length = 2;
        refuses(type, &name.attributes, STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);

        api_name(&name, nowhere, units, 0);
        name.string.Length = 47;
        refuses(type, &name.attributes, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
}
END_TEST

/* A root that is no handle, and the root's own rules. */
START_TEST(root_is_looked_at_for_relative_names) {
        const NamedType *type = &types[_i];
        HANDLE directory = base_named_objects();
        HANDLE object = NULL;

        refuses(type, NAMED_IN((HANDLE) (ULONG_PTR) 0xABC0, u"x"), STATUS_INVALID_HANDLE,
                        STATUS_INVALID_HANDLE);
        refuses(type, NAMED_IN(directory, u"\\"), STATUS_OBJECT_PATH_SYNTAX_BAD,
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        refuses(type, NAMED_IN(directory, u"\\x"), STATUS_OBJECT_PATH_SYNTAX_BAD,
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        refuses(type, NAMED_IN(directory, u"\\x\\"), STATUS_OBJECT_PATH_SYNTAX_BAD,
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        refuses(type, NAMED_IN(directory, u"x\\"), STATUS_OBJECT_PATH_NOT_FOUND,
                        STATUS_OBJECT_PATH_NOT_FOUND);
        refuses(type, NAMED_IN(directory, u"a\\b"), STATUS_OBJECT_PATH_NOT_FOUND,
                        STATUS_OBJECT_PATH_NOT_FOUND);

        api_assert_ok(create_section(&object, NULL));
        refuses(type, NAMED_IN(object, u"x"), STATUS_OBJECT_TYPE_MISMATCH,
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(object));
        api_assert_ok(open_link(&object, NAMED(BNO u"\\Local")));
        refuses(type, NAMED_IN(object, u"x"), STATUS_OBJECT_TYPE_MISMATCH,
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(object));

        api_assert_ok(type->create(&object, NAMED_IN(directory, u"x")));
        api_assert_ok(NtClose(object));
        api_assert_ok(NtClose(directory));
}
END_TEST

static const struct {
        const WCHAR *path;
        NTSTATUS create;
        NTSTATUS open;
} syntax[] = {
        { u"BaseNamedObjects", STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_PATH_SYNTAX_BAD },
        { u"BaseNamedObjects\\x", STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_PATH_SYNTAX_BAD },
        { u"\\BaseNamedObjects\\", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { u"\\\\BaseNamedObjects", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { u"\\BaseNamedObjects\\\\x", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { u"\\BaseNamedObjects\\x\\", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { u"\\BaseNamedObjects\\x\\y", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { u"\\NoSuch\\x", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { u"\\BASENamedObjects\\x", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
};

START_TEST(syntax_of_paths) {
        const NamedType *type = &types[_i];

        for (size_t i = 0; i < G_N_ELEMENTS(syntax); i++) {
                /* [K] Windows compares names of directories and links without case by default. */
                if (type->open != open_section && i == G_N_ELEMENTS(syntax) - 1)
                        continue;
                refuses(type, NAMED(syntax[i].path), syntax[i].create, syntax[i].open);
        }
        open_refuses(type, NAMED(BNO u"\\missing"), STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* [K] The components before the last must be directories. */
START_TEST(path_through_what_is_no_directory_is_a_type_mismatch) {
        const NamedType *type = &types[_i];
        HANDLE section = NULL;

        api_assert_ok(create_section(&section, NAMED(BNO u"\\leaf")));
        refuses(type, NAMED(BNO u"\\leaf\\x"), STATUS_OBJECT_TYPE_MISMATCH,
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(longest_name_has_65532_bytes) {
        const NamedType *type = &types[_i];
        g_autofree WCHAR *units = g_new(WCHAR, 32768);
        HANDLE object = NULL;
        HANDLE same = NULL;
        ApiName name;

        for (size_t i = 0; i < 32768; i++)
                units[i] = 'x';
        memcpy(units, BNO u"\\", sizeof(BNO));
        units[G_N_ELEMENTS(BNO) - 1] = '\\';
        api_name(&name, NULL, u"x", 0);
        name.string.Buffer = units;
        name.string.Length = 65532;
        name.string.MaximumLength = 65532;
        api_assert_ok(type->create(&object, &name.attributes));
        api_assert_ok(type->open(&same, &name.attributes));
        api_assert_ok(NtClose(same));
        api_assert_ok(NtClose(object));

        name.string.Length = 65534;
        name.string.MaximumLength = 65534;
        refuses(type, &name.attributes, STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
}
END_TEST

START_TEST(nul_in_a_name_counts) {
        const NamedType *type = &types[_i];
        WCHAR units[] = BNO u"\\nul\0x";
        HANDLE object = NULL;
        HANDLE other = NULL;
        ApiName name;

        api_name(&name, NULL, BNO u"\\nul", 0);
        name.string.Buffer = units;
        name.string.Length = sizeof(units) - sizeof(WCHAR);
        api_assert_ok(type->create(&object, &name.attributes));
        open_refuses(type, NAMED(BNO u"\\nul"), STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(type->open(&other, &name.attributes));
        api_assert_ok(NtClose(other));

        name.string.Length = (USHORT) (name.string.Length - sizeof(WCHAR)); /* ends with the NUL */
        open_refuses(type, &name.attributes, STATUS_OBJECT_NAME_NOT_FOUND);
        api_assert_ok(type->create(&other, &name.attributes));
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(object));
}
END_TEST

START_TEST(case_insensitive_lookup_folds_every_component) {
        const NamedType *type = &types[_i];
        HANDLE object = NULL;
        HANDLE same = NULL;

        api_assert_ok(type->create(&object, NAMED(BNO u"\\Straße-Ä")));
        api_assert_ok(type->open(
                        &same, NAMED_WITH(u"\\basenamedobjects\\STRAßE-ä", OBJ_CASE_INSENSITIVE)));
        ck_assert_uint_eq(api_handle_count(object), 2);
        api_assert_ok(NtClose(same));
        open_refuses(type, NAMED_WITH(BNO u"\\STRASSE-Ä", OBJ_CASE_INSENSITIVE),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(type->create(&same, NAMED_WITH(BNO u"\\STRAßE-Ä", OBJ_CASE_INSENSITIVE)),
                        STATUS_OBJECT_NAME_COLLISION);
        api_assert_ok(NtClose(object));
}
END_TEST

START_TEST(existing_object_of_the_same_type_collides_or_is_opened) {
        const NamedType *type = &types[_i];
        HANDLE object = NULL;
        HANDLE again = API_WILD;

        api_assert_ok(type->create(&object, NAMED(BNO u"\\exists")));
        ck_assert_status(
                        type->create(&again, NAMED(BNO u"\\exists")), STATUS_OBJECT_NAME_COLLISION);
        ck_assert_ptr_null(again);
        ck_assert_status(type->create(&again, NAMED_WITH(BNO u"\\exists", OBJ_OPENIF)),
                        type->if_exists);
        ck_assert_ptr_nonnull(again);
        ck_assert_uint_eq(api_handle_count(object), 2);
        api_assert_ok(NtClose(again));
        api_assert_ok(NtClose(object));
}
END_TEST

START_TEST(existing_object_of_another_type_is_a_mismatch) {
        const NamedType *type = &types[_i];
        const NamedType *other = &types[(_i + 1) % (int) G_N_ELEMENTS(types)];
        HANDLE object = NULL;
        HANDLE again = API_WILD;

        if (other->create == create_link) /* a link is followed: that is told elsewhere */
                other = &types[(_i + 2) % (int) G_N_ELEMENTS(types)];
        api_assert_ok(other->create(&object, NAMED(BNO u"\\other")));
        refuses(type, NAMED(BNO u"\\other"), STATUS_OBJECT_TYPE_MISMATCH,
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(type->create(&again, NAMED_WITH(BNO u"\\other", OBJ_OPENIF)),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_ptr_null(again);
        refuses(type, NAMED_WITH(BNO u"\\OTHER", OBJ_CASE_INSENSITIVE), STATUS_OBJECT_TYPE_MISMATCH,
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(object));
}
END_TEST

/* The root of the namespace is a directory that exists. */
START_TEST(root_directory_exists_and_is_a_directory) {
        const NamedType *type = &types[_i];
        bool same_type = type->open == open_directory;
        HANDLE root = NULL;
        HANDLE again = API_WILD;

        api_assert_ok(open_directory(&root, NAMED(u"\\")));
        refuses(type, NAMED_IN(root, u"\\"), STATUS_OBJECT_PATH_SYNTAX_BAD,
                        STATUS_OBJECT_PATH_SYNTAX_BAD);
        if (!same_type)
                open_refuses(type, NAMED(u"\\"), STATUS_OBJECT_TYPE_MISMATCH);
        if (type->create != create_section)
                ck_assert_status(type->create(&again, NAMED(u"\\")),
                                same_type ? STATUS_OBJECT_NAME_COLLISION
                                          : STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(type->create(&again, NAMED_WITH(u"\\", OBJ_OPENIF)),
                        same_type ? STATUS_OBJECT_NAME_EXISTS : STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_int_eq(again != NULL, same_type);
        if (again)
                api_assert_ok(NtClose(again));
        api_assert_ok(NtClose(root));
}
END_TEST

/* [M] A permanent object stays when its last handle is closed, and says that it is one. */
START_TEST(permanent_object_outlives_its_handles) {
        const NamedType *type = &types[_i];
        OBJECT_BASIC_INFORMATION basic = { 0 };
        HANDLE object = NULL;

        api_assert_ok(type->create(&object, NAMED_WITH(BNO u"\\permanent", OBJ_PERMANENT)));
        api_assert_ok(NtQueryObject(object, ObjectBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_uint_eq(basic.Attributes, OBJ_PERMANENT);
        api_assert_ok(NtClose(object));
        api_assert_ok(type->open(&object, NAMED(BNO u"\\permanent")));
        api_assert_ok(NtClose(object));
        ck_assert_status(type->create(&object, NAMED(BNO u"\\permanent")),
                        STATUS_OBJECT_NAME_COLLISION);

        /* It goes with its daemon: this version has no service that makes it temporary. */
        api_assert_ok(zw_detach());
        api_restart(NULL);
        open_refuses(type, NAMED(BNO u"\\permanent"), STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

static void add(TCase *tests) {
        const int n = (int) G_N_ELEMENTS(types);

        tcase_add_loop_test(tests, output_pointer_is_looked_at_before_the_attributes, 0, n);
        tcase_add_loop_test(tests, length_of_the_attributes_is_exact, 0, n);
        tcase_add_loop_test(tests, attributes_outside_the_valid_ones_are_refused, 0, n);
        tcase_add_loop_test(tests, no_attributes_is_an_unnamed_object, 0, n);
        tcase_add_loop_test(tests, no_name_is_an_unnamed_object_unless_there_is_a_root, 0, n);
        tcase_add_loop_test(
                        tests, empty_name_is_an_unnamed_object_and_its_root_is_not_looked_at, 0, n);
        tcase_add_loop_test(tests,
                        empty_name_with_an_object_as_root_opens_it_again_where_the_type_can, 0, n);
        tcase_add_loop_test(tests, string_is_probed_then_its_buffer_then_its_length, 0, n);
        tcase_add_loop_test(tests, root_is_looked_at_for_relative_names, 0, n);
        tcase_add_loop_test(tests, syntax_of_paths, 0, n);
        tcase_add_loop_test(tests, path_through_what_is_no_directory_is_a_type_mismatch, 0, n);
        tcase_add_loop_test(tests, longest_name_has_65532_bytes, 0, n);
        tcase_add_loop_test(tests, nul_in_a_name_counts, 0, n);
        tcase_add_loop_test(tests, case_insensitive_lookup_folds_every_component, 0, n);
        tcase_add_loop_test(tests, existing_object_of_the_same_type_collides_or_is_opened, 0, n);
        tcase_add_loop_test(tests, existing_object_of_another_type_is_a_mismatch, 0, n);
        tcase_add_loop_test(tests, root_directory_exists_and_is_a_directory, 0, n);
        tcase_add_loop_test(tests, permanent_object_outlives_its_handles, 0, n);
}

int main(void) {
        return api_main("names", 60, add);
}
