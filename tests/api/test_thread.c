/*
 * Threads: made, opened, asked, suspended and ended. Microsoft's documentation of the services and
 * Wine's tests of ntdll and kernel32 (thread.c); where neither speaks, promises of this project.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "partner.h"
#include "scene.h"
#include "winternl.h"

#define EXIT_STATUS ((NTSTATUS) 0x1234)

/* What a thread of the test sees of itself. */
typedef struct Seen {
        _Atomic bool ran;
        _Atomic bool go; /* it may end */
        HANDLE id;
} Seen;

static NTSTATUS NTAPI look(PVOID context) {
        Seen *seen = context;

        seen->id = zw_thread_id();
        atomic_store(&seen->ran, true);
        while (!atomic_load(&seen->go))
                NtYieldExecution();
        return EXIT_STATUS;
}

static NTSTATUS NTAPI leave_early(PVOID context) {
        (void) context;
        RtlExitUserThread(EXIT_STATUS + 1);
}

static NTSTATUS NTAPI leave_abruptly(PVOID context) {
        (void) context;
        NtTerminateThread(NtCurrentThread(), EXIT_STATUS + 2);
        return 0;
}

static THREAD_BASIC_INFORMATION basic_of(HANDLE thread) {
        THREAD_BASIC_INFORMATION basic = { 0 };
        ULONG needed = 0;

        api_assert_ok(NtQueryInformationThread(
                        thread, ThreadBasicInformation, &basic, sizeof(basic), &needed));
        ck_assert_uint_eq(needed, sizeof(basic));
        return basic;
}

static ULONG number_of(HANDLE thread, THREADINFOCLASS which) {
        ULONG number = 0xDEAD;

        api_assert_ok(NtQueryInformationThread(thread, which, &number, sizeof(number), NULL));
        return number;
}

static void wait_for_end(HANDLE thread) {
        while (!number_of(thread, ThreadIsTerminated))
                NtYieldExecution();
}

static HANDLE start(PVOID routine, PVOID context, ULONG flags) {
        HANDLE thread = NULL;

        api_assert_ok(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, NtCurrentProcess(),
                        routine, context, flags, 0, 0, 0, NULL));
        return thread;
}

static NTSTATUS open_id(HANDLE process, HANDLE id, ACCESS_MASK access, PHANDLE ret) {
        CLIENT_ID client_id = { process, id };

        return NtOpenThread(ret, access, NAMED(NULL), &client_id);
}

/* [M] What its routine returns is a thread's exit status; until then that is STATUS_PENDING. */
START_TEST(a_thread_has_the_exit_status_that_its_routine_returns) {
        Seen seen = { 0 };
        HANDLE thread = start(look, &seen, 0);
        THREAD_BASIC_INFORMATION basic;

        while (!atomic_load(&seen.ran))
                NtYieldExecution();
        basic = basic_of(thread);
        ck_assert_status(basic.ExitStatus, STATUS_PENDING);
        ck_assert_ptr_eq(basic.ClientId.UniqueThread, seen.id);
        ck_assert_uint_eq((uintptr_t) seen.id % 4, 0);
        ck_assert_ptr_ne(seen.id, zw_thread_id());
        ck_assert_uint_eq(number_of(thread, ThreadIsTerminated), 0);
        atomic_store(&seen.go, true);
        wait_for_end(thread);
        ck_assert_status(basic_of(thread).ExitStatus, EXIT_STATUS);
        api_assert_ok(NtClose(thread));
}
END_TEST

START_TEST(a_thread_can_end_itself_from_within) {
        HANDLE politely = start(leave_early, NULL, 0), abruptly = start(leave_abruptly, NULL, 0);

        wait_for_end(politely);
        wait_for_end(abruptly);
        ck_assert_status(basic_of(politely).ExitStatus, EXIT_STATUS + 1);
        ck_assert_status(basic_of(abruptly).ExitStatus, EXIT_STATUS + 2);
        api_assert_ok(NtClose(politely));
        api_assert_ok(NtClose(abruptly));
}
END_TEST

