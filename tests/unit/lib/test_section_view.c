#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assert-status.h"
#include "grant-info.h"
#include "grant-word.h"
#include "ntstatus.h"
#include "stub-daemon.h"
#include "suite.h"
#include "views.h"
#include "zw.h"

#define BAD 0xDEADBEE0

static HANDLE section;

static HANDLE make(ACCESS_MASK access) {
        LARGE_INTEGER size = { .QuadPart = stub.size };
        HANDLE made = NULL;

        ck_assert_status(NtCreateSection(&made, access, NULL, &size, stub.protection, SEC_COMMIT,
                                         NULL),
                        STATUS_SUCCESS);
        return made;
}

static void setup(void) {
        stub_init();
        ck_assert_status(zw_enable_fault_recovery(), STATUS_SUCCESS);
        section = make(SECTION_ALL_ACCESS);
        stub_messages();
}

/* A call that is right, of which each test makes one thing wrong. */
typedef struct Map {
        HANDLE section, process;
        PVOID base;
        ULONG_PTR zero_bits;
        SIZE_T commit;
        LARGE_INTEGER offset;
        SIZE_T size;
        ULONG inherit, type, protection;
} Map;

static Map right(void) {
        return (Map){
                .section = section,
                .process = NtCurrentProcess(),
                .inherit = ViewUnmap,
                .protection = PAGE_READWRITE,
        };
}

static NTSTATUS map(Map *call) {
        return NtMapViewOfSection(call->section, call->process, &call->base, call->zero_bits,
                        call->commit, &call->offset, &call->size, (SECTION_INHERIT) call->inherit,
                        call->type, call->protection);
}

/* Fails as told, and writes nothing. */
static void expect(Map call, NTSTATUS status) {
        Map before = call;

        ck_assert_status(map(&call), status);
        ck_assert_ptr_eq(call.base, before.base);
        ck_assert_uint_eq(call.size, before.size);
        ck_assert_int_eq(call.offset.QuadPart, before.offset.QuadPart);
        ck_assert_uint_eq(views_count(), 0);
}

START_TEST(whole_section_is_mapped_and_its_memory_asked_for_once) {
        Map call = right();

        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq((uintptr_t) call.base % 0x10000, 0);
        ck_assert_uint_eq(call.size, stub.size);
        memset(call.base, 1, call.size);
        ck_assert_uint_eq(stub_messages(), 1);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), (char *) call.base + 5),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(atomic_load(&stub.client.page->views[stub.last_slot]), 0);

        call = right();
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_int_eq(*(char *) call.base, 1);
        ck_assert_uint_eq(stub_messages(), 0);
        ck_assert_uint_eq(grant_word_count(atomic_load(&stub.client.page->grants[stub.last_slot])),
                        1);
}
END_TEST

/* Each is wrong in what its row names, and in all that the rows below it name. */
START_TEST(checks_come_in_order) {
        Map call = right();

        call.inherit = 3;
        call.type = MEM_COMMIT;
        call.protection = 0;
        call.base = (PVOID) 0x7FFFFFFF0001;
        call.zero_bits = 22;
        call.process = NULL;
        call.section = NULL;
        call.offset.QuadPart = 1;
        call.size = 0x20001;
        call.commit = 0x30000;
        expect(call, STATUS_INVALID_PARAMETER_8);
        call.inherit = ViewShare;
        expect(call, STATUS_INVALID_PARAMETER_9);
        call.type = MEM_RESERVE;
        expect(call, STATUS_INVALID_PAGE_PROTECTION);
        call.protection = PAGE_EXECUTE_READ | PAGE_WRITECOMBINE;
        expect(call, STATUS_INVALID_PARAMETER_3);
        call.base = (PVOID) 0x10001;
        expect(call, STATUS_INVALID_PARAMETER_4);
        call.zero_bits = 0;
        expect(call, STATUS_INVALID_HANDLE);
        call.process = section;
        expect(call, STATUS_OBJECT_TYPE_MISMATCH);
        call.process = NtCurrentProcess();
        expect(call, STATUS_INVALID_HANDLE);
        call.section = make(SECTION_MAP_READ);
        expect(call, STATUS_ACCESS_DENIED);
        call.section = section;
        expect(call, STATUS_MAPPED_ALIGNMENT);
        call.base = NULL;
        expect(call, STATUS_MAPPED_ALIGNMENT);
        call.offset.QuadPart = 0;
        expect(call, STATUS_INVALID_PARAMETER_9);
        call.type = 0;
        expect(call, STATUS_SECTION_PROTECTION);
        call.protection = PAGE_READWRITE | PAGE_WRITECOMBINE;
        expect(call, STATUS_INVALID_VIEW_SIZE);
        call.size = 0x20000;
        expect(call, STATUS_INVALID_PARAMETER_5);
        call.commit = 0x20000;
        expect(call, STATUS_INVALID_PARAMETER_10);
        call.protection = PAGE_READWRITE;
        ck_assert_status(map(&call), STATUS_SUCCESS);
}
END_TEST

