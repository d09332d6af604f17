/*
 * Security descriptors of objects: by-kernel 1.3 row 5, 1.21; by-tests 1.16.
 */

#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "sddl.h"
#include "security-descriptor.h"
#include "sid.h"
#include "winternl.h"

#define NAME     u"\\BaseNamedObjects\\secured"
#define ALL_DACL "D:(A;;0xf001f;;;WD)"
#define EVERY    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)

/* A descriptor, from its text. It lives as long as the test. */
static PSECURITY_DESCRIPTOR from_text(const char *text) {
        void *descriptor = NULL;
        size_t size, error;

        ck_assert_status(sddl_parse(text, &descriptor, &size, &error), STATUS_SUCCESS);
        return descriptor;
}

static NTSTATUS create_secured(PSECURITY_DESCRIPTOR descriptor, ACCESS_MASK access, PHANDLE ret) {
        POBJECT_ATTRIBUTES attributes = NAMED(NAME);

        attributes->SecurityDescriptor = descriptor;
        return api_create_with(attributes, access, ret);
}

/* An object of this descriptor, and a handle to it. */
static HANDLE made(const char *text, ACCESS_MASK access) {
        PSECURITY_DESCRIPTOR descriptor = from_text(text);
        HANDLE handle = NULL;

        api_assert_ok(create_secured(descriptor, access, &handle));
        free(descriptor);
        return handle;
}

/* What the object's descriptor says, as text. */
static void expect_text(HANDLE handle, SECURITY_INFORMATION parts, const char *text) {
        uint8_t buffer[1024] __attribute__((aligned(4)));
        char *says = NULL;
        ULONG needed = 0;

        api_assert_ok(NtQuerySecurityObject(handle, parts, buffer, sizeof(buffer), &needed));
        ck_assert_status(sddl_format(buffer, needed, parts, &says), STATUS_SUCCESS);
        ck_assert_str_eq(says, text);
        free(says);
}

static NTSTATUS set(HANDLE handle, SECURITY_INFORMATION parts, const char *text) {
        PSECURITY_DESCRIPTOR descriptor = from_text(text);
        NTSTATUS status = NtSetSecurityObject(handle, parts, descriptor);

        free(descriptor);
        return status;
}

static NTSTATUS reopen(ACCESS_MASK access) {
        HANDLE handle = NULL;
        NTSTATUS status = api_open(NAME, access, &handle);

        if (NT_SUCCESS(status))
                api_assert_ok(NtClose(handle));
        return status;
}

