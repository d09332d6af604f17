/*
 * Views: rows of by-kernel 1.10 and 1.11 that no other suite has, and what is noticed first where
 * several things are wrong.
 */

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "mapped-file.h"
#include "memory.h"
#include "view.h"

#define SIZE 0x20000u
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP  0x7FFFFFFF0000u

static void setup(void) {
        mapped_file_make(SIZE);
}

static PVOID place_at(uintptr_t address) {
        return (PVOID) address;
}

/* A handle to the own process without the right to act on its memory. */
static HANDLE weak_process(void) {
        HANDLE weak = NULL;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(), NtCurrentProcess(),
                        &weak, PROCESS_ALL_ACCESS & ~(ACCESS_MASK) PROCESS_VM_OPERATION, 0, 0));
        return weak;
}

/* 1.10 row 2: each of the 32 bits. */
START_TEST(each_bit_of_the_allocation_type_is_known_or_refused) {
        const ULONG known = MEM_TOP_DOWN | MEM_LARGE_PAGES | SEC_NO_CHANGE;
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        ViewOptions options = { .type = 1u << _i };
        PVOID base = NULL;

        if (options.type & known) {
                api_assert_ok(view_map(section, PAGE_READWRITE, &base, &options));
                view_unmap(base);
        } else {
                ck_assert_status(view_map(section, PAGE_READWRITE, &base, &options),
                                STATUS_INVALID_PARAMETER_9);
        }
        /* Of those that are known, MEM_RESERVE is refused by what the section is (row 13). */
        ck_assert_status(NtMapViewOfSection(NONE, NONE, API_WILD, 99, 0, NULL, API_WILD, ViewShare,
                                         options.type, 0),
                        options.type & (known | MEM_RESERVE) ? STATUS_INVALID_PAGE_PROTECTION
                                                             : STATUS_INVALID_PARAMETER_9);
        api_assert_ok(NtClose(section));
}
END_TEST

/* 1.10 row 4: all three are written, so all three must be writable; before rows 5 to 10. */
START_TEST(pointers_to_outputs_must_be_writable) {
        void *constant = mmap(NULL, API_PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        void *const kernel = place_at(0xFFFF800000000000);
        void *const wrong[] = { constant, kernel, API_WILD };
        PVOID base = place_at(TOP);
        LARGE_INTEGER offset = { .QuadPart = 1 };
        SIZE_T size = 0;

        ck_assert_ptr_ne(constant, MAP_FAILED);
        for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
                ck_assert_status(NtMapViewOfSection(NONE, NONE, wrong[i], 99, 0, &offset, &size,
                                                 ViewShare, 0, PAGE_READONLY),
                                STATUS_ACCESS_VIOLATION);
                ck_assert_status(NtMapViewOfSection(NONE, NONE, &base, 99, 0, wrong[i], &size,
                                                 ViewShare, 0, PAGE_READONLY),
                                STATUS_ACCESS_VIOLATION);
                ck_assert_status(NtMapViewOfSection(NONE, NONE, &base, 99, 0, &offset, wrong[i],
                                                 ViewShare, 0, PAGE_READONLY),
                                STATUS_ACCESS_VIOLATION);
        }
        ck_assert_int_eq(munmap(constant, API_PAGE), 0);
}
END_TEST