START_TEST(bad_variables_are_access_violations_before_handles_are_looked_at) {
        PVOID base = NULL;
        SIZE_T size = 0;

        ck_assert_status(NtMapViewOfSection(NULL, NULL, NULL, 0, 0, NULL, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(NULL, NULL, &base, 0, 0, NULL, NULL, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(NULL, NULL, &base, 0, 0, (PLARGE_INTEGER) BAD, &size,
                                         ViewShare, 0, PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(section, NtCurrentProcess(), &base, 0, 0, NULL, &size,
                                         ViewShare, 0, PAGE_READONLY),
                        STATUS_SUCCESS);
}
END_TEST

static const struct {
        uint64_t offset, size, given;
        NTSTATUS status;
} sizes[] = {
        { 0, 1, 0x1000, STATUS_SUCCESS },
        { 0, 0x1001, 0x2000, STATUS_SUCCESS },
        { 0x10000, 0, 0x10000, STATUS_SUCCESS },
        { 0x10000, 0x10000, 0x10000, STATUS_SUCCESS },
        { 0x10000, 0x10001, 0, STATUS_INVALID_VIEW_SIZE },
        { 0, 0x20001, 0, STATUS_INVALID_VIEW_SIZE },
        { 0x20000, 0, 0, STATUS_INVALID_PARAMETER },
        { 0x30000, 0, 0, STATUS_INVALID_VIEW_SIZE },
        { UINT64_MAX - 0xFFFF, 0, 0, STATUS_INVALID_VIEW_SIZE },
        { UINT64_MAX - 0xFFFF, 0x20000, 0, STATUS_INVALID_VIEW_SIZE },
        { 0, 0x7FFFFFFF0000, 0, STATUS_INVALID_VIEW_SIZE },
        { 0, 0x7FFFFFFF0001, 0, STATUS_INVALID_PARAMETER_3 },
        { 0, UINT64_MAX, 0, STATUS_INVALID_PARAMETER_3 },
        { 0x8000, 0, 0, STATUS_MAPPED_ALIGNMENT },
};

START_TEST(a_view_lies_within_the_section) {
        Map call = right();

        call.offset.QuadPart = (LONGLONG) sizes[_i].offset;
        call.size = sizes[_i].size;
        if (!NT_SUCCESS(sizes[_i].status)) {
                expect(call, sizes[_i].status);
                return;
        }
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(call.size, sizes[_i].given);
        ck_assert_int_eq(call.offset.QuadPart, (LONGLONG) sizes[_i].offset);
}
END_TEST

START_TEST(zero_bits_limit_the_address) {
        for (unsigned bits = 1; bits < 64; bits++) {
                Map call = right();

                call.zero_bits = bits;
                if (bits >= 22 && bits < 32) {
                        expect(call, STATUS_INVALID_PARAMETER_4);
                        continue;
                }
                /* From 32 on it is a mask, of six bits here, under which nothing fits. */
                if (bits >= 15) {
                        expect(call, STATUS_NO_MEMORY);
                        continue;
                }
                if (map(&call) == STATUS_SUCCESS) {
                        ck_assert_uint_eq(
                                        ((uintptr_t) call.base + call.size - 1) >> (32 - bits), 0);
                        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), call.base),
                                        STATUS_SUCCESS);
                } else {
                        ck_assert_uint_gt(bits, 10); /* little room is left there */
                }
        }
}
END_TEST

