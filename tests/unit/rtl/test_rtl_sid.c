#include <string.h>
#include <zw/ntrtl.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "suite.h"

static SID_IDENTIFIER_AUTHORITY nt_authority = { SECURITY_NT_AUTHORITY };

/* Administrators: S-1-5-32-544. */
static PSID make(void) {
        PSID sid = NULL;

        ck_assert_status(RtlAllocateAndInitializeSid(
                                         &nt_authority, 2, 32, 544, 0, 0, 0, 0, 0, 0, &sid),
                        STATUS_SUCCESS);
        return sid;
}

static void expect_text(const UNICODE_STRING *string, const char *want) {
        ck_assert_uint_eq(string->Length, strlen(want) * 2);
        for (size_t i = 0; i < strlen(want); i++)
                ck_assert_uint_eq(string->Buffer[i], (WCHAR) want[i]);
}

START_TEST(lengths_follow_from_the_sub_authorities) {
        PSID sid = make();

        ck_assert_uint_eq(RtlLengthRequiredSid(0), 8);
        ck_assert_uint_eq(RtlLengthRequiredSid(1), 12);
        ck_assert_uint_eq(RtlLengthRequiredSid(15), 68);
        ck_assert_uint_eq(RtlLengthSid(sid), 16);
        RtlFreeSid(sid);
}
END_TEST

