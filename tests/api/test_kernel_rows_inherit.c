/*
 * What a child inherits: by-kernel 1.2, "Inheritance", and 1.4, OBJ_INHERIT and OBJ_EXCLUSIVE.
 */

#include <unistd.h>

#include "api.h"
#include "scene.h"

#define NAME u"\\BaseNamedObjects\\inherit"

typedef struct Handles {
        HANDLE plain; /* not inheritable */
        HANDLE reader;
        HANDLE guarded;
        HANDLE later;
} Handles;

static HANDLE duplicate(HANDLE source, ACCESS_MASK access, ULONG attributes) {
        HANDLE copy = NULL;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), source, NtCurrentProcess(), &copy,
                        access, attributes, 0));
        return copy;
}

static NTSTATUS set_flags(HANDLE handle, BOOLEAN inherit, BOOLEAN protect) {
        OBJECT_HANDLE_FLAG_INFORMATION flags = { inherit, protect };

        return NtSetInformationObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags));
}

static bool is(HANDLE handle, ACCESS_MASK access, ULONG attributes, ULONG n_handles) {
        OBJECT_BASIC_INFORMATION basic;

        return NT_SUCCESS(NtQueryObject(
                               handle, ObjectBasicInformation, &basic, sizeof(basic), NULL)) &&
               basic.GrantedAccess == access && basic.Attributes == attributes &&
               basic.HandleCount == n_handles;
}

static pid_t run(void (*body)(const Handles *handles), const Handles *handles) {
        pid_t child = fork();

        ck_assert_int_ge(child, 0);
        if (child == 0) {
                body(handles);
                _exit(0);
        }
        return child;
}

static void look_at_copies(const Handles *handles) {
        const ULONG guard = OBJ_INHERIT | OBJ_PROTECT_CLOSE;

        need(NtClose(handles->plain) == STATUS_INVALID_HANDLE);
        need(is(handles->reader, SECTION_MAP_READ, OBJ_INHERIT, 7));
        need(is(handles->guarded, SECTION_QUERY, guard, 7));
        need(is(handles->later, SECTION_MAP_WRITE, OBJ_INHERIT, 7));
        need(NtClose(handles->guarded) == STATUS_HANDLE_NOT_CLOSABLE);
        need(NT_SUCCESS(NtClose(handles->later)));
        need(is(handles->reader, SECTION_MAP_READ, OBJ_INHERIT, 6));
        /* The flags of a copy are its own. */
        need(NT_SUCCESS(set_flags(handles->reader, FALSE, FALSE)));
}

/* Same value, rights and attributes; each copy is one handle more; the others are skipped. */
START_TEST(copies_have_value_rights_and_attributes_and_count) {
        Handles handles = { 0 };

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &handles.plain));
        handles.reader = duplicate(handles.plain, SECTION_MAP_READ, OBJ_INHERIT);
        handles.guarded = duplicate(handles.plain, SECTION_QUERY, OBJ_INHERIT | OBJ_PROTECT_CLOSE);
        handles.later = duplicate(handles.plain, SECTION_MAP_WRITE, 0);
        api_assert_ok(set_flags(handles.later, TRUE, FALSE)); /* settable later */
        scene_expect_success(run(look_at_copies, &handles));

        ck_assert(is(handles.reader, SECTION_MAP_READ, OBJ_INHERIT, 4));
        api_assert_ok(set_flags(handles.guarded, FALSE, FALSE));
        api_assert_ok(NtClose(handles.guarded));
        api_assert_ok(NtClose(handles.later));
        api_assert_ok(NtClose(handles.reader));
        api_assert_ok(NtClose(handles.plain));
}
END_TEST

static void look_at_what_is_the_parents(const Handles *handles) {
        HANDLE handle = NULL;

        need(NtClose(handles->plain) == STATUS_INVALID_HANDLE);
        need(NtOpenSection(&handle, SECTION_QUERY, NAMED(NAME)) == STATUS_ACCESS_DENIED);
}

/* A handle can be marked later, but an owner's object is nobody else's. */
START_TEST(object_with_an_exclusive_owner_is_not_inherited) {
        Handles handles = { 0 };

        api_assert_ok(api_create_with(
                        NAMED_WITH(NAME, OBJ_EXCLUSIVE), SECTION_ALL_ACCESS, &handles.plain));
        api_assert_ok(set_flags(handles.plain, TRUE, FALSE));
        scene_expect_success(run(look_at_what_is_the_parents, &handles));
        ck_assert_uint_eq(api_handle_count(handles.plain), 1);
        api_assert_ok(NtClose(handles.plain));
}
END_TEST

static void look_at_what_is_nobodys(const Handles *handles) {
        need(api_handle_count(handles->plain) == 2);
        need(NT_SUCCESS(NtClose(handles->plain)));
}

/* by-kernel 1.2, making a handle, step 2: opened without OBJ_EXCLUSIVE, it has no owner. */
START_TEST(exclusive_object_without_an_owner_is_inherited) {
        Handles handles = { 0 };
        HANDLE maker = NULL;

        api_assert_ok(api_create_with(
                        NAMED_WITH(NAME, OBJ_EXCLUSIVE | OBJ_PERMANENT), DELETE, &maker));
        api_assert_ok(NtClose(maker));
        api_assert_ok(NtOpenSection(&handles.plain, DELETE, NAMED_WITH(NAME, OBJ_INHERIT)));
        scene_expect_success(run(look_at_what_is_nobodys, &handles));
        api_assert_ok(NtMakeTemporaryObject(handles.plain));
        api_assert_ok(NtClose(handles.plain));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, copies_have_value_rights_and_attributes_and_count);
        tcase_add_test(tests, object_with_an_exclusive_owner_is_not_inherited);
        tcase_add_test(tests, exclusive_object_without_an_owner_is_inherited);
}

int main(void) {
        return api_main("kernel-rows-inherit", 60, add);
}
