#include <stdlib.h>
#include <string.h>

#include "acl.h"
#include "assert-status.h"
#include "ntstatus.h"
#include "security-descriptor.h"
#include "sid.h"
#include "suite.h"

#define CAPACITY 512u

typedef union Space {
        SECURITY_DESCRIPTOR_RELATIVE header;
        uint8_t bytes[CAPACITY];
} Space;

typedef union AclSpace {
        ACL acl;
        uint8_t bytes[64];
} AclSpace;

static AclSpace dacl, sacl;
static Space space;
static size_t size;

/* Owner Administrators, group SYSTEM, one entry in each ACL. */
static void fill(void) {
        DescriptorView view = {
                .control = SE_DACL_PRESENT | SE_SACL_PRESENT | SE_DACL_PROTECTED,
                .owner = &sid_administrators.sid,
                .group = &sid_system.sid,
                .dacl = &dacl.acl,
                .sacl = &sacl.acl,
        };

        acl_init(&dacl.acl);
        acl_init(&sacl.acl);
        ck_assert_status(
                        acl_append(&dacl.acl, 64, ACCESS_ALLOWED_ACE_TYPE, 0, 1, &sid_everyone.sid),
                        STATUS_SUCCESS);
        ck_assert_status(acl_append(&sacl.acl, 64, SYSTEM_AUDIT_ACE_TYPE, 0, 1, &sid_everyone.sid),
                        STATUS_SUCCESS);
        memset(&space, 0, sizeof(space));
        size = descriptor_size(&view);
        ck_assert_uint_eq(size, 20 + 28 + 28 + 16 + 12);
        descriptor_write(&view, &space);
}

static NTSTATUS look(void) {
        DescriptorView untouched = { .control = 0x1234 };
        NTSTATUS status = descriptor_view(&space, size, &untouched);

        if (!NT_SUCCESS(status))
                ck_assert_uint_eq(untouched.control, 0x1234);
        return status;
}

START_TEST(what_is_written_is_read) {
        DescriptorView view;

        fill();
        ck_assert_status(descriptor_view(&space, size, &view), STATUS_SUCCESS);
        ck_assert_uint_eq(view.control,
                        SE_DACL_PRESENT | SE_SACL_PRESENT | SE_DACL_PROTECTED | SE_SELF_RELATIVE);
        ck_assert(sid_equal(view.owner, &sid_administrators.sid));
        ck_assert(sid_equal(view.group, &sid_system.sid));
        ck_assert_mem_eq(view.dacl, &dacl, 28);
        ck_assert_mem_eq(view.sacl, &sacl, 28);
        ck_assert_uint_eq(descriptor_size(&view), size);
        ck_assert_uint_eq(space.header.Revision, 1);
        ck_assert_uint_eq(space.header.Sbz1, 0);
}
END_TEST

START_TEST(an_empty_descriptor_is_its_header) {
        DescriptorView view = { 0 };

        ck_assert_uint_eq(descriptor_size(&view), 20);
        descriptor_write(&view, &space);
        ck_assert_uint_eq(space.header.Control, SE_SELF_RELATIVE);
        ck_assert_status(descriptor_view(&space, 20, &view), STATUS_SUCCESS);
        ck_assert_ptr_null(view.owner);
        ck_assert_ptr_null(view.group);
        ck_assert_ptr_null(view.sacl);
        ck_assert_ptr_null(view.dacl);
}
END_TEST

START_TEST(a_null_acl_is_present_and_an_acl_without_the_bit_is_not) {
        DescriptorView view;

        fill();
        space.header.Dacl = 0;
        space.header.Control &= (SECURITY_DESCRIPTOR_CONTROL) ~SE_SACL_PRESENT;
        ck_assert_status(descriptor_view(&space, size, &view), STATUS_SUCCESS);
        ck_assert(view.control & SE_DACL_PRESENT);
        ck_assert_ptr_null(view.dacl);
        ck_assert_ptr_null(view.sacl);
        ck_assert_uint_eq(descriptor_size(&view), 20 + 16 + 12);
        /* Then it does not matter where it is said to be. */
        space.header.Sacl = 0xFFFFFFFF;
        ck_assert_status(look(), STATUS_SUCCESS);
}
END_TEST

