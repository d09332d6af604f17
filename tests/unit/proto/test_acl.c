#include <string.h>

#include "acl.h"
#include "assert-status.h"
#include "ntstatus.h"
#include "sid.h"
#include "suite.h"

#define CAPACITY 256u

typedef union Space {
        ACL acl;
        uint8_t bytes[CAPACITY];
} Space;

/* Two entries: Everyone is allowed 1, Administrators are refused 2. */
static void fill(Space *space) {
        memset(space, 0, sizeof(*space));
        acl_init(&space->acl);
        ck_assert_status(acl_append(&space->acl, CAPACITY, ACCESS_ALLOWED_ACE_TYPE,
                                         OBJECT_INHERIT_ACE, 1, &sid_everyone.sid),
                        STATUS_SUCCESS);
        ck_assert_status(acl_append(&space->acl, CAPACITY, ACCESS_DENIED_ACE_TYPE, 0, 2,
                                         &sid_administrators.sid),
                        STATUS_SUCCESS);
}

static ACE_HEADER *first(Space *space) {
        return (ACE_HEADER *) (void *) (space->bytes + sizeof(ACL));
}

START_TEST(an_acl_grows_with_its_entries) {
        Space space;

        fill(&space);
        ck_assert_uint_eq(space.acl.AclRevision, ACL_REVISION);
        ck_assert_uint_eq(space.acl.AceCount, 2);
        ck_assert_uint_eq(space.acl.AclSize, 8 + 20 + 24);
        ck_assert_uint_eq(acl_used(&space.acl), space.acl.AclSize);
        ck_assert(acl_check(&space, sizeof(space)));
}
END_TEST

START_TEST(entries_are_read_in_order) {
        Space space;
        AclCursor cursor;
        const ACE_HEADER *ace;

        fill(&space);
        cursor = acl_begin(&space.acl);
        ace = acl_next(&cursor);
        ck_assert_uint_eq(ace->AceType, ACCESS_ALLOWED_ACE_TYPE);
        ck_assert_uint_eq(ace->AceFlags, OBJECT_INHERIT_ACE);
        ck_assert_uint_eq(ace_mask(ace), 1);
        ck_assert(sid_equal(ace_sid(ace), &sid_everyone.sid));
        ace = acl_next(&cursor);
        ck_assert_uint_eq(ace->AceType, ACCESS_DENIED_ACE_TYPE);
        ck_assert_uint_eq(ace_mask(ace), 2);
        ck_assert(sid_equal(ace_sid(ace), &sid_administrators.sid));
        ck_assert_ptr_null(acl_next(&cursor));
        ck_assert_ptr_null(acl_next(&cursor));

        cursor = acl_begin(NULL);
        ck_assert_ptr_null(acl_next(&cursor));
        acl_init(&space.acl);
        cursor = acl_begin(&space.acl);
        ck_assert_ptr_null(acl_next(&cursor));
}
END_TEST

START_TEST(what_does_not_fit_changes_nothing) {
        Space space, before;

        fill(&space);
        before = space;
        for (size_t capacity = 0; capacity < 8 + 20 + 24 + 20; capacity++) {
                ck_assert_status(acl_append(&space.acl, capacity, ACCESS_ALLOWED_ACE_TYPE, 0, 1,
                                                 &sid_everyone.sid),
                                STATUS_ALLOTTED_SPACE_EXCEEDED);
                ck_assert_status(acl_append_copy(&space.acl, capacity, first(&space), 0, 1, NULL),
                                STATUS_ALLOTTED_SPACE_EXCEEDED);
        }
        ck_assert_mem_eq(&space, &before, sizeof(space));
        ck_assert_status(acl_append(&space.acl, 8 + 20 + 24 + 20, ACCESS_ALLOWED_ACE_TYPE, 0, 1,
                                         &sid_everyone.sid),
                        STATUS_SUCCESS);
}
END_TEST

START_TEST(an_acl_ends_at_64_kilobytes) {
        static union {
                ACL acl;
                uint8_t bytes[70000];
        } space;
        unsigned n = 0;

        acl_init(&space.acl);
        while (NT_SUCCESS(acl_append(&space.acl, sizeof(space), ACCESS_ALLOWED_ACE_TYPE, 0, 1,
                        &sid_everyone.sid)))
                n++;
        ck_assert_uint_eq(n, (0xFFFC - 8) / 20);
        ck_assert_uint_eq(space.acl.AclSize, 8 + 20 * n);
        ck_assert(acl_check(&space, sizeof(space)));
}
END_TEST