/* by-kernel 1.3 row 5. */
START_TEST(faults_of_a_descriptor_are_told_and_nothing_is_made) {
        SECURITY_DESCRIPTOR descriptor = { .Revision = 2 };
        SID sid = { 9, 1, { SECURITY_WORLD_SID_AUTHORITY }, { 0 } };
        ACL acl = { 9, 0, 8, 0, 0 };
        HANDLE handle = API_WILD;

        ck_assert_status(create_secured(&descriptor, 0, &handle), STATUS_UNKNOWN_REVISION);
        ck_assert_ptr_null(handle);
        descriptor = (SECURITY_DESCRIPTOR){ .Revision = 1, .Owner = &sid };
        ck_assert_status(create_secured(&descriptor, 0, &handle), STATUS_INVALID_SID);
        descriptor = (SECURITY_DESCRIPTOR){ .Revision = 1, .Group = &sid };
        ck_assert_status(create_secured(&descriptor, 0, &handle), STATUS_INVALID_SID);
        descriptor = (SECURITY_DESCRIPTOR){
                .Revision = 1, .Control = SE_SACL_PRESENT, .Sacl = &acl
        };
        ck_assert_status(create_secured(&descriptor, 0, &handle), STATUS_INVALID_ACL);
        descriptor = (SECURITY_DESCRIPTOR){
                .Revision = 1, .Control = SE_DACL_PRESENT, .Dacl = &acl
        };
        ck_assert_status(create_secured(&descriptor, 0, &handle), STATUS_INVALID_ACL);
        ck_assert_status(create_secured(API_WILD, 0, &handle), STATUS_ACCESS_VIOLATION);
        ck_assert_status(reopen(SECTION_QUERY), STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

START_TEST(descriptor_of_the_creation_decides_who_may_open) {
        HANDLE handle = made("D:(A;;0x1;;;WD)", SECTION_ALL_ACCESS);

        /* The creator has what it asked for; who opens has what the DACL gives, and as the owner
         * READ_CONTROL and WRITE_DAC (by-kernel 2.2 step 4). */
        ck_assert_uint_eq(api_granted_access(handle), SECTION_ALL_ACCESS);
        api_assert_ok(reopen(SECTION_QUERY));
        api_assert_ok(reopen(READ_CONTROL | WRITE_DAC));
        ck_assert_status(reopen(SECTION_MAP_READ), STATUS_ACCESS_DENIED);
        ck_assert_status(reopen(DELETE), STATUS_ACCESS_DENIED);
        ck_assert_status(reopen(0), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(handle));
}
END_TEST

START_TEST(empty_dacl_lets_nobody_in_and_null_dacl_everybody) {
        SECURITY_DESCRIPTOR open_to_all = { .Revision = 1, .Control = SE_DACL_PRESENT };
        HANDLE handle = made("D:", 0);

        ck_assert_status(reopen(SECTION_QUERY), STATUS_ACCESS_DENIED);
        api_assert_ok(reopen(READ_CONTROL));
        api_assert_ok(NtClose(handle));
        api_assert_ok(create_secured(&open_to_all, 0, &handle));
        api_assert_ok(reopen(SECTION_ALL_ACCESS));
        api_assert_ok(NtClose(handle));
}
END_TEST

START_TEST(descriptor_of_a_second_creator_is_ignored_but_checked) {
        HANDLE handle = made(ALL_DACL, READ_CONTROL), other = NULL;
        PSECURITY_DESCRIPTOR empty = from_text("D:");
        POBJECT_ATTRIBUTES attributes = NAMED_WITH(NAME, OBJ_OPENIF);
        SECURITY_DESCRIPTOR wrong = { .Revision = 0 };

        attributes->SecurityDescriptor = empty;
        ck_assert_status(api_create_with(attributes, SECTION_QUERY, &other),
                        STATUS_OBJECT_NAME_EXISTS);
        expect_text(handle, DACL_SECURITY_INFORMATION, ALL_DACL);
        api_assert_ok(NtClose(other));
        attributes->SecurityDescriptor = &wrong;
        ck_assert_status(api_create_with(attributes, SECTION_QUERY, &other),
                        STATUS_UNKNOWN_REVISION);
        ck_assert_status(NtOpenSection(&other, SECTION_QUERY, attributes), STATUS_UNKNOWN_REVISION);
        api_assert_ok(NtClose(handle));
        free(empty);
}
END_TEST

/* by-tests 1.16: what is needed is told, whatever the length. */
START_TEST(short_buffer_is_told_what_is_needed) {
        HANDLE handle = made(ALL_DACL, READ_CONTROL);
        uint8_t buffer[512] __attribute__((aligned(4)));
        ULONG needed = 0, again = 0;

        ck_assert_status(NtQuerySecurityObject(handle, EVERY, NULL, 0, &needed),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_gt(needed, sizeof(SECURITY_DESCRIPTOR_RELATIVE));
        ck_assert_uint_le(needed, sizeof(buffer));
        memset(buffer, 0xAA, sizeof(buffer));
        ck_assert_status(NtQuerySecurityObject(handle, EVERY, buffer, needed - 1, &again),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(again, needed);
        ck_assert_uint_eq(buffer[0], 0xAA);
        api_assert_ok(NtQuerySecurityObject(handle, EVERY, buffer, needed, &again));
        ck_assert_uint_eq(again, needed);
        ck_assert_uint_ne(((PISECURITY_DESCRIPTOR_RELATIVE) buffer)->Control & SE_SELF_RELATIVE, 0);
        ck_assert_uint_eq(buffer[needed], 0xAA);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-kernel 1.21: only the parts that were asked for. */
START_TEST(query_gives_the_parts_that_are_asked_for) {
        HANDLE handle = made("G:WD" ALL_DACL, READ_CONTROL);
        SECURITY_DESCRIPTOR_RELATIVE header;
        uint8_t buffer[512] __attribute__((aligned(4)));
        ULONG needed;

        expect_text(handle, GROUP_SECURITY_INFORMATION, "G:WD");
        expect_text(handle, DACL_SECURITY_INFORMATION, ALL_DACL);
        api_assert_ok(NtQuerySecurityObject(handle, 0, &header, sizeof(header), &needed));
        ck_assert_uint_eq(needed, sizeof(header));
        ck_assert_uint_eq(header.Owner | header.Group | header.Dacl | header.Sacl, 0);
        api_assert_ok(NtQuerySecurityObject(
                        handle, OWNER_SECURITY_INFORMATION, buffer, sizeof(buffer), &needed));
        memcpy(&header, buffer, sizeof(header));
        ck_assert_uint_ne(header.Owner, 0);
        ck_assert_uint_eq(header.Group | header.Dacl | header.Sacl, 0);
        ck_assert_uint_eq(header.Control & SE_DACL_PRESENT, 0);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-tests 1.16: owner, group, DACL and label without READ_CONTROL; the SACL. */
START_TEST(query_needs_a_right_for_each_part) {
        HANDLE handle = made(ALL_DACL, SECTION_ALL_ACCESS & ~READ_CONTROL);
        uint8_t buffer[512] __attribute__((aligned(4)));
        ULONG needed;

        for (SECURITY_INFORMATION part = OWNER_SECURITY_INFORMATION;
                        part <= LABEL_SECURITY_INFORMATION; part <<= 1)
                ck_assert_status(NtQuerySecurityObject(
                                                 handle, part, buffer, sizeof(buffer), &needed),
                                STATUS_ACCESS_DENIED);
        api_assert_ok(NtQuerySecurityObject(handle, 0, buffer, sizeof(buffer), &needed));
        api_assert_ok(NtClose(handle));
        handle = made(ALL_DACL, SECTION_ALL_ACCESS);
        ck_assert_status(NtQuerySecurityObject(handle, SACL_SECURITY_INFORMATION, buffer,
                                         sizeof(buffer), &needed),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(handle));
}
END_TEST

START_TEST(query_checks_pointers_before_the_handle) {
        uint8_t buffer[64] __attribute__((aligned(4)));
        ULONG needed;

        ck_assert_status(NtQuerySecurityObject(NULL, EVERY, buffer, sizeof(buffer), NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySecurityObject(NULL, EVERY, API_WILD, 64, &needed),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySecurityObject(NULL, EVERY, buffer + 1, 32, &needed),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtQuerySecurityObject(NULL, EVERY, buffer, sizeof(buffer), &needed),
                        STATUS_INVALID_HANDLE);
}
END_TEST

/* by-kernel 1.21: an object without a descriptor: nothing is present, and nothing can be set. */
START_TEST(unnamed_section_has_no_descriptor) {
        HANDLE handle = NULL;
        SECURITY_DESCRIPTOR_RELATIVE header;
        ULONG needed;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &handle));
        api_assert_ok(NtQuerySecurityObject(handle, EVERY, &header, sizeof(header), &needed));
        ck_assert_uint_eq(needed, sizeof(header));
        ck_assert_uint_eq(header.Control & ~SE_SELF_RELATIVE, 0);
        ck_assert_status(set(handle, DACL_SECURITY_INFORMATION, ALL_DACL),
                        STATUS_NO_SECURITY_ON_OBJECT);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-tests 1.16: without a descriptor, the token's defaults. */
START_TEST(object_made_without_a_descriptor_has_the_tokens_defaults) {
        HANDLE handle = NULL, token = NULL;
        uint8_t owner[128] __attribute__((aligned(8))), buffer[512] __attribute__((aligned(4)));
        DescriptorView view;
        ULONG needed;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &handle));
        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, &token));
        api_assert_ok(NtQueryInformationToken(token, TokenOwner, owner, sizeof(owner), &needed));
        api_assert_ok(NtQuerySecurityObject(handle, EVERY, buffer, sizeof(buffer), &needed));
        ck_assert_status(descriptor_view(buffer, needed, &view), STATUS_SUCCESS);
        ck_assert(sid_equal(view.owner, ((PTOKEN_OWNER) (void *) owner)->Owner));
        ck_assert_ptr_nonnull(view.group);
        ck_assert_ptr_nonnull(view.dacl);
        api_assert_ok(NtClose(token));
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-tests 1.16: a descriptor without SACL, and still a success. */
START_TEST(label_that_is_absent_is_no_failure) {
        HANDLE handle = made(ALL_DACL, READ_CONTROL);
        SECURITY_DESCRIPTOR_RELATIVE header;
        ULONG needed;

        api_assert_ok(NtQuerySecurityObject(
                        handle, LABEL_SECURITY_INFORMATION, &header, sizeof(header), &needed));
        ck_assert_uint_eq(header.Sacl, 0);
        api_assert_ok(NtClose(handle));
}
END_TEST

START_TEST(label_is_set_with_write_owner_and_read_with_read_control) {
        HANDLE handle = made(ALL_DACL, SECTION_ALL_ACCESS & ~WRITE_OWNER);

        ck_assert_status(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)"),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(handle));
        handle = made(ALL_DACL, READ_CONTROL | WRITE_OWNER);
        api_assert_ok(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)"));
        expect_text(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)");
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-tests 1.16: rights per part. */
START_TEST(set_needs_a_right_for_each_part) {
        HANDLE handle = made(ALL_DACL, SECTION_ALL_ACCESS & ~(WRITE_DAC | WRITE_OWNER));

        ck_assert_status(set(handle, DACL_SECURITY_INFORMATION, "D:"), STATUS_ACCESS_DENIED);
        ck_assert_status(set(handle, OWNER_SECURITY_INFORMATION, "O:WD"), STATUS_ACCESS_DENIED);
        ck_assert_status(set(handle, GROUP_SECURITY_INFORMATION, "G:WD"), STATUS_ACCESS_DENIED);
        ck_assert_status(set(handle, SACL_SECURITY_INFORMATION, "S:(AU;SA;GA;;;WD)"),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(set(handle, 0, "D:"));
        expect_text(handle, DACL_SECURITY_INFORMATION, ALL_DACL);
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-kernel 1.21: NULL first, then the handle, then the descriptor, then what is absent in it. */
START_TEST(set_checks_in_order) {
        HANDLE handle = made(ALL_DACL, WRITE_DAC), strong = NULL;
        SECURITY_DESCRIPTOR wrong = { .Revision = 0 };

        ck_assert_status(NtSetSecurityObject(NULL, EVERY, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtSetSecurityObject(NULL, EVERY, &wrong), STATUS_INVALID_HANDLE);
        ck_assert_status(NtSetSecurityObject(handle, OWNER_SECURITY_INFORMATION, &wrong),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtSetSecurityObject(handle, DACL_SECURITY_INFORMATION, &wrong),
                        STATUS_UNKNOWN_REVISION);
        ck_assert_status(NtSetSecurityObject(handle, DACL_SECURITY_INFORMATION, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(api_open(NAME, WRITE_OWNER, &strong));
        ck_assert_status(set(strong, OWNER_SECURITY_INFORMATION, "D:"),
                        STATUS_INVALID_SECURITY_DESCR);
        ck_assert_status(set(strong, GROUP_SECURITY_INFORMATION, "D:"),
                        STATUS_INVALID_SECURITY_DESCR);
        api_assert_ok(NtClose(strong));
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-tests 1.16: the DACL is stored as given. */
START_TEST(dacl_that_is_set_counts_from_then_on) {
        HANDLE handle = made(ALL_DACL, SECTION_ALL_ACCESS);

        api_assert_ok(reopen(SECTION_MAP_READ));
        api_assert_ok(set(handle, DACL_SECURITY_INFORMATION, "D:(D;;0x4;;;WD)(A;;0x5;;;WD)"));
        expect_text(handle, DACL_SECURITY_INFORMATION, "D:(D;;0x4;;;WD)(A;;0x5;;;WD)");
        ck_assert_status(reopen(SECTION_MAP_READ), STATUS_ACCESS_DENIED);
        api_assert_ok(reopen(SECTION_QUERY));
        ck_assert_uint_eq(api_granted_access(handle), SECTION_ALL_ACCESS); /* is what it was */
        api_assert_ok(NtClose(handle));
}
END_TEST

/* by-kernel 1.21: the new owner must be one that the caller may give. */
START_TEST(owner_must_be_the_callers_to_give) {
        HANDLE handle = made(ALL_DACL, READ_CONTROL | WRITE_OWNER);

        ck_assert_status(set(handle, OWNER_SECURITY_INFORMATION, "O:S-1-5-21-1-2-3-4"),
                        STATUS_INVALID_OWNER);
        api_assert_ok(set(handle, GROUP_SECURITY_INFORMATION, "G:S-1-5-21-1-2-3-4"));
        expect_text(handle, GROUP_SECURITY_INFORMATION, "G:S-1-5-21-1-2-3-4");
        api_assert_ok(NtClose(handle));
}
END_TEST

static void enable_security(bool enable) {
        TOKEN_PRIVILEGES state = { 1,
                { { { SE_SECURITY_PRIVILEGE, 0 }, enable ? SE_PRIVILEGE_ENABLED : 0 } } };
        HANDLE token = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &state, 0, NULL, NULL));
        api_assert_ok(NtClose(token));
}

/* by-kernel 2.2 step 7, 2.4: the SACL is for who holds SeSecurityPrivilege, enabled. */
START_TEST(sacl_is_for_those_with_the_privilege) {
        PSECURITY_DESCRIPTOR audited = from_text(ALL_DACL "S:(AU;SA;GA;;;WD)");
        HANDLE handle = NULL;

        enable_security(false);
        ck_assert_status(create_secured(audited, READ_CONTROL, &handle), STATUS_PRIVILEGE_NOT_HELD);
        handle = made(ALL_DACL, READ_CONTROL);
        ck_assert_status(reopen(ACCESS_SYSTEM_SECURITY), STATUS_PRIVILEGE_NOT_HELD);
        api_assert_ok(NtClose(handle));

        enable_security(true);
        api_assert_ok(create_secured(audited, ACCESS_SYSTEM_SECURITY, &handle));
        expect_text(handle, SACL_SECURITY_INFORMATION, "S:(AU;SA;0xf001f;;;WD)");
        api_assert_ok(set(handle, SACL_SECURITY_INFORMATION, "S:(AU;FA;0x1;;;WD)"));
        expect_text(handle, SACL_SECURITY_INFORMATION, "S:(AU;FA;0x1;;;WD)");
        api_assert_ok(NtClose(handle));
        free(audited);
}
END_TEST

/* by-kernel 2.4: what a directory hands down. */
START_TEST(directory_hands_its_entries_down) {
        PSECURITY_DESCRIPTOR descriptor = from_text("D:(A;OI;0x1;;;WD)(A;;0xf000f;;;WD)");
        POBJECT_ATTRIBUTES attributes = NAMED(u"\\BaseNamedObjects\\folder");
        HANDLE directory = NULL, handle = NULL;

        attributes->SecurityDescriptor = descriptor;
        api_assert_ok(NtCreateDirectoryObject(&directory, DIRECTORY_ALL_ACCESS, attributes));
        api_assert_ok(api_create_with(NAMED_IN(directory, u"child"), READ_CONTROL, &handle));
        expect_text(handle, DACL_SECURITY_INFORMATION, "D:(A;;0x1;;;WD)");
        api_assert_ok(NtClose(handle));
        api_assert_ok(NtClose(directory));
        free(descriptor);
}
END_TEST

START_TEST(pseudo_handle_of_the_process_has_a_descriptor) {
        uint8_t buffer[512] __attribute__((aligned(4)));
        DescriptorView view;
        ULONG needed;

        api_assert_ok(NtQuerySecurityObject(
                        NtCurrentProcess(), EVERY, buffer, sizeof(buffer), &needed));
        ck_assert_status(descriptor_view(buffer, needed, &view), STATUS_SUCCESS);
        ck_assert_ptr_nonnull(view.owner);
        ck_assert_ptr_nonnull(view.dacl);
}
END_TEST

START_TEST(longest_descriptor_travels_and_a_longer_one_is_refused) {
        ACL *acl = calloc(1, 65536);
        SECURITY_DESCRIPTOR descriptor = { .Revision = 1, .Control = SE_DACL_PRESENT, .Dacl = acl };
        HANDLE handle = NULL;

        *acl = (ACL){ ACL_REVISION, 0, 65000 - 20, 0, 0 };
        descriptor.Control = SE_DACL_PRESENT;
        acl->AclSize += 4;
        ck_assert_status(create_secured(&descriptor, 0, &handle), STATUS_INSUFFICIENT_RESOURCES);
        acl->AclSize = 60000;
        api_assert_ok(create_secured(&descriptor, READ_CONTROL, &handle));
        api_assert_ok(NtClose(handle));
        free(acl);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, faults_of_a_descriptor_are_told_and_nothing_is_made);
        tcase_add_test(tests, descriptor_of_the_creation_decides_who_may_open);
        tcase_add_test(tests, empty_dacl_lets_nobody_in_and_null_dacl_everybody);
        tcase_add_test(tests, descriptor_of_a_second_creator_is_ignored_but_checked);
        tcase_add_test(tests, short_buffer_is_told_what_is_needed);
        tcase_add_test(tests, query_gives_the_parts_that_are_asked_for);
        tcase_add_test(tests, query_needs_a_right_for_each_part);
        tcase_add_test(tests, query_checks_pointers_before_the_handle);
        tcase_add_test(tests, unnamed_section_has_no_descriptor);
        tcase_add_test(tests, object_made_without_a_descriptor_has_the_tokens_defaults);
        tcase_add_test(tests, label_that_is_absent_is_no_failure);
        tcase_add_test(tests, label_is_set_with_write_owner_and_read_with_read_control);
        tcase_add_test(tests, set_needs_a_right_for_each_part);
        tcase_add_test(tests, set_checks_in_order);
        tcase_add_test(tests, dacl_that_is_set_counts_from_then_on);
        tcase_add_test(tests, owner_must_be_the_callers_to_give);
        tcase_add_test(tests, sacl_is_for_those_with_the_privilege);
        tcase_add_test(tests, directory_hands_its_entries_down);
        tcase_add_test(tests, pseudo_handle_of_the_process_has_a_descriptor);
        tcase_add_test(tests, longest_descriptor_travels_and_a_longer_one_is_refused);
}

int main(void) {
        return api_main("security", 60, add);
}
