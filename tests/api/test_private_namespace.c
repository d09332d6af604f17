/*
 * Private namespaces. Nothing is known of Windows's order of errors: [P] unless it says otherwise.
 */

#include <stddef.h>
#include <string.h>

#include "api.h"
#include "ntsecurity.h"
#include "partner.h"

/* S-1-1-0, everybody; S-1-5-18, which only uid 0 is; S-1-22-1-0xFFFFFFFE, nobody. */
static const SID everyone = { 1, 1, { SECURITY_WORLD_SID_AUTHORITY }, { 0 } };
static const struct {
        SID sid;
        ULONG more;
} nobody = { { 1, 2, { { 0, 0, 0, 0, 0, 22 } }, { 1 } }, 0xFFFFFFFE };

static POBJECT_BOUNDARY_DESCRIPTOR boundary_make(const WCHAR *text, const SID *sid) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary;
        UNICODE_STRING name;

        RtlInitUnicodeString(&name, text);
        boundary = RtlCreateBoundaryDescriptor(&name, 0);
        ck_assert_ptr_nonnull(boundary);
        if (sid)
                api_assert_ok(RtlAddSIDToBoundaryDescriptor(&boundary, (PSID) sid));
        return boundary;
}

static NTSTATUS create(const WCHAR *text, const SID *sid, PHANDLE ret) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = boundary_make(text, sid);
        NTSTATUS status = NtCreatePrivateNamespace(ret, DIRECTORY_ALL_ACCESS, NULL, boundary);

        RtlDeleteBoundaryDescriptor(boundary);
        return status;
}

static NTSTATUS open_it(const WCHAR *text, const SID *sid, PHANDLE ret) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = boundary_make(text, sid);
        NTSTATUS status = NtOpenPrivateNamespace(ret, DIRECTORY_ALL_ACCESS, NULL, boundary);

        RtlDeleteBoundaryDescriptor(boundary);
        return status;
}

/* [M] Objects are made in it by its handle, and it is found by its boundary. */
START_TEST(objects_live_in_it) {
        HANDLE first = NULL, second = NULL, section = NULL, other = NULL;

        api_assert_ok(create(u"scope", &everyone, &first));
        api_assert_ok(open_it(u"scope", &everyone, &second));
        ck_assert_status(NtCompareObjects(first, second), STATUS_SUCCESS);
        api_assert_ok(api_create_with(NAMED_IN(first, u"x"), SECTION_ALL_ACCESS, &section));
        api_assert_ok(NtOpenSection(&other, SECTION_QUERY, NAMED_IN(second, u"x")));
        ck_assert_status(NtCompareObjects(section, other), STATUS_SUCCESS);
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(second));
        api_assert_ok(NtClose(first));
}
END_TEST