/* 1.10 rows 5 to 10: each call is wrong in what its row names, and in what the rows below name. */
START_TEST(ranges_are_wrong_before_zero_bits_then_process_then_section) {
        HANDLE weak = weak_process();
        HANDLE blind = view_section(SIZE, PAGE_READWRITE, SECTION_QUERY);
        LARGE_INTEGER odd = { .QuadPart = 1 };
        PVOID top = place_at(TOP), last = place_at(TOP - VIEW_GRANULE), odd_base = place_at(0x1234);
        SIZE_T none = 0, more = VIEW_GRANULE + 1;
        HANDLE process = NtCurrentProcess();

        ck_assert_status(NtMapViewOfSection(NONE, NONE, &top, 25, 0, &odd, &none, ViewShare, 0, 2),
                        STATUS_INVALID_PARAMETER_3);
        ck_assert_status(NtMapViewOfSection(NONE, NONE, &last, 25, 0, &odd, &more, ViewShare, 0, 2),
                        STATUS_INVALID_PARAMETER_3);
        ck_assert_status(NtMapViewOfSection(NONE, NONE, &last, 25, 0, &odd, &none, ViewShare, 0, 2),
                        STATUS_INVALID_PARAMETER_4); /* row 7 */
        ck_assert_status(NtMapViewOfSection(NONE, NONE, &last, 1, 0, &odd, &none, ViewShare, 0, 2),
                        STATUS_INVALID_PARAMETER_4); /* row 8 */
        ck_assert_status(NtMapViewOfSection(
                                         NONE, NONE, &odd_base, 1, 0, &odd, &none, ViewShare, 0, 2),
                        STATUS_INVALID_HANDLE); /* row 9 */
        ck_assert_status(NtMapViewOfSection(NONE, blind, &odd_base, 1, 0, &odd, &none, ViewShare, 0,
                                         2),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtMapViewOfSection(
                                         NONE, weak, &odd_base, 1, 0, &odd, &none, ViewShare, 0, 2),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(NtMapViewOfSection(NONE, process, &odd_base, 1, 0, &odd, &none, ViewShare,
                                         0, 2),
                        STATUS_INVALID_HANDLE); /* row 10 */
        ck_assert_status(NtMapViewOfSection(weak, process, &odd_base, 1, 0, &odd, &none, ViewShare,
                                         0, 2),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtMapViewOfSection(blind, process, &odd_base, 1, 0, &odd, &none, ViewShare,
                                         0, 2),
                        STATUS_ACCESS_DENIED);
        ck_assert_int_eq(odd.QuadPart, 1); /* no failure writes */
        ck_assert_ptr_eq(odd_base, place_at(0x1234));
        api_assert_ok(NtClose(blind));
        api_assert_ok(NtClose(weak));
}
END_TEST

typedef struct Step {
        uintptr_t base; /* 0: a place that is taken */
        ViewOptions options;
        ULONG protection;
        NTSTATUS status;
} Step;

static void expect_steps(HANDLE section, PVOID taken, const Step *steps, size_t n) {
        for (size_t i = 0; i < n; i++) {
                PVOID base = steps[i].base ? place_at(steps[i].base) : taken;
                ViewOptions options = steps[i].options;

                ck_assert_status(view_map(section, steps[i].protection, &base, &options),
                                steps[i].status);
        }
}

/* 1.10 rows 12 to 19, without a file: the same way of being wrong in what is below. */
START_TEST(views_of_the_page_file_are_checked_in_order) {
        const ULONG write = PAGE_READWRITE | PAGE_WRITECOMBINE;
        const ULONG read = PAGE_READONLY | PAGE_WRITECOMBINE;
        const Step steps[] = {
                { 0x20001000, { .type = MEM_RESERVE, .size = SIZE + 1, .commit = 2 * SIZE }, write,
                                STATUS_MAPPED_ALIGNMENT },
                { 0, { .offset = 1, .type = MEM_RESERVE, .size = SIZE + 1 }, write,
                                STATUS_MAPPED_ALIGNMENT },
                { 0, { .type = MEM_RESERVE, .size = SIZE + 1, .commit = 2 * SIZE }, write,
                                STATUS_INVALID_PARAMETER_9 },
                { 0, { .size = SIZE + 1, .commit = 2 * SIZE }, write, STATUS_SECTION_PROTECTION },
                { 0, { .size = SIZE + 1, .commit = 2 * SIZE }, read, STATUS_INVALID_VIEW_SIZE },
                { 0, { .size = SIZE, .commit = SIZE + 1 }, read, STATUS_INVALID_PARAMETER_5 },
                { 0, { .commit = SIZE + 1 }, read, STATUS_INVALID_PARAMETER_5 },
                { 0, { .commit = SIZE }, read, STATUS_INVALID_PARAMETER_10 },
                { 0, { .commit = SIZE }, PAGE_READONLY, STATUS_CONFLICTING_ADDRESSES },
        };
        HANDLE section = view_section(SIZE, PAGE_READONLY, SECTION_ALL_ACCESS);
        PVOID taken = NULL;

        api_assert_ok(view_map(section, PAGE_READONLY, &taken, NULL));
        expect_steps(section, taken, steps, sizeof(steps) / sizeof(steps[0]));
        view_unmap(taken);
        api_assert_ok(NtClose(section));
}
END_TEST

/* The same of a file's. WRITECOMBINE is nothing to refuse there. */
START_TEST(views_of_a_file_are_checked_in_order) {
        const Step steps[] = {
                { 0x20001000, { .type = MEM_RESERVE, .size = SIZE + 1, .commit = 1 },
                                PAGE_READWRITE, STATUS_MAPPED_ALIGNMENT },
                { 0, { .type = MEM_RESERVE, .size = SIZE + 1, .commit = 1 }, PAGE_READWRITE,
                                STATUS_SECTION_PROTECTION },
                { 0, { .size = SIZE + 1, .commit = 1 }, PAGE_READWRITE, STATUS_SECTION_PROTECTION },
                { 0, { .size = SIZE + 1, .commit = 1 }, PAGE_READONLY, STATUS_INVALID_VIEW_SIZE },
                { 0, { .size = SIZE, .commit = 1 }, PAGE_READONLY, STATUS_INVALID_PARAMETER_5 },
                { 0, { .size = SIZE }, PAGE_READONLY | PAGE_WRITECOMBINE,
                                STATUS_CONFLICTING_ADDRESSES },
        };
        HANDLE file = mapped_file_open(FILE_GENERIC_READ), section = NULL;
        PVOID taken = NULL;

        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &section));
        api_assert_ok(view_map(section, PAGE_READONLY, &taken, NULL));
        expect_steps(section, taken, steps, sizeof(steps) / sizeof(steps[0]));
        view_unmap(taken);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* 1.10 row 15: a sum beyond all numbers, and offsets that are negative for who counts with signs.
 */
