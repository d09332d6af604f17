/*
 * Processes: by-kernel 1.2; Wine's tests of NtOpenProcess and NtQueryInformationProcess.
 */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "scene.h"
#include "winternl.h"

#define NOBODY ((HANDLE) (uintptr_t) 0x7FFFFFF0)

/* Another process of the server, that is there until it is let go. */
typedef struct Child {
        pid_t pid;
        HANDLE id; /* its client id */
        int go;
} Child;

static PROCESS_BASIC_INFORMATION basic_of(HANDLE process) {
        PROCESS_BASIC_INFORMATION basic = { 0 };
        ULONG needed = 0;

        api_assert_ok(NtQueryInformationProcess(
                        process, ProcessBasicInformation, &basic, sizeof(basic), &needed));
        ck_assert_uint_eq(needed, sizeof(basic));
        return basic;
}

static HANDLE own_id(void) {
        return (HANDLE) basic_of(NtCurrentProcess()).UniqueProcessId;
}

static _Noreturn void child_run(int said, int go) {
        PROCESS_BASIC_INFORMATION basic;
        char byte;

        need(NtQueryInformationProcess(NtCurrentProcess(), ProcessBasicInformation, &basic,
                             sizeof(basic), NULL) == STATUS_SUCCESS);
        need(write(said, &basic.UniqueProcessId, sizeof(basic.UniqueProcessId)) ==
                        sizeof(basic.UniqueProcessId));
        need(read(go, &byte, 1) == 0);
        need(zw_detach() == STATUS_SUCCESS);
        _exit(0);
}

static Child child_start(void) {
        int said[2], go[2];
        Child child = { 0 };

        ck_assert_int_eq(pipe2(said, O_CLOEXEC), 0);
        ck_assert_int_eq(pipe2(go, O_CLOEXEC), 0);
        child.pid = fork();
        ck_assert_int_ge(child.pid, 0);
        if (child.pid == 0) {
                close(said[0]);
                close(go[1]);
                child_run(said[1], go[0]);
        }
        close(said[1]);
        close(go[0]);
        child.go = go[1];
        ck_assert_int_eq(read(said[0], &child.id, sizeof(child.id)), sizeof(child.id));
        close(said[0]);
        return child;
}

static void child_end(Child *child) {
        close(child->go);
        scene_expect_success(child->pid);
}

static NTSTATUS open_id(HANDLE id, ACCESS_MASK access, ULONG attributes, PHANDLE ret) {
        OBJECT_ATTRIBUTES none;
        CLIENT_ID client_id = { id, NULL };

        InitializeObjectAttributes(&none, NULL, attributes, NULL, NULL);
        return NtOpenProcess(ret, access, &none, &client_id);
}

/* [W] info.c: the pseudo handle, and what is known of the own process. */
START_TEST(own_process_is_known_by_its_pseudo_handle) {
        PROCESS_BASIC_INFORMATION basic = basic_of(NtCurrentProcess());

        ck_assert_uint_ne(basic.UniqueProcessId, 0);
        ck_assert_uint_eq(basic.UniqueProcessId % 4, 0);
        ck_assert_status(basic.ExitStatus, STATUS_PENDING);
        ck_assert_int_eq(basic.BasePriority, 8);
        ck_assert_uint_ne(basic.AffinityMask, 0);
        ck_assert_ptr_null(basic.PebBaseAddress);
}
END_TEST

START_TEST(process_is_opened_by_its_id_whatever_its_low_two_bits) {
        uintptr_t id = (uintptr_t) own_id();

        for (uintptr_t tag = 0; tag < 4; tag++) {
                HANDLE process = NULL;

                api_assert_ok(open_id((HANDLE) (id + tag), PROCESS_QUERY_LIMITED_INFORMATION, 0,
                                &process));
                ck_assert_uint_eq(basic_of(process).UniqueProcessId, id);
                ck_assert_uint_eq(api_granted_access(process), PROCESS_QUERY_LIMITED_INFORMATION);
                api_assert_ok(NtClose(process));
        }
}
END_TEST

/* [M] ZwOpenProcess. */
START_TEST(name_or_no_id_is_an_invalid_mix) {
        CLIENT_ID client_id = { own_id(), NULL };
        OBJECT_ATTRIBUTES none;
        HANDLE process = API_WILD;

        ck_assert_status(NtOpenProcess(&process, PROCESS_ALL_ACCESS, NAMED(u"\\x"), &client_id),
                        STATUS_INVALID_PARAMETER_MIX);
        ck_assert_ptr_null(process);
        ck_assert_status(NtOpenProcess(&process, PROCESS_ALL_ACCESS, NAMED(u"\\x"), NULL),
                        STATUS_INVALID_PARAMETER_MIX);
        InitializeObjectAttributes(&none, NULL, 0, NULL, NULL);
        ck_assert_status(NtOpenProcess(&process, PROCESS_ALL_ACCESS, &none, NULL),
                        STATUS_INVALID_PARAMETER_MIX);
}
END_TEST

