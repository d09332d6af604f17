#include <stdlib.h>
#include <string.h>
#include <zw/ntrtl.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "sid.h"
#include "suite.h"

#define OWNER ((PSID) &sid_administrators)
#define GROUP ((PSID) &sid_system)

#define ALL 0xFu

typedef union AclSpace {
        ACL acl;
        UCHAR bytes[28];
} AclSpace;

typedef union Relative {
        SECURITY_DESCRIPTOR_RELATIVE header;
        UCHAR bytes[256];
} Relative;

static AclSpace dacl, sacl;
static SECURITY_DESCRIPTOR absolute;

static void fill(void) {
        ck_assert_status(RtlCreateSecurityDescriptor(&absolute, 1), STATUS_SUCCESS);
        ck_assert_status(RtlCreateAcl(&dacl.acl, sizeof(dacl), ACL_REVISION), STATUS_SUCCESS);
        ck_assert_status(RtlAddAccessAllowedAce(&dacl.acl, ACL_REVISION, 1, (PSID) &sid_everyone),
                        STATUS_SUCCESS);
        ck_assert_status(RtlCreateAcl(&sacl.acl, sizeof(sacl), ACL_REVISION), STATUS_SUCCESS);
        ck_assert_status(RtlAddAuditAccessAce(&sacl.acl, ACL_REVISION, 1, (PSID) &sid_everyone,
                                         TRUE, TRUE),
                        STATUS_SUCCESS);
        ck_assert_status(RtlSetDaclSecurityDescriptor(&absolute, TRUE, &dacl.acl, FALSE),
                        STATUS_SUCCESS);
        ck_assert_status(RtlSetSaclSecurityDescriptor(&absolute, TRUE, &sacl.acl, TRUE),
                        STATUS_SUCCESS);
        ck_assert_status(RtlSetOwnerSecurityDescriptor(&absolute, OWNER, FALSE), STATUS_SUCCESS);
        ck_assert_status(RtlSetGroupSecurityDescriptor(&absolute, GROUP, TRUE), STATUS_SUCCESS);
}

