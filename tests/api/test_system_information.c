/*
 * Time and what is known of the system: Wine's tests of NtQuerySystemInformation (info.c) and
 * time.c.
 */

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api.h"
#include "scene.h"
#include "winternl.h"

#define SECOND    10000000ll
#define FROM_1601 116444736000000000ll

static LONGLONG linux_time(clockid_t clock) {
        struct timespec now;

        clock_gettime(clock, &now);
        return now.tv_sec * SECOND + now.tv_nsec / 100;
}

/* [M] */
START_TEST(system_time_is_linuxs_since_1601) {
        LARGE_INTEGER time;
        LONGLONG before = linux_time(CLOCK_REALTIME) + FROM_1601;

        api_assert_ok(NtQuerySystemTime(&time));
        ck_assert_int_ge(time.QuadPart, before);
        ck_assert_int_le(time.QuadPart, linux_time(CLOCK_REALTIME) + FROM_1601);
        ck_assert_int_ge(RtlGetSystemTimePrecise(), time.QuadPart);
        ck_assert_status(NtQuerySystemTime(NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQuerySystemTime((PLARGE_INTEGER) ((char *) &time + 1)),
                        STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtSetSystemTime(&time, NULL), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(NtSetSystemTime(NULL, NULL), STATUS_ACCESS_VIOLATION);
}
END_TEST

/* [W] The frequency is that of Windows 10. */
START_TEST(performance_counter_only_grows) {
        LARGE_INTEGER first, second, frequency = { 0 };

        ck_assert_status(NtQueryPerformanceCounter(NULL, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryPerformanceCounter(NULL, &frequency), STATUS_ACCESS_VIOLATION);
        ck_assert_int_eq(frequency.QuadPart, 0);
        api_assert_ok(NtQueryPerformanceCounter(&first, NULL));
        api_assert_ok(NtQueryPerformanceCounter(&second, &frequency));
        ck_assert_int_le(first.QuadPart, second.QuadPart);
        ck_assert_int_eq(frequency.QuadPart, 10000000);
        ck_assert(RtlQueryPerformanceCounter(&first));
        ck_assert_int_ge(first.QuadPart, second.QuadPart);
        ck_assert(RtlQueryPerformanceFrequency(&frequency));
        ck_assert_int_eq(frequency.QuadPart, 10000000);
        ck_assert_uint_le(NtGetTickCount() - (ULONG) (linux_time(CLOCK_BOOTTIME) / 10000), 1000);
}
END_TEST

/* [W] */
START_TEST(timer_resolution_is_wished_for_and_given_back) {
        ULONG maximum = 0, minimum = 0, current = 0, actual = 0;

        ck_assert_status(NtQueryTimerResolution(NULL, &minimum, &current), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryTimerResolution(&maximum, &minimum, NULL), STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtQueryTimerResolution(&maximum, &minimum, &current));
        ck_assert_uint_eq(maximum, 156250);
        ck_assert_uint_eq(current, maximum);
        ck_assert_status(NtSetTimerResolution(0, FALSE, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtSetTimerResolution(0, FALSE, &actual), STATUS_TIMER_RESOLUTION_NOT_SET);
        api_assert_ok(NtSetTimerResolution(minimum - 1, TRUE, &actual));
        ck_assert_uint_eq(actual, minimum);
        api_assert_ok(NtSetTimerResolution(minimum + 1, TRUE, &actual));
        ck_assert_uint_eq(actual, minimum + 1);
        api_assert_ok(NtSetTimerResolution(0, FALSE, &actual));
        ck_assert_uint_eq(actual, maximum);
}
END_TEST

static NTSTATUS query(ULONG which, void *to, ULONG length, ULONG *needed) {
        *needed = 0xDEAD;
        return NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS) which, to, length, needed);
}

/* [W] */
START_TEST(lengths_are_checked_as_each_class_does) {
        static const struct {
                ULONG which;
                ULONG size;
                bool exactly;
        } classes[] = {
                { SystemBasicInformation, 64, true },
                { SystemEmulationBasicInformation, 64, true },
                { SystemProcessorInformation, 12, false },
                { SystemTimeAdjustmentInformation, 12, true },
                { SystemKernelDebuggerInformation, 2, false },
                { SystemKernelDebuggerInformationEx, 3, false },
                { SystemRecommendedSharedDataAlignment, 4, false },
        };
        _Alignas(16) UCHAR buffer[512];
        ULONG needed;

        for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
                ULONG which = classes[i].which, size = classes[i].size;

                ck_assert_status(query(which, NULL, 0, &needed), STATUS_INFO_LENGTH_MISMATCH);
                ck_assert_uint_eq(needed, size);
                ck_assert_status(query(which, NULL, size, &needed), STATUS_ACCESS_VIOLATION);
                ck_assert_status(query(which, buffer, size - 1, &needed),
                                STATUS_INFO_LENGTH_MISMATCH);
                ck_assert_uint_eq(needed, size);
                memset(buffer, 0xAA, sizeof(buffer));
                ck_assert_status(query(which, buffer, size, &needed), STATUS_SUCCESS);
                ck_assert_uint_eq(needed, size);
                ck_assert_uint_eq(buffer[size], 0xAA);
                ck_assert_status(query(which, buffer, size + 2, &needed),
                                classes[i].exactly ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS);
                ck_assert_uint_eq(needed, size);
        }
        ck_assert_status(query(MaxSystemInfoClass, buffer, 64, &needed), STATUS_INVALID_INFO_CLASS);
        ck_assert_status(query((ULONG) -1, NULL, 0, &needed), STATUS_INVALID_INFO_CLASS);
        ck_assert_status(query(16, buffer, 64, &needed), STATUS_NOT_IMPLEMENTED);
        ck_assert_status(query(0, buffer + 1, 64, &needed), STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtQuerySystemInformation(SystemBasicInformation, buffer, 64, API_WILD),
                        STATUS_ACCESS_VIOLATION);
}
END_TEST

/* [W] */
START_TEST(time_of_day_is_cut_where_the_buffer_ends) {
        SYSTEM_TIMEOFDAY_INFORMATION time;
        ULONG needed;

        for (ULONG length = 0; length <= sizeof(time); length += 8) {
                memset(&time, 0xAA, sizeof(time));
                ck_assert_status(query(SystemTimeOfDayInformation, &time, length, &needed),
                                STATUS_SUCCESS);
                ck_assert_uint_eq(needed, length);
                if (length < sizeof(time))
                        ck_assert_uint_eq(((UCHAR *) &time)[length], 0xAA);
        }
        ck_assert_status(query(SystemTimeOfDayInformation, &time, sizeof(time) + 1, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(needed, 0);
        ck_assert_status(query(SystemTimeOfDayInformation, NULL, 8, &needed),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_int_lt(time.BootTime.QuadPart, time.CurrentTime.QuadPart);
}
END_TEST

/* [W] */
START_TEST(basic_information_says_what_windows_would) {
        SYSTEM_BASIC_INFORMATION basic;
        SYSTEM_PROCESSOR_INFORMATION processor;
        SYSTEM_CODEINTEGRITY_INFORMATION integrity = { .Length = 8, .CodeIntegrityOptions = 7 };
        ULONG needed;

        api_assert_ok(query(SystemBasicInformation, &basic, sizeof(basic), &needed));
        ck_assert_uint_eq(basic.PhysicalPageSize, 4096);
        ck_assert_uint_eq(basic.AllocationGranularity, 65536);
        ck_assert_uint_eq(basic.LowestUserAddress, 0x10000);
        ck_assert_uint_eq(basic.HighestUserAddress, 0x7FFFFFFEFFFF);
        ck_assert_int_eq(basic.NumberOfProcessors, __builtin_popcountll(basic.ActiveProcessors));
        ck_assert_uint_eq(basic.NumberOfPhysicalPages, sysconf(_SC_PHYS_PAGES));
        api_assert_ok(query(SystemProcessorInformation, &processor, sizeof(processor), &needed));
        ck_assert_uint_eq(processor.ProcessorArchitecture, 9);
        ck_assert_uint_ge(processor.ProcessorLevel, 6);
        api_assert_ok(query(
                        SystemCodeIntegrityInformation, &integrity, sizeof(integrity), &needed));
        ck_assert_uint_eq(integrity.CodeIntegrityOptions, 0);
        integrity.Length = 4;
        ck_assert_status(query(SystemCodeIntegrityInformation, &integrity, 8, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert(RtlIsProcessorFeaturePresent(10));
        ck_assert(!RtlIsProcessorFeaturePresent(29)); /* ARM's */
        ck_assert(!RtlIsProcessorFeaturePresent(64));
}
END_TEST

/* [W] */
START_TEST(times_of_as_many_processors_as_fit) {
        SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION one, *all;
        SYSTEM_PERFORMANCE_INFORMATION performance;
        ULONG needed, size;

        ck_assert_status(query(SystemProcessorPerformanceInformation, NULL, 0, &size),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_eq(size % sizeof(one), 0);
        api_assert_ok(query(SystemProcessorPerformanceInformation, &one, sizeof(one), &needed));
        ck_assert_uint_eq(needed, sizeof(one));
        ck_assert_int_ge(one.KernelTime.QuadPart, one.IdleTime.QuadPart);
        ck_assert_int_gt(one.UserTime.QuadPart, 0);
        all = malloc(size + 2);
        api_assert_ok(query(SystemProcessorPerformanceInformation, all, size + 2, &needed));
        ck_assert_uint_eq(needed, size);
        free(all);
        api_assert_ok(query(SystemPerformanceInformation, &performance, 312, &needed));
        ck_assert_uint_eq(needed, 312);
        ck_assert_uint_gt(performance.AvailablePages, 0);
        ck_assert_uint_gt(performance.TotalCommitLimit, 0);
}
END_TEST

/* [P] */
START_TEST(own_process_is_listed_with_its_threads) {
        _Alignas(8) UCHAR buffer[16384];
        SYSTEM_PROCESS_INFORMATION *process = (void *) buffer;
        SYSTEM_THREAD_INFORMATION *threads = (void *) (process + 1);
        PROCESS_BASIC_INFORMATION basic;
        ULONG needed, size;

        ck_assert_uint_eq(sizeof(*process), 0x100);
        ck_assert_uint_eq(sizeof(*threads), 0x50);
        ck_assert_status(query(SystemProcessInformation, NULL, 0, &size),
                        STATUS_INFO_LENGTH_MISMATCH);
        ck_assert_uint_gt(size, 0x150);
        ck_assert_status(query(SystemProcessInformation, buffer, size - 1, &needed),
                        STATUS_INFO_LENGTH_MISMATCH);
        api_assert_ok(query(SystemProcessInformation, buffer, sizeof(buffer), &needed));
        ck_assert_uint_eq(needed, size);
        api_assert_ok(NtQueryInformationProcess(
                        NtCurrentProcess(), ProcessBasicInformation, &basic, sizeof(basic), NULL));
        ck_assert_uint_eq(process->NextEntryOffset, 0);
        ck_assert_uint_eq(process->NumberOfThreads, 1);
        ck_assert_uint_eq((ULONG_PTR) process->UniqueProcessId, basic.UniqueProcessId);
        ck_assert_ptr_eq(threads->ClientId.UniqueThread, zw_thread_id());
        ck_assert_uint_gt(process->ImageName.Length, 0);
        ck_assert((PVOID) process->ImageName.Buffer >= (PVOID) (threads + 1));
        ck_assert((UCHAR *) process->ImageName.Buffer < buffer + size);
        ck_assert_uint_gt(process->WorkingSetSize, 0);
}
END_TEST

/* [M] */
START_TEST(unique_ids_differ) {
        LUID first, second;
        ULARGE_INTEGER time[2];
        ULONG range[2], sequence[2];
        CHAR seed[2][6];
        NTSTATUS status;

        api_assert_ok(NtAllocateLocallyUniqueId(&first));
        api_assert_ok(NtAllocateLocallyUniqueId(&second));
        ck_assert(memcmp(&first, &second, sizeof(first)) != 0);
        ck_assert_status(NtAllocateLocallyUniqueId(NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_int_ge(first.HighPart, 0);
        for (unsigned i = 0; i < 2; i++) {
                while ((status = NtAllocateUuids(&time[i], &range[i], &sequence[i], seed[i])) ==
                                STATUS_RETRY)
                        continue;
                api_assert_ok(status);
                ck_assert_uint_gt(range[i], 0);
        }
        ck_assert_uint_ge(time[1].QuadPart, time[0].QuadPart + range[0]);
        ck_assert_mem_eq(seed[0], seed[1], 6);
        ck_assert_uint_eq(sequence[0], sequence[1]);
        ck_assert(seed[0][0] & 1);
        ck_assert_status(NtAllocateUuids(time, range, sequence, NULL), STATUS_ACCESS_VIOLATION);
}
END_TEST

/* [P] */
START_TEST(text_goes_to_standard_output_as_utf_8) {
        UNICODE_STRING string = RTL_CONSTANT_STRING(u"Gr\u00fc\u00dfe \U0001F600\n");
        UNICODE_STRING odd = { 3, 4, string.Buffer };
        char text[64] = { 0 };
        int ends[2], before = dup(STDOUT_FILENO);
        NTSTATUS status;

        ck_assert_int_eq(pipe(ends), 0);
        dup2(ends[1], STDOUT_FILENO);
        status = NtDisplayString(&string);
        dup2(before, STDOUT_FILENO);
        api_assert_ok(status);
        ck_assert_int_eq(read(ends[0], text, sizeof(text) - 1), 13);
        ck_assert_str_eq(text, "Gr\u00fc\u00dfe \U0001F600\n");
        close(ends[0]);
        close(ends[1]);
        close(before);
        ck_assert_status(NtDisplayString(NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtDisplayString(&odd), STATUS_INVALID_PARAMETER);
}
END_TEST

/* [K] */
START_TEST(hard_errors_go_back_to_the_caller) {
        ULONG_PTR values[4] = { 0 };
        ULONG response = 77;

        api_assert_ok(NtRaiseHardError(STATUS_UNSUCCESSFUL, 1, 0, values, OptionOk, &response));
        ck_assert_uint_eq(response, ResponseReturnToCaller);
        ck_assert_status(NtRaiseHardError(STATUS_UNSUCCESSFUL, 5, 0, values, OptionOk, &response),
                        STATUS_INVALID_PARAMETER_2);
        ck_assert_status(NtRaiseHardError(STATUS_UNSUCCESSFUL, 1, 0, NULL, OptionOk, &response),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(NtRaiseHardError(STATUS_UNSUCCESSFUL, 0, 0, NULL, 9, &response),
                        STATUS_INVALID_PARAMETER_5);
        ck_assert_status(NtRaiseHardError(STATUS_UNSUCCESSFUL, 1, 1, values, OptionOk, &response),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtRaiseHardError(STATUS_UNSUCCESSFUL, 0, 0, NULL, OptionOk, NULL),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtRaiseHardError(STATUS_UNSUCCESSFUL, 0, 0, NULL, OptionShutdownSystem,
                                         &response),
                        STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(NtShutdownSystem(ShutdownReboot), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(NtShutdownSystem((SHUTDOWN_ACTION) 3), STATUS_INVALID_PARAMETER);
}
END_TEST

/* [P] */
START_TEST(everything_is_english) {
        LCID locale = 0;
        LANGID language = 0, installed = 0;

        api_assert_ok(NtQueryDefaultLocale(TRUE, &locale));
        api_assert_ok(NtQueryDefaultUILanguage(&language));
        api_assert_ok(NtQueryInstallUILanguage(&installed));
        ck_assert_uint_eq(locale, 0x409);
        ck_assert_uint_eq(language, 0x409);
        ck_assert_uint_eq(installed, 0x409);
        ck_assert_status(NtQueryDefaultLocale(TRUE, NULL), STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryDefaultUILanguage(NULL), STATUS_ACCESS_VIOLATION);
}
END_TEST

/* [P] */
START_TEST(what_cannot_be_asked_or_set_says_so) {
        ULONG group = 0, needed;
        UCHAR buffer[8];

        ck_assert_status(NtQuerySystemInformationEx(SystemLogicalProcessorInformation, NULL, 0,
                                         buffer, sizeof(buffer), &needed),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(NtQuerySystemInformationEx(SystemLogicalProcessorInformation, &group,
                                         sizeof(group), buffer, sizeof(buffer), &needed),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtQuerySystemInformationEx(SystemBasicInformation, &group, sizeof(group),
                                         buffer, sizeof(buffer), &needed),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_status(NtSetSystemInformation(SystemBasicInformation, buffer, sizeof(buffer)),
                        STATUS_NOT_IMPLEMENTED);
        ck_assert_status(NtSetSystemInformation(MaxSystemInfoClass, buffer, sizeof(buffer)),
                        STATUS_INVALID_INFO_CLASS);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, system_time_is_linuxs_since_1601);
        tcase_add_test(tests, performance_counter_only_grows);
        tcase_add_test(tests, timer_resolution_is_wished_for_and_given_back);
        tcase_add_test(tests, lengths_are_checked_as_each_class_does);
        tcase_add_test(tests, time_of_day_is_cut_where_the_buffer_ends);
        tcase_add_test(tests, basic_information_says_what_windows_would);
        tcase_add_test(tests, times_of_as_many_processors_as_fit);
        tcase_add_test(tests, own_process_is_listed_with_its_threads);
        tcase_add_test(tests, unique_ids_differ);
        tcase_add_test(tests, text_goes_to_standard_output_as_utf_8);
        tcase_add_test(tests, hard_errors_go_back_to_the_caller);
        tcase_add_test(tests, everything_is_english);
        tcase_add_test(tests, what_cannot_be_asked_or_set_says_so);
}

int main(void) {
        return api_main("system-information", 60, add);
}