START_TEST(short_and_absolute_ones_are_no_descriptors) {
        fill();
        for (size = 0; size < 20; size++)
                ck_assert_status(look(), STATUS_INVALID_SECURITY_DESCR);
        fill();
        space.header.Control &= (SECURITY_DESCRIPTOR_CONTROL) ~SE_SELF_RELATIVE;
        space.header.Revision = 2;
        ck_assert_status(look(), STATUS_INVALID_SECURITY_DESCR);
}
END_TEST

START_TEST(another_revision_comes_before_bad_parts) {
        fill();
        space.header.Owner = 0xFFFFFFFF;
        space.header.Revision = 0;
        ck_assert_status(look(), STATUS_UNKNOWN_REVISION);
        space.header.Revision = 2;
        ck_assert_status(look(), STATUS_UNKNOWN_REVISION);
}
END_TEST

START_TEST(parts_outside_are_refused_sids_first) {
        static const ULONG bad[] = { 1, 19, 0x10000, 0x7FFFFFFF, 0xFFFFFFFC, 0xFFFFFFFF };

        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                fill();
                space.header.Dacl = bad[i];
                ck_assert_status(look(), STATUS_INVALID_ACL);
                space.header.Group = bad[i];
                ck_assert_status(look(), STATUS_INVALID_SID);
                fill();
                space.header.Sacl = bad[i];
                ck_assert_status(look(), STATUS_INVALID_ACL);
                space.header.Owner = bad[i];
                ck_assert_status(look(), STATUS_INVALID_SID);
        }
        fill();
        space.header.Dacl = space.header.Owner + 2;
        ck_assert_status(look(), STATUS_INVALID_ACL);
}
END_TEST

START_TEST(parts_that_end_outside_are_refused) {
        fill();
        size--; /* the group is the last */
        ck_assert_status(look(), STATUS_INVALID_SID);
        fill();
        space.header.Owner = (ULONG) size;
        ck_assert_status(look(), STATUS_INVALID_SID);
        fill();
        space.header.Dacl = (ULONG) size;
        ck_assert_status(look(), STATUS_INVALID_ACL);
        fill();
        ((ACL *) (void *) (space.bytes + space.header.Dacl))->AclSize = CAPACITY;
        ck_assert_status(look(), STATUS_INVALID_ACL);
        fill();
        space.bytes[space.header.Owner] = 2;
        ck_assert_status(look(), STATUS_INVALID_SID);
}
END_TEST

START_TEST(sids_may_lie_anywhere) {
        DescriptorView view;

        for (ULONG shift = 1; shift < 4; shift++) {
                fill();
                memmove(space.bytes + space.header.Group + shift, space.bytes + space.header.Group,
                                12);
                space.header.Group += shift;
                size += shift;
                ck_assert_status(descriptor_view(&space, size, &view), STATUS_SUCCESS);
                ck_assert(sid_equal(view.group, &sid_system.sid));
                ck_assert_uint_eq(descriptor_size(&view), size - shift);
        }
}
END_TEST

START_TEST(parts_may_be_the_same) {
        DescriptorView view;

        fill();
        space.header.Group = space.header.Owner;
        space.header.Sacl = space.header.Dacl;
        ck_assert_status(descriptor_view(&space, size, &view), STATUS_SUCCESS);
        ck_assert_ptr_eq(view.owner, view.group);
        ck_assert_uint_eq(descriptor_size(&view), 20 + 28 + 28 + 16 + 16);
}
END_TEST