static void fill_relative(Relative *relative) {
        ULONG size = sizeof(*relative);

        fill();
        memset(relative, 0, sizeof(*relative));
        ck_assert_status(RtlAbsoluteToSelfRelativeSD(&absolute, relative, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(size, sizeof(*relative));
}

START_TEST(a_new_descriptor_is_absolute_and_empty) {
        memset(&absolute, 0x5A, sizeof(absolute));
        ck_assert_status(RtlCreateSecurityDescriptor(&absolute, 0), STATUS_UNKNOWN_REVISION);
        ck_assert_status(RtlCreateSecurityDescriptor(&absolute, 2), STATUS_UNKNOWN_REVISION);
        ck_assert_uint_eq(absolute.Revision, 0x5A);
        ck_assert_status(RtlCreateSecurityDescriptor(&absolute, 1), STATUS_SUCCESS);
        ck_assert_uint_eq(absolute.Revision, 1);
        ck_assert_uint_eq(absolute.Control, 0);
        ck_assert_ptr_null(absolute.Owner);
        ck_assert_ptr_null(absolute.Dacl);
        ck_assert(RtlValidSecurityDescriptor(&absolute));
        ck_assert_uint_eq(RtlLengthSecurityDescriptor(&absolute), 40);
}
END_TEST

START_TEST(parts_are_pointed_to) {
        fill();
        ck_assert_uint_eq(absolute.Control,
                        SE_DACL_PRESENT | SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_GROUP_DEFAULTED);
        ck_assert_ptr_eq(absolute.Dacl, &dacl.acl);
        ck_assert_ptr_eq(absolute.Sacl, &sacl.acl);
        ck_assert_ptr_eq(absolute.Owner, OWNER);
        ck_assert_ptr_eq(absolute.Group, GROUP);
        ck_assert_uint_eq(RtlLengthSecurityDescriptor(&absolute), 40 + 28 + 28 + 16 + 12);
        ck_assert_status(
                        RtlSetSaclSecurityDescriptor(&absolute, TRUE, NULL, FALSE), STATUS_SUCCESS);
        ck_assert_uint_eq(absolute.Control, SE_DACL_PRESENT | SE_SACL_PRESENT | SE_GROUP_DEFAULTED);
        ck_assert_status(RtlSetDaclSecurityDescriptor(&absolute, FALSE, NULL, FALSE),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(absolute.Control, SE_SACL_PRESENT | SE_GROUP_DEFAULTED);
        ck_assert_uint_eq(RtlLengthSecurityDescriptor(&absolute), 40 + 16 + 12);
        ck_assert_status(RtlSetOwnerSecurityDescriptor(&absolute, NULL, TRUE), STATUS_SUCCESS);
        ck_assert_ptr_null(absolute.Owner);
        ck_assert(absolute.Control & SE_OWNER_DEFAULTED);
}
END_TEST

START_TEST(only_absolute_ones_of_revision_1_are_changed) {
        fill();
        for (int i = 0; i < 2; i++) {
                NTSTATUS want = i == 0 ? STATUS_INVALID_SECURITY_DESCR : STATUS_UNKNOWN_REVISION;

                absolute.Control |= SE_SELF_RELATIVE;
                absolute.Revision = i == 0 ? 1 : 2;
                ck_assert_status(RtlSetDaclSecurityDescriptor(&absolute, TRUE, NULL, TRUE), want);
                ck_assert_status(RtlSetSaclSecurityDescriptor(&absolute, TRUE, NULL, TRUE), want);
                ck_assert_status(RtlSetOwnerSecurityDescriptor(&absolute, NULL, TRUE), want);
                ck_assert_status(RtlSetGroupSecurityDescriptor(&absolute, NULL, TRUE), want);
        }
        ck_assert_ptr_nonnull(absolute.Dacl);
        ck_assert_ptr_nonnull(absolute.Owner);
}
END_TEST

static void expect_parts(PSECURITY_DESCRIPTOR descriptor) {
        BOOLEAN present = 9, defaulted = 9;
        PSID sid = NULL;
        PACL acl = NULL;

        ck_assert_status(RtlGetDaclSecurityDescriptor(descriptor, &present, &acl, &defaulted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(present, TRUE);
        ck_assert_uint_eq(defaulted, FALSE);
        ck_assert_mem_eq(acl, &dacl, sizeof(dacl));
        ck_assert_status(RtlGetSaclSecurityDescriptor(descriptor, &present, &acl, &defaulted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(present, TRUE);
        ck_assert_uint_eq(defaulted, TRUE);
        ck_assert_mem_eq(acl, &sacl, sizeof(sacl));
        ck_assert_status(RtlGetOwnerSecurityDescriptor(descriptor, &sid, &defaulted),
                        STATUS_SUCCESS);
        ck_assert(RtlEqualSid(sid, OWNER));
        ck_assert_uint_eq(defaulted, FALSE);
        ck_assert_status(RtlGetGroupSecurityDescriptor(descriptor, &sid, &defaulted),
                        STATUS_SUCCESS);
        ck_assert(RtlEqualSid(sid, GROUP));
        ck_assert_uint_eq(defaulted, TRUE);
}

START_TEST(parts_of_both_forms_are_got) {
        Relative relative;

        fill_relative(&relative);
        expect_parts(&absolute);
        expect_parts(&relative);
}
END_TEST

START_TEST(what_is_absent_is_not_told) {
        BOOLEAN present = TRUE, defaulted = 9;
        PSID sid = OWNER;
        PACL acl = &dacl.acl;

        ck_assert_status(RtlCreateSecurityDescriptor(&absolute, 1), STATUS_SUCCESS);
        ck_assert_status(RtlGetDaclSecurityDescriptor(&absolute, &present, &acl, &defaulted),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(present, FALSE);
        ck_assert_ptr_eq(acl, &dacl.acl);
        ck_assert_uint_eq(defaulted, 9);
        ck_assert_status(
                        RtlGetOwnerSecurityDescriptor(&absolute, &sid, &defaulted), STATUS_SUCCESS);
        ck_assert_ptr_null(sid);
        absolute.Revision = 2;
        ck_assert_status(RtlGetDaclSecurityDescriptor(&absolute, &present, &acl, &defaulted),
                        STATUS_UNKNOWN_REVISION);
        ck_assert_status(RtlGetSaclSecurityDescriptor(&absolute, &present, &acl, &defaulted),
                        STATUS_UNKNOWN_REVISION);
        ck_assert_status(RtlGetOwnerSecurityDescriptor(&absolute, &sid, &defaulted),
                        STATUS_UNKNOWN_REVISION);
        ck_assert_status(RtlGetGroupSecurityDescriptor(&absolute, &sid, &defaulted),
                        STATUS_UNKNOWN_REVISION);
}
END_TEST

START_TEST(control_bits_are_got_and_set) {
        SECURITY_DESCRIPTOR_CONTROL control = 0;
        ULONG revision = 0;

        fill();
        ck_assert_status(RtlSetControlSecurityDescriptor(
                                         &absolute, SE_DACL_PROTECTED, SE_DACL_PROTECTED),
                        STATUS_SUCCESS);
        ck_assert_status(RtlGetControlSecurityDescriptor(&absolute, &control, &revision),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(revision, 1);
        ck_assert_uint_eq(control, absolute.Control);
        ck_assert(control & SE_DACL_PROTECTED);
        ck_assert_status(RtlSetControlSecurityDescriptor(&absolute, 0x3FC0, SE_SACL_PROTECTED),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(absolute.Control & 0x3FC0, SE_SACL_PROTECTED);
        ck_assert_status(RtlSetControlSecurityDescriptor(
                                         &absolute, SE_DACL_PRESENT, SE_DACL_PRESENT),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlSetControlSecurityDescriptor(
                                         &absolute, SE_SELF_RELATIVE, SE_SELF_RELATIVE),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlSetControlSecurityDescriptor(
                                         &absolute, SE_DACL_PROTECTED, SE_SACL_PROTECTED),
                        STATUS_INVALID_PARAMETER);
        absolute.Revision = 7;
        ck_assert_status(RtlGetControlSecurityDescriptor(&absolute, &control, &revision),
                        STATUS_UNKNOWN_REVISION);
        ck_assert_uint_eq(revision, 7);
}
END_TEST

START_TEST(a_self_relative_copy_is_whole) {
        Relative relative;
        ULONG size = 0;

        fill();
        ck_assert_status(RtlAbsoluteToSelfRelativeSD(&absolute, NULL, &size),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(size, 20 + 28 + 28 + 16 + 12);
        size--;
        ck_assert_status(RtlMakeSelfRelativeSD(&absolute, NULL, &size), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(size, 104);
        ck_assert_status(RtlAbsoluteToSelfRelativeSD(&absolute, &relative, &size), STATUS_SUCCESS);
        ck_assert_uint_eq(relative.header.Control, absolute.Control | SE_SELF_RELATIVE);
        ck_assert(RtlValidSecurityDescriptor(&relative));
        ck_assert_uint_eq(RtlLengthSecurityDescriptor(&relative), 104);
        ck_assert_uint_eq(relative.header.Sacl, 20);
        ck_assert_uint_eq(relative.header.Dacl, 48);
        ck_assert_uint_eq(relative.header.Owner, 76);
        ck_assert_uint_eq(relative.header.Group, 92);
}
END_TEST

START_TEST(a_self_relative_one_is_copied_but_is_not_absolute) {
        Relative relative, copy;
        ULONG size = sizeof(copy);

        fill_relative(&relative);
        relative.header.Sbz1 = 0x77;
        relative.header.Control |= SE_RM_CONTROL_VALID;
        memset(&copy, 0, sizeof(copy));
        ck_assert_status(RtlAbsoluteToSelfRelativeSD(&relative, &copy, &size),
                        STATUS_BAD_DESCRIPTOR_FORMAT);
        ck_assert_status(RtlMakeSelfRelativeSD(&relative, &copy, &size), STATUS_SUCCESS);
        ck_assert_mem_eq(&copy, &relative, sizeof(copy));
}
END_TEST

START_TEST(an_absolute_copy_has_a_buffer_for_each_part) {
        Relative relative;
        SECURITY_DESCRIPTOR copy;
        AclSpace copied_dacl, copied_sacl;
        UCHAR owner[16], group[12];
        ULONG n_copy = 0, n_dacl = 0, n_sacl = 0, n_owner = 0, n_group = 0;

        fill_relative(&relative);
        ck_assert_status(RtlSelfRelativeToAbsoluteSD(&relative, NULL, &n_copy, NULL, &n_dacl, NULL,
                                         &n_sacl, NULL, &n_owner, NULL, &n_group),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(n_copy, 40);
        ck_assert_uint_eq(n_dacl, 28);
        ck_assert_uint_eq(n_sacl, 28);
        ck_assert_uint_eq(n_owner, 16);
        ck_assert_uint_eq(n_group, 12);
        n_group--;
        ck_assert_status(RtlSelfRelativeToAbsoluteSD(&relative, &copy, &n_copy, &copied_dacl.acl,
                                         &n_dacl, &copied_sacl.acl, &n_sacl, owner, &n_owner, group,
                                         &n_group),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlSelfRelativeToAbsoluteSD(&relative, &copy, &n_copy, &copied_dacl.acl,
                                         &n_dacl, &copied_sacl.acl, &n_sacl, owner, &n_owner, group,
                                         &n_group),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(copy.Control, absolute.Control);
        ck_assert_ptr_eq(copy.Owner, owner);
        ck_assert_ptr_eq(copy.Dacl, &copied_dacl.acl);
        expect_parts(&copy);
        ck_assert_status(RtlSelfRelativeToAbsoluteSD(&copy, &copy, &n_copy, NULL, &n_dacl, NULL,
                                         &n_sacl, NULL, &n_owner, NULL, &n_group),
                        STATUS_BAD_DESCRIPTOR_FORMAT);
}
END_TEST

START_TEST(absent_parts_need_no_buffer) {
        SECURITY_DESCRIPTOR_RELATIVE relative = { .Revision = 1,
                .Control = SE_SELF_RELATIVE | SE_DACL_PRESENT };
        ULONG n_copy = sizeof(absolute), zero[4] = { 0 };

        fill();
        ck_assert_status(RtlSelfRelativeToAbsoluteSD(&relative, &absolute, &n_copy, NULL, &zero[0],
                                         NULL, &zero[1], NULL, &zero[2], NULL, &zero[3]),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(absolute.Control, SE_DACL_PRESENT);
        ck_assert_ptr_null(absolute.Dacl);
        ck_assert_ptr_null(absolute.Owner);
}
END_TEST

START_TEST(descriptors_are_valid_if_their_parts_are) {
        SID bad = { .Revision = 3 };

        fill();
        ck_assert(RtlValidSecurityDescriptor(&absolute));
        ck_assert(!RtlValidSecurityDescriptor(NULL));
        absolute.Owner = &bad;
        ck_assert(!RtlValidSecurityDescriptor(&absolute));
        fill();
        absolute.Group = &bad;
        ck_assert(!RtlValidSecurityDescriptor(&absolute));
        fill();
        dacl.acl.AceCount = 2;
        ck_assert(!RtlValidSecurityDescriptor(&absolute));
        fill();
        sacl.acl.AclRevision = 0;
        ck_assert(!RtlValidSecurityDescriptor(&absolute));
        absolute.Control &= (SECURITY_DESCRIPTOR_CONTROL) ~SE_SACL_PRESENT;
        ck_assert(RtlValidSecurityDescriptor(&absolute));
        absolute.Revision = 0;
        ck_assert(!RtlValidSecurityDescriptor(&absolute));
}
END_TEST

START_TEST(bytes_are_a_valid_relative_descriptor_if_all_of_it_lies_within) {
        PSECURITY_DESCRIPTOR descriptor = NULL;
        ULONG length;

        ck_assert_status(zw_sddl_to_descriptor("O:SYD:(A;;GA;;;WD)", &descriptor, NULL),
                        STATUS_SUCCESS);
        length = RtlLengthSecurityDescriptor(descriptor);
        ck_assert(RtlValidRelativeSecurityDescriptor(descriptor, length, 0));
        ck_assert(RtlValidRelativeSecurityDescriptor(descriptor, length,
                        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION));
        ck_assert(!RtlValidRelativeSecurityDescriptor(
                        descriptor, length, GROUP_SECURITY_INFORMATION));
        ck_assert(!RtlValidRelativeSecurityDescriptor(
                        descriptor, length, SACL_SECURITY_INFORMATION));
        ck_assert(!RtlValidRelativeSecurityDescriptor(NULL, length, 0));
        for (ULONG less = 0; less < length; less++) {
                UCHAR *part = malloc(less + 1); /* so that tools see a look behind its end */

                memcpy(part, descriptor, less);
                ck_assert(!RtlValidRelativeSecurityDescriptor(part, less, 0));
                free(part);
        }
        zw_free(descriptor);
        fill();
        ck_assert(!RtlValidRelativeSecurityDescriptor(&absolute, sizeof(absolute), 0));
}
END_TEST

START_TEST(text_becomes_a_descriptor_and_back) {
        PSECURITY_DESCRIPTOR descriptor = NULL;
        ULONG size = 0;
        char *text = NULL;
        Relative relative;

        ck_assert_status(zw_sddl_to_descriptor("O:BAG:SYD:(A;;0x1;;;WD)", &descriptor, &size),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(size, RtlLengthSecurityDescriptor(descriptor));
        ck_assert(RtlValidSecurityDescriptor(descriptor));
        ck_assert_status(zw_descriptor_to_sddl(descriptor, ALL, &text), STATUS_SUCCESS);
        ck_assert_str_eq(text, "O:BAG:SYD:(A;;0x1;;;WD)");
        zw_free(text);
        zw_free(descriptor);
        zw_free(NULL);

        fill_relative(&relative);
        for (int i = 0; i < 2; i++) {
                ck_assert_status(zw_descriptor_to_sddl(i == 0 ? (PVOID) &absolute : &relative, ALL,
                                                 &text),
                                STATUS_SUCCESS);
                ck_assert_str_eq(text, "O:BAG:SYD:(A;;0x1;;;WD)S:(AU;SAFA;0x1;;;WD)");
                zw_free(text);
        }
        ck_assert_status(zw_descriptor_to_sddl(&absolute, DACL_SECURITY_INFORMATION, &text),
                        STATUS_SUCCESS);
        ck_assert_str_eq(text, "D:(A;;0x1;;;WD)");
        zw_free(text);
}
END_TEST

START_TEST(text_that_means_nothing_is_refused) {
        PSECURITY_DESCRIPTOR descriptor = NULL;
        char *text = NULL;

        ck_assert_status(zw_sddl_to_descriptor(NULL, &descriptor, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_sddl_to_descriptor("", NULL, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_sddl_to_descriptor("X", &descriptor, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_sddl_to_descriptor("O:??", &descriptor, NULL), STATUS_INVALID_SID);
        ck_assert_status(zw_sddl_to_descriptor("D:(OA;;;;;WD)", &descriptor, NULL),
                        STATUS_INVALID_ACL);
        ck_assert_ptr_null(descriptor);
        ck_assert_status(zw_sddl_to_descriptor("", &descriptor, NULL), STATUS_SUCCESS);
        ck_assert_status(zw_descriptor_to_sddl(NULL, ALL, &text), STATUS_INVALID_PARAMETER);
        ck_assert_status(zw_descriptor_to_sddl(descriptor, ALL, NULL), STATUS_INVALID_PARAMETER);
        *(UCHAR *) descriptor = 9;
        ck_assert_status(zw_descriptor_to_sddl(descriptor, ALL, &text),
                        STATUS_INVALID_SECURITY_DESCR);
        ck_assert_ptr_null(text);
        zw_free(descriptor);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_new_descriptor_is_absolute_and_empty);
        tcase_add_test(tests, parts_are_pointed_to);
        tcase_add_test(tests, only_absolute_ones_of_revision_1_are_changed);
        tcase_add_test(tests, parts_of_both_forms_are_got);
        tcase_add_test(tests, what_is_absent_is_not_told);
        tcase_add_test(tests, control_bits_are_got_and_set);
        tcase_add_test(tests, a_self_relative_copy_is_whole);
        tcase_add_test(tests, a_self_relative_one_is_copied_but_is_not_absolute);
        tcase_add_test(tests, an_absolute_copy_has_a_buffer_for_each_part);
        tcase_add_test(tests, absent_parts_need_no_buffer);
        tcase_add_test(tests, descriptors_are_valid_if_their_parts_are);
        tcase_add_test(tests, bytes_are_a_valid_relative_descriptor_if_all_of_it_lies_within);
        tcase_add_test(tests, text_becomes_a_descriptor_and_back);
        tcase_add_test(tests, text_that_means_nothing_is_refused);
}

int main(void) {
        return suite_main("rtl-descriptor", 10, add_tests);
}
