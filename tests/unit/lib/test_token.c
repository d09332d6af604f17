#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "fake-token.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "zw.h"

#define BAD ((void *) 0xDEADBEE0)

static NTSTATUS query(TOKEN_INFORMATION_CLASS which, void *to, ULONG length, ULONG *needed) {
        return NtQueryInformationToken(token, which, to, length, needed);
}

/* The class in a buffer of its length, which it gives; each shorter one is too short. */
static void *answer(TOKEN_INFORMATION_CLASS which, ULONG length, NTSTATUS too_short) {
        uint8_t *buffer = malloc(length + 8u);
        ULONG needed = 0;

        for (ULONG n = 0; n < length; n++) {
                needed = 0;
                ck_assert_status(query(which, n ? buffer : NULL, n, &needed), too_short);
                ck_assert_uint_eq(needed, length);
        }
        memset(buffer, 0xAA, length + 8u);
        ck_assert_status(query(which, buffer, length + 8u, &needed), STATUS_SUCCESS);
        ck_assert_uint_eq(needed, length);
        ck_assert_uint_eq(buffer[length], 0xAA);
        ck_assert_status(query(which, buffer, length, &needed), STATUS_SUCCESS);
        return buffer;
}

static void expect_word(TOKEN_INFORMATION_CLASS which, ULONG value, NTSTATUS too_short) {
        ULONG *word = answer(which, sizeof(ULONG), too_short);

        ck_assert_uint_eq(*word, value);
        free(word);
}

START_TEST(user_and_label_are_sids_behind_the_structure) {
        TOKEN_MANDATORY_LABEL *label;
        TOKEN_USER *answered = answer(TokenUser, 16 + 16, STATUS_BUFFER_TOO_SMALL);
        SidBuffer medium;

        ck_assert_ptr_eq(answered->User.Sid, answered + 1);
        ck_assert(sid_equal(answered->User.Sid, &user_sid.sid));
        ck_assert_uint_eq(answered->User.Attributes, 0);
        free(answered);

        label = answer(TokenIntegrityLevel, 16 + 12, STATUS_BUFFER_TOO_SMALL);
        sid_of_integrity(&medium, SECURITY_MANDATORY_MEDIUM_RID);
        ck_assert(sid_equal(label->Label.Sid, &medium.sid));
        ck_assert_uint_eq(label->Label.Attributes, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED);
        free(label);
}
END_TEST

