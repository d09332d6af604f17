#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "security-capture.h"
#include "security-descriptor.h"
#include "sid.h"
#include "suite.h"
#include "zw.h"

#define BAD ((void *) 0xDEADBEE0)

/* An ACL with one entry that gives Everyone everything. */
typedef struct OneAcl {
        ACL acl;
        ACCESS_ALLOWED_ACE ace; /* its SID begins in SidStart */
        uint8_t rest[8];
} OneAcl;

static SidBuffer owner, group;
static OneAcl one;
static SECURITY_DESCRIPTOR absolute;
static void *copy;
static size_t size;

static void setup(void) {
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        sid_of_user(&owner, 1000);
        sid_of_group(&group, 100);
        one = (OneAcl){
                .acl = { ACL_REVISION, 0, sizeof(one), 1, 0 },
                .ace = { { ACCESS_ALLOWED_ACE_TYPE, 0, 20 }, GENERIC_ALL, 0 },
        };
        memcpy(&one.ace.SidStart, &sid_everyone, 12);
        absolute = (SECURITY_DESCRIPTOR){
                .Revision = SECURITY_DESCRIPTOR_REVISION,
                .Control = SE_DACL_PRESENT | SE_DACL_PROTECTED,
                .Owner = &owner,
                .Group = &group,
                .Dacl = &one.acl,
        };
        copy = NULL;
}

static void teardown(void) {
        free(copy);
}

static NTSTATUS capture(const void *from) {
        free(copy);
        copy = NULL;
        size = 0;
        return security_capture(from, &copy, &size);
}

/* Fails as told, and gives nothing. */
static void expect(NTSTATUS status) {
        ck_assert_status(capture(&absolute), status);
        ck_assert_ptr_null(copy);
}

/* What was captured is a descriptor with the parts of @absolute. */
static void expect_whole(void) {
        DescriptorView view;

        ck_assert_status(descriptor_view(copy, size, &view), STATUS_SUCCESS);
        ck_assert_uint_eq(view.control, SE_DACL_PRESENT | SE_DACL_PROTECTED | SE_SELF_RELATIVE);
        ck_assert(sid_equal(view.owner, &owner.sid));
        ck_assert(sid_equal(view.group, &group.sid));
        ck_assert_ptr_null(view.sacl);
        ck_assert_mem_eq(view.dacl, &one, sizeof(one));
}

START_TEST(absolute_descriptor_becomes_self_relative) {
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        expect_whole();
}
END_TEST

START_TEST(self_relative_descriptor_stays_what_it_is) {
        void *first;

        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        first = copy;
        copy = NULL;
        ck_assert_status(capture(first), STATUS_SUCCESS);
        expect_whole();
        free(first);
}
END_TEST

START_TEST(descriptor_with_nothing_in_it_is_one) {
        absolute = (SECURITY_DESCRIPTOR){ .Revision = SECURITY_DESCRIPTOR_REVISION };
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        ck_assert_uint_eq(size, sizeof(SECURITY_DESCRIPTOR_RELATIVE));
}
END_TEST