/* [M] A thread that was made suspended begins when its count is 0. */
START_TEST(a_suspended_thread_runs_after_as_many_resumes) {
        Seen seen = { .go = true };
        HANDLE thread = start(look, &seen, THREAD_CREATE_FLAGS_CREATE_SUSPENDED);
        ULONG before = 0xDEAD;

        api_assert_ok(NtSuspendThread(thread, &before));
        ck_assert_uint_eq(before, 1);
        ck_assert_uint_eq(number_of(thread, ThreadSuspendCount), 2);
        api_assert_ok(NtResumeThread(thread, &before));
        ck_assert_uint_eq(before, 2);
        ck_assert(!atomic_load(&seen.ran));
        api_assert_ok(NtResumeThread(thread, &before));
        ck_assert_uint_eq(before, 1);
        wait_for_end(thread);
        ck_assert(atomic_load(&seen.ran));
        ck_assert_status(NtResumeThread(thread, &before), STATUS_THREAD_IS_TERMINATING);
        api_assert_ok(NtClose(thread));
}
END_TEST

START_TEST(a_suspended_thread_that_is_terminated_never_runs) {
        Seen seen = { .go = true };
        HANDLE thread = start(look, &seen, THREAD_CREATE_FLAGS_CREATE_SUSPENDED);

        api_assert_ok(NtTerminateThread(thread, EXIT_STATUS));
        wait_for_end(thread);
        ck_assert_status(basic_of(thread).ExitStatus, EXIT_STATUS);
        ck_assert(!atomic_load(&seen.ran));
        api_assert_ok(NtTerminateThread(thread, 0)); /* it has ended: nothing is left to do */
        api_assert_ok(NtClose(thread));
}
END_TEST

/* [P] Linux cannot stop or end a single thread that runs. */
START_TEST(a_running_thread_is_neither_suspended_nor_terminated_by_others) {
        Seen seen = { 0 };
        HANDLE thread = start(look, &seen, 0);

        while (!atomic_load(&seen.ran))
                NtYieldExecution();
        ck_assert_status(NtSuspendThread(thread, NULL), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtTerminateThread(thread, 0), STATUS_NOT_SUPPORTED);
        atomic_store(&seen.go, true);
        wait_for_end(thread);
        api_assert_ok(NtClose(thread));
}
END_TEST

static void *resume_other(void *context) {
        HANDLE thread = context;

        while (number_of(thread, ThreadSuspendCount) == 0)
                NtYieldExecution();
        api_assert_ok(NtResumeThread(thread, NULL));
        return NULL;
}

START_TEST(a_thread_that_suspends_itself_goes_on_when_another_resumes_it) {
        HANDLE self = NULL;
        pthread_t other;
        ULONG before = 0xDEAD;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentThread(), NtCurrentProcess(),
                        &self, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_int_eq(pthread_create(&other, NULL, resume_other, self), 0);
        api_assert_ok(NtSuspendThread(NtCurrentThread(), &before));
        ck_assert_uint_eq(before, 0);
        ck_assert_int_eq(pthread_join(other, NULL), 0);
        ck_assert_uint_eq(number_of(self, ThreadSuspendCount), 0);
        api_assert_ok(NtClose(self));
}
END_TEST

/* [M] A duplicate of NtCurrentThread() is a handle to the calling thread. */
START_TEST(the_pseudo_handle_stands_for_the_calling_thread) {
        HANDLE copy = NULL, opened = NULL;
        uint8_t buffer[256];

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentThread(), NtCurrentProcess(),
                        &copy, 0, 0, DUPLICATE_SAME_ACCESS));
        ck_assert_uint_eq(api_granted_access(copy), THREAD_ALL_ACCESS);
        ck_assert_ptr_eq(basic_of(copy).ClientId.UniqueThread, zw_thread_id());
        api_assert_ok(open_id(NULL, zw_thread_id(), THREAD_QUERY_LIMITED_INFORMATION, &opened));
        api_assert_ok(NtCompareObjects(copy, opened));
        api_assert_ok(NtCompareObjects(copy, NtCurrentThread()));
        api_assert_ok(NtQueryObject(copy, ObjectTypeInformation, buffer, sizeof(buffer), NULL));
        ck_assert_mem_eq(((OBJECT_TYPE_INFORMATION *) (void *) buffer)->TypeName.Buffer, u"Thread",
                        14);
        ck_assert_status(NtQueryInformationThread(opened, ThreadAmILastThread, buffer, 4, NULL),
                        STATUS_ACCESS_DENIED);
        api_assert_ok(NtClose(opened));
        api_assert_ok(NtClose(copy));
}
END_TEST

