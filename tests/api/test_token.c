/*
 * Tokens: by-kernel 1.2 (pseudo handles), 2.2 (access check), 2.3; Wine's tests of tokens.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "sddl.h"
#include "sid.h"
#include "winternl.h"

static HANDLE own_token(ACCESS_MASK access) {
        HANDLE token = NULL;

        api_assert_ok(NtOpenProcessToken(NtCurrentProcess(), access, &token));
        return token;
}

/* The class in a buffer of its length; the caller frees it. */
static void *answer(HANDLE token, TOKEN_INFORMATION_CLASS which) {
        ULONG needed = 0, again = 0;
        void *buffer;

        ck_assert_status(NtQueryInformationToken(token, which, NULL, 0, &needed),
                        STATUS_BUFFER_TOO_SMALL);
        buffer = malloc(needed);
        api_assert_ok(NtQueryInformationToken(token, which, buffer, needed, &again));
        ck_assert_uint_eq(again, needed);
        return buffer;
}

static ULONG word(HANDLE token, TOKEN_INFORMATION_CLASS which) {
        ULONG value = 99, needed = 0;

        api_assert_ok(NtQueryInformationToken(token, which, &value, sizeof(value), &needed));
        ck_assert_uint_eq(needed, sizeof(value));
        return value;
}

static bool has_group(const TOKEN_GROUPS *groups, const SidBuffer *sid) {
        for (ULONG i = 0; i < groups->GroupCount; i++) {
                if (sid_equal(groups->Groups[i].Sid, &sid->sid))
                        return groups->Groups[i].Attributes & SE_GROUP_ENABLED;
        }
        return false;
}