START_TEST(offset_and_size_do_not_overflow) {
        static const struct {
                uint64_t offset;
                SIZE_T size;
        } rows[] = {
                { 0xFFFFFFFFFFFF0000, 2 * VIEW_GRANULE },
                { 0xFFFFFFFFFFFF0000, 0 },
                { 0x8000000000000000, VIEW_GRANULE },
                { 0x7FFFFFFFFFFF0000, VIEW_GRANULE },
                { VIEW_GRANULE, TOP },
                { 0, SIZE + 1 },
        };
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), sections[2] = { NULL };

        sections[0] = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        api_assert_ok(mapped_file_section(file, 0, PAGE_READWRITE, &sections[1]));
        for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
                ViewOptions options = {
                        .offset = (LONGLONG) rows[i / 2].offset,
                        .size = rows[i / 2].size,
                };
                PVOID base = NULL;

                ck_assert_status(view_map(sections[i % 2], PAGE_READONLY, &base, &options),
                                STATUS_INVALID_VIEW_SIZE);
        }
        api_assert_ok(NtClose(sections[0]));
        api_assert_ok(NtClose(sections[1]));
        api_assert_ok(NtClose(file));
}
END_TEST

/* 1.10 rows 7, 8 and 20 [T]: 1, 2 and 5 bits leave room; 20 and 21 leave none. 10 bits leave 4 MiB,
 * of which valgrind gives out nothing. */