START_TEST(zero_bits_from_32_on_are_a_mask) {
        Map call = right();

        call.zero_bits = 0x1AAAAAAA;
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_le((uintptr_t) call.base + call.size - 1, 0x1FFFFFFF);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), call.base), STATUS_SUCCESS);
        call = right();
        call.zero_bits = UINTPTR_MAX;
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), call.base), STATUS_SUCCESS);

        call = right();
        call.base = (PVOID) 0x30000000;
        call.zero_bits = 3;
        expect(call, STATUS_INVALID_PARAMETER_4);
        call.zero_bits = 2;
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_ptr_eq(call.base, (PVOID) 0x30000000);
}
END_TEST

START_TEST(place_that_is_taken_conflicts) {
        Map first = right(), second = right();

        ck_assert_status(map(&first), STATUS_SUCCESS);
        second.base = first.base;
        ck_assert_status(map(&second), STATUS_CONFLICTING_ADDRESSES);
        second.base = (char *) first.base + 0x1000;
        ck_assert_status(map(&second), STATUS_MAPPED_ALIGNMENT);
        second.base = (char *) first.base + 0x10000;
        ck_assert_status(map(&second), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), first.base), STATUS_SUCCESS);
        second.base = first.base;
        ck_assert_status(map(&second), STATUS_SUCCESS);
}
END_TEST

static int memory_descriptor(void) {
        for (int fd = 3; fd < 64; fd++) {
                char path[32], target[64] = "";

                snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
                if (readlink(path, target, sizeof(target) - 1) > 0 && strstr(target, "memfd:stub"))
                        return fd;
        }
        return -1;
}

START_TEST(descriptor_that_the_program_closed_is_asked_for_again_and_its_file_spared) {
        Map call = right();
        int fd, own = open("/dev/null", O_RDWR | O_CLOEXEC);

        ck_assert_status(map(&call), STATUS_SUCCESS);
        fd = memory_descriptor();
        ck_assert_int_ge(fd, 3);
        ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
        ck_assert_int_eq(dup3(own, fd, O_CLOEXEC), fd); /* the program's file has the number now */
        stub_messages();
        call = right();
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_memories, 2);
        stub.grant_flags = 0;
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
        close(fd);
        close(own);
}
END_TEST

START_TEST(memory_goes_with_a_grant_that_is_over_and_stays_with_a_parked_one) {
        Map call = right();
        int fd;

        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_status(NtClose(section), STATUS_SUCCESS);
        fd = memory_descriptor();
        ck_assert_int_ge(fd, 0);
        ck_assert_uint_eq(stub.client.grants->n_spare, 1);

        stub.grant_flags = GRANT_REPORT;
        call.section = make(SECTION_ALL_ACCESS);
        call.base = NULL;
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_status(NtClose(call.section), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.n_releases, 1);
        close(fd); /* the parked one's: there was no other */
        ck_assert_int_eq(memory_descriptor(), -1);
        *(char *) call.base = 1; /* the view stays */
}
END_TEST

START_TEST(spare_memory_is_bounded_in_number_and_size) {
        Map call;

        stub.size = 0x1000;
        for (unsigned i = 0; i < 70; i++) {
                call = right();
                call.section = make(SECTION_ALL_ACCESS);
                ck_assert_status(map(&call), STATUS_SUCCESS);
                ck_assert_status(NtClose(call.section), STATUS_SUCCESS);
        }
        ck_assert_uint_eq(stub.client.grants->n_spare, 64);
        ck_assert_uint_eq(stub.client.grants->spare_bytes, 64 * 0x1000);
        stub.size = 0x2000000; /* more than all of them may hold */
        call = right();
        call.section = make(SECTION_ALL_ACCESS);
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_status(NtClose(call.section), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.client.grants->n_spare, 64);
}
END_TEST