START_TEST(an_entry_is_copied_with_other_flags_mask_and_sid) {
        Space space, copy;
        AclCursor cursor;
        const ACE_HEADER *ace;

        fill(&space);
        acl_init(&copy.acl);
        ck_assert_status(acl_append_copy(&copy.acl, CAPACITY, first(&space), INHERIT_ONLY_ACE, 7,
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_status(acl_append_copy(&copy.acl, CAPACITY, first(&space), 0, 8,
                                         &sid_administrators.sid),
                        STATUS_SUCCESS);
        ck_assert(acl_check(&copy, copy.acl.AclSize));
        cursor = acl_begin(&copy.acl);
        ace = acl_next(&cursor);
        ck_assert_uint_eq(ace->AceFlags, INHERIT_ONLY_ACE);
        ck_assert_uint_eq(ace_mask(ace), 7);
        ck_assert(sid_equal(ace_sid(ace), &sid_everyone.sid));
        ace = acl_next(&cursor);
        ck_assert_uint_eq(ace->AceSize, 24);
        ck_assert_uint_eq(ace_mask(ace), 8);
        ck_assert(sid_equal(ace_sid(ace), &sid_administrators.sid));
}
END_TEST

/* What follows the SID belongs to the entry: a condition. */
START_TEST(a_copy_keeps_what_follows_the_sid) {
        Space space, copy;
        const ACE_HEADER *ace;

        fill(&space);
        space.acl.AceCount = 1;
        first(&space)->AceType = ACCESS_ALLOWED_CALLBACK_ACE_TYPE;
        first(&space)->AceSize = 24;
        memcpy(space.bytes + 8 + 20, "artx", 4);
        ck_assert(acl_check(&space, sizeof(space)));
        acl_init(&copy.acl);
        ck_assert_status(acl_append_copy(&copy.acl, CAPACITY, first(&space), 0, 1,
                                         &sid_administrators.sid),
                        STATUS_SUCCESS);
        ace = first(&copy);
        ck_assert_uint_eq(ace->AceSize, 28);
        ck_assert(sid_equal(ace_sid(ace), &sid_administrators.sid));
        ck_assert_mem_eq(copy.bytes + 8 + 24, "artx", 4);

        /* Of a kind with GUIDs nothing is replaced. */
        first(&space)->AceType = 5;
        ck_assert_ptr_null(ace_sid(first(&space)));
        acl_init(&copy.acl);
        ck_assert_status(acl_append_copy(&copy.acl, CAPACITY, first(&space), 0, 9,
                                         &sid_administrators.sid),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(first(&copy)->AceSize, 24);
        ck_assert_uint_eq(ace_mask(first(&copy)), 9);
        ck_assert_mem_eq(copy.bytes + 16, space.bytes + 16, 16);
}
END_TEST

START_TEST(kinds_that_name_one_sid) {
        static const uint8_t kinds[] = { ACCESS_ALLOWED_ACE_TYPE, ACCESS_DENIED_ACE_TYPE,
                SYSTEM_AUDIT_ACE_TYPE, ACCESS_ALLOWED_CALLBACK_ACE_TYPE,
                ACCESS_DENIED_CALLBACK_ACE_TYPE, SYSTEM_AUDIT_CALLBACK_ACE_TYPE,
                SYSTEM_MANDATORY_LABEL_ACE_TYPE };
        Space space;

        for (unsigned kind = 0; kind < 256; kind++) {
                bool names = memchr(kinds, (int) kind, sizeof(kinds)) != NULL;

                fill(&space);
                first(&space)->AceType = (UCHAR) kind;
                ck_assert_int_eq(ace_sid(first(&space)) != NULL, names);
                /* Its SID is looked at, and only then. */
                space.bytes[16] = 9;
                ck_assert_int_eq(acl_check(&space, sizeof(space)), !names);
        }
}
END_TEST

START_TEST(revisions_2_to_4_are_known) {
        Space space;

        fill(&space);
        for (unsigned revision = 0; revision < 256; revision++) {
                space.acl.AclRevision = (UCHAR) revision;
                ck_assert_int_eq(acl_check(&space, sizeof(space)), revision >= 2 && revision <= 4);
        }
}
END_TEST

START_TEST(sizes_that_do_not_hold_are_refused) {
        Space space;

        fill(&space);
        for (size_t size = 0; size < 52; size++)
                ck_assert(!acl_check(&space, size));
        ck_assert(acl_check(&space, 52));
        space.acl.AclSize = 56; /* room behind the last entry */
        ck_assert(acl_check(&space, 56));
        ck_assert_uint_eq(acl_used(&space.acl), 52);
        for (USHORT size = 0; size < 52; size++) {
                space.acl.AclSize = size;
                ck_assert(!acl_check(&space, sizeof(space)));
        }
        space.acl.AclSize = 54;
        ck_assert(!acl_check(&space, sizeof(space)));
        space.acl.AclSize = 52;
        space.acl.AceCount = 3;
        ck_assert(!acl_check(&space, sizeof(space)));
        space.acl.AceCount = 0xFFFF;
        ck_assert(!acl_check(&space, sizeof(space)));
        space.acl.AceCount = 0;
        ck_assert(acl_check(&space, sizeof(space)));
}
END_TEST

START_TEST(entry_sizes_that_do_not_hold_are_refused) {
        Space space;

        for (unsigned size = 0; size < CAPACITY; size++) {
                fill(&space);
                space.acl.AceCount = 1;
                first(&space)->AceSize = (USHORT) size;
                ck_assert_int_eq(acl_check(&space, sizeof(space)),
                                size >= 20 && size <= 44 && size % 4 == 0);
        }
        fill(&space);
        space.bytes[17] = 2; /* numbers of the first SID */
        ck_assert(!acl_check(&space, sizeof(space)));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, an_acl_grows_with_its_entries);
        tcase_add_test(tests, entries_are_read_in_order);
        tcase_add_test(tests, what_does_not_fit_changes_nothing);
        tcase_add_test(tests, an_acl_ends_at_64_kilobytes);
        tcase_add_test(tests, an_entry_is_copied_with_other_flags_mask_and_sid);
        tcase_add_test(tests, a_copy_keeps_what_follows_the_sid);
        tcase_add_test(tests, kinds_that_name_one_sid);
        tcase_add_test(tests, revisions_2_to_4_are_known);
        tcase_add_test(tests, sizes_that_do_not_hold_are_refused);
        tcase_add_test(tests, entry_sizes_that_do_not_hold_are_refused);
}

int main(void) {
        return suite_main("acl", 10, add_tests);
}