START_TEST(zero_bits_leave_room_or_none) {
        const ULONG_PTR bits[] = { 1, 2, 5, 10 };
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;

        for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++) {
                ViewOptions options = { .zero_bits = bits[i] };
                NTSTATUS status = view_map(section, PAGE_READWRITE, &base, &options);

                if (bits[i] == 10 && status == STATUS_NO_MEMORY)
                        continue;
                api_assert_ok(status);
                ck_assert_uint_eq((uintptr_t) base >> (32 - bits[i]), 0);
                ck_assert_uint_eq((uintptr_t) base % VIEW_GRANULE, 0);
                view_unmap(base);
                base = NULL;
        }
        for (ULONG_PTR n = 20; n <= 21; n++) {
                ViewOptions options = { .zero_bits = n };

                ck_assert_status(view_map(section, PAGE_READWRITE, &base, &options),
                                STATUS_NO_MEMORY);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* 1.10 row 8 and "Docs" [T]: a base of 30000000h has two high zeros and not three; nor may the end
 * of the view have what the base has not. */
START_TEST(given_base_and_end_have_the_zero_bits) {
        static const struct {
                uintptr_t base;
                SIZE_T size;
                ULONG_PTR bits;
                NTSTATUS status;
        } rows[] = {
                { 0x30000000, 0, 2, STATUS_SUCCESS },
                { 0x30000000, 0, 0x3FFFFFFF, STATUS_SUCCESS },
                { 0x30000000, 0, 0x20000000, STATUS_SUCCESS }, /* a mask: leading zeros count */
                { 0x30000000, 0, 3, STATUS_INVALID_PARAMETER_4 },
                { 0x30000000, 0, 0x1FFFFFFF, STATUS_INVALID_PARAMETER_4 },
                { 0x3FFF0000, API_PAGE, 2, STATUS_SUCCESS },
                { 0x3FFF0000, 2 * VIEW_GRANULE, 2, STATUS_INVALID_PARAMETER_4 },
                { 0x3FFF0001, 2 * VIEW_GRANULE, 2, STATUS_INVALID_PARAMETER_4 },
                { 0x30000001, 0, 2, STATUS_MAPPED_ALIGNMENT },
        };
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                ViewOptions options = { .zero_bits = rows[i].bits, .size = rows[i].size };
                PVOID base = place_at(rows[i].base);

                ck_assert_status(
                                view_map(section, PAGE_READWRITE, &base, &options), rows[i].status);
                if (NT_SUCCESS(rows[i].status)) {
                        ck_assert_ptr_eq(base, place_at(rows[i].base));
                        view_unmap(base);
                }
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* 1.10: modifiers do not make a protection more than the section allows, nor less. */
START_TEST(modifiers_do_not_matter_to_what_a_section_allows) {
        HANDLE reads = view_section(SIZE, PAGE_READONLY, SECTION_ALL_ACCESS);
        HANDLE writes = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        static const ULONG modifiers[] = { PAGE_GUARD, PAGE_NOCACHE };

        for (size_t i = 0; i < sizeof(modifiers) / sizeof(modifiers[0]); i++) {
                PVOID base = NULL;

                ck_assert_status(view_map(reads, PAGE_READWRITE | modifiers[i], &base, NULL),
                                STATUS_SECTION_PROTECTION);
                api_assert_ok(view_map(writes, PAGE_READWRITE | modifiers[i], &base, NULL));
                ck_assert_uint_eq(memory_at(base).Protect, PAGE_READWRITE | modifiers[i]);
                view_unmap(base);
        }
        api_assert_ok(NtClose(reads));
        api_assert_ok(NtClose(writes));
}
END_TEST

/* 1.10 [T]: reserved or not, a file's view is committed; and so is room beyond the file. */
START_TEST(reserved_view_of_a_reserved_file_section_is_committed) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), section = NULL;
        ViewOptions roomy = { .type = MEM_RESERVE, .size = 4 * SIZE };
        PVOID base = NULL;

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE,
                        SEC_RESERVE, file));
        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &roomy));
        ck_assert_uint_eq(roomy.size, 4 * SIZE);
        memory_expect_committed(base, 4 * SIZE, PAGE_READWRITE);
        ck_assert_uint_eq(((uint8_t *) base)[SIZE - 1], mapped_file_byte(SIZE - 1));
        view_unmap(base);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

static sigjmp_buf after_fault;
static void *volatile fault_address;

static void on_fault(int signal, siginfo_t *info, void *context) {
        (void) signal;
        (void) context;
        fault_address = info->si_addr;
        siglongjmp(after_fault, 1);
}

static bool faults(volatile uint8_t *at, bool write) {
        fault_address = NULL;
        if (sigsetjmp(after_fault, 1) == 0) {
                uint8_t byte = *at;

                if (write)
                        *at = byte;
                return false;
        }
        ck_assert_ptr_eq(fault_address, (void *) (uintptr_t) at);
        return true;
}