START_TEST(a_sid_is_made_in_the_callers_memory) {
        union {
                SID sid;
                UCHAR bytes[SECURITY_MAX_SID_SIZE];
        } space = { 0 };

        ck_assert_status(RtlInitializeSid(&space, &nt_authority, 2), STATUS_SUCCESS);
        *RtlSubAuthoritySid(&space, 0) = 32;
        *RtlSubAuthoritySid(&space, 1) = 544;
        ck_assert(RtlValidSid(&space));
        ck_assert_uint_eq(*RtlSubAuthorityCountSid(&space), 2);
        ck_assert_ptr_eq(RtlIdentifierAuthoritySid(&space), &space.sid.IdentifierAuthority);
        ck_assert_uint_eq(RtlIdentifierAuthoritySid(&space)->Value[5], 5);
        ck_assert_ptr_eq(RtlSubAuthoritySid(&space, 1), space.bytes + 12);
        ck_assert_status(RtlInitializeSid(&space, &nt_authority, 15), STATUS_SUCCESS);
        ck_assert_status(RtlInitializeSid(&space, &nt_authority, 16), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(space.sid.SubAuthorityCount, 15);
}
END_TEST

START_TEST(valid_sids_have_revision_1_and_at_most_15_sub_authorities) {
        SID sid = { .Revision = 1 };

        ck_assert(RtlValidSid(&sid));
        sid.SubAuthorityCount = 15;
        ck_assert(RtlValidSid(&sid));
        sid.SubAuthorityCount = 16;
        ck_assert(!RtlValidSid(&sid));
        sid.SubAuthorityCount = 1;
        sid.Revision = 2;
        ck_assert(!RtlValidSid(&sid));
        ck_assert(!RtlValidSid(NULL));
}
END_TEST

START_TEST(up_to_eight_sub_authorities_are_allocated) {
        PSID sid = NULL;

        ck_assert_status(
                        RtlAllocateAndInitializeSid(&nt_authority, 8, 1, 2, 3, 4, 5, 6, 7, 8, &sid),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(*RtlSubAuthoritySid(sid, 7), 8);
        ck_assert_uint_eq(RtlLengthSid(sid), 40);
        ck_assert_ptr_null(RtlFreeSid(sid));
        ck_assert_ptr_null(RtlFreeSid(NULL));
        sid = NULL;
        ck_assert_status(
                        RtlAllocateAndInitializeSid(&nt_authority, 9, 1, 2, 3, 4, 5, 6, 7, 8, &sid),
                        STATUS_INVALID_SID);
        ck_assert_ptr_null(sid);
}
END_TEST

START_TEST(sids_are_copied_where_there_is_room) {
        UCHAR space[16] = { 0 };
        PSID sid = make();

        ck_assert_status(RtlCopySid(15, space, sid), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(space[0], 0);
        ck_assert_status(RtlCopySid(16, space, sid), STATUS_SUCCESS);
        ck_assert(RtlEqualSid(space, sid));
        RtlFreeSid(sid);
}
END_TEST

START_TEST(sids_are_compared_whole_and_but_for_the_last) {
        PSID a = make(), b = make(), shorter = NULL;

        ck_assert_status(RtlAllocateAndInitializeSid(
                                         &nt_authority, 1, 32, 0, 0, 0, 0, 0, 0, 0, &shorter),
                        STATUS_SUCCESS);
        ck_assert(RtlEqualSid(a, b));
        ck_assert(RtlEqualPrefixSid(a, b));
        *RtlSubAuthoritySid(b, 1) = 545;
        ck_assert(!RtlEqualSid(a, b));
        ck_assert(RtlEqualPrefixSid(a, b));
        *RtlSubAuthoritySid(b, 0) = 33;
        ck_assert(!RtlEqualPrefixSid(a, b));
        ck_assert(!RtlEqualSid(a, shorter));
        ck_assert(!RtlEqualPrefixSid(a, shorter));
        *RtlSubAuthorityCountSid(shorter) = 0;
        ck_assert(RtlEqualPrefixSid(shorter, shorter));
        RtlFreeSid(a);
        RtlFreeSid(b);
        RtlFreeSid(shorter);
}
END_TEST

START_TEST(text_of_a_sid_is_allocated) {
        PSID sid = make();
        UNICODE_STRING string = { 0 };

        ck_assert_status(RtlConvertSidToUnicodeString(&string, sid, TRUE), STATUS_SUCCESS);
        expect_text(&string, "S-1-5-32-544");
        ck_assert_uint_eq(string.MaximumLength, string.Length + 2);
        ck_assert_uint_eq(string.Buffer[string.Length / 2], 0);
        RtlFreeUnicodeString(&string);
        ck_assert_ptr_null(string.Buffer);
        ck_assert_uint_eq(string.Length, 0);
        ck_assert_uint_eq(string.MaximumLength, 0);
        RtlFreeUnicodeString(&string);
        RtlFreeSid(sid);
}
END_TEST

START_TEST(text_of_a_sid_goes_where_there_is_room) {
        PSID sid = make();
        WCHAR buffer[20] = { 0 };
        UNICODE_STRING string = { .Buffer = buffer, .MaximumLength = 22 };

        ck_assert_status(RtlConvertSidToUnicodeString(&string, sid, FALSE), STATUS_BUFFER_OVERFLOW);
        ck_assert_uint_eq(string.Length, 0);
        ck_assert_uint_eq(buffer[0], 0);
        buffer[12] = 0x5A;
        string.MaximumLength = 24;
        ck_assert_status(RtlConvertSidToUnicodeString(&string, sid, FALSE), STATUS_SUCCESS);
        expect_text(&string, "S-1-5-32-544");
        ck_assert_uint_eq(buffer[12], 0x5A);
        string.MaximumLength = 26;
        ck_assert_status(RtlConvertSidToUnicodeString(&string, sid, FALSE), STATUS_SUCCESS);
        ck_assert_uint_eq(buffer[12], 0);
        *RtlSubAuthorityCountSid(sid) = 16;
        ck_assert_status(RtlConvertSidToUnicodeString(&string, sid, FALSE), STATUS_INVALID_SID);
        RtlFreeSid(sid);
}
END_TEST

START_TEST(generic_bits_are_mapped) {
        GENERIC_MAPPING mapping = { 0x20001, 0x20002, 0x20004, 0xF000F };
        ACCESS_MASK mask = GENERIC_READ | GENERIC_EXECUTE | 0x100;

        RtlMapGenericMask(&mask, &mapping);
        ck_assert_uint_eq(mask, 0x20105);
        mask = GENERIC_ALL | GENERIC_WRITE;
        RtlMapGenericMask(&mask, &mapping);
        ck_assert_uint_eq(mask, 0xF000F | 0x20002);
        mask = 0;
        RtlMapGenericMask(&mask, &mapping);
        ck_assert_uint_eq(mask, 0);
}
END_TEST

START_TEST(granted_rights_are_compared) {
        LUID from = { .LowPart = 20, .HighPart = -1 }, to = { 0 };

        ck_assert(RtlAreAllAccessesGranted(7, 5));
        ck_assert(!RtlAreAllAccessesGranted(4, 5));
        ck_assert(RtlAreAllAccessesGranted(0, 0));
        ck_assert(RtlAreAnyAccessesGranted(4, 5));
        ck_assert(!RtlAreAnyAccessesGranted(2, 5));
        ck_assert(!RtlAreAnyAccessesGranted(7, 0));
        RtlCopyLuid(&to, &from);
        ck_assert_mem_eq(&to, &from, sizeof(to));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, lengths_follow_from_the_sub_authorities);
        tcase_add_test(tests, a_sid_is_made_in_the_callers_memory);
        tcase_add_test(tests, valid_sids_have_revision_1_and_at_most_15_sub_authorities);
        tcase_add_test(tests, up_to_eight_sub_authorities_are_allocated);
        tcase_add_test(tests, sids_are_copied_where_there_is_room);
        tcase_add_test(tests, sids_are_compared_whole_and_but_for_the_last);
        tcase_add_test(tests, text_of_a_sid_is_allocated);
        tcase_add_test(tests, text_of_a_sid_goes_where_there_is_room);
        tcase_add_test(tests, generic_bits_are_mapped);
        tcase_add_test(tests, granted_rights_are_compared);
}

int main(void) {
        return suite_main("rtl-sid", 10, add_tests);
}