START_TEST(user_and_groups_are_those_of_linux) {
        HANDLE token = own_token(TOKEN_QUERY);
        TOKEN_USER *user = answer(token, TokenUser);
        TOKEN_GROUPS *groups = answer(token, TokenGroups);
        TOKEN_OWNER *owner = answer(token, TokenOwner);
        TOKEN_PRIMARY_GROUP *primary = answer(token, TokenPrimaryGroup);
        SidBuffer uid, gid;

        sid_of_user(&uid, getuid());
        sid_of_group(&gid, getgid());
        ck_assert(sid_equal(user->User.Sid, &uid.sid));
        ck_assert(has_group(groups, &gid));
        ck_assert(has_group(groups, &sid_everyone));
        ck_assert(has_group(groups, &sid_authenticated));
        ck_assert(has_group(groups, &sid_administrators)); /* of the daemon, which is ours */
        ck_assert(sid_check(owner->Owner, 68));
        ck_assert(sid_check(primary->PrimaryGroup, 68));
        free(user);
        free(groups);
        free(owner);
        free(primary);
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(token_is_a_primary_one_of_the_session) {
        HANDLE token = own_token(TOKEN_QUERY | TOKEN_QUERY_SOURCE);
        TOKEN_STATISTICS *statistics = answer(token, TokenStatistics);
        TOKEN_GROUPS *groups = answer(token, TokenGroups);
        TOKEN_PRIVILEGES *privileges = answer(token, TokenPrivileges);
        TOKEN_DEFAULT_DACL *dacl = answer(token, TokenDefaultDacl);
        TOKEN_MANDATORY_LABEL *label = answer(token, TokenIntegrityLevel);
        TOKEN_SOURCE *source = answer(token, TokenSource);
        SidBuffer level;
        HANDLE linked;
        ULONG needed;

        ck_assert_uint_eq(word(token, TokenType), TokenPrimary);
        ck_assert_uint_eq(word(token, TokenSessionId), 1);
        ck_assert_uint_eq(word(token, TokenElevationType), TokenElevationTypeDefault);
        ck_assert_uint_eq(word(token, TokenElevation), getuid() == 0);
        ck_assert_uint_eq(word(token, TokenHasRestrictions), 0);
        ck_assert_int_eq(statistics->TokenType, TokenPrimary);
        ck_assert_uint_eq(statistics->GroupCount, groups->GroupCount);
        ck_assert_uint_eq(statistics->PrivilegeCount, privileges->PrivilegeCount);
        ck_assert_uint_gt(dacl->DefaultDacl->AceCount, 0);
        sid_of_integrity(&level, getuid() == 0 ? SECURITY_MANDATORY_SYSTEM_RID
                                               : SECURITY_MANDATORY_MEDIUM_RID);
        ck_assert(sid_equal(label->Label.Sid, &level.sid));
        ck_assert_str_eq(source->SourceName, "ntobjd");
        ck_assert_status(NtQueryInformationToken(
                                         token, TokenLinkedToken, &linked, sizeof(linked), &needed),
                        STATUS_NO_SUCH_LOGON_SESSION);
        free(statistics);
        free(groups);
        free(privileges);
        free(dacl);
        free(label);
        free(source);
        api_assert_ok(NtClose(token));
}
END_TEST

/* by-kernel 1.2: -4, -5, -6; they have TOKEN_QUERY and TOKEN_QUERY_SOURCE ([M]). */
START_TEST(pseudo_handles_can_be_queried_and_no_more) {
        HANDLE token = own_token(TOKEN_QUERY), copy = API_WILD;
        TOKEN_STATISTICS *real = answer(token, TokenStatistics);
        TOKEN_STATISTICS *process = answer(NtCurrentProcessToken(), TokenStatistics);
        TOKEN_STATISTICS *effective = answer(NtCurrentThreadEffectiveToken(), TokenStatistics);
        TOKEN_PRIVILEGES none = { 0 };
        ULONG value, needed;

        ck_assert_mem_eq(real, process, sizeof(*real));
        ck_assert_mem_eq(real, effective, sizeof(*real));
        ck_assert_status(NtQueryInformationToken(
                                         NtCurrentThreadToken(), TokenType, &value, 4, &needed),
                        STATUS_NO_TOKEN);
        ck_assert_status(NtAdjustPrivilegesToken(
                                         NtCurrentProcessToken(), FALSE, &none, 0, NULL, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtDuplicateToken(NtCurrentProcessToken(), TOKEN_QUERY, NULL, FALSE,
                                         TokenPrimary, &copy),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(copy);
        ck_assert_status(NtQueryInformationToken(NtCurrentProcess(), TokenType, &value, 4, &needed),
                        STATUS_OBJECT_TYPE_MISMATCH);
        free(real);
        free(process);
        free(effective);
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(pseudo_handle_attaches_a_process_that_is_not) {
        ULONG value = 0, needed;

        api_assert_ok(NtQueryInformationToken(
                        NtCurrentProcessToken(), TokenType, &value, 4, &needed));
        ck_assert_uint_eq(value, TokenPrimary);
}
END_TEST

/* [W] om.c: an open with access 0 is denied. */
START_TEST(token_is_opened_with_the_rights_that_are_wanted) {
        HANDLE token = API_WILD;

        ck_assert_status(NtOpenProcessToken(NtCurrentProcess(), 0, &token), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(token);
        token = own_token(TOKEN_QUERY | GENERIC_READ);
        ck_assert_uint_eq(api_granted_access(token), 0x2001A); /* by-tests 2.4 */
        api_assert_ok(NtClose(token));
        token = own_token(MAXIMUM_ALLOWED);
        ck_assert_uint_ne(api_granted_access(token) & TOKEN_QUERY, 0);
        api_assert_ok(NtClose(token));
        api_assert_ok(NtOpenProcessTokenEx(
                        NtCurrentProcess(), TOKEN_QUERY, OBJ_INHERIT | OBJ_KERNEL_HANDLE, &token));
        ck_assert_int_gt((intptr_t) token, 0);
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(token_of_a_process_handle_needs_a_right_on_it) {
        CLIENT_ID id = { NULL, NULL };
        PROCESS_BASIC_INFORMATION basic;
        OBJECT_ATTRIBUTES none;
        HANDLE process = NULL, token = NULL;

        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessBasicInformation, &basic, sizeof(basic), NULL));
        id.UniqueProcess = (HANDLE) basic.UniqueProcessId;
        InitializeObjectAttributes(&none, NULL, 0, NULL, NULL);
        api_assert_ok(NtOpenProcess(&process, PROCESS_DUP_HANDLE, &none, &id));
        ck_assert_status(NtOpenProcessToken(process, TOKEN_QUERY, &token), STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(process));
        api_assert_ok(NtOpenProcess(&process, PROCESS_QUERY_LIMITED_INFORMATION, &none, &id));
        api_assert_ok(NtOpenProcessToken(process, TOKEN_QUERY, &token));
        api_assert_ok(NtClose(token));
        api_assert_ok(NtClose(process));
}
END_TEST

static NTSTATUS adjust(HANDLE token, ULONG number, ULONG attributes, PTOKEN_PRIVILEGES previous) {
        TOKEN_PRIVILEGES state = { 1, { { { number, 0 }, attributes } } };
        ULONG needed;

        return NtAdjustPrivilegesToken(token, FALSE, &state, previous ? sizeof(*previous) : 0,
                        previous, previous ? &needed : NULL);
}

static bool is_enabled(HANDLE token, ULONG number) {
        PRIVILEGE_SET set = { 1, PRIVILEGE_SET_ALL_NECESSARY, { { { number, 0 }, 0 } } };
        BOOLEAN held = 7;

        api_assert_ok(NtPrivilegeCheck(token, &set, &held));
        ck_assert_uint_eq(set.Privilege[0].Attributes, held ? SE_PRIVILEGE_USED_FOR_ACCESS : 0);
        return held;
}

START_TEST(privilege_is_switched_off_and_on) {
        HANDLE token = own_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);
        TOKEN_PRIVILEGES previous = { 99, { { { 0 }, 0 } } };

        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(adjust(token, SE_CHANGE_NOTIFY_PRIVILEGE, 0, &previous));
        ck_assert_uint_eq(previous.PrivilegeCount, 1);
        ck_assert_uint_eq(previous.Privileges[0].Luid.LowPart, SE_CHANGE_NOTIFY_PRIVILEGE);
        ck_assert_uint_ne(previous.Privileges[0].Attributes & SE_PRIVILEGE_ENABLED, 0);
        ck_assert(!is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(adjust(token, SE_CHANGE_NOTIFY_PRIVILEGE, 0, &previous));
        ck_assert_uint_eq(previous.PrivilegeCount, 0); /* was so already */
        api_assert_ok(adjust(token, SE_CHANGE_NOTIFY_PRIVILEGE, SE_PRIVILEGE_ENABLED, NULL));
        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(privilege_that_is_not_held_is_told_as_a_success) {
        HANDLE token = own_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);

        ck_assert_status(adjust(token, 60, SE_PRIVILEGE_ENABLED, NULL), STATUS_NOT_ALL_ASSIGNED);
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(removed_privilege_is_gone_for_good) {
        HANDLE token = own_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);

        api_assert_ok(adjust(token, SE_LOCK_MEMORY_PRIVILEGE, SE_PRIVILEGE_REMOVED, NULL));
        ck_assert(!is_enabled(token, SE_LOCK_MEMORY_PRIVILEGE));
        ck_assert_status(adjust(token, SE_LOCK_MEMORY_PRIVILEGE, SE_PRIVILEGE_ENABLED, NULL),
                        STATUS_NOT_ALL_ASSIGNED);
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(all_privileges_are_disabled_at_once_if_there_is_room) {
        HANDLE token = own_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);
        union {
                TOKEN_PRIVILEGES list;
                uint8_t room[1024];
        } previous;
        ULONG needed = 0, again = 0;

        ck_assert_status(NtAdjustPrivilegesToken(token, TRUE, NULL, 4, &previous.list, &needed),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_gt(needed, 4);
        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE)); /* nothing was changed */
        api_assert_ok(NtAdjustPrivilegesToken(
                        token, TRUE, NULL, sizeof(previous), &previous.list, &again));
        ck_assert_uint_eq(again, needed);
        ck_assert(!is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(NtAdjustPrivilegesToken(token, FALSE, &previous.list, 0, NULL, NULL));
        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(NtClose(token));
}
END_TEST

/* [M] A status instead of STATUS_NOT_ALL_ASSIGNED, and what it was before. */
START_TEST(one_privilege_is_adjusted_by_its_number) {
        HANDLE token = own_token(TOKEN_QUERY);
        BOOLEAN was = 7;

        api_assert_ok(RtlAdjustPrivilege(SE_CHANGE_NOTIFY_PRIVILEGE, FALSE, FALSE, &was));
        ck_assert_uint_eq(was, TRUE);
        ck_assert(!is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        was = 7;
        api_assert_ok(RtlAdjustPrivilege(SE_CHANGE_NOTIFY_PRIVILEGE, FALSE, FALSE, &was));
        ck_assert_uint_eq(was, FALSE);
        was = 7;
        api_assert_ok(RtlAdjustPrivilege(SE_CHANGE_NOTIFY_PRIVILEGE, TRUE, FALSE, &was));
        ck_assert_uint_eq(was, FALSE);
        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        was = 7;
        api_assert_ok(RtlAdjustPrivilege(SE_CHANGE_NOTIFY_PRIVILEGE, TRUE, FALSE, &was));
        ck_assert_uint_eq(was, TRUE);
        was = 7;
        ck_assert_status(RtlAdjustPrivilege(60, TRUE, FALSE, &was), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(RtlAdjustPrivilege(SE_CHANGE_NOTIFY_PRIVILEGE, TRUE, TRUE, &was),
                        STATUS_NO_TOKEN);
        ck_assert_uint_eq(was, 7);
        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(NtClose(token));
}
END_TEST

static NTSTATUS duplicate(
                HANDLE token, SECURITY_IMPERSONATION_LEVEL level, TOKEN_TYPE type, PHANDLE ret) {
        SECURITY_QUALITY_OF_SERVICE quality = { sizeof(quality), level, FALSE, FALSE };
        OBJECT_ATTRIBUTES attributes;

        InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
        attributes.SecurityQualityOfService = &quality;
        return NtDuplicateToken(token, 0, &attributes, FALSE, type, ret);
}

START_TEST(duplicate_is_a_token_of_its_own) {
        HANDLE token = own_token(TOKEN_DUPLICATE | TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);
        HANDLE copy = NULL;

        api_assert_ok(duplicate(token, SecurityImpersonation, TokenImpersonation, &copy));
        ck_assert_uint_eq(api_granted_access(copy), api_granted_access(token));
        ck_assert_uint_eq(word(copy, TokenType), TokenImpersonation);
        ck_assert_uint_eq(word(copy, TokenImpersonationLevel), SecurityImpersonation);
        api_assert_ok(adjust(copy, SE_CHANGE_NOTIFY_PRIVILEGE, 0, NULL));
        ck_assert(!is_enabled(copy, SE_CHANGE_NOTIFY_PRIVILEGE));
        ck_assert(is_enabled(token, SE_CHANGE_NOTIFY_PRIVILEGE));
        api_assert_ok(NtClose(copy));
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(level_cannot_be_raised) {
        HANDLE token = own_token(TOKEN_DUPLICATE), low = NULL, high = API_WILD;

        api_assert_ok(duplicate(token, SecurityIdentification, TokenImpersonation, &low));
        ck_assert_status(duplicate(low, SecurityImpersonation, TokenImpersonation, &high),
                        STATUS_BAD_IMPERSONATION_LEVEL);
        ck_assert_ptr_null(high);
        ck_assert_status(duplicate(low, SecurityIdentification, TokenPrimary, &high),
                        STATUS_BAD_IMPERSONATION_LEVEL);
        api_assert_ok(NtClose(low));
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(impersonation_level_of_a_primary_token_is_no_class) {
        HANDLE token = own_token(TOKEN_QUERY);
        ULONG value, needed;

        ck_assert_status(
                        NtQueryInformationToken(token, TokenImpersonationLevel, &value, 4, &needed),
                        STATUS_INVALID_INFO_CLASS);
        api_assert_ok(NtClose(token));
}
END_TEST

/* One access check, as in Wine's tests of advapi32. */
typedef struct Check {
        HANDLE token;
        PSECURITY_DESCRIPTOR descriptor;
        PRIVILEGE_SET set;
        ULONG length;
        ACCESS_MASK granted;
        NTSTATUS status;
} Check;

static void check_init(Check *check, SECURITY_IMPERSONATION_LEVEL level, const char *text) {
        HANDLE token = own_token(TOKEN_DUPLICATE | TOKEN_QUERY);
        size_t size, error;

        *check = (Check){ .granted = 0x1abe11ed, .status = 0x1abe11ed };
        check->length = sizeof(check->set);
        api_assert_ok(duplicate(token, level, TokenImpersonation, &check->token));
        api_assert_ok(NtClose(token));
        ck_assert_status(sddl_parse(text, &check->descriptor, &size, &error), STATUS_SUCCESS);
}

static void check_clear(Check *check) {
        api_assert_ok(NtClose(check->token));
        free(check->descriptor);
}

static NTSTATUS access_check(Check *check, ACCESS_MASK access) {
        GENERIC_MAPPING mapping = { 0x20005, 0x20002, 0x20008, SECTION_ALL_ACCESS };

        return NtAccessCheck(check->descriptor, check->token, access, &mapping, &check->set,
                        &check->length, &check->granted, &check->status);
}

static void expect_access(Check *check, ACCESS_MASK access, NTSTATUS status, ACCESS_MASK granted) {
        api_assert_ok(access_check(check, access));
        ck_assert_status(check->status, status);
        ck_assert_uint_eq(check->granted, granted);
}

#define OWNED "O:S-1-5-21-1G:S-1-5-21-2"

START_TEST(access_check_follows_the_dacl) {
        Check check;

        check_init(&check, SecurityImpersonation, OWNED "D:(D;;0x2;;;WD)(A;;0x7;;;WD)");
        expect_access(&check, 0x5, STATUS_SUCCESS, 0x5);
        expect_access(&check, 0x7, STATUS_ACCESS_DENIED, 0);
        expect_access(&check, MAXIMUM_ALLOWED, STATUS_SUCCESS, 0x5);
        expect_access(&check, READ_CONTROL, STATUS_ACCESS_DENIED, 0);
        ck_assert_uint_eq(check.set.PrivilegeCount, 0);
        check_clear(&check);
}
END_TEST

/* [W] advapi32/security: a blank DACL, and generic rights in an entry. */
START_TEST(access_check_knows_empty_dacls_and_generic_entries) {
        Check check;

        check_init(&check, SecurityImpersonation, OWNED "D:");
        expect_access(&check, 1, STATUS_ACCESS_DENIED, 0);
        check_clear(&check);
        check_init(&check, SecurityImpersonation, OWNED "D:(A;;GR;;;WD)");
        expect_access(&check, 0x20005, STATUS_SUCCESS, 0x20005);
        expect_access(&check, 0x2, STATUS_ACCESS_DENIED, 0);
        check_clear(&check);
}
END_TEST

/* by-kernel 2.2 step 7: the SACL by privilege only, and the privilege is told. */
START_TEST(access_check_tells_the_privilege_that_was_used) {
        HANDLE token = own_token(TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES);
        Check check;

        api_assert_ok(adjust(token, SE_SECURITY_PRIVILEGE, 0, NULL));
        check_init(&check, SecurityImpersonation, OWNED "D:(A;;0x1;;;WD)");
        expect_access(&check, 1 | ACCESS_SYSTEM_SECURITY, STATUS_PRIVILEGE_NOT_HELD, 0);
        check_clear(&check);
        api_assert_ok(adjust(token, SE_SECURITY_PRIVILEGE, SE_PRIVILEGE_ENABLED, NULL));
        check_init(&check, SecurityImpersonation, OWNED "D:(A;;0x1;;;WD)");
        expect_access(&check, 1 | ACCESS_SYSTEM_SECURITY, STATUS_SUCCESS,
                        1 | ACCESS_SYSTEM_SECURITY);
        ck_assert_uint_eq(check.set.PrivilegeCount, 1);
        ck_assert_uint_eq(check.set.Privilege[0].Luid.LowPart, SE_SECURITY_PRIVILEGE);
        ck_assert_uint_eq(check.set.Privilege[0].Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
        check_clear(&check);
        api_assert_ok(NtClose(token));
}
END_TEST

START_TEST(access_check_refuses_what_it_cannot_answer) {
        Check check;

        check_init(&check, SecurityAnonymous, OWNED "D:(A;;0x1;;;WD)");
        ck_assert_status(access_check(&check, GENERIC_READ), STATUS_GENERIC_NOT_MAPPED);
        ck_assert_status(access_check(&check, 1), STATUS_BAD_IMPERSONATION_LEVEL);
        check_clear(&check);
        check_init(&check, SecurityIdentification, "D:(A;;0x1;;;WD)");
        ck_assert_status(access_check(&check, 1), STATUS_INVALID_SECURITY_DESCR);
        api_assert_ok(NtClose(check.token));
        check.token = own_token(TOKEN_QUERY);
        ck_assert_status(access_check(&check, 1), STATUS_NO_IMPERSONATION_TOKEN);
        check_clear(&check);
        check_init(&check, SecurityIdentification, OWNED "D:(A;;0x1;;;WD)");
        check.length = sizeof(check.set) - 1;
        ck_assert_status(access_check(&check, 1), STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(check.length, sizeof(check.set));
        ck_assert_uint_eq(check.granted, 0x1abe11ed);
        check_clear(&check);
}
END_TEST

/* by-kernel 1.1, 2.2 step 1: the kernel holds all privileges and may all. */
START_TEST(kernel_mode_is_granted_everything) {
        PRIVILEGE_SET set = { 1, PRIVILEGE_SET_ALL_NECESSARY, { { { 60, 0 }, 0 } } };
        GENERIC_MAPPING mapping = { 1, 2, 4, 7 };
        ULONG length = sizeof(set);
        ACCESS_MASK granted = 0;
        NTSTATUS status = STATUS_UNSUCCESSFUL;
        BOOLEAN held = FALSE;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        api_assert_ok(ZwPrivilegeCheck(NtCurrentProcessToken(), &set, &held));
        ck_assert_uint_eq(held, TRUE);
        api_assert_ok(ZwAccessCheck(NULL, NULL, MAXIMUM_ALLOWED | DELETE, &mapping, &set, &length,
                        &granted, &status));
        ck_assert_status(status, STATUS_SUCCESS);
        ck_assert_uint_eq(granted, 7 | DELETE);
        zw_set_previous_mode(UserMode);
        api_assert_ok(NtPrivilegeCheck(NtCurrentProcessToken(), &set, &held));
        ck_assert_uint_eq(held, FALSE);
        zw_set_previous_mode(KernelMode);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, user_and_groups_are_those_of_linux);
        tcase_add_test(tests, token_is_a_primary_one_of_the_session);
        tcase_add_test(tests, pseudo_handles_can_be_queried_and_no_more);
        tcase_add_test(tests, pseudo_handle_attaches_a_process_that_is_not);
        tcase_add_test(tests, token_is_opened_with_the_rights_that_are_wanted);
        tcase_add_test(tests, token_of_a_process_handle_needs_a_right_on_it);
        tcase_add_test(tests, privilege_is_switched_off_and_on);
        tcase_add_test(tests, privilege_that_is_not_held_is_told_as_a_success);
        tcase_add_test(tests, removed_privilege_is_gone_for_good);
        tcase_add_test(tests, all_privileges_are_disabled_at_once_if_there_is_room);
        tcase_add_test(tests, one_privilege_is_adjusted_by_its_number);
        tcase_add_test(tests, duplicate_is_a_token_of_its_own);
        tcase_add_test(tests, level_cannot_be_raised);
        tcase_add_test(tests, impersonation_level_of_a_primary_token_is_no_class);
        tcase_add_test(tests, access_check_follows_the_dacl);
        tcase_add_test(tests, access_check_knows_empty_dacls_and_generic_entries);
        tcase_add_test(tests, access_check_tells_the_privilege_that_was_used);
        tcase_add_test(tests, access_check_refuses_what_it_cannot_answer);
        tcase_add_test(tests, kernel_mode_is_granted_everything);
}

int main(void) {
        return api_main("token", 60, add);
}