/* 1.10 [T]: an access violation is the signal; it is the program's own, fault recovery or not. */
START_TEST(program_that_touches_what_it_may_not_gets_the_signal) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID reader = NULL, nobody = NULL, copy = NULL;

        api_assert_ok(view_map(section, PAGE_READONLY, &reader, NULL));
        api_assert_ok(view_map(section, PAGE_NOACCESS, &nobody, NULL));
        api_assert_ok(view_map(section, PAGE_WRITECOPY, &copy, NULL));
        ck_assert(!faults(reader, false));
        ck_assert(faults(reader, true));
        ck_assert(faults(nobody, false));
        ck_assert(!faults(copy, true));
        view_unmap(reader);
        ck_assert(faults(reader, false));
        view_unmap(nobody);
        view_unmap(copy);
        api_assert_ok(NtClose(section));
}
END_TEST

/* 1.10 and 1.27: what was written to a copy goes with its view. */
START_TEST(copies_vanish_with_their_view) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), sections[2] = { NULL };

        sections[0] = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        api_assert_ok(mapped_file_section(file, 0, PAGE_WRITECOPY, &sections[1]));
        for (int i = 0; i < 2; i++) {
                uint8_t was;
                PVOID base = NULL;

                api_assert_ok(view_map(sections[i], PAGE_WRITECOPY, &base, NULL));
                was = *(uint8_t *) base;
                memset(base, was + 1, SIZE);
                view_unmap(base);
                api_assert_ok(view_map(sections[i], PAGE_WRITECOPY, &base, NULL));
                ck_assert_uint_eq(*(uint8_t *) base, was);
                memory_expect_committed(base, SIZE, PAGE_WRITECOPY);
                view_unmap(base);
                api_assert_ok(NtClose(sections[i]));
        }
        api_assert_ok(NtClose(file));
}
END_TEST

/* 1.11 rows 1, 2 and 4, in this order; what fails leaves the view. */
START_TEST(unmapping_is_checked_in_order) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        HANDLE weak = weak_process();
        HANDLE const wrong[] = { NULL, NONE, section, weak };
        static const NTSTATUS statuses[] = { STATUS_INVALID_HANDLE, STATUS_INVALID_HANDLE,
                STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED };
        PVOID base = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        for (int i = 0; i < 4; i++) {
                ck_assert_status(NtUnmapViewOfSection(wrong[i], place_at(TOP)),
                                STATUS_NOT_MAPPED_VIEW);
                ck_assert_status(NtUnmapViewOfSection(wrong[i], place_at(TOP - 1)), statuses[i]);
                ck_assert_status(NtUnmapViewOfSection(wrong[i], base), statuses[i]);
                ck_assert_status(NtUnmapViewOfSectionEx(wrong[i], base, 4),
                                STATUS_INVALID_PARAMETER);
        }
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), place_at(TOP - 1)),
                        STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), (uint8_t *) base + SIZE),
                        STATUS_NOT_MAPPED_VIEW);
        memory_expect_committed(base, SIZE, PAGE_READWRITE);
        view_unmap((uint8_t *) base + SIZE - 1);
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

        sigaction(SIGSEGV, &action, NULL); /* before fault recovery is on, which passes on to it */
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_loop_test(tests, each_bit_of_the_allocation_type_is_known_or_refused, 0, 32);
        tcase_add_test(tests, pointers_to_outputs_must_be_writable);
        tcase_add_test(tests, ranges_are_wrong_before_zero_bits_then_process_then_section);
        tcase_add_test(tests, views_of_the_page_file_are_checked_in_order);
        tcase_add_test(tests, views_of_a_file_are_checked_in_order);
        tcase_add_test(tests, offset_and_size_do_not_overflow);
        tcase_add_test(tests, zero_bits_leave_room_or_none);
        tcase_add_test(tests, given_base_and_end_have_the_zero_bits);
        tcase_add_test(tests, modifiers_do_not_matter_to_what_a_section_allows);
        tcase_add_test(tests, reserved_view_of_a_reserved_file_section_is_committed);
        tcase_add_test(tests, program_that_touches_what_it_may_not_gets_the_signal);
        tcase_add_test(tests, copies_vanish_with_their_view);
        tcase_add_test(tests, unmapping_is_checked_in_order);
}

int main(void) {
        return api_main("kernel-rows-views", 30, add);
}