START_TEST(pointers_are_checked_first) {
        CLIENT_ID client_id = { own_id(), NULL };
        OBJECT_ATTRIBUTES none;
        HANDLE process = API_WILD;

        InitializeObjectAttributes(&none, NULL, 0, NULL, NULL);
        ck_assert_status(NtOpenProcess(NULL, PROCESS_ALL_ACCESS, NAMED(u"\\x"), &client_id),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtOpenProcess(&process, PROCESS_ALL_ACCESS, NULL, &client_id),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_ptr_null(process);
        ck_assert_status(NtOpenProcess(&process, PROCESS_ALL_ACCESS, NAMED(u"\\x"), API_WILD),
                        STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(id_that_is_nobodys_is_an_invalid_cid) {
        CLIENT_ID with_thread = { own_id(), NOBODY };
        OBJECT_ATTRIBUTES none;
        HANDLE process = API_WILD;

        InitializeObjectAttributes(&none, NULL, 0, NULL, NULL);
        ck_assert_status(open_id(NULL, PROCESS_ALL_ACCESS, 0, &process), STATUS_INVALID_CID);
        ck_assert_ptr_null(process);
        ck_assert_status(open_id(NOBODY, PROCESS_ALL_ACCESS, 0, &process), STATUS_INVALID_CID);
        ck_assert_status(open_id((HANDLE) ((uintptr_t) own_id() + 0x100000000), PROCESS_ALL_ACCESS,
                                         0, &process),
                        STATUS_INVALID_CID);
        ck_assert_status(NtOpenProcess(&process, PROCESS_ALL_ACCESS, &none, &with_thread),
                        STATUS_INVALID_CID);
}
END_TEST

/* [W] om.c: an open with access 0 is denied; by-kernel 2.3: the type's invalid attributes, B0. */
START_TEST(no_access_and_attributes_that_processes_refuse) {
        HANDLE process = API_WILD;

        ck_assert_status(open_id(own_id(), 0, 0, &process), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(process);
        ck_assert_status(open_id(own_id(), PROCESS_ALL_ACCESS, OBJ_PERMANENT, &process),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(open_id(own_id(), PROCESS_ALL_ACCESS, OBJ_EXCLUSIVE, &process),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(open_id(own_id(), PROCESS_ALL_ACCESS, OBJ_OPENIF, &process),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(length_of_the_attributes_is_not_looked_at) {
        CLIENT_ID client_id = { own_id(), NULL };
        OBJECT_ATTRIBUTES none = { 0 };
        HANDLE process = NULL;

        api_assert_ok(NtOpenProcess(&process, PROCESS_QUERY_INFORMATION, &none, &client_id));
        api_assert_ok(NtClose(process));
}
END_TEST

START_TEST(handle_of_a_process_is_inherited_if_asked_for) {
        OBJECT_HANDLE_FLAG_INFORMATION flags;
        HANDLE process = NULL;

        api_assert_ok(open_id(own_id(), PROCESS_ALL_ACCESS, OBJ_INHERIT, &process));
        api_assert_ok(NtQueryObject(
                        process, ObjectHandleFlagInformation, &flags, sizeof(flags), NULL));
        ck_assert_uint_eq(flags.Inherit, TRUE);
        api_assert_ok(NtClose(process));
}
END_TEST

START_TEST(other_process_is_opened_and_known) {
        PROCESS_BASIC_INFORMATION basic;
        Child child;
        HANDLE process = NULL, mine = own_id();

        child = child_start();
        ck_assert_ptr_ne(child.id, mine);
        api_assert_ok(open_id(child.id, PROCESS_QUERY_LIMITED_INFORMATION, 0, &process));
        basic = basic_of(process);
        ck_assert_ptr_eq((HANDLE) basic.UniqueProcessId, child.id);
        ck_assert_status(basic.ExitStatus, STATUS_PENDING);
        ck_assert_uint_eq(basic.AffinityMask, 0);
        child_end(&child);

        /* The object outlives its process, the id does not. */
        ck_assert_ptr_eq((HANDLE) basic_of(process).UniqueProcessId, child.id);
        api_assert_ok(NtClose(process));
        ck_assert_status(open_id(child.id, PROCESS_QUERY_LIMITED_INFORMATION, 0, &process),
                        STATUS_INVALID_CID);
}
END_TEST

/* [W] info.c: class, length, pointer, handle. */
START_TEST(query_checks_in_order) {
        PROCESS_BASIC_INFORMATION basic[2];
        HANDLE section = NULL, weak = NULL;
        ULONG needed = 0;

        ck_assert_status(NtQueryInformationProcess(NULL, (PROCESSINFOCLASS) -1, NULL, 0, NULL),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQueryInformationProcess(NULL, (PROCESSINFOCLASS) 1, NULL, 0, NULL),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtQueryInformationProcess(NULL, ProcessBasicInformation, NULL, 0, NULL),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_status(NtQueryInformationProcess(NULL, ProcessBasicInformation, NULL, 48, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryInformationProcess(
                                         NULL, ProcessBasicInformation, basic, 48, API_WILD),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryInformationProcess(NULL, ProcessBasicInformation,
                                         (char *) basic + 1, 48, NULL),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtQueryInformationProcess(NULL, ProcessBasicInformation, basic, 48, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtQueryInformationProcess(NtCurrentProcess(), ProcessBasicInformation,
                                         basic, 96, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(needed, 48);
        api_assert_ok(api_create(NULL, SECTION_QUERY, &section));
        ck_assert_status(NtQueryInformationProcess(
                                         section, ProcessBasicInformation, basic, 48, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtQueryInformationProcess(NtCurrentThread(), ProcessBasicInformation,
                                         basic, 48, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(open_id(own_id(), PROCESS_DUP_HANDLE, 0, &weak));
        ck_assert_status(NtQueryInformationProcess(weak, ProcessBasicInformation, basic, 48, NULL),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(session_and_handle_count_are_words) {
        PROCESS_SESSION_INFORMATION session = { 99 };
        ULONG before = 0, after = 0, needed = 0;
        HANDLE section = NULL;

        api_assert_ok(NtQueryInformationProcess(NtCurrentProcess(), ProcessSessionInformation,
                        &session, sizeof(session), &needed));
        ck_assert_uint_eq(session.SessionId, 1);
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessHandleCount, &before, 4, &needed));
        ck_assert_uint_eq(needed, 4);
        api_assert_ok(api_create(NULL, SECTION_QUERY, &section));
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessHandleCount, &after, 4, &needed));
        ck_assert_uint_eq(after, before + 1);
        api_assert_ok(NtClose(section));
        ck_assert_status(NtQueryInformationProcess(NtCurrentProcess(), ProcessHandleCount, &after,
                                         2, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
}
END_TEST

/* by-kernel 1.2: OBJ_KERNEL_HANDLE is dropped from a user-mode caller. */
START_TEST(kernel_handle_is_not_to_be_had_from_user_mode) {
        HANDLE process = NULL;

        api_assert_ok(open_id(own_id(), PROCESS_ALL_ACCESS, OBJ_KERNEL_HANDLE, &process));
        ck_assert_int_gt((intptr_t) process, 0);
        api_assert_ok(NtClose(process));
}
END_TEST

/* by-kernel 1.1: from the kernel it is, and Zw uses it whatever its rights are. */
START_TEST(driver_opens_processes_and_tokens_by_kernel_handles) {
        CLIENT_ID client_id = { NULL, NULL };
        OBJECT_ATTRIBUTES attributes;
        HANDLE process = NULL, token = NULL, plain = NULL;
        PROCESS_BASIC_INFORMATION basic;
        ULONG value = 0, needed;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        client_id.UniqueProcess = own_id();
        InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
        api_assert_ok(ZwOpenProcess(&process, PROCESS_DUP_HANDLE, &attributes, &client_id));
        ck_assert_int_lt((intptr_t) process, -6);
        api_assert_ok(ZwQueryInformationProcess(
                        process, ProcessBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_ptr_eq((HANDLE) basic.UniqueProcessId, client_id.UniqueProcess);
        api_assert_ok(ZwOpenProcessTokenEx(process, TOKEN_QUERY, OBJ_KERNEL_HANDLE, &token));
        ck_assert_int_lt((intptr_t) token, -6);
        api_assert_ok(ZwQueryInformationToken(token, TokenType, &value, sizeof(value), &needed));
        ck_assert_uint_eq(value, TokenPrimary);

        /* by-kernel 1.4: no access wanted is refused where the check is forced. */
        api_assert_ok(ZwOpenProcessTokenEx(NtCurrentProcess(), 0, 0, &plain));
        api_assert_ok(ZwClose(plain));
        ck_assert_status(
                        ZwOpenProcessTokenEx(NtCurrentProcess(), 0, OBJ_FORCE_ACCESS_CHECK, &plain),
                        STATUS_ACCESS_DENIED);

        zw_set_previous_mode(UserMode);
        ck_assert_status(NtQueryInformationToken(token, TokenType, &value, sizeof(value), &needed),
                        STATUS_INVALID_HANDLE);
        zw_set_previous_mode(KernelMode);
        api_assert_ok(ZwClose(token));
        api_assert_ok(ZwClose(process));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, own_process_is_known_by_its_pseudo_handle);
        tcase_add_test(tests, process_is_opened_by_its_id_whatever_its_low_two_bits);
        tcase_add_test(tests, name_or_no_id_is_an_invalid_mix);
        tcase_add_test(tests, pointers_are_checked_first);
        tcase_add_test(tests, id_that_is_nobodys_is_an_invalid_cid);
        tcase_add_test(tests, no_access_and_attributes_that_processes_refuse);
        tcase_add_test(tests, length_of_the_attributes_is_not_looked_at);
        tcase_add_test(tests, handle_of_a_process_is_inherited_if_asked_for);
        tcase_add_test(tests, other_process_is_opened_and_known);
        tcase_add_test(tests, query_checks_in_order);
        tcase_add_test(tests, session_and_handle_count_are_words);
        tcase_add_test(tests, kernel_handle_is_not_to_be_had_from_user_mode);
        tcase_add_test(tests, driver_opens_processes_and_tokens_by_kernel_handles);
}

int main(void) {
        return api_main("process", 60, add);
}
