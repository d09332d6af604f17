#include <string.h>
#include <zw/ntrtl.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "sid.h"
#include "suite.h"

#define EVERYONE       ((PSID) &sid_everyone)
#define ADMINISTRATORS ((PSID) &sid_administrators)

typedef union Space {
        ACL acl;
        UCHAR bytes[256];
} Space;

static void create(Space *space, ULONG length) {
        memset(space, 0, sizeof(*space));
        ck_assert_status(RtlCreateAcl(&space->acl, length, ACL_REVISION), STATUS_SUCCESS);
}

/* Entries with the masks 1, 2 and 3. */
static void create_three(Space *space) {
        create(space, sizeof(*space));
        for (ULONG mask = 1; mask <= 3; mask++)
                ck_assert_status(RtlAddAccessAllowedAce(&space->acl, ACL_REVISION, mask, EVERYONE),
                                STATUS_SUCCESS);
}

static const ACCESS_ALLOWED_ACE *get(Space *space, ULONG index) {
        PVOID ace = NULL;

        ck_assert_status(RtlGetAce(&space->acl, index, &ace), STATUS_SUCCESS);
        return ace;
}

static ULONG bytes_in_use(Space *space) {
        ACL_SIZE_INFORMATION size;

        ck_assert_status(RtlQueryInformationAcl(
                                         &space->acl, &size, sizeof(size), AclSizeInformation),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(size.AclBytesInUse + size.AclBytesFree, space->acl.AclSize);
        ck_assert_uint_eq(size.AceCount, space->acl.AceCount);
        return size.AclBytesInUse;
}

START_TEST(an_acl_is_made_of_the_room_it_is_given) {
        Space space;

        memset(&space, 0x5A, sizeof(space));
        ck_assert_status(RtlCreateAcl(&space.acl, 7, ACL_REVISION), STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlCreateAcl(&space.acl, 7, 9), STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlCreateAcl(&space.acl, 64, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlCreateAcl(&space.acl, 64, 5), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlCreateAcl(&space.acl, 0x10000, 2), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(space.acl.AclSize, 0x5A5A);
        for (ULONG revision = 2; revision <= 4; revision++) {
                ck_assert_status(RtlCreateAcl(&space.acl, 67, revision), STATUS_SUCCESS);
                ck_assert_uint_eq(space.acl.AclRevision, revision);
                ck_assert_uint_eq(space.acl.AclSize, 64);
                ck_assert_uint_eq(space.acl.AceCount, 0);
                ck_assert_uint_eq(space.acl.Sbz1, 0);
                ck_assert_uint_eq(space.acl.Sbz2, 0);
                ck_assert(RtlValidAcl(&space.acl));
        }
        ck_assert_status(RtlCreateAcl(&space.acl, 8, 2), STATUS_SUCCESS);
        ck_assert_status(RtlCreateAcl(&space.acl, 0xFFFF, 2), STATUS_SUCCESS);
        ck_assert_uint_eq(space.acl.AclSize, 0xFFFC);
}
END_TEST

START_TEST(invalid_acls_are_known) {
        Space space;

        create_three(&space);
        ck_assert(RtlValidAcl(&space.acl));
        ck_assert(!RtlValidAcl(NULL));
        space.acl.AclRevision = 1;
        ck_assert(!RtlValidAcl(&space.acl));
        space.acl.AclRevision = 2;
        space.acl.AclSize = 64;
        ck_assert(!RtlValidAcl(&space.acl));
}
END_TEST

START_TEST(entries_are_added_at_the_end) {
        Space space;

        create(&space, sizeof(space));
        ck_assert_status(
                        RtlAddAccessAllowedAceEx(&space.acl, ACL_REVISION,
                                        OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE, 0x1F, EVERYONE),
                        STATUS_SUCCESS);
        ck_assert_status(RtlAddAccessDeniedAceEx(&space.acl, ACL_REVISION, INHERIT_ONLY_ACE, 2,
                                         ADMINISTRATORS),
                        STATUS_SUCCESS);
        ck_assert_status(RtlAddAccessDeniedAce(&space.acl, 3, 4, EVERYONE), STATUS_SUCCESS);
        ck_assert_uint_eq(space.acl.AceCount, 3);
        ck_assert_uint_eq(space.acl.AclRevision, 3);
        ck_assert_uint_eq(get(&space, 0)->Header.AceType, ACCESS_ALLOWED_ACE_TYPE);
        ck_assert_uint_eq(get(&space, 0)->Header.AceFlags, 3);
        ck_assert_uint_eq(get(&space, 0)->Header.AceSize, 20);
        ck_assert_uint_eq(get(&space, 0)->Mask, 0x1F);
        ck_assert(RtlEqualSid((PSID) &get(&space, 0)->SidStart, EVERYONE));
        ck_assert_uint_eq(get(&space, 1)->Header.AceType, ACCESS_DENIED_ACE_TYPE);
        ck_assert_uint_eq(get(&space, 1)->Header.AceSize, 24);
        ck_assert_uint_eq(get(&space, 1)->Header.AceFlags, INHERIT_ONLY_ACE);
        ck_assert(RtlEqualSid((PSID) &get(&space, 1)->SidStart, ADMINISTRATORS));
        ck_assert_uint_eq(get(&space, 2)->Header.AceFlags, 0);
        ck_assert_uint_eq(space.acl.AclSize, sizeof(space));
        ck_assert_uint_eq(bytes_in_use(&space), 8 + 20 + 24 + 20);
        ck_assert(RtlValidAcl(&space.acl));
}
END_TEST

START_TEST(audit_entries_say_what_is_audited) {
        Space space;

        create(&space, sizeof(space));
        ck_assert_status(RtlAddAuditAccessAce(&space.acl, ACL_REVISION, 1, EVERYONE, TRUE, FALSE),
                        STATUS_SUCCESS);
        ck_assert_status(RtlAddAuditAccessAceEx(&space.acl, ACL_REVISION,
                                         OBJECT_INHERIT_ACE | SUCCESSFUL_ACCESS_ACE_FLAG, 1,
                                         EVERYONE, FALSE, TRUE),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(get(&space, 0)->Header.AceType, SYSTEM_AUDIT_ACE_TYPE);
        ck_assert_uint_eq(get(&space, 0)->Header.AceFlags, SUCCESSFUL_ACCESS_ACE_FLAG);
        ck_assert_uint_eq(get(&space, 1)->Header.AceFlags, 0xC1);
}
END_TEST

START_TEST(label_entries_have_their_own_type_and_policy) {
        SidBuffer level;
        Space space;

        sid_of_integrity(&level, SECURITY_MANDATORY_LOW_RID);
        create(&space, sizeof(space));
        ck_assert_status(RtlAddMandatoryAce(&space.acl, ACL_REVISION, 0, &level,
                                         SYSTEM_MANDATORY_LABEL_ACE_TYPE, 5),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(get(&space, 0)->Header.AceType, SYSTEM_MANDATORY_LABEL_ACE_TYPE);
        ck_assert_uint_eq(get(&space, 0)->Mask, 5);
        ck_assert_status(RtlAddMandatoryAce(&space.acl, ACL_REVISION, 0, &level,
                                         ACCESS_ALLOWED_ACE_TYPE, 1),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddMandatoryAce(&space.acl, ACL_REVISION, 0, &level,
                                         SYSTEM_MANDATORY_LABEL_ACE_TYPE, 8),
                        STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(space.acl.AceCount, 1);
}
END_TEST

START_TEST(what_is_wrong_is_told_in_order) {
        SID bad = { .Revision = 9 };
        Space space;

        create(&space, 27); /* one byte too few */
        space.acl.AclRevision = 9;
        ck_assert_status(
                        RtlAddAccessAllowedAceEx(&space.acl, 5, 0x20, 1, &bad), STATUS_INVALID_SID);
        ck_assert_status(RtlAddAccessAllowedAceEx(&space.acl, 5, 0x20, 1, EVERYONE),
                        STATUS_REVISION_MISMATCH);
        ck_assert_status(RtlAddAccessAllowedAceEx(&space.acl, 2, 0x20, 1, EVERYONE),
                        STATUS_REVISION_MISMATCH);
        space.acl.AclRevision = 1;
        ck_assert_status(RtlAddAccessAllowedAceEx(&space.acl, 2, 0x20, 1, EVERYONE),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAccessDeniedAceEx(
                                         &space.acl, 2, SUCCESSFUL_ACCESS_ACE_FLAG, 1, EVERYONE),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAccessAllowedAceEx(&space.acl, 2, 0x1F, 1, EVERYONE),
                        STATUS_INVALID_ACL);
        space.acl.AclRevision = 2;
        ck_assert_status(RtlAddAccessAllowedAceEx(&space.acl, 2, 0x1F, 1, EVERYONE),
                        STATUS_ALLOTTED_SPACE_EXCEEDED);
        ck_assert_uint_eq(space.acl.AceCount, 0);
        create(&space, 28);
        ck_assert_status(
                        RtlAddAccessAllowedAceEx(&space.acl, 2, 0x1F, 1, EVERYONE), STATUS_SUCCESS);
        ck_assert_status(RtlAddAccessAllowedAceEx(&space.acl, 2, 0x1F, 1, EVERYONE),
                        STATUS_ALLOTTED_SPACE_EXCEEDED);
        ck_assert_uint_eq(bytes_in_use(&space), 28);
}
END_TEST

START_TEST(entries_are_got_by_their_number) {
        PVOID untouched = NULL;
        Space space;

        create_three(&space);
        for (ULONG i = 0; i < 3; i++)
                ck_assert_uint_eq(get(&space, i)->Mask, i + 1);
        ck_assert_status(RtlGetAce(&space.acl, 3, &untouched), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlGetAce(&space.acl, 0xFFFFFFFF, &untouched), STATUS_INVALID_PARAMETER);
        space.acl.AclRevision = 5;
        ck_assert_status(RtlGetAce(&space.acl, 0, &untouched), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(untouched);
}
END_TEST

START_TEST(deleted_entries_leave_room) {
        Space space;

        create_three(&space);
        ck_assert_status(RtlDeleteAce(&space.acl, 1), STATUS_SUCCESS);
        ck_assert_uint_eq(space.acl.AceCount, 2);
        ck_assert_uint_eq(get(&space, 0)->Mask, 1);
        ck_assert_uint_eq(get(&space, 1)->Mask, 3);
        ck_assert_uint_eq(bytes_in_use(&space), 48);
        for (size_t i = 48; i < 68; i++)
                ck_assert_uint_eq(space.bytes[i], 0);
        ck_assert_status(RtlDeleteAce(&space.acl, 2), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlDeleteAce(&space.acl, 1), STATUS_SUCCESS);
        ck_assert_status(RtlDeleteAce(&space.acl, 0), STATUS_SUCCESS);
        ck_assert_status(RtlDeleteAce(&space.acl, 0), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(bytes_in_use(&space), 8);
}
END_TEST

START_TEST(lists_of_entries_are_inserted) {
        Space from, space;
        PVOID list;

        create_three(&from);
        list = from.bytes + 8;
        create(&space, sizeof(space));
        ck_assert_status(RtlAddAce(&space.acl, 3, 0xFFFFFFFF, list, 40), STATUS_SUCCESS);
        ck_assert_status(RtlAddAce(&space.acl, 2, 1, (UCHAR *) list + 40, 20), STATUS_SUCCESS);
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, (UCHAR *) list + 40, 20), STATUS_SUCCESS);
        ck_assert_uint_eq(space.acl.AceCount, 4);
        ck_assert_uint_eq(space.acl.AclRevision, 3);
        ck_assert_uint_eq(get(&space, 0)->Mask, 3);
        ck_assert_uint_eq(get(&space, 1)->Mask, 1);
        ck_assert_uint_eq(get(&space, 2)->Mask, 3);
        ck_assert_uint_eq(get(&space, 3)->Mask, 2);
        ck_assert(RtlValidAcl(&space.acl));
}
END_TEST

START_TEST(lists_that_do_not_hold_are_refused) {
        Space from, space, before;
        PVOID list;

        create_three(&from);
        list = from.bytes + 8;
        create(&space, 48);
        before = space;
        ck_assert_status(RtlAddAce(&space.acl, 1, 0, list, 20), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAce(&space.acl, 5, 0, list, 20), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 0), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 19), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 22), STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 60), STATUS_BUFFER_TOO_SMALL);
        ((ACE_HEADER *) list)->AceSize = 0;
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 20), STATUS_INVALID_PARAMETER);
        ck_assert_mem_eq(&space, &before, sizeof(space));
        ((ACE_HEADER *) list)->AceSize = 20;
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 40), STATUS_SUCCESS);
        space.acl.AclSize = 4;
        ck_assert_status(RtlAddAce(&space.acl, 2, 0, list, 20), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(the_first_free_place_is_behind_the_last_entry) {
        PVOID place = NULL;
        Space space;

        create(&space, 28);
        ck_assert(RtlFirstFreeAce(&space.acl, &place));
        ck_assert_ptr_eq(place, space.bytes + 8);
        ck_assert_status(RtlAddAccessAllowedAce(&space.acl, 2, 1, EVERYONE), STATUS_SUCCESS);
        ck_assert(RtlFirstFreeAce(&space.acl, &place));
        ck_assert_ptr_eq(place, space.bytes + 28);
        space.acl.AclSize = 24; /* the entry is longer than that */
        ck_assert(RtlFirstFreeAce(&space.acl, &place));
        ck_assert_ptr_null(place);
        space.acl.AceCount = 2;
        ck_assert(!RtlFirstFreeAce(&space.acl, &place));
}
END_TEST

START_TEST(information_has_its_classes_and_lengths) {
        ACL_SIZE_INFORMATION size;
        ACL_REVISION_INFORMATION revision = { 0 };
        Space space;

        create_three(&space);
        ck_assert_status(RtlQueryInformationAcl(&space.acl, &revision, 4, AclRevisionInformation),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(revision.AclRevision, 2);
        ck_assert_status(RtlQueryInformationAcl(&space.acl, &revision, 3, AclRevisionInformation),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlQueryInformationAcl(&space.acl, &size, 11, AclSizeInformation),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlQueryInformationAcl(&space.acl, &size, 12, (ACL_INFORMATION_CLASS) 3),
                        STATUS_INVALID_INFO_CLASS);
        space.acl.AceCount = 100;
        ck_assert_status(RtlQueryInformationAcl(&space.acl, &size, 12, AclSizeInformation),
                        STATUS_INVALID_PARAMETER);
        space.acl.AclRevision = 1;
        ck_assert_status(RtlQueryInformationAcl(&space.acl, &revision, 4, AclRevisionInformation),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(the_revision_only_rises) {
        ACL_REVISION_INFORMATION revision = { 4 };
        Space space;

        create(&space, 64);
        ck_assert_status(RtlSetInformationAcl(&space.acl, &revision, 3, AclRevisionInformation),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_status(RtlSetInformationAcl(&space.acl, &revision, 4, AclSizeInformation),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(RtlSetInformationAcl(&space.acl, &revision, 4, AclRevisionInformation),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(space.acl.AclRevision, 4);
        revision.AclRevision = 2;
        ck_assert_status(RtlSetInformationAcl(&space.acl, &revision, 4, AclRevisionInformation),
                        STATUS_INVALID_PARAMETER);
        revision.AclRevision = 5;
        ck_assert_status(RtlSetInformationAcl(&space.acl, &revision, 4, AclRevisionInformation),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, an_acl_is_made_of_the_room_it_is_given);
        tcase_add_test(tests, invalid_acls_are_known);
        tcase_add_test(tests, entries_are_added_at_the_end);
        tcase_add_test(tests, audit_entries_say_what_is_audited);
        tcase_add_test(tests, label_entries_have_their_own_type_and_policy);
        tcase_add_test(tests, what_is_wrong_is_told_in_order);
        tcase_add_test(tests, entries_are_got_by_their_number);
        tcase_add_test(tests, deleted_entries_leave_room);
        tcase_add_test(tests, lists_of_entries_are_inserted);
        tcase_add_test(tests, lists_that_do_not_hold_are_refused);
        tcase_add_test(tests, the_first_free_place_is_behind_the_last_entry);
        tcase_add_test(tests, information_has_its_classes_and_lengths);
        tcase_add_test(tests, the_revision_only_rises);
}

int main(void) {
        return suite_main("rtl-acl", 10, add_tests);
}