START_TEST(groups_and_privileges_are_arrays) {
        TOKEN_GROUPS *groups = answer(TokenGroups, 8 + 16 + 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_PRIVILEGES *list;

        ck_assert_uint_eq(groups->GroupCount, 1);
        ck_assert(sid_equal(groups->Groups[0].Sid, &group_sid.sid));
        ck_assert_uint_eq(groups->Groups[0].Attributes, 7);
        free(groups);
        groups = answer(TokenRestrictedSids, 8, STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(groups->GroupCount, 0);
        free(groups);

        list = answer(TokenPrivileges, 4 + 2 * 12, STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(list->PrivilegeCount, 2);
        ck_assert_uint_eq(list->Privileges[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(list->Privileges[0].Attributes, 0);
        ck_assert_uint_eq(list->Privileges[1].Attributes,
                        SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT);
        free(list);
}
END_TEST

START_TEST(owner_group_and_dacl_are_pointers) {
        TOKEN_OWNER *owner = answer(TokenOwner, 8 + 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_PRIMARY_GROUP *primary = answer(TokenPrimaryGroup, 8 + 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_DEFAULT_DACL *dacl = answer(TokenDefaultDacl, 8 + 8, STATUS_BUFFER_TOO_SMALL);

        ck_assert(sid_equal(owner->Owner, &user_sid.sid));
        ck_assert(sid_equal(primary->PrimaryGroup, &group_sid.sid));
        ck_assert_uint_eq(dacl->DefaultDacl->AclSize, 8);
        free(owner);
        free(primary);
        free(dacl);
        told.has_default_dacl = false;
        dacl = answer(TokenDefaultDacl, 8, STATUS_BUFFER_TOO_SMALL);
        ck_assert_ptr_null(dacl->DefaultDacl);
        free(dacl);
        dacl = answer(TokenAppContainerSid, 8, STATUS_BUFFER_TOO_SMALL);
        ck_assert_ptr_null(dacl->DefaultDacl);
        free(dacl);
}
END_TEST

START_TEST(statistics_source_and_origin_have_windows_layout) {
        TOKEN_STATISTICS *statistics = answer(TokenStatistics, 56, STATUS_BUFFER_TOO_SMALL);
        TOKEN_SOURCE *source = answer(TokenSource, 16, STATUS_BUFFER_TOO_SMALL);
        TOKEN_ORIGIN *origin = answer(TokenOrigin, 8, STATUS_INFO_LENGTH_MISMATCH);

        ck_assert_uint_eq(statistics->TokenId.LowPart, 2);
        ck_assert_int_eq(statistics->TokenId.HighPart, 1);
        ck_assert_uint_eq(statistics->AuthenticationId.LowPart, 3);
        ck_assert_int_eq(statistics->ExpirationTime.QuadPart, INT64_MAX);
        ck_assert_int_eq(statistics->TokenType, TokenPrimary);
        ck_assert_uint_eq(statistics->DynamicCharged, 16 + 8);
        ck_assert_uint_eq(statistics->GroupCount, 1);
        ck_assert_uint_eq(statistics->PrivilegeCount, 2);
        ck_assert_uint_eq(statistics->ModifiedId.LowPart, 4);
        ck_assert_str_eq(source->SourceName, "ntobjd");
        ck_assert_uint_eq(origin->OriginatingLogonSession.LowPart, 0);
        free(statistics);
        free(source);
        free(origin);
}
END_TEST

START_TEST(numbers_are_words) {
        static const TOKEN_INFORMATION_CLASS none[] = { TokenSandBoxInert, TokenHasRestrictions,
                TokenVirtualizationAllowed, TokenVirtualizationEnabled, TokenUIAccess,
                TokenIsAppContainer, TokenAppContainerNumber, TokenIsRestricted,
                TokenIsLessPrivilegedAppContainer, TokenIsSandboxed, TokenIsAppSilo };

        expect_word(TokenType, TokenPrimary, STATUS_BUFFER_TOO_SMALL);
        expect_word(TokenSessionId, 5, STATUS_INFO_LENGTH_MISMATCH);
        expect_word(TokenElevationType, TokenElevationTypeDefault, STATUS_INFO_LENGTH_MISMATCH);
        expect_word(TokenElevation, 0, STATUS_INFO_LENGTH_MISMATCH);
        expect_word(TokenMandatoryPolicy, TOKEN_MANDATORY_POLICY_NO_WRITE_UP,
                        STATUS_INFO_LENGTH_MISMATCH);
        told.integrity_level = SECURITY_MANDATORY_SYSTEM_RID;
        expect_word(TokenElevation, 1, STATUS_INFO_LENGTH_MISMATCH);
        for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
                expect_word(none[i], 0, STATUS_INFO_LENGTH_MISMATCH);
}
END_TEST

START_TEST(impersonation_level_is_of_impersonation_tokens_only) {
        ULONG level, needed;

        ck_assert_status(query(TokenImpersonationLevel, &level, sizeof(level), &needed),
                        STATUS_INVALID_INFO_CLASS);
        told.type = TokenImpersonation;
        told.impersonation_level = SecurityIdentification;
        expect_word(TokenImpersonationLevel, SecurityIdentification, STATUS_BUFFER_TOO_SMALL);
}
END_TEST

START_TEST(classes_that_are_not_answered_say_so) {
        static const TOKEN_INFORMATION_CLASS later[] = { TokenGroupsAndPrivileges,
                TokenAccessInformation, TokenLogonSid, TokenSecurityAttributes, TokenBnoIsolation };
        static const TOKEN_INFORMATION_CLASS never[] = { (TOKEN_INFORMATION_CLASS) 0,
                TokenSessionReference, TokenAuditPolicy, MaxTokenInfoClass,
                (TOKEN_INFORMATION_CLASS) 0x7FFFFFFF };
        HANDLE linked;
        ULONG needed;

        for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
                ck_assert_status(query(later[i], NULL, 0, &needed), STATUS_NOT_IMPLEMENTED);
        for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
                ck_assert_status(query(never[i], NULL, 0, &needed), STATUS_INVALID_INFO_CLASS);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_status(query(TokenLinkedToken, &linked, sizeof(linked), &needed),
                        STATUS_NO_SUCH_LOGON_SESSION);
}
END_TEST

START_TEST(query_looks_at_pointers_first_then_class_length_handle) {
        ULONG word = 0, needed = 0;

        token = NULL;
        ck_assert_status(query((TOKEN_INFORMATION_CLASS) 0, &word, 4, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(query(TokenSessionId, &word, 4, BAD), STATUS_ACCESS_VIOLATION);
        ck_assert_status(query((TOKEN_INFORMATION_CLASS) 0, BAD, 4, &needed),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(query(TokenSessionId, BAD, 2, &needed), STATUS_ACCESS_VIOLATION);
        ck_assert_status(query(TokenSessionId, (char *) &word + 1, 2, &needed),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(query(TokenSessionId, &word, 2, &needed), STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_INVALID_HANDLE);
        token = make_section();
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_DUPLICATE);
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_ACCESS_DENIED);
        ck_assert_status(query(TokenUser, &word, 4, &needed), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(source_needs_a_right_of_its_own_and_no_message) {
        TOKEN_SOURCE source;
        ULONG needed;

        stub_messages();
        ck_assert_status(query(TokenSource, &source, sizeof(source), &needed), STATUS_SUCCESS);
        ck_assert_uint_eq(stub_messages(), 0);
        token = open_token(TOKEN_QUERY);
        ck_assert_status(
                        query(TokenSource, &source, sizeof(source), &needed), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(daemon_whose_sids_are_broken_is_not_believed) {
        uint8_t buffer[64];
        ULONG needed;

        told.user.len--;
        ck_assert_status(query(TokenUser, buffer, sizeof(buffer), &needed),
                        STATUS_PORT_DISCONNECTED);
        told.user.len++;
        group_sid.sid.SubAuthorityCount = 200;
        ck_assert_status(query(TokenUser, buffer, sizeof(buffer), &needed),
                        STATUS_PORT_DISCONNECTED);
}
END_TEST

START_TEST(no_thread_has_a_token) {
        HANDLE handle = (HANDLE) 0x55;
        ULONG needed, word;

        ck_assert_status(NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, &handle),
                        STATUS_NO_TOKEN);
        ck_assert_ptr_null(handle);
        ck_assert_status(NtOpenThreadTokenEx(NtCurrentThread(), TOKEN_QUERY, TRUE, 0, &handle),
                        STATUS_NO_TOKEN);
        ck_assert_status(NtOpenThreadToken(NtCurrentThread(), TOKEN_QUERY, TRUE, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(
                        NtOpenThreadToken(NULL, TOKEN_QUERY, TRUE, &handle), STATUS_INVALID_HANDLE);
        ck_assert_status(NtOpenThreadToken(make_section(), TOKEN_QUERY, TRUE, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        token = NtCurrentThreadToken();
        ck_assert_status(query(TokenSessionId, &word, 4, &needed), STATUS_NO_TOKEN);
}
END_TEST

START_TEST(threads_do_not_impersonate) {
        HANDLE none = NULL;

        ck_assert_status(NtImpersonateAnonymousToken(NtCurrentThread()), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtImpersonateAnonymousToken(NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &token,
                                         sizeof(token)),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &none,
                                         sizeof(none)),
                        STATUS_SUCCESS);
        ck_assert_status(
                        NtSetInformationThread(NULL, ThreadImpersonationToken, &none, sizeof(none)),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, &none,
                                         sizeof(none) - 4),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadImpersonationToken, BAD,
                                         sizeof(none)),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), (THREADINFOCLASS) 3, &none, 8),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), (THREADINFOCLASS) 999, &none, 8),
                        STATUS_INVALID_INFO_CLASS);
}
END_TEST

START_TEST(token_of_a_process_is_opened_by_a_good_handle_only) {
        HANDLE handle = (HANDLE) 0x55;

        ck_assert(!said.had_process);
        ck_assert_status(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenProcessToken(NULL, TOKEN_QUERY, &handle), STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(handle);
        ck_assert_status(NtOpenProcessToken(token, TOKEN_QUERY, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtOpenProcessToken(NtCurrentThread(), TOKEN_QUERY, &handle),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtOpenProcessTokenEx(
                                         NtCurrentProcess(), TOKEN_QUERY, OBJ_OPENLINK, &handle),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtOpenProcessTokenEx(
                                         NtCurrentProcess(), TOKEN_QUERY, OBJ_EXCLUSIVE, &handle),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtOpenProcessTokenEx(NtCurrentProcess(), TOKEN_QUERY,
                                         OBJ_INHERIT | OBJ_OPENIF, &handle),
                        STATUS_SUCCESS);
        ck_assert(stub.client.page->handles[(uintptr_t) handle / 4] & HANDLE_ENTRY_INHERIT);
}
END_TEST

static NTSTATUS duplicate(POBJECT_ATTRIBUTES attributes, TOKEN_TYPE type, PHANDLE handle) {
        return NtDuplicateToken(token, 0, attributes, FALSE, type, handle);
}

START_TEST(duplicate_has_the_level_of_the_quality_of_service) {
        SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), SecurityDelegation, 0, FALSE };
        OBJECT_ATTRIBUTES attributes;
        HANDLE handle = NULL;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        attributes.SecurityQualityOfService = &quality;
        ck_assert_status(duplicate(&attributes, TokenImpersonation, &handle), STATUS_SUCCESS);
        ck_assert_uint_eq(said.level, SecurityDelegation);
        ck_assert_uint_eq(said.type, TokenImpersonation);
        ck_assert_uint_eq(said.access, TOKEN_ALL_ACCESS); /* 0 wanted: those of the source */
        ck_assert_status(duplicate(NULL, TokenPrimary, &handle), STATUS_SUCCESS);
        ck_assert_uint_eq(said.level, SecurityAnonymous);
        ck_assert_status(NtDuplicateToken(token, TOKEN_QUERY, NULL, FALSE, TokenPrimary, &handle),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(said.access, TOKEN_QUERY);
}
END_TEST

START_TEST(duplicating_checks_in_order) {
        SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), SecurityDelegation, 0, FALSE };
        OBJECT_ATTRIBUTES attributes;
        HANDLE handle = (HANDLE) 0x55;

        InitializeObjectAttributes(&attributes, NULL, 1, NULL, NULL);
        token = NULL;
        ck_assert_status(duplicate(&attributes, (TOKEN_TYPE) 3, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(duplicate(&attributes, TokenPrimary, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(handle);
        attributes.Attributes = 0;
        attributes.SecurityQualityOfService = &quality;
        quality.Length = 8;
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_PARAMETER);
        quality.Length = 12;
        quality.ImpersonationLevel = (SECURITY_IMPERSONATION_LEVEL) 4;
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_PARAMETER);
        quality.ImpersonationLevel = SecurityDelegation;
        ck_assert_status(NtDuplicateToken(NULL, 0, &attributes, TRUE, TokenPrimary, &handle),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_INVALID_HANDLE);
        token = make_section();
        ck_assert_status(
                        duplicate(&attributes, TokenPrimary, &handle), STATUS_OBJECT_TYPE_MISMATCH);
        token = open_token(TOKEN_QUERY);
        ck_assert_status(duplicate(&attributes, TokenPrimary, &handle), STATUS_ACCESS_DENIED);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, fake_token_setup, stub_clear);
        tcase_add_test(tests, user_and_label_are_sids_behind_the_structure);
        tcase_add_test(tests, groups_and_privileges_are_arrays);
        tcase_add_test(tests, owner_group_and_dacl_are_pointers);
        tcase_add_test(tests, statistics_source_and_origin_have_windows_layout);
        tcase_add_test(tests, numbers_are_words);
        tcase_add_test(tests, impersonation_level_is_of_impersonation_tokens_only);
        tcase_add_test(tests, classes_that_are_not_answered_say_so);
        tcase_add_test(tests, query_looks_at_pointers_first_then_class_length_handle);
        tcase_add_test(tests, source_needs_a_right_of_its_own_and_no_message);
        tcase_add_test(tests, daemon_whose_sids_are_broken_is_not_believed);
        tcase_add_test(tests, no_thread_has_a_token);
        tcase_add_test(tests, threads_do_not_impersonate);
        tcase_add_test(tests, token_of_a_process_is_opened_by_a_good_handle_only);
        tcase_add_test(tests, duplicate_has_the_level_of_the_quality_of_service);
        tcase_add_test(tests, duplicating_checks_in_order);
}

int main(void) {
        return suite_main("token", 20, add);
}