/* [M] of NtOpenThread, [W] om.c for access 0. */
START_TEST(a_thread_is_opened_by_its_client_id_only) {
        HANDLE process = basic_of(NtCurrentThread()).ClientId.UniqueProcess, opened = NULL;
        CLIENT_ID client_id = { process, zw_thread_id() };
        UNICODE_STRING name = RTL_CONSTANT_STRING(u"x");
        OBJECT_ATTRIBUTES named;

        api_assert_ok(open_id(process, zw_thread_id(), THREAD_QUERY_INFORMATION, &opened));
        api_assert_ok(NtClose(opened));
        ck_assert_status(open_id(process, (HANDLE) 0x7FFFFFF0, 1, &opened), STATUS_INVALID_CID);
        ck_assert_status(open_id((HANDLE) 0x7FFFFFF0, zw_thread_id(), 1, &opened),
                        STATUS_INVALID_CID);
        ck_assert_status(open_id(process, NULL, 1, &opened), STATUS_INVALID_CID);
        ck_assert_status(open_id(process, zw_thread_id(), 0, &opened), STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(opened);
        InitializeObjectAttributes(&named, &name, 0, NULL, NULL);
        ck_assert_status(
                        NtOpenThread(&opened, 1, &named, &client_id), STATUS_INVALID_PARAMETER_MIX);
        ck_assert_status(NtOpenThread(&opened, 1, NAMED(NULL), NULL), STATUS_INVALID_PARAMETER_MIX);
        ck_assert_status(NtOpenThread(NULL, 1, NAMED(NULL), &client_id), STATUS_ACCESS_VIOLATION);
}
END_TEST

static HANDLE partner_thread;

static NTSTATUS tell_thread(void *context) {
        *(HANDLE *) context = zw_thread_id();
        return (NTSTATUS) (uintptr_t) zw_thread_id();
}

/* [P] A thread of another process is found by the daemon; when that dies, so has the thread. */
START_TEST(a_thread_of_another_process_can_be_opened_and_ends_with_it) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_QUERY_LIMITED_INFORMATION);
        HANDLE id = (HANDLE) (uintptr_t) partner_run(partner, tell_thread, &partner_thread);
        HANDLE thread = NULL;
        ULONG_PTR start_address;
        THREAD_BASIC_INFORMATION basic;

        api_assert_ok(open_id(NULL, id, THREAD_ALL_ACCESS, &thread));
        basic = basic_of(thread);
        ck_assert_status(basic.ExitStatus, STATUS_PENDING);
        ck_assert_ptr_eq(basic.ClientId.UniqueThread, id);
        ck_assert_ptr_null(basic.TebBaseAddress);
        ck_assert_status(NtSuspendThread(thread, NULL), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtTerminateThread(thread, 0), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtQueryInformationThread(thread, ThreadQuerySetWin32StartAddress,
                                         &start_address, sizeof(start_address), NULL),
                        STATUS_NOT_SUPPORTED);
        partner_kill(partner);
        wait_for_end(thread);
        ck_assert_status(basic_of(thread).ExitStatus, STATUS_SUCCESS);
        api_assert_ok(NtClose(thread));
        api_assert_ok(NtClose(process));
}
END_TEST

