/*
 * What the users of a system instance may do with each other's objects, processes and tokens:
 * by-kernel 2.2 to 2.6, tokens from Linux's users and groups ([P]). Needs root; otherwise it is
 * skipped.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "scene.h"
#include "sddl.h"
#include "sid.h"
#include "users.h"
#include "winternl.h"

#define GLOBAL u"\\BaseNamedObjects\\users"
#define ALICES u"\\Sessions\\61001\\BaseNamedObjects\\alice's"

static NTSTATUS try_open(const WCHAR *name, ACCESS_MASK access) {
        HANDLE handle = NULL;
        NTSTATUS status = api_open(name, access, &handle);

        if (NT_SUCCESS(status))
                need(NT_SUCCESS(NtClose(handle)));
        return status;
}

static NTSTATUS create_secured(const WCHAR *name, const char *text, PHANDLE ret) {
        POBJECT_ATTRIBUTES attributes = NAMED(name);
        void *descriptor = NULL;
        size_t size, error;
        NTSTATUS status;

        need(NT_SUCCESS(sddl_parse(text, &descriptor, &size, &error)));
        attributes->SecurityDescriptor = descriptor;
        status = api_create_with(attributes, SECTION_ALL_ACCESS, ret);
        free(descriptor);
        return status;
}

static NTSTATUS set(HANDLE handle, SECURITY_INFORMATION parts, const char *text) {
        void *descriptor = NULL;
        size_t size, error;
        NTSTATUS status;

        need(NT_SUCCESS(sddl_parse(text, &descriptor, &size, &error)));
        status = NtSetSecurityObject(handle, parts, descriptor);
        free(descriptor);
        return status;
}

/* Root makes a section for all users, two of whom then try what is theirs. */
static void with_global(const char *text, void (*alice)(User *user), void (*bob)(User *user)) {
        HANDLE handle = NULL;

        api_assert_ok(create_secured(GLOBAL, text, &handle));
        if (alice)
                run_as(ALICE, alice);
        if (bob)
                run_as(BOB, bob);
        api_assert_ok(NtClose(handle));
        api_assert_ok(zw_detach());
}

static void may_nothing(User *user) {
        (void) user;
        need(try_open(GLOBAL, SECTION_QUERY) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, READ_CONTROL) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, MAXIMUM_ALLOWED) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, WRITE_DAC) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, WRITE_OWNER) == STATUS_ACCESS_DENIED);
}

static void may_read(User *user) {
        (void) user;
        need(try_open(GLOBAL, SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, DELETE) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, SECTION_MAP_READ) == STATUS_SUCCESS);
        need(try_open(GLOBAL, MAXIMUM_ALLOWED) == STATUS_SUCCESS);
}

START_TEST(section_is_for_the_user_that_its_dacl_names) {
        with_global("D:(A;;0x4;;;S-1-22-1-61002)", may_nothing, may_read);
}
END_TEST

START_TEST(section_is_for_the_group_that_its_dacl_names) {
        with_global("D:(A;;0x4;;;S-1-22-2-61002)", may_nothing, may_read);
}
END_TEST

START_TEST(denial_of_one_user_comes_before_what_all_may) {
        with_global("D:(D;;0xf001f;;;S-1-22-1-61001)(A;;0x4;;;WD)", may_nothing, may_read);
}
END_TEST

