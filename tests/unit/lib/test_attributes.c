#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "previous-mode.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define WILD    ((HANDLE) 0xDEADBEEF)
#define BAD     0xDEADBEE0
#define PATTERN ((HANDLE) 0x5555555555555555)

static UNICODE_STRING name;
static OBJECT_ATTRIBUTES attributes;

static void setup(void) {
        stub_init();
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        RtlInitUnicodeString(&name, u"\\name");
        InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
}

static NTSTATUS create(PHANDLE handle) {
        LARGE_INTEGER size = { .QuadPart = 1 };

        return NtCreateSection(handle, SECTION_QUERY, &attributes, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
}

static NTSTATUS open_it(PHANDLE handle) {
        return NtOpenSection(handle, SECTION_QUERY, &attributes);
}

/*
 * Both services fail as told, and leave the variable 0. Who cannot open anything sends nothing; a
 * section that is to be made is made all the same, of which nobody hears but the daemon (by-kernel
 * 1.8 row 20: attributes are captured last).
 */
static void expect(NTSTATUS when_creating, NTSTATUS when_opening) {
        HANDLE handle = PATTERN;

        stub_messages();
        ck_assert_status(create(&handle), when_creating);
        ck_assert((handle == NULL) == !NT_SUCCESS(when_creating));
        ck_assert_uint_eq(stub_messages(), NT_SUCCESS(stub.entered));
        if (!NT_SUCCESS(when_creating)) {
                ck_assert_uint_eq(stub.n_last_name, 0);
                ck_assert_uint_eq(stub.n_last_descriptor, 0);
                ck_assert_uint_eq(stub.last_attributes, 0);
                ck_assert(!stub.had_root);
        }
        handle = PATTERN;
        ck_assert_status(open_it(&handle), when_opening);
        ck_assert((handle == NULL) == !NT_SUCCESS(when_opening));
        ck_assert_uint_eq(stub_messages(), NT_SUCCESS(when_opening));
}

START_TEST(name_arrives_as_it_is) {
        static const WCHAR text[] = { u'\\', 0, 0xD800, u'x' };

        name.Buffer = (PWSTR) text;
        name.Length = sizeof(text);
        attributes.Attributes = OBJ_CASE_INSENSITIVE | OBJ_INHERIT;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_last_name, sizeof(text));
        ck_assert_int_eq(memcmp(stub.last_name, text, sizeof(text)), 0);
        ck_assert(!stub.had_root);
}
END_TEST

START_TEST(length_of_the_structure_is_exact) {
        for (ULONG length = 0; length <= 96; length++) {
                attributes.Length = length;
                if (length != sizeof(attributes))
                        expect(STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER);
        }
}
END_TEST

START_TEST(flags_that_windows_does_not_know_are_refused) {
        for (unsigned bit = 0; bit < 32; bit++) {
                bool known = OBJ_VALID_ATTRIBUTES & 1u << bit;
                NTSTATUS status = known ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;

                attributes.Attributes = 1u << bit;
                expect(status, status);
        }
}
END_TEST

/* by-kernel 1.3, row 4. */
START_TEST(kernel_handle_is_a_wish_that_only_the_kernel_has) {
        attributes.Attributes = OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.last_attributes, OBJ_CASE_INSENSITIVE);
        stub.client.kernel = true;
        atomic_store(&kernel_persona, true);
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.last_attributes, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE);
        zw_set_previous_mode(UserMode);
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.last_attributes, OBJ_CASE_INSENSITIVE);
}
END_TEST

/* by-kernel 1.4: OBJ_INHERIT is refused together with OBJ_EXCLUSIVE, by the daemon. */
START_TEST(flags_go_along_as_they_are) {
        attributes.Attributes = OBJ_INHERIT | OBJ_EXCLUSIVE;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.last_attributes, OBJ_INHERIT | OBJ_EXCLUSIVE);
}
END_TEST

static SID everyone = { SID_REVISION, 1, { SECURITY_WORLD_SID_AUTHORITY }, { 0 } };

/* An absolute descriptor with an owner, in the caller's memory. */
static SECURITY_DESCRIPTOR owned(PSID owner) {
        return (SECURITY_DESCRIPTOR){ .Revision = SECURITY_DESCRIPTOR_REVISION, .Owner = owner };
}

START_TEST(security_descriptor_goes_along_self_relative) {
        static const uint8_t sent[] = { 1, 0, 0, 0x80, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 };
        SECURITY_DESCRIPTOR descriptor = owned(&everyone);

        attributes.SecurityDescriptor = &descriptor;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_last_descriptor, 0); /* of the open */
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_status(create(&(HANDLE){ NULL }), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_last_descriptor, sizeof(sent));
        ck_assert_mem_eq(stub.last_descriptor, sent, sizeof(sent));
}
END_TEST

