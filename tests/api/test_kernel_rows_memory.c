/*
 * The services on virtual memory as they meet sections: rows of by-kernel 1.14 and 1.15 that no
 * other suite has.
 */

#include <sys/mman.h>

#include "image.h"
#include "mapped-file.h"
#include "memory.h"
#include "ntsecurity.h"
#include "view.h"
#include "winternl.h"

#define SIZE (2 * GRANULE)
#define NONE ((HANDLE) (uintptr_t) 0x3FFFF0)
#define TOP  0x7FFFFFFF0000u

static void setup(void) {
        mapped_file_make(SIZE);
}

static HANDLE process_without(ACCESS_MASK right) {
        HANDLE weak = NULL;

        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), NtCurrentProcess(), NtCurrentProcess(),
                        &weak, PROCESS_ALL_ACCESS & ~right, 0, 0));
        return weak;
}

/* 1.15: the process handle of each service: its type, then its rights. Nothing happens. */
START_TEST(each_service_needs_its_right_on_the_process) {
        HANDLE weak = process_without(PROCESS_VM_OPERATION);
        HANDLE blind = process_without(PROCESS_QUERY_INFORMATION);
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        struct {
                HANDLE process, query;
                NTSTATUS status;
        } rows[] = {
                { weak, blind, STATUS_ACCESS_DENIED },
                { section, section, STATUS_OBJECT_TYPE_MISMATCH },
                { NtCurrentThread(), NtCurrentThread(), STATUS_OBJECT_TYPE_MISMATCH },
                { NONE, NONE, STATUS_INVALID_HANDLE },
        };
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        MEMORY_BASIC_INFORMATION basic;
        IO_STATUS_BLOCK io;
        PVOID base = memory;
        SIZE_T size = SIZE;
        ULONG old = 77;

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                HANDLE process = rows[i].process;

                ck_assert_status(NtAllocateVirtualMemory(process, &base, 0, &size, MEM_COMMIT,
                                                 PAGE_READONLY),
                                rows[i].status);
                ck_assert_status(NtFreeVirtualMemory(process, &base, &size, MEM_DECOMMIT),
                                rows[i].status);
                ck_assert_status(NtProtectVirtualMemory(process, &base, &size, PAGE_READONLY, &old),
                                rows[i].status);
                ck_assert_status(NtFlushVirtualMemory(process, &base, &size, &io), rows[i].status);
                ck_assert_status(NtLockVirtualMemory(process, &base, &size, MAP_PROCESS),
                                rows[i].status);
                ck_assert_status(NtUnlockVirtualMemory(process, &base, &size, MAP_PROCESS),
                                rows[i].status);
                ck_assert_status(NtQueryVirtualMemory(rows[i].query, memory, MemoryBasicInformation,
                                                 &basic, 48, NULL),
                                rows[i].status);
        }
        ck_assert_uint_eq(old, 77);
        memory_expect_committed(memory, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(blind));
        api_assert_ok(NtClose(weak));
}
END_TEST

/* 1.15: each of the 32 bits beside MEM_RESERVE. */
START_TEST(each_bit_beside_reserve_is_known_or_refused) {
        const ULONG bit = 1u << _i, known = MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN;
        NTSTATUS want = STATUS_INVALID_PARAMETER_5;
        PVOID base = NULL;
        SIZE_T size = SIZE;

        if (bit & known)
                want = STATUS_SUCCESS;
        else if (bit & (MEM_WRITE_WATCH | MEM_PHYSICAL)) /* [P] */
                want = STATUS_NOT_SUPPORTED;
        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE | bit, PAGE_READWRITE), want);
        if (NT_SUCCESS(want))
                api_assert_ok(memory_free(base, 0, MEM_RELEASE));
        if (bit != MEM_RESET) /* nothing goes together with it */
                ck_assert_status(memory_allocate(&base, &size, MEM_RESET | bit, PAGE_READWRITE),
                                STATUS_INVALID_PARAMETER_5);
}
END_TEST