/* [W] A process that is terminated has the exit status that was said, and so have its threads. */
START_TEST(a_process_is_terminated_by_handle) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(
                        partner, PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION);
        HANDLE weak = partner_open_process(partner, PROCESS_QUERY_LIMITED_INFORMATION);
        HANDLE id = (HANDLE) (uintptr_t) partner_run(partner, tell_thread, &partner_thread);
        PROCESS_BASIC_INFORMATION basic;
        HANDLE thread = NULL;

        api_assert_ok(open_id(NULL, id, THREAD_QUERY_LIMITED_INFORMATION, &thread));
        ck_assert_status(NtTerminateProcess(weak, 3), STATUS_ACCESS_DENIED);
        api_assert_ok(NtTerminateProcess(process, EXIT_STATUS));
        ck_assert_status(NtTerminateProcess(process, 0), STATUS_PROCESS_IS_TERMINATING);
        api_assert_ok(NtQueryInformationProcess(
                        process, ProcessBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_status(basic.ExitStatus, EXIT_STATUS);
        ck_assert_status(basic_of(thread).ExitStatus, EXIT_STATUS);
        api_assert_ok(NtClose(thread));
        api_assert_ok(NtClose(process));
        api_assert_ok(NtClose(weak));
        partner_kill(partner);
}
END_TEST

static NTSTATUS end_with_status(void *context) {
        (void) context;
        zw_set_exit_status((NTSTATUS) 0xC0000005);
        return STATUS_SUCCESS;
}

START_TEST(a_process_leaves_the_exit_status_that_it_has_set) {
        Partner *partner = partner_start();
        HANDLE process = partner_open_process(partner, PROCESS_QUERY_LIMITED_INFORMATION);
        PROCESS_BASIC_INFORMATION basic;

        api_assert_ok(partner_run(partner, end_with_status, NULL));
        partner_kill(partner);
        do {
                api_assert_ok(NtQueryInformationProcess(
                                process, ProcessBasicInformation, &basic, sizeof(basic), NULL));
        } while (basic.ExitStatus == STATUS_PENDING);
        ck_assert_status(basic.ExitStatus, (NTSTATUS) 0xC0000005);
        api_assert_ok(NtClose(process));
}
END_TEST

/* [M] of SetThreadDescription. */
START_TEST(a_thread_has_the_name_that_it_was_given) {
        THREAD_NAME_INFORMATION name = { RTL_CONSTANT_STRING(u"worker \x263A") };
        uint8_t buffer[128] __attribute__((aligned(8)));
        THREAD_NAME_INFORMATION *answer = (THREAD_NAME_INFORMATION *) (void *) buffer;
        ULONG needed = 0;

        api_assert_ok(NtQueryInformationThread(
                        NtCurrentThread(), ThreadNameInformation, buffer, sizeof(buffer), &needed));
        ck_assert_uint_eq(needed, sizeof(name));
        ck_assert_uint_eq(answer->ThreadName.Length, 0);
        api_assert_ok(NtSetInformationThread(
                        NtCurrentThread(), ThreadNameInformation, &name, sizeof(name)));
        ck_assert_status(NtQueryInformationThread(NtCurrentThread(), ThreadNameInformation, buffer,
                                         sizeof(name) + 15, &needed),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(needed, sizeof(name) + 16);
        api_assert_ok(NtQueryInformationThread(
                        NtCurrentThread(), ThreadNameInformation, buffer, needed, NULL));
        ck_assert_uint_eq(answer->ThreadName.Length, 16);
        ck_assert_mem_eq(answer->ThreadName.Buffer, name.ThreadName.Buffer, 16);
        name.ThreadName.Length = 3;
        ck_assert_status(NtSetInformationThread(NtCurrentThread(), ThreadNameInformation, &name,
                                         sizeof(name)),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

/* [W] Order of checks as for processes. */
START_TEST(queries_check_class_then_length_then_handle) {
        THREAD_BASIC_INFORMATION basic;
        HANDLE section = NULL;
        ULONG needed = 0;

        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &section));
        ck_assert_status(NtQueryInformationThread(NULL, (THREADINFOCLASS) 999, &basic, 1, &needed),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtQueryInformationThread(NULL, (THREADINFOCLASS) 33, &basic, 1, &needed),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtQueryInformationThread(NULL, ThreadBasicInformation, &basic, 1, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(needed, sizeof(basic));
        ck_assert_status(NtQueryInformationThread(
                                         NULL, ThreadBasicInformation, &basic, sizeof(basic), NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtQueryInformationThread(section, ThreadBasicInformation, &basic,
                                         sizeof(basic), NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtQueryInformationThread(NtCurrentThread(), ThreadBasicInformation,
                                         API_WILD, sizeof(basic), NULL),
                        STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(creation_refuses_what_it_cannot_do) {
        Seen seen = { .go = true };
        HANDLE thread = (HANDLE) 1;
        PS_ATTRIBUTE_LIST list = {
                .TotalLength = sizeof(list),
                .Attributes = { { .Attribute = 0x12345, .Size = 8 } },
        };

        ck_assert_status(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, NtCurrentProcess(),
                                         look, &seen, 0x8000, 0, 0, 0, NULL),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(thread);
        ck_assert_status(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, NtCurrentProcess(),
                                         look, &seen, 0, 0, 0, 0, &list),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, NULL, look, &seen, 0, 0,
                                         0, 0, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtCreateThreadEx(&thread, 0, NULL, NtCurrentProcess(), look, &seen, 0, 0,
                                         0, 0, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert(!atomic_load(&seen.ran));
        ck_assert_status(NtCreateThreadEx(NULL, THREAD_ALL_ACCESS, NULL, NtCurrentProcess(), look,
                                         &seen, 0, 0, 0, 0, NULL),
                        STATUS_ACCESS_VIOLATION);
}
END_TEST

START_TEST(a_thread_without_a_handle_costs_no_object) {
        Seen seen = { .go = true };
        CLIENT_ID client_id = { 0 };

        api_assert_ok(RtlCreateUserThread(
                        NtCurrentProcess(), NULL, FALSE, 0, 0, 0, look, &seen, NULL, &client_id));
        while (!atomic_load(&seen.ran))
                NtYieldExecution();
        ck_assert_ptr_eq(client_id.UniqueThread, seen.id);
        ck_assert_ptr_eq(client_id.UniqueProcess,
                        basic_of(NtCurrentThread()).ClientId.UniqueProcess);
}
END_TEST

/* [P] No program can wait until a thread has said all that it has to say of its end. */
START_TEST(a_process_may_detach_while_its_threads_end) {
        static Seen seen[20];

        for (unsigned i = 0; i < 20; i++) {
                HANDLE thread = start(look, &seen[i], 0);

                atomic_store(&seen[i].go, true);
                if (i % 2 == 0)
                        wait_for_end(thread);
                api_assert_ok(zw_detach());
                ck_assert_status(NtClose(thread), STATUS_INVALID_HANDLE);
        }
}
END_TEST

START_TEST(an_attribute_list_gets_ids_and_teb) {
        Seen seen = { .go = true };
        CLIENT_ID client_id = { 0 };
        HANDLE thread = NULL;
        PS_ATTRIBUTE_LIST list = {
                .TotalLength = sizeof(list),
                .Attributes = { { .Attribute = PS_ATTRIBUTE_CLIENT_ID,
                                .Size = sizeof(client_id),
                                .ValuePtr = &client_id } },
        };

        api_assert_ok(NtCreateThreadEx(&thread, THREAD_ALL_ACCESS, NULL, NtCurrentProcess(), look,
                        &seen, 0, 0, 0, 0, &list));
        wait_for_end(thread);
        ck_assert_ptr_eq(client_id.UniqueThread, seen.id);
        api_assert_ok(NtClose(thread));
}
END_TEST

/* [M] Times are in 100 ns since 1601. */
START_TEST(times_of_a_thread_make_sense) {
        KERNEL_USER_TIMES thread = { 0 }, process = { 0 };

        api_assert_ok(NtQueryInformationThread(
                        NtCurrentThread(), ThreadTimes, &thread, sizeof(thread), NULL));
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessTimes, &process, sizeof(process), NULL));
        ck_assert_int_gt(thread.CreateTime.QuadPart, 130000000000000000ll);
        ck_assert_int_lt(
                        llabs(thread.CreateTime.QuadPart - process.CreateTime.QuadPart), 600000000);
        ck_assert_int_eq(thread.ExitTime.QuadPart, 0);
        ck_assert_int_ge(process.UserTime.QuadPart + process.KernelTime.QuadPart, 0);
}
END_TEST

START_TEST(what_windows_programs_ask_of_their_process_is_answered) {
        uint8_t buffer[9000] __attribute__((aligned(8)));
        const UNICODE_STRING *name = (const UNICODE_STRING *) (void *) buffer;
        ULONG_PTR pointer = 1;
        ULONG cookie = 0, again = 1, needed = 0;

        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessWow64Information, &pointer, 8, NULL));
        ck_assert_uint_eq(pointer, 0);
        pointer = 1;
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessDebugPort, &pointer, 8, NULL));
        ck_assert_uint_eq(pointer, 0);
        ck_assert_status(NtQueryInformationProcess(NtCurrentProcess(), ProcessDebugObjectHandle,
                                         &pointer, 8, NULL),
                        STATUS_PORT_NOT_SET);
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessCookie, &cookie, 4, NULL));
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessCookie, &again, 4, NULL));
        ck_assert_uint_eq(cookie, again);
        ck_assert_status(NtQueryInformationProcess(NtCurrentProcess(), ProcessImageFileName, buffer,
                                         4, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessImageFileName, buffer, needed, NULL));
        ck_assert_mem_eq(name->Buffer, u"\\Device\\HarddiskVolume1\\", 48);
        api_assert_ok(NtQueryInformationProcess(NtCurrentProcess(), ProcessImageFileNameWin32,
                        buffer, sizeof(buffer), NULL));
        ck_assert_mem_eq(name->Buffer, u"Z:\\", 6);
}
END_TEST