START_TEST(name_and_sids_are_the_boundary) {
        HANDLE handle = NULL, other = API_WILD;

        ck_assert_status(open_it(u"scope", &everyone, &other), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_ptr_null(other);
        api_assert_ok(create(u"scope", &everyone, &handle));
        ck_assert_status(create(u"scope", &everyone, &other), STATUS_OBJECT_NAME_COLLISION);
        ck_assert_status(open_it(u"scope", NULL, &other), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(open_it(u"scop", &everyone, &other), STATUS_OBJECT_PATH_NOT_FOUND);
        api_assert_ok(create(u"scope", NULL, &other)); /* another boundary */
        api_assert_ok(NtClose(other));
        api_assert_ok(NtClose(handle));
        ck_assert_status(open_it(u"scope", &everyone, &other), STATUS_OBJECT_PATH_NOT_FOUND);
}
END_TEST

START_TEST(who_lacks_a_sid_is_outside) {
        HANDLE handle = API_WILD;

        ck_assert_status(create(u"scope", &nobody.sid, &handle), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(handle);
        ck_assert_status(open_it(u"scope", &nobody.sid, &handle), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(level_of_the_boundary_is_the_least) {
        const SID low = { 1, 1, { SECURITY_MANDATORY_LABEL_AUTHORITY },
                { SECURITY_MANDATORY_LOW_RID } };
        const SID above = { 1, 1, { SECURITY_MANDATORY_LABEL_AUTHORITY },
                { SECURITY_MANDATORY_SYSTEM_RID + 1 } };
        POBJECT_BOUNDARY_DESCRIPTOR boundary = boundary_make(u"scope", NULL);
        HANDLE handle = NULL;

        api_assert_ok(RtlAddIntegrityLabelToBoundaryDescriptor(&boundary, (PSID) &low));
        api_assert_ok(NtCreatePrivateNamespace(&handle, DIRECTORY_ALL_ACCESS, NULL, boundary));
        api_assert_ok(NtClose(handle));
        RtlDeleteBoundaryDescriptor(boundary);

        boundary = boundary_make(u"scope", NULL);
        api_assert_ok(RtlAddIntegrityLabelToBoundaryDescriptor(&boundary, (PSID) &above));
        ck_assert_status(NtCreatePrivateNamespace(&handle, DIRECTORY_ALL_ACCESS, NULL, boundary),
                        STATUS_ACCESS_DENIED);
        RtlDeleteBoundaryDescriptor(boundary);
}
END_TEST

START_TEST(deleted_namespace_stays_for_its_handles) {
        HANDLE handle = NULL, other = NULL, section = NULL, directory = NULL;

        api_assert_ok(create(u"scope", &everyone, &handle));
        api_assert_ok(NtDeletePrivateNamespace(handle));
        ck_assert_status(open_it(u"scope", &everyone, &other), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_status(NtDeletePrivateNamespace(handle), STATUS_INVALID_PARAMETER);
        api_assert_ok(api_create_with(NAMED_IN(handle, u"x"), SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtDeletePrivateNamespace(section), STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, NULL));
        ck_assert_status(NtDeletePrivateNamespace(directory), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtDeletePrivateNamespace(NULL), STATUS_INVALID_HANDLE);
        api_assert_ok(NtClose(directory));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(handle));
}
END_TEST

/* Bytes that nobody would write. */
START_TEST(boundary_that_makes_no_sense_is_refused) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = boundary_make(u"scope", &everyone);
        OBJECT_BOUNDARY_DESCRIPTOR header = *boundary;
        OBJECT_BOUNDARY_ENTRY *entry = (OBJECT_BOUNDARY_ENTRY *) (boundary + 1);
        HANDLE handle = NULL;

        boundary->Items = 9;
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, boundary),
                        STATUS_INVALID_PARAMETER);
        *boundary = header;
        boundary->Flags = 1;
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, boundary),
                        STATUS_INVALID_PARAMETER);
        *boundary = header;
        entry->EntrySize = 0xFFFFFFF0;
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, boundary),
                        STATUS_INVALID_PARAMETER);
        entry->EntrySize = 7;
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, boundary),
                        STATUS_INVALID_PARAMETER);
        entry->EntrySize = 8 + 10;
        entry->EntryType = OBNS_Invalid;
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, boundary),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreatePrivateNamespace(&handle, 0, NULL, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        RtlDeleteBoundaryDescriptor(boundary);
}
END_TEST

START_TEST(namespace_has_no_other_name) {
        POBJECT_BOUNDARY_DESCRIPTOR boundary = boundary_make(u"scope", &everyone);
        HANDLE handle = NULL;

        ck_assert_status(NtCreatePrivateNamespace(&handle, DIRECTORY_ALL_ACCESS,
                                         NAMED(u"\\BaseNamedObjects\\x"), boundary),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtCreatePrivateNamespace(API_WILD, 0, NULL, boundary),
                        STATUS_ACCESS_VIOLATION);
        RtlDeleteBoundaryDescriptor(boundary);
}
END_TEST

/* by-kernel 1.18: lookups that miss go on in the shadow. */
START_TEST(shadow_of_a_directory_is_looked_up_after_it) {
        HANDLE shadow = NULL, directory = NULL, behind = NULL, front = NULL, found = NULL;

        api_assert_ok(NtCreateDirectoryObject(&shadow, DIRECTORY_ALL_ACCESS, NULL));
        api_assert_ok(NtCreateDirectoryObjectEx(&directory, DIRECTORY_ALL_ACCESS, NULL, shadow, 0));
        api_assert_ok(api_create_with(NAMED_IN(shadow, u"x"), SECTION_ALL_ACCESS, &behind));
        api_assert_ok(NtOpenSection(&found, SECTION_QUERY, NAMED_IN(directory, u"x")));
        ck_assert_status(NtCompareObjects(found, behind), STATUS_SUCCESS);
        api_assert_ok(NtClose(found));

        api_assert_ok(api_create_with(NAMED_IN(directory, u"x"), SECTION_ALL_ACCESS, &front));
        api_assert_ok(NtOpenSection(&found, SECTION_QUERY, NAMED_IN(directory, u"x")));
        ck_assert_status(NtCompareObjects(found, front), STATUS_SUCCESS);
        api_assert_ok(NtClose(found));
        api_assert_ok(NtClose(front));
        api_assert_ok(NtClose(behind));
        api_assert_ok(NtClose(directory));
        api_assert_ok(NtClose(shadow));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, objects_live_in_it);
        tcase_add_test(tests, name_and_sids_are_the_boundary);
        tcase_add_test(tests, who_lacks_a_sid_is_outside);
        tcase_add_test(tests, level_of_the_boundary_is_the_least);
        tcase_add_test(tests, deleted_namespace_stays_for_its_handles);
        tcase_add_test(tests, boundary_that_makes_no_sense_is_refused);
        tcase_add_test(tests, namespace_has_no_other_name);
        tcase_add_test(tests, shadow_of_a_directory_is_looked_up_after_it);
}

int main(void) {
        return api_main("api-private-namespace", 60, add);
}