/* Fewer bytes can say more: the limit is for what has to be kept. */
START_TEST(too_long_a_descriptor_is_refused_last) {
        struct {
                SECURITY_DESCRIPTOR_RELATIVE header;
                uint8_t acl[40000];
        } *large = calloc(1, sizeof(*large));
        DescriptorView view;
        ACL *acl;

        ck_assert_ptr_nonnull(large);
        acl = (ACL *) (void *) large->acl;
        *acl = (ACL){ .AclRevision = 2, .AclSize = 40000 };
        large->header = (SECURITY_DESCRIPTOR_RELATIVE){
                .Revision = 1,
                .Control = SE_SELF_RELATIVE | SE_DACL_PRESENT,
                .Dacl = 20,
                .Sacl = 20,
        };
        ck_assert_status(descriptor_view(large, sizeof(*large), &view), STATUS_SUCCESS);
        large->header.Control |= SE_SACL_PRESENT;
        ck_assert_status(descriptor_view(large, sizeof(*large), &view),
                        STATUS_INSUFFICIENT_RESOURCES);
        large->header.Owner = 0xFFFF;
        ck_assert_status(descriptor_view(large, sizeof(*large), &view), STATUS_INVALID_SID);
        free(large);
}
END_TEST

START_TEST(the_resource_managers_byte_is_not_kept) {
        DescriptorView view;

        fill();
        space.header.Sbz1 = 0x5A;
        space.header.Control |= SE_RM_CONTROL_VALID;
        ck_assert_status(descriptor_view(&space, size, &view), STATUS_SUCCESS);
        ck_assert_uint_eq(view.control & SE_RM_CONTROL_VALID, 0);
}
END_TEST

START_TEST(selected_parts_bring_their_control_bits) {
        const SECURITY_DESCRIPTOR_CONTROL all = 0xBFFF;
        const struct {
                SECURITY_INFORMATION information;
                unsigned control;
        } rows[] = {
                { OWNER_SECURITY_INFORMATION, SE_OWNER_DEFAULTED },
                { GROUP_SECURITY_INFORMATION, SE_GROUP_DEFAULTED },
                { DACL_SECURITY_INFORMATION, 0x15CC },
                { SACL_SECURITY_INFORMATION, 0x2A30 },
                { LABEL_SECURITY_INFORMATION, 0 },
                { 0, 0 },
        };
        DescriptorView view;

        fill();
        ck_assert_status(descriptor_view(&space, size, &view), STATUS_SUCCESS);
        view.control = all;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                SECURITY_INFORMATION information = rows[i].information;
                DescriptorView some = descriptor_select(&view, information);

                ck_assert_uint_eq(some.control, rows[i].control);
                ck_assert_ptr_eq(some.owner,
                                information & OWNER_SECURITY_INFORMATION ? view.owner : NULL);
                ck_assert_ptr_eq(some.group,
                                information & GROUP_SECURITY_INFORMATION ? view.group : NULL);
                ck_assert_ptr_eq(some.dacl,
                                information & DACL_SECURITY_INFORMATION ? view.dacl : NULL);
                ck_assert_ptr_eq(some.sacl,
                                information & SACL_SECURITY_INFORMATION ? view.sacl : NULL);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, what_is_written_is_read);
        tcase_add_test(tests, an_empty_descriptor_is_its_header);
        tcase_add_test(tests, a_null_acl_is_present_and_an_acl_without_the_bit_is_not);
        tcase_add_test(tests, short_and_absolute_ones_are_no_descriptors);
        tcase_add_test(tests, another_revision_comes_before_bad_parts);
        tcase_add_test(tests, parts_outside_are_refused_sids_first);
        tcase_add_test(tests, parts_that_end_outside_are_refused);
        tcase_add_test(tests, sids_may_lie_anywhere);
        tcase_add_test(tests, parts_may_be_the_same);
        tcase_add_test(tests, too_long_a_descriptor_is_refused_last);
        tcase_add_test(tests, the_resource_managers_byte_is_not_kept);
        tcase_add_test(tests, selected_parts_bring_their_control_bits);
}

int main(void) {
        return suite_main("security-descriptor", 10, add_tests);
}