START_TEST(the_mode_of_hard_errors_is_what_was_set) {
        ULONG mode = 0x8001, read = 0;

        api_assert_ok(NtSetInformationProcess(
                        NtCurrentProcess(), ProcessDefaultHardErrorMode, &mode, sizeof(mode)));
        api_assert_ok(NtQueryInformationProcess(NtCurrentProcess(), ProcessDefaultHardErrorMode,
                        &read, sizeof(read), NULL));
        ck_assert_uint_eq(read, mode);
        ck_assert_status(NtSetInformationProcess(
                                         NtCurrentProcess(), ProcessDefaultHardErrorMode, &mode, 3),
                        STATUS_INFO_LENGTH_MISMATCH);
}
END_TEST

START_TEST(a_delay_lasts_as_long_as_it_was_to) {
        LARGE_INTEGER delay = { .QuadPart = -20000 }, none = { 0 };
        struct timespec before, after;
        int64_t ns;

        clock_gettime(CLOCK_MONOTONIC, &before);
        api_assert_ok(NtDelayExecution(FALSE, &delay));
        clock_gettime(CLOCK_MONOTONIC, &after);
        ns = (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec - before.tv_nsec;
        ck_assert_int_ge(ns, 2000000);
        api_assert_ok(NtDelayExecution(TRUE, &none));
        delay.QuadPart = 1; /* the year 1601 */
        api_assert_ok(NtDelayExecution(FALSE, &delay));
        ck_assert_status(NtDelayExecution(FALSE, NULL), STATUS_ACCESS_VIOLATION);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_thread_has_the_exit_status_that_its_routine_returns);
        tcase_add_test(tests, a_thread_can_end_itself_from_within);
        tcase_add_test(tests, a_suspended_thread_runs_after_as_many_resumes);
        tcase_add_test(tests, a_suspended_thread_that_is_terminated_never_runs);
        tcase_add_test(tests, a_running_thread_is_neither_suspended_nor_terminated_by_others);
        tcase_add_test(tests, a_thread_that_suspends_itself_goes_on_when_another_resumes_it);
        tcase_add_test(tests, the_pseudo_handle_stands_for_the_calling_thread);
        tcase_add_test(tests, a_thread_is_opened_by_its_client_id_only);
        tcase_add_test(tests, a_thread_of_another_process_can_be_opened_and_ends_with_it);
        tcase_add_test(tests, a_process_is_terminated_by_handle);
        tcase_add_test(tests, a_process_leaves_the_exit_status_that_it_has_set);
        tcase_add_test(tests, a_thread_has_the_name_that_it_was_given);
        tcase_add_test(tests, queries_check_class_then_length_then_handle);
        tcase_add_test(tests, creation_refuses_what_it_cannot_do);
        tcase_add_test(tests, a_thread_without_a_handle_costs_no_object);
        tcase_add_test(tests, a_process_may_detach_while_its_threads_end);
        tcase_add_test(tests, an_attribute_list_gets_ids_and_teb);
        tcase_add_test(tests, times_of_a_thread_make_sense);
        tcase_add_test(tests, what_windows_programs_ask_of_their_process_is_answered);
        tcase_add_test(tests, the_mode_of_hard_errors_is_what_was_set);
        tcase_add_test(tests, a_delay_lasts_as_long_as_it_was_to);
}

int main(void) {
        return api_main("thread", 60, add_tests);
}