/* by-kernel 2.6: everybody may write, but nobody below high integrity. */
static void may_not_write_up(User *user) {
        (void) user;
        need(try_open(GLOBAL, SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
        need(try_open(GLOBAL, SECTION_MAP_READ) == STATUS_SUCCESS);
}

START_TEST(high_label_is_not_written_from_below) {
        HANDLE handle = NULL;

        api_assert_ok(create_secured(GLOBAL, "D:(A;;0xf001f;;;WD)", &handle));
        api_assert_ok(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)"));
        run_as(ALICE, may_not_write_up);
        api_assert_ok(NtClose(handle));
        api_assert_ok(zw_detach());
}
END_TEST

/* What is given away, and labels above one's own. */
static void try_to_give(User *user) {
        HANDLE handle = NULL;

        (void) user;
        need(create_secured(ALICES, "O:S-1-22-1-61002", &handle) == STATUS_INVALID_OWNER);
        need(NT_SUCCESS(api_create(ALICES, SECTION_ALL_ACCESS, &handle)));
        need(set(handle, OWNER_SECURITY_INFORMATION, "O:S-1-22-1-61002") == STATUS_INVALID_OWNER);
        need(set(handle, OWNER_SECURITY_INFORMATION, "O:SY") == STATUS_INVALID_OWNER);
        need(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;HI)") == STATUS_INVALID_LABEL);
        need(set(handle, OWNER_SECURITY_INFORMATION, "O:S-1-22-1-61001") == STATUS_SUCCESS);
        need(set(handle, LABEL_SECURITY_INFORMATION, "S:(ML;;NW;;;LW)") == STATUS_SUCCESS);
        need(set(handle, DACL_SECURITY_INFORMATION, "D:(A;;0x4;;;WD)") == STATUS_SUCCESS);
        need(try_open(ALICES, SECTION_MAP_WRITE) == STATUS_ACCESS_DENIED);
}

START_TEST(nobody_gives_what_is_not_his_to_give) {
        run_as(ALICE, try_to_give);
}
END_TEST

static void tell_id(User *user) {
        PROCESS_BASIC_INFORMATION basic;

        need(NtQueryInformationProcess(NtCurrentProcess(), ProcessBasicInformation, &basic,
                             sizeof(basic), NULL) == STATUS_SUCCESS);
        user_pause_with(user, basic.UniqueProcessId);
}

static NTSTATUS open_process(uint64_t id, ACCESS_MASK access, PHANDLE ret) {
        CLIENT_ID client_id = { (HANDLE) (uintptr_t) id, NULL };
        OBJECT_ATTRIBUTES none;

        InitializeObjectAttributes(&none, NULL, 0, NULL, NULL);
        return NtOpenProcess(ret, access, &none, &client_id);
}

static uint64_t the_other; /* whose process is tried */

static void try_anothers_process(User *user) {
        static const ACCESS_MASK wishes[] = { PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_DUP_HANDLE,
                PROCESS_VM_READ, READ_CONTROL, WRITE_DAC, MAXIMUM_ALLOWED };
        HANDLE process = API_WILD;

        (void) user;
        for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
                need(open_process(the_other, wishes[i], &process) == STATUS_ACCESS_DENIED);
                need(process == NULL);
        }
}

START_TEST(process_is_its_users_and_roots) {
        HANDLE process = NULL, token = NULL;
        TOKEN_USER *owner;
        uint8_t buffer[128] __attribute__((aligned(8)));
        SidBuffer sid;
        ULONG needed;
        User alice;

        user_start(&alice, ALICE, tell_id);
        the_other = user_wait_ready(&alice);
        run_as(BOB, try_anothers_process);

        api_assert_ok(open_process(the_other, PROCESS_ALL_ACCESS, &process));
        api_assert_ok(NtOpenProcessToken(process, TOKEN_QUERY, &token));
        api_assert_ok(NtQueryInformationToken(token, TokenUser, buffer, sizeof(buffer), &needed));
        owner = (TOKEN_USER *) (void *) buffer;
        sid_of_user(&sid, ALICE);
        ck_assert(sid_equal(owner->User.Sid, &sid.sid));
        api_assert_ok(NtClose(token));
        api_assert_ok(NtClose(process));
        api_assert_ok(zw_detach());
        user_finish(&alice);
}
END_TEST

/* [P] everybody holds SeChangeNotify in a system instance, and no more. */
static void look_at_own_token(User *user) {
        union {
                TOKEN_PRIVILEGES list;
                uint8_t room[64];
        } privileges;
        TOKEN_PRIVILEGES wish = { 1, { { { SE_SECURITY_PRIVILEGE, 0 }, SE_PRIVILEGE_ENABLED } } };
        HANDLE token = NULL;
        ULONG word = 99, needed;

        (void) user;
        need(NtOpenProcessToken(NtCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES,
                             &token) == STATUS_SUCCESS);
        need(NtQueryInformationToken(token, TokenPrivileges, &privileges, sizeof(privileges),
                             &needed) == STATUS_SUCCESS);
        need(privileges.list.PrivilegeCount == 1);
        need(privileges.list.Privileges[0].Luid.LowPart == SE_CHANGE_NOTIFY_PRIVILEGE);
        need(NtAdjustPrivilegesToken(token, FALSE, &wish, 0, NULL, NULL) ==
                        STATUS_NOT_ALL_ASSIGNED);
        need(NtQueryInformationToken(token, TokenElevation, &word, 4, &needed) == STATUS_SUCCESS);
        need(word == 0);
        need(NtQueryInformationToken(token, TokenSessionId, &word, 4, &needed) == STATUS_SUCCESS);
        need(word == ALICE);
}

START_TEST(user_has_a_session_and_one_privilege) {
        run_as(ALICE, look_at_own_token);
}
END_TEST

static void add(TCase *tests) {
        users_add_fixtures(tests);
        tcase_add_test(tests, section_is_for_the_user_that_its_dacl_names);
        tcase_add_test(tests, section_is_for_the_group_that_its_dacl_names);
        tcase_add_test(tests, denial_of_one_user_comes_before_what_all_may);
        tcase_add_test(tests, high_label_is_not_written_from_below);
        tcase_add_test(tests, nobody_gives_what_is_not_his_to_give);
        tcase_add_test(tests, process_is_its_users_and_roots);
        tcase_add_test(tests, user_has_a_session_and_one_privilege);
}

int main(void) {
        return users_main("users", add);
}