/* by-kernel 1.3, row 5: creating and opening see the same. */
START_TEST(row_5_faults_of_the_security_descriptor) {
        SECURITY_DESCRIPTOR descriptor = owned(&everyone);
        ACL acl = { 1, 0, sizeof(ACL), 0, 0 };
        SID sid = everyone;

        attributes.SecurityDescriptor = &descriptor;
        descriptor.Revision = 2;
        expect(STATUS_UNKNOWN_REVISION, STATUS_UNKNOWN_REVISION);
        descriptor = owned(&sid);
        sid.Revision = 0;
        expect(STATUS_INVALID_SID, STATUS_INVALID_SID);
        descriptor = owned(NULL);
        descriptor.Group = &sid;
        expect(STATUS_INVALID_SID, STATUS_INVALID_SID);
        descriptor = owned(NULL);
        descriptor.Control = SE_DACL_PRESENT;
        descriptor.Dacl = &acl;
        expect(STATUS_INVALID_ACL, STATUS_INVALID_ACL);
        descriptor.Dacl = (PACL) BAD;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
        attributes.SecurityDescriptor = (PVOID) BAD;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
}
END_TEST

/* by-kernel 1.3: rows 3, 5, 6, 7 and 11 win in this order. */
START_TEST(rows_win_in_their_order) {
        SECURITY_DESCRIPTOR descriptor = { .Revision = 0 };
        uint32_t quality[3] = { 12, 0, 0 };

        attributes.Attributes = 1;
        attributes.SecurityDescriptor = &descriptor;
        attributes.SecurityQualityOfService = (PVOID) BAD;
        attributes.RootDirectory = WILD;
        attributes.ObjectName = NULL;
        expect(STATUS_INVALID_PARAMETER, STATUS_INVALID_PARAMETER);
        attributes.Attributes = 0;
        expect(STATUS_UNKNOWN_REVISION, STATUS_UNKNOWN_REVISION);
        descriptor.Revision = SECURITY_DESCRIPTOR_REVISION;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
        attributes.SecurityQualityOfService = quality;
        expect(STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
        attributes.ObjectName = &name;
        expect(STATUS_INVALID_HANDLE, STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(row_6_quality_of_service_is_probed) {
        uint32_t quality[3] = { 12, 0, 0 };

        attributes.SecurityQualityOfService = quality;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        attributes.SecurityQualityOfService = (PVOID) BAD;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
        attributes.SecurityQualityOfService = (char *) quality + 2;
        expect(STATUS_DATATYPE_MISALIGNMENT, STATUS_DATATYPE_MISALIGNMENT);
}
END_TEST

START_TEST(without_attributes_an_object_is_unnamed_and_none_can_be_opened) {
        HANDLE handle = PATTERN;
        LARGE_INTEGER size = { .QuadPart = 1 };

        ck_assert_status(NtCreateSection(&handle, 0, NULL, &size, PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_last_name, 0);
        handle = PATTERN;
        ck_assert_status(NtOpenSection(&handle, 0, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(handle);
}
END_TEST

START_TEST(root_without_a_name_is_an_invalid_name_whatever_it_is) {
        attributes.ObjectName = NULL;
        expect(STATUS_SUCCESS, STATUS_OBJECT_PATH_SYNTAX_BAD);
        attributes.RootDirectory = WILD;
        expect(STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
}
END_TEST

START_TEST(root_is_looked_at_only_if_it_matters) {
        name.Length = 0;
        expect(STATUS_SUCCESS, STATUS_OBJECT_PATH_SYNTAX_BAD);
        attributes.RootDirectory = WILD;
        expect(STATUS_SUCCESS, STATUS_INVALID_HANDLE);
        ck_assert(!stub.had_root);
        name.Length = 4;
        expect(STATUS_INVALID_HANDLE, STATUS_INVALID_HANDLE);
        attributes.RootDirectory = NtCurrentProcess();
        expect(STATUS_OBJECT_TYPE_MISMATCH, STATUS_OBJECT_TYPE_MISMATCH);
}
END_TEST

START_TEST(root_that_is_a_handle_goes_along) {
        HANDLE directory = NULL;
        OBJECT_ATTRIBUTES of_directory;

        InitializeObjectAttributes(&of_directory, &name, 0, NULL, NULL);
        ck_assert_status(NtOpenDirectoryObject(&directory, 0, &of_directory), STATUS_SUCCESS);
        attributes.RootDirectory = directory;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert(stub.had_root);
        name.Length = 0; /* opens the root itself */
        stub.had_root = false;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert(stub.had_root);
}
END_TEST

START_TEST(bad_pointers_are_access_violations) {
        LARGE_INTEGER size = { .QuadPart = 1 };
        HANDLE handle = PATTERN;

        ck_assert_status(create((PHANDLE) BAD), STATUS_ACCESS_VIOLATION);
        ck_assert_status(create(NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(open_it((PHANDLE) BAD), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenSection(&handle, 0, (POBJECT_ATTRIBUTES) BAD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(handle);
        ck_assert_status(NtCreateSection(&handle, 0, &attributes, (PLARGE_INTEGER) BAD,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtCreateSection(&handle, 0, (POBJECT_ATTRIBUTES) BAD, &size,
                                         PAGE_READWRITE, SEC_COMMIT, NULL),
                        STATUS_ACCESS_VIOLATION);
        attributes.ObjectName = (PUNICODE_STRING) BAD;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
        attributes.ObjectName = &name;
        name.Buffer = (PWSTR) BAD;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
        name.Length = 0; /* then the buffer does not matter */
        expect(STATUS_SUCCESS, STATUS_OBJECT_PATH_SYNTAX_BAD);
        ck_assert_uint_eq(stub_messages(), 0);
}
END_TEST

START_TEST(misalignment_comes_before_length_and_length_before_root) {
        static const WCHAR text[40000] = { u'\\' };

        name.Buffer = (PWSTR) ((char *) text + 1);
        name.Length = 3;
        expect(STATUS_DATATYPE_MISALIGNMENT, STATUS_DATATYPE_MISALIGNMENT);
        name.Buffer = (PWSTR) BAD;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
        name.Buffer = (PWSTR) text;
        name.Length = 67;
        attributes.RootDirectory = WILD;
        expect(STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
        attributes.RootDirectory = NULL;
        name.Length = 65534;
        expect(STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
        name.Length = 65535;
        expect(STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID);
        name.Length = 65532;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_last_name, 65532);
}
END_TEST

START_TEST(name_that_ends_at_the_end_of_memory_is_read_to_its_end) {
        char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        ck_assert_int_eq(mprotect(pages + 4096, 4096, PROT_NONE), 0);
        name.Buffer = (PWSTR) (void *) (pages + 4096 - 600);
        name.Length = 600;
        expect(STATUS_SUCCESS, STATUS_SUCCESS);
        name.Length = 602;
        expect(STATUS_ACCESS_VIOLATION, STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(daemon_that_is_gone_is_told_and_the_handle_cleared) {
        stub.entered = STATUS_PORT_CONNECTION_REFUSED;
        expect(STATUS_PORT_CONNECTION_REFUSED, STATUS_PORT_CONNECTION_REFUSED);
}
END_TEST

START_TEST(name_that_was_there_is_a_success) {
        HANDLE handle = NULL;

        stub.status = STATUS_OBJECT_NAME_EXISTS;
        attributes.Attributes = OBJ_OPENIF;
        ck_assert_status(create(&handle), STATUS_OBJECT_NAME_EXISTS);
        ck_assert_ptr_nonnull(handle);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, stub_clear);
        tcase_add_test(tests, name_arrives_as_it_is);
        tcase_add_test(tests, length_of_the_structure_is_exact);
        tcase_add_test(tests, flags_that_windows_does_not_know_are_refused);
        tcase_add_test(tests, kernel_handle_is_a_wish_that_only_the_kernel_has);
        tcase_add_test(tests, flags_go_along_as_they_are);
        tcase_add_test(tests, security_descriptor_goes_along_self_relative);
        tcase_add_test(tests, row_5_faults_of_the_security_descriptor);
        tcase_add_test(tests, rows_win_in_their_order);
        tcase_add_test(tests, row_6_quality_of_service_is_probed);
        tcase_add_test(tests, without_attributes_an_object_is_unnamed_and_none_can_be_opened);
        tcase_add_test(tests, root_without_a_name_is_an_invalid_name_whatever_it_is);
        tcase_add_test(tests, root_is_looked_at_only_if_it_matters);
        tcase_add_test(tests, root_that_is_a_handle_goes_along);
        tcase_add_test(tests, bad_pointers_are_access_violations);
        tcase_add_test(tests, misalignment_comes_before_length_and_length_before_root);
        tcase_add_test(tests, name_that_ends_at_the_end_of_memory_is_read_to_its_end);
        tcase_add_test(tests, daemon_that_is_gone_is_told_and_the_handle_cleared);
        tcase_add_test(tests, name_that_was_there_is_a_success);
}

int main(void) {
        return suite_main("attributes", 20, add);
}