/* 1.15: exactly one of two, but for what today's Windows does to placeholders. */
START_TEST(each_bit_of_the_free_type_is_known_or_refused) {
        const ULONG bit = 1u << _i;
        uint8_t *memory = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        const NTSTATUS want = STATUS_INVALID_PARAMETER_4;

        if (bit != MEM_DECOMMIT && bit != MEM_RELEASE)
                ck_assert_status(memory_free(memory, 0, bit), want);
        if (bit != MEM_DECOMMIT)
                ck_assert_status(memory_free(memory, 0, MEM_DECOMMIT | bit), want);
        if (bit == MEM_COALESCE_PLACEHOLDERS || bit == MEM_PRESERVE_PLACEHOLDER)
                ck_assert_status(memory_free(memory, SIZE, MEM_RELEASE | bit),
                                STATUS_CONFLICTING_ADDRESSES);
        else if (bit != MEM_RELEASE)
                ck_assert_status(memory_free(memory, 0, MEM_RELEASE | bit), want);
        memory_expect_committed(memory, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

/* 1.15: a range that begins in one region and ends in the next is in neither. */
START_TEST(range_over_two_regions_is_nobodys) {
        uint8_t *place = view_free_range(4), *second = place + SIZE;
        SIZE_T size = SIZE;
        PVOID one = place, two = second, base = place;
        ULONG old = 77;

        api_assert_ok(memory_allocate(&one, &size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
        api_assert_ok(memory_allocate(&two, &size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
        ck_assert_status(memory_protect(second - 1, 2, PAGE_READONLY, &old),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_uint_eq(old, PAGE_NOACCESS);
        ck_assert_status(memory_free(second - 1, 2, MEM_DECOMMIT), STATUS_UNABLE_TO_FREE_VM);
        ck_assert_status(memory_free(place, 2 * SIZE, MEM_RELEASE), STATUS_UNABLE_TO_FREE_VM);
        size = 2 * SIZE;
        ck_assert_status(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READONLY),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE, PAGE_READONLY),
                        STATUS_CONFLICTING_ADDRESSES);
        memory_expect_committed(place, SIZE, PAGE_READWRITE);
        memory_expect_committed(second, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        api_assert_ok(memory_free(second, 0, MEM_RELEASE));
}
END_TEST

static void expect_no_modifiers(PVOID view) {
        const ULONG protection = memory_at(view).Protect;
        static const ULONG modifiers[] = { PAGE_NOCACHE, PAGE_WRITECOMBINE };

        for (int i = 0; i < 2; i++) {
                ULONG old = 77;

                ck_assert_status(memory_protect(view, 1, PAGE_READONLY | modifiers[i], &old),
                                STATUS_INVALID_PARAMETER_4);
                ck_assert_uint_eq(old, PAGE_NOACCESS);
        }
        ck_assert_uint_eq(memory_at(view).Protect, protection);
        view_unmap(view);
}

/* 1.15: how memory is cached is not for those who map it to change, whatever is behind the view. */
START_TEST(views_of_all_kinds_take_no_modifiers) {
        static PeBuild build;
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), sections[3] = { NULL };

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        sections[0] = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        api_assert_ok(mapped_file_section(file, 0, PAGE_READWRITE, &sections[1]));
        sections[2] = image_section_of("row.dll", &build);
        for (int i = 0; i < 3; i++) {
                PVOID view = NULL;

                ck_assert(NT_SUCCESS(view_map(sections[i], PAGE_READONLY, &view, NULL)));
                expect_no_modifiers(view);
                api_assert_ok(NtClose(sections[i]));
        }
        api_assert_ok(NtClose(file));
        pe_build_clear(&build);
}
END_TEST

/* 1.15: what may be said of a view when it is asked about. */
START_TEST(queries_look_at_the_address_then_pointers_then_class_and_length) {
        uint8_t buffer[64] __attribute__((aligned(8)));
        void *constant = mmap(NULL, API_PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        SIZE_T length = 77;

        ck_assert_ptr_ne(constant, MAP_FAILED);
        ck_assert_status(NtQueryVirtualMemory(NONE, (PVOID) TOP, 99, buffer + 1, 1, API_WILD),
                        STATUS_INVALID_PARAMETER);
        for (unsigned odd = 1; odd < 4; odd++)
                ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, buffer + odd, 1, &length),
                                STATUS_DATATYPE_MISALIGNMENT);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, constant, 1, &length),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, buffer, 1, constant),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtQueryVirtualMemory(NONE, NULL, 99, buffer, 1, &length),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert_uint_eq(length, 77);
        ck_assert_int_eq(munmap(constant, API_PAGE), 0);
}
END_TEST

/* 1.15: NtFlushVirtualMemory, a range that passes the top is wrong before the process is. */
START_TEST(flush_beyond_the_top_is_wrong_before_the_process) {
        PVOID base = (PVOID) (TOP - API_PAGE);
        SIZE_T size = API_PAGE + 1, huge = SIZE_MAX;
        IO_STATUS_BLOCK io;

        ck_assert_status(NtFlushVirtualMemory(NONE, &base, &size, &io), STATUS_INVALID_PARAMETER);
        ck_assert_status(NtFlushVirtualMemory(NONE, &base, &huge, &io), STATUS_INVALID_PARAMETER);
        size = API_PAGE;
        ck_assert_status(NtFlushVirtualMemory(NONE, &base, &size, &io), STATUS_INVALID_HANDLE);
        ck_assert_ptr_eq(base, (PVOID) (TOP - API_PAGE));
}
END_TEST

static NTSTATUS switch_privilege(ULONG attributes) {
        TOKEN_PRIVILEGES wanted = { .PrivilegeCount = 1 };
        HANDLE token = NULL;
        NTSTATUS status;

        wanted.Privileges[0].Luid.LowPart = SE_LOCK_MEMORY_PRIVILEGE;
        wanted.Privileges[0].Attributes = attributes;
        api_assert_ok(NtOpenProcessToken(
                        NtCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token));
        status = NtAdjustPrivilegesToken(token, FALSE, &wanted, 0, NULL, NULL);
        api_assert_ok(NtClose(token));
        return status;
}

/* 1.15: MapType 2, with 1 or without, needs SeLockMemoryPrivilege, as it is now. */
START_TEST(locking_for_the_system_needs_the_privilege) {
        PVOID base = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        SIZE_T size = API_PAGE;

        for (ULONG type = MAP_SYSTEM; type <= (MAP_SYSTEM | MAP_PROCESS); type++) {
                api_assert_ok(switch_privilege(SE_PRIVILEGE_ENABLED));
                api_assert_ok(NtLockVirtualMemory(NtCurrentProcess(), &base, &size, type));
                api_assert_ok(switch_privilege(0));
                ck_assert_status(NtUnlockVirtualMemory(NtCurrentProcess(), &base, &size, type),
                                STATUS_PRIVILEGE_NOT_HELD);
                ck_assert_status(NtLockVirtualMemory(NONE, &base, &size, type),
                                STATUS_INVALID_HANDLE);
                api_assert_ok(switch_privilege(SE_PRIVILEGE_ENABLED));
                api_assert_ok(NtUnlockVirtualMemory(NtCurrentProcess(), &base, &size, type));
        }
        api_assert_ok(memory_free(base, 0, MEM_RELEASE));
}
END_TEST

/* The same by a process that has never spoken to the daemon: its token has the privilege all the
 * same. */
START_TEST(who_locks_before_all_else_has_the_privilege_too) {
        static uint8_t own[2 * API_PAGE];
        PVOID base = own;
        SIZE_T size = 1;

        api_assert_ok(NtLockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_SYSTEM));
        api_assert_ok(NtUnlockVirtualMemory(NtCurrentProcess(), &base, &size, MAP_SYSTEM));
}
END_TEST

/* 1.14: statuses by what is mapped at both addresses, by the first one first. */
START_TEST(files_are_compared_by_the_first_address_first) {
        HANDLE file = mapped_file_open(FILE_ANY_ACCESS), data = NULL;
        HANDLE page_file = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID of_file = NULL, of_page_file = NULL, nothing;

        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &data));
        api_assert_ok(view_map(data, PAGE_READONLY, &of_file, NULL));
        api_assert_ok(view_map(page_file, PAGE_READONLY, &of_page_file, NULL));
        nothing = view_free_range(1);
        ck_assert_status(NtAreMappedFilesTheSame(nothing, of_file), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(of_file, nothing), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(of_page_file, of_file),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame(of_file, of_page_file),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(NtAreMappedFilesTheSame((PVOID) (uintptr_t) 0xFFFF800000000000, of_file),
                        STATUS_INVALID_ADDRESS);
        view_unmap(of_file);
        view_unmap(of_page_file);
        api_assert_ok(NtClose(page_file));
        api_assert_ok(NtClose(data));
        api_assert_ok(NtClose(file));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, each_service_needs_its_right_on_the_process);
        tcase_add_loop_test(tests, each_bit_beside_reserve_is_known_or_refused, 0, 32);
        tcase_add_loop_test(tests, each_bit_of_the_free_type_is_known_or_refused, 0, 32);
        tcase_add_test(tests, range_over_two_regions_is_nobodys);
        tcase_add_test(tests, views_of_all_kinds_take_no_modifiers);
        tcase_add_test(tests, queries_look_at_the_address_then_pointers_then_class_and_length);
        tcase_add_test(tests, flush_beyond_the_top_is_wrong_before_the_process);
        tcase_add_test(tests, locking_for_the_system_needs_the_privilege);
        tcase_add_test(tests, who_locks_before_all_else_has_the_privilege_too);
        tcase_add_test(tests, files_are_compared_by_the_first_address_first);
}

int main(void) {
        return api_main("kernel-rows-memory", 30, add);
}