START_TEST(spare_memory_is_given_up_when_descriptors_run_out) {
        Map call = right();

        call.section = make(SECTION_ALL_ACCESS);
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_status(NtClose(call.section), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.client.grants->n_spare, 1);
        stub.no_descriptors = true;
        call = right();
        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_uint_eq(stub.client.grants->n_spare, 0);

        stub.no_descriptors = true;
        call = right();
        call.section = make(SECTION_ALL_ACCESS);
        ck_assert_status(map(&call), STATUS_INSUFFICIENT_RESOURCES);
}
END_TEST

START_TEST(unmapping_checks_the_address_first_and_needs_no_daemon) {
        Map call = right();

        ck_assert_status(map(&call), STATUS_SUCCESS);
        ck_assert_status(
                        NtUnmapViewOfSection(NULL, (PVOID) 0x7FFFFFFF0000), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NULL, call.base), STATUS_INVALID_HANDLE);
        ck_assert_status(NtUnmapViewOfSection(section, call.base), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), NULL), STATUS_NOT_MAPPED_VIEW);
        stub.entered = STATUS_PORT_DISCONNECTED;
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), call.base), STATUS_SUCCESS);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), call.base),
                        STATUS_NOT_MAPPED_VIEW);
}
END_TEST

static const struct {
        ULONG information_class;
        SIZE_T length;
        NTSTATUS status;
} queries[] = {
        { SectionBasicInformation, 23, STATUS_INFO_LENGTH_MISMATCH },
        { SectionBasicInformation, 24, STATUS_SUCCESS },
        { SectionBasicInformation, 100, STATUS_SUCCESS },
        { SectionImageInformation, 63, STATUS_INFO_LENGTH_MISMATCH },
        { SectionImageInformation, 64, STATUS_SECTION_NOT_IMAGE },
        { SectionImageInformation, 0x100000001, STATUS_ACCESS_VIOLATION },
        { SectionRelocationInformation, 8, STATUS_NOT_IMPLEMENTED },
        { 99, 100, STATUS_INVALID_INFO_CLASS },
};

START_TEST(query_tells_what_the_section_is_without_a_message) {
        union {
                SECTION_BASIC_INFORMATION basic;
                char bytes[100];
        } information;
        SIZE_T returned = 7;

        memset(&information, 0xFF, sizeof(information));
        ck_assert_status(NtQuerySection(section,
                                         (SECTION_INFORMATION_CLASS) queries[_i].information_class,
                                         &information, queries[_i].length, &returned),
                        queries[_i].status);
        ck_assert_uint_eq(returned, NT_SUCCESS(queries[_i].status) ? 24 : 7);
        ck_assert_uint_eq(stub_messages(), 0);
        if (!NT_SUCCESS(queries[_i].status))
                return;
        ck_assert_ptr_null(information.basic.BaseAddress);
        ck_assert_uint_eq(information.basic.AllocationAttributes, SEC_COMMIT);
        ck_assert_int_eq(information.basic.MaximumSize.QuadPart, stub.size);
        ck_assert_int_eq(information.bytes[24], (char) 0xFF);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, stub_clear);
        tcase_add_test(tests, whole_section_is_mapped_and_its_memory_asked_for_once);
        tcase_add_test(tests, checks_come_in_order);
        tcase_add_test(tests, bad_variables_are_access_violations_before_handles_are_looked_at);
        tcase_add_loop_test(
                        tests, a_view_lies_within_the_section, 0, sizeof(sizes) / sizeof(sizes[0]));
        tcase_add_test(tests, zero_bits_limit_the_address);
        tcase_add_test(tests, zero_bits_from_32_on_are_a_mask);
        tcase_add_test(tests, place_that_is_taken_conflicts);
        tcase_add_test(tests,
                        descriptor_that_the_program_closed_is_asked_for_again_and_its_file_spared);
        tcase_add_test(tests, memory_goes_with_a_grant_that_is_over_and_stays_with_a_parked_one);
        tcase_add_test(tests, spare_memory_is_bounded_in_number_and_size);
        tcase_add_test(tests, spare_memory_is_given_up_when_descriptors_run_out);
        tcase_add_test(tests, unmapping_checks_the_address_first_and_needs_no_daemon);
        tcase_add_loop_test(tests, query_tells_what_the_section_is_without_a_message, 0,
                        sizeof(queries) / sizeof(queries[0]));
}

int main(void) {
        return suite_main("section-view", 30, add);
}