START_TEST(acls_that_are_not_present_are_not_looked_at) {
        absolute.Control = 0;
        absolute.Dacl = BAD;
        absolute.Sacl = BAD;
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        ck_assert_uint_eq(((SECURITY_DESCRIPTOR_RELATIVE *) copy)->Dacl, 0);
        absolute.Control = SE_SACL_PRESENT;
        expect(STATUS_ACCESS_VIOLATION);
        absolute.Control = SE_DACL_PRESENT;
        expect(STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(null_dacl_stays_present_and_null) {
        absolute.Dacl = NULL;
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        ck_assert_uint_eq(((SECURITY_DESCRIPTOR_RELATIVE *) copy)->Dacl, 0);
        ck_assert_uint_ne(((SECURITY_DESCRIPTOR_RELATIVE *) copy)->Control & SE_DACL_PRESENT, 0);
}
END_TEST

/* by-kernel 1.3, row 5. */
START_TEST(revisions_of_the_descriptor_but_one_are_unknown) {
        for (unsigned revision = 0; revision < 256; revision++) {
                absolute.Revision = (UCHAR) revision;
                if (revision != SECURITY_DESCRIPTOR_REVISION)
                        expect(STATUS_UNKNOWN_REVISION);
        }
}
END_TEST

START_TEST(malformed_sids_are_invalid) {
        owner.sid.Revision = 2;
        expect(STATUS_INVALID_SID);
        owner.sid.Revision = SID_REVISION;
        owner.sid.SubAuthorityCount = 16;
        expect(STATUS_INVALID_SID);
        owner.sid.SubAuthorityCount = 2;
        group.sid.Revision = 0;
        expect(STATUS_INVALID_SID);
        group.sid.Revision = SID_REVISION;
        group.sid.SubAuthorityCount = 255;
        expect(STATUS_INVALID_SID);
}
END_TEST

START_TEST(malformed_acls_are_invalid) {
        absolute.Control |= SE_SACL_PRESENT;
        absolute.Sacl = &one.acl;
        absolute.Dacl = NULL;
        for (int i = 0; i < 2; i++) {
                one.acl.AclRevision = 1;
                expect(STATUS_INVALID_ACL);
                one.acl.AclRevision = ACL_REVISION;
                one.acl.AclSize = sizeof(ACL) - 1;
                expect(STATUS_INVALID_ACL);
                one.acl.AclSize = sizeof(ACL) + 4; /* ends inside its entry */
                expect(STATUS_INVALID_ACL);
                one.acl.AclSize = sizeof(one);
                one.acl.AceCount = 2;
                expect(STATUS_INVALID_ACL);
                one.acl.AceCount = 1;
                ((SID *) (void *) &one.ace.SidStart)->Revision = 3;
                expect(STATUS_INVALID_ACL);
                ((SID *) (void *) &one.ace.SidStart)->Revision = SID_REVISION;
                absolute.Dacl = &one.acl; /* and the same of the DACL */
                absolute.Sacl = NULL;
        }
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
}
END_TEST

START_TEST(parts_that_are_not_there_are_access_violations) {
        ck_assert_status(capture(BAD), STATUS_ACCESS_VIOLATION);
        absolute.Owner = BAD;
        expect(STATUS_ACCESS_VIOLATION);
        absolute.Owner = &owner;
        absolute.Group = BAD;
        expect(STATUS_ACCESS_VIOLATION);
        absolute.Group = (char *) &group + 2;
        expect(STATUS_DATATYPE_MISALIGNMENT);
}
END_TEST

START_TEST(parts_are_read_to_their_end_and_no_further) {
        char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        char *end = pages + 4096;

        ck_assert_int_eq(mprotect(end, 4096, PROT_NONE), 0);
        absolute.Owner = memcpy(end - 16, &owner, 16);
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        absolute.Owner = memcpy(end - 12, &owner, 12);
        expect(STATUS_ACCESS_VIOLATION);
        absolute.Owner = &owner;
        absolute.Dacl = memcpy(end - sizeof(one), &one, sizeof(one));
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        absolute.Dacl = memcpy(end - 12, &one, 12);
        expect(STATUS_ACCESS_VIOLATION);

        /* A self-relative one is 20 bytes, an absolute one 40. */
        memset(end - 20, 0, 20);
        end[-20] = SECURITY_DESCRIPTOR_REVISION;
        ck_assert_status(capture(end - 20), STATUS_ACCESS_VIOLATION);
        end[-17] = (char) (SE_SELF_RELATIVE >> 8);
        ck_assert_status(capture(end - 20), STATUS_SUCCESS);
        munmap(pages, 8192);
}
END_TEST

START_TEST(offsets_lead_where_they_lead) {
        SECURITY_DESCRIPTOR_RELATIVE relative = {
                .Revision = SECURITY_DESCRIPTOR_REVISION,
                .Control = SE_SELF_RELATIVE,
                .Owner = 0xFFFFFFFC,
        };

        ck_assert_status(capture(&relative), STATUS_ACCESS_VIOLATION);
        relative.Owner = 21;
        ck_assert_status(capture(&relative), STATUS_DATATYPE_MISALIGNMENT);
}
END_TEST

START_TEST(errors_come_in_the_order_of_the_parts) {
        owner.sid.Revision = 0;
        one.acl.AclSize = 0;
        absolute.Group = BAD;
        expect(STATUS_INVALID_SID);
        owner.sid.Revision = SID_REVISION;
        expect(STATUS_ACCESS_VIOLATION);
        absolute.Group = &group;
        expect(STATUS_INVALID_ACL);
}
END_TEST

START_TEST(descriptor_that_is_too_long_is_refused) {
        ACL *long_acl = calloc(1, 65536);
        size_t room = DESCRIPTOR_SIZE_MAX - sizeof(SECURITY_DESCRIPTOR_RELATIVE);

        *long_acl = (ACL){ ACL_REVISION, 0, (USHORT) room, 0, 0 };
        absolute = (SECURITY_DESCRIPTOR){
                .Revision = SECURITY_DESCRIPTOR_REVISION,
                .Control = SE_DACL_PRESENT,
                .Dacl = long_acl,
        };
        ck_assert_status(capture(&absolute), STATUS_SUCCESS);
        ck_assert_uint_eq(size, DESCRIPTOR_SIZE_MAX);
        long_acl->AclSize = (USHORT) (room + 4);
        expect(STATUS_INSUFFICIENT_RESOURCES);
        free(long_acl);
}
END_TEST

static _Atomic bool meddling;

/* Another thread of the program, that changes what is being captured. */
static void *meddle(void *argument) {
        static const uint16_t sizes[] = { 0, 7, 8, 12, 65532 };
        unsigned i = 0;

        while (atomic_load(&meddling)) {
                bool good = i % 2 == 0; /* every other time it is as it was */

                *(volatile UCHAR *) &owner.sid.SubAuthorityCount = good ? 2 : (UCHAR) (i % 17);
                *(volatile USHORT *) &one.acl.AclSize = good ? sizeof(one) : sizes[i % 5];
                *(volatile USHORT *) &one.acl.AceCount = good ? 1 : (USHORT) (i % 3);
                *(volatile USHORT *) &one.ace.Header.AceSize = good ? 20 : sizes[i % 4];
                if (i++ % 64 == 0)
                        sched_yield();
        }
        return argument;
}

START_TEST(what_is_captured_is_whole_whatever_other_threads_do) {
        time_t end = time(NULL) + 10;
        unsigned n_captured = 0;
        DescriptorView view;
        pthread_t thread;

        atomic_store(&meddling, true);
        ck_assert_int_eq(pthread_create(&thread, NULL, meddle, NULL), 0);
        while (n_captured < 200 && time(NULL) < end) {
                if (!NT_SUCCESS(capture(&absolute)))
                        continue;
                n_captured++;
                ck_assert_status(descriptor_view(copy, size, &view), STATUS_SUCCESS);
        }
        atomic_store(&meddling, false);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
        ck_assert_uint_gt(n_captured, 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_test(tests, absolute_descriptor_becomes_self_relative);
        tcase_add_test(tests, self_relative_descriptor_stays_what_it_is);
        tcase_add_test(tests, descriptor_with_nothing_in_it_is_one);
        tcase_add_test(tests, acls_that_are_not_present_are_not_looked_at);
        tcase_add_test(tests, null_dacl_stays_present_and_null);
        tcase_add_test(tests, revisions_of_the_descriptor_but_one_are_unknown);
        tcase_add_test(tests, malformed_sids_are_invalid);
        tcase_add_test(tests, malformed_acls_are_invalid);
        tcase_add_test(tests, parts_that_are_not_there_are_access_violations);
        tcase_add_test(tests, parts_are_read_to_their_end_and_no_further);
        tcase_add_test(tests, offsets_lead_where_they_lead);
        tcase_add_test(tests, errors_come_in_the_order_of_the_parts);
        tcase_add_test(tests, descriptor_that_is_too_long_is_refused);
        tcase_add_test(tests, what_is_captured_is_whole_whatever_other_threads_do);
}

int main(void) {
        return suite_main("security-capture", 20, add);
}
