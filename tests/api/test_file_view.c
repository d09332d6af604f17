/*
 * Views of files' sections: what is in them, what may be done with them, and what is said of them.
 */

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mapped-file.h"
#include "memory.h"
#include "view.h"

#define SIZE 0x13456

static HANDLE file;

static void setup(void) {
        mapped_file_make(SIZE);
}

/* A section of the file, of which the test has the file open too. */
static HANDLE section_new(ULONG protection) {
        HANDLE section = NULL;

        file = mapped_file_open(FILE_ANY_ACCESS);
        api_assert_ok(mapped_file_section(file, 0, protection, &section));
        return section;
}

static uint8_t *map_all(HANDLE section, ULONG protection) {
        PVOID base = NULL;

        api_assert_ok(view_map(section, protection, &base, NULL));
        return base;
}

static void end(HANDLE section, PVOID view) {
        if (view)
                view_unmap(view);
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}

static uint8_t byte_in_file(LONGLONG at) {
        LARGE_INTEGER offset = { .QuadPart = at };
        IO_STATUS_BLOCK io;
        uint8_t byte = 0;

        api_assert_ok(NtReadFile(file, NULL, NULL, NULL, &io, &byte, 1, &offset, NULL));
        ck_assert_uint_eq(io.Information, 1);
        return byte;
}

/* by-tests 1.11 and 1.15 [W] [wine]: all of it, in whole pages, with zeros behind the end. */
START_TEST(view_shows_the_file_and_zeros_behind_it) {
        HANDLE section = section_new(PAGE_READONLY);
        ViewOptions options = { 0 };
        PVOID base = NULL;
        uint8_t *bytes;

        api_assert_ok(view_map(section, PAGE_READONLY, &base, &options));
        ck_assert_uint_eq((uintptr_t) base % VIEW_GRANULE, 0);
        ck_assert_uint_eq(options.size, 0x14000);
        bytes = base;
        for (size_t i = 0; i < options.size; i++)
                ck_assert_uint_eq(bytes[i], i < SIZE ? mapped_file_byte(i) : 0);
        ck_assert(!api_writable(base));
        memory_expect_committed(base, 0x14000, PAGE_READONLY);
        ck_assert_uint_eq(memory_at(bytes + 0x5678).Type, MEM_MAPPED);
        ck_assert_ptr_eq(memory_at(bytes + 0x5678).AllocationBase, base);
        end(section, base);
}
END_TEST

/* by-tests 1.11, "Address, size, offset" [W]; by-kernel 1.10, rows 12 to 16. */
static const struct {
        LONGLONG offset;
        SIZE_T size, commit;
        ULONG type;
        NTSTATUS status;
        SIZE_T mapped;
} ranges[] = {
        { 0, SIZE, 0, 0, STATUS_SUCCESS, 0x14000 },
        { 0, SIZE + 1, 0, 0, STATUS_INVALID_VIEW_SIZE, 0 },
        { 0, 1, 0, 0, STATUS_SUCCESS, 0x1000 },
        { 0x10000, 0, 0, 0, STATUS_SUCCESS, 0x4000 },
        { 0x10000, 0x3457, 0, 0, STATUS_INVALID_VIEW_SIZE, 0 },
        { 1, 0, 0, 0, STATUS_MAPPED_ALIGNMENT, 0 },
        { 0x1000, 0, 0, 0, STATUS_MAPPED_ALIGNMENT, 0 },
        { 0x20000, 0, 0, 0, STATUS_INVALID_VIEW_SIZE, 0 },
        { 0, SIZE, 1, 0, STATUS_INVALID_PARAMETER_5, 0 },
        { 0, 0x40000, 0, MEM_RESERVE, STATUS_SUCCESS, 0x40000 },
        { 0, 0x40000, 0x1000, MEM_RESERVE, STATUS_SUCCESS, 0x40000 },
        { 0x10000, 0x10000, 0, MEM_RESERVE, STATUS_SUCCESS, 0x10000 },
        { 0, 0, 0, MEM_RESERVE, STATUS_SUCCESS, 0x14000 },
        { 0, 0, 0, MEM_RESERVE | MEM_LARGE_PAGES, STATUS_SUCCESS, 0x14000 },
        { 0, 0, 0, MEM_RESERVE | MEM_COMMIT, STATUS_INVALID_PARAMETER_9, 0 },
};

START_TEST(range_of_a_view) {
        HANDLE section = section_new(PAGE_READWRITE);
        ViewOptions options = {
                .offset = ranges[_i].offset,
                .size = ranges[_i].size,
                .commit = ranges[_i].commit,
                .type = ranges[_i].type,
        };
        PVOID base = NULL;

        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &options), ranges[_i].status);
        if (NT_SUCCESS(ranges[_i].status)) {
                ck_assert_uint_eq(options.size, ranges[_i].mapped);
                ck_assert_uint_eq(*(uint8_t *) base, mapped_file_byte((size_t) ranges[_i].offset));
                memory_expect_committed(base, options.size, PAGE_READWRITE); /* [T] */
        }
        end(section, base);
}
END_TEST

/* by-kernel 1.10, row 13: room to grow is for those who may write. */
START_TEST(read_only_sections_reserve_nothing) {
        const ULONG protections[] = { PAGE_READONLY, PAGE_WRITECOPY, PAGE_EXECUTE_READ,
                PAGE_EXECUTE_WRITECOPY };
        ViewOptions options = { .type = MEM_RESERVE };

        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++) {
                HANDLE section = section_new(protections[i]);
                PVOID base = NULL;

                ck_assert_status(view_map(section, PAGE_READONLY, &base, &options),
                                STATUS_SECTION_PROTECTION);
                end(section, NULL);
        }
}
END_TEST

/* by-tests 1.14 [wine+] and by-kernel 1.10 [T]: one memory for views and reads. */
START_TEST(what_a_view_writes_is_in_the_file) {
        HANDLE section = section_new(PAGE_READWRITE);
        uint8_t *writer = map_all(section, PAGE_READWRITE);
        uint8_t *reader = map_all(section, PAGE_READONLY);
        LARGE_INTEGER offset = { .QuadPart = 0x2000 };
        IO_STATUS_BLOCK io;

        writer[0x1234] = 7;
        ck_assert_uint_eq(reader[0x1234], 7);
        ck_assert_uint_eq(byte_in_file(0x1234), 7);
        api_assert_ok(NtWriteFile(
                        file, NULL, NULL, NULL, &io, (PVOID) (uintptr_t) "x", 1, &offset, NULL));
        ck_assert_uint_eq(writer[0x2000], 'x');
        ck_assert_uint_eq(reader[0x2000], 'x');
        view_unmap(reader);
        end(section, writer);
        file = mapped_file_open(FILE_GENERIC_READ);
        ck_assert_uint_eq(byte_in_file(0x1234), 7);
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.14 [wine+]: copies never reach the file. */
START_TEST(what_a_copy_on_write_view_writes_stays_there) {
        HANDLE section = section_new(PAGE_READWRITE);
        uint8_t *copy = map_all(section, PAGE_WRITECOPY);
        uint8_t *shared = map_all(section, PAGE_READWRITE);

        shared[0] = 1;
        ck_assert_uint_eq(copy[0], 1);
        copy[0] = 2;
        copy[0x3000] = 3;
        ck_assert_uint_eq(shared[0], 1);
        ck_assert_uint_eq(byte_in_file(0), 1);
        ck_assert_uint_eq(byte_in_file(0x3000), mapped_file_byte(0x3000));
        memory_expect_committed(copy, API_PAGE, PAGE_READWRITE); /* [W!] */
        memory_expect_committed(copy + API_PAGE, 2 * API_PAGE, PAGE_WRITECOPY);
        view_unmap(copy);
        end(section, shared);
        file = mapped_file_open(FILE_GENERIC_READ);
        ck_assert_uint_eq(byte_in_file(0x3000), mapped_file_byte(0x3000));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.11 [W]: views of a section that is not cached say so. */
START_TEST(uncached_sections_have_uncached_views) {
        HANDLE section = NULL;
        MEMORY_BASIC_INFORMATION basic;
        uint8_t *base;

        file = mapped_file_open(FILE_ANY_ACCESS);
        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_READWRITE,
                        SEC_COMMIT | SEC_NOCACHE, file));
        base = map_all(section, PAGE_READWRITE);
        basic = memory_at(base);
        ck_assert_uint_eq(basic.Protect, PAGE_READWRITE | PAGE_NOCACHE);
        ck_assert_uint_eq(basic.AllocationProtect, PAGE_READWRITE | PAGE_NOCACHE);
        end(section, base);
}
END_TEST

/* by-tests 1.15 [W]: for every protection. */
START_TEST(a_view_of_a_file_is_committed_already) {
        const ULONG protections[] = { PAGE_NOACCESS, PAGE_READONLY, PAGE_READWRITE, PAGE_WRITECOPY,
                PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY };
        HANDLE section = section_new(PAGE_EXECUTE_READWRITE);
        uint8_t *base = map_all(section, PAGE_EXECUTE_READWRITE);

        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++) {
                PVOID at = base + API_PAGE;
                SIZE_T size = API_PAGE;

                ck_assert_status(memory_allocate(&at, &size, MEM_COMMIT, protections[i]),
                                STATUS_ALREADY_COMMITTED);
        }
        memory_expect_committed(base, 0x14000, PAGE_EXECUTE_READWRITE);
        ck_assert_status(memory_free(base, 0, MEM_RELEASE), STATUS_INVALID_PARAMETER);
        ck_assert_status(memory_free(base, API_PAGE, MEM_DECOMMIT), STATUS_INVALID_PARAMETER);
        end(section, base);
}
END_TEST

/* by-tests 1.15, NtProtectVirtualMemory: access(new) in access(AllocationProtect). [W] */
START_TEST(protection_of_a_view_changes_within_what_it_was_mapped_for) {
        const ULONG mapped = 1u << _i;
        HANDLE section = section_new(PAGE_EXECUTE_READWRITE);
        uint8_t *base = map_all(section, mapped);
        /* [T] for a view that nobody may touch, else [W] */
        const NTSTATUS refusal = mapped == PAGE_NOACCESS ? STATUS_SECTION_PROTECTION
                                                         : STATUS_INVALID_PAGE_PROTECTION;
        ULONG before = mapped;

        for (ULONG wanted = PAGE_NOACCESS; wanted <= PAGE_EXECUTE_WRITECOPY; wanted <<= 1) {
                bool allowed = memory_may_become(mapped, wanted);
                ULONG old = 0;
                NTSTATUS status = memory_protect(base, API_PAGE, wanted, &old);

                ck_assert_msg(status == (allowed ? STATUS_SUCCESS : refusal), "0x%x to 0x%x: %s",
                                mapped, wanted, zw_status_name(status));
                ck_assert_uint_eq(old, allowed ? before : PAGE_NOACCESS);
                if (allowed)
                        before = wanted;
                ck_assert_uint_eq(memory_at(base).Protect, before);
                if (!allowed || !api_readable(base))
                        continue;
                ck_assert_uint_eq(base[5], mapped_file_byte(5));
                if (!(wanted & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)))
                        ck_assert_int_eq(api_writable(base), (wanted & 0x44) != 0);
        }
        end(section, base);
}
END_TEST

/* by-tests 1.15 [W]: READONLY -> WRITECOPY; what is written is a copy, whatever comes after. */
START_TEST(read_only_view_becomes_a_copy) {
        HANDLE section = section_new(PAGE_READONLY);
        uint8_t *base = map_all(section, PAGE_READONLY);
        ULONG old = 0;

        api_assert_ok(memory_protect(base, 2 * API_PAGE, PAGE_WRITECOPY, &old));
        ck_assert_uint_eq(old, PAGE_READONLY);
        base[0] = 99;
        ck_assert_uint_eq(byte_in_file(0), mapped_file_byte(0));
        api_assert_ok(memory_protect(base, API_PAGE, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, PAGE_READWRITE); /* [W!] it was written to */
        ck_assert_status(memory_protect(base, API_PAGE, PAGE_READWRITE, &old),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_uint_eq(base[0], 99);
        end(section, base);
}
END_TEST

/* by-tests 1.15, NtFlushVirtualMemory [wine+]. */
START_TEST(a_view_is_flushed) {
        HANDLE section = section_new(PAGE_READWRITE);
        uint8_t *base = map_all(section, PAGE_READWRITE);
        PVOID at = base + 0x1234;
        IO_STATUS_BLOCK io = { .Information = 5 };
        SIZE_T size = 0;

        base[0x1234] = 1;
        api_assert_ok(NtFlushVirtualMemory(NtCurrentProcess(), &at, &size, &io));
        ck_assert_ptr_eq(at, base + API_PAGE);
        ck_assert_uint_eq(size, 0x13000);
        ck_assert_uint_eq(io.Information, 5);
        at = base;
        size = 1;
        api_assert_ok(NtFlushVirtualMemory(NtCurrentProcess(), &at, &size, &io));
        ck_assert_uint_eq(size, API_PAGE);
        at = base + 0x13000;
        size = 0x1001;
        ck_assert_status(NtFlushVirtualMemory(NtCurrentProcess(), &at, &size, &io),
                        STATUS_INVALID_PARAMETER);
        end(section, base);
}
END_TEST

/* by-tests 1.15, class 2 [W]: an NT device path. */
START_TEST(name_of_the_file_behind_a_view) {
        HANDLE section = section_new(PAGE_READONLY);
        uint8_t *base = map_all(section, PAGE_READONLY);
        struct {
                UNICODE_STRING string;
                WCHAR text[4096];
        } found = { 0 };
        const WCHAR device[] = u"\\Device\\HarddiskVolume1";
        const size_t skipped = sizeof("\\??\\unix") - 1, n = G_N_ELEMENTS(device) - 1;
        const WCHAR *name = folder_name(MAPPED_FILE);
        size_t n_name = 0;
        SIZE_T length = 0;

        while (name[n_name])
                n_name++;
        api_assert_ok(NtClose(section));
        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), base + 0x10001,
                        MemoryMappedFilenameInformation, &found, sizeof(found), &length));
        ck_assert_uint_eq(found.string.Length, (n + n_name - skipped) * sizeof(WCHAR));
        ck_assert_mem_eq(found.text, device, n * sizeof(WCHAR));
        ck_assert_mem_eq(found.text + n, name + skipped, (n_name - skipped + 1) * sizeof(WCHAR));
        ck_assert_uint_eq(length, sizeof(UNICODE_STRING) + found.string.MaximumLength);
        ck_assert_uint_eq(found.string.MaximumLength, found.string.Length + sizeof(WCHAR));
        view_unmap(base);
        ck_assert_status(NtQueryVirtualMemory(NtCurrentProcess(), base,
                                         MemoryMappedFilenameInformation, &found, sizeof(found),
                                         &length),
                        STATUS_INVALID_ADDRESS);
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-kernel 1.12 and by-tests 1.10: file and section grow, and room that was reserved fills. */
START_TEST(extended_section_has_room) {
        HANDLE section = section_new(PAGE_READWRITE);
        ViewOptions roomy = { .type = MEM_RESERVE, .size = 0x40000 };
        LARGE_INTEGER size = { .QuadPart = 0x30000 };
        PVOID base = NULL;

        api_assert_ok(view_map(section, PAGE_READWRITE, &base, &roomy));
        ck_assert(!api_readable((uint8_t *) base + 0x2FFFF));
        api_assert_ok(NtExtendSection(section, &size));
        ck_assert_int_eq(size.QuadPart, 0x30000);
        ck_assert_int_eq(mapped_file_size(), 0x30000);
        ck_assert_int_eq(section_basic(section).MaximumSize.QuadPart, 0x30000);
        ((uint8_t *) base)[0x2FFFF] = 4;
        ck_assert_uint_eq(byte_in_file(0x2FFFF), 4);

        size.QuadPart = 0x100; /* not above what it is: no change */
        api_assert_ok(NtExtendSection(section, &size));
        ck_assert_int_eq(size.QuadPart, 0x30000);
        ck_assert_int_eq(mapped_file_size(), 0x30000);
        end(section, base);
}
END_TEST

/* by-kernel 1.12: the file is larger already; it stays as it is. */
START_TEST(section_grows_within_its_file) {
        HANDLE section = NULL;
        LARGE_INTEGER size = { .QuadPart = 0x2000 };
        PVOID base = NULL;
        ViewOptions options = { .size = 0x2000 };

        file = mapped_file_open(FILE_ANY_ACCESS);
        api_assert_ok(mapped_file_section(file, 36, PAGE_READWRITE, &section));
        ck_assert_status(view_map(section, PAGE_READONLY, &base, &options),
                        STATUS_INVALID_VIEW_SIZE);
        api_assert_ok(NtExtendSection(section, &size));
        ck_assert_int_eq(mapped_file_size(), SIZE);
        api_assert_ok(view_map(section, PAGE_READONLY, &base, &options));
        end(section, base);
}
END_TEST

/* by-kernel 1.12: what has no file that it may write to cannot grow. */
START_TEST(not_every_section_is_extended) {
        HANDLE section = section_new(PAGE_READONLY), weak = NULL;
        HANDLE page_file = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        LARGE_INTEGER size = { .QuadPart = SIZE + 1 };

        ck_assert_status(NtExtendSection(section, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_status(NtExtendSection(page_file, &size), STATUS_SECTION_NOT_EXTENDED);
        ck_assert_status(NtExtendSection(file, &size), STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(NtExtendSection(section, NULL), STATUS_ACCESS_VIOLATION);
        api_assert_ok(NtDuplicateObject(NtCurrentProcess(), section, NtCurrentProcess(), &weak,
                        SECTION_QUERY | SECTION_MAP_READ, 0, 0));
        ck_assert_status(NtExtendSection(weak, &size), STATUS_ACCESS_DENIED);
        ck_assert_int_eq(size.QuadPart, SIZE + 1);
        ck_assert_int_eq(mapped_file_size(), SIZE);
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(page_file));
        end(section, NULL);
}
END_TEST

/* [P] A Linux program cuts the file: what is beyond is lost, and no service dies of it. */
START_TEST(file_that_shrank_is_an_error_in_its_pages) {
        HANDLE section = section_new(PAGE_READWRITE);
        uint8_t *base = map_all(section, PAGE_READWRITE), copy[2 * API_PAGE];
        SECTION_BASIC_INFORMATION *information = (void *) (base + 0x10000);
        SIZE_T done = 0;

        mapped_file_truncate(0x1000);
        ck_assert_status(NtQuerySection(section, SectionBasicInformation, information,
                                         sizeof(*information), NULL),
                        STATUS_IN_PAGE_ERROR);
        ck_assert_status(NtReadVirtualMemory(NtCurrentProcess(), base, copy, sizeof(copy), &done),
                        STATUS_PARTIAL_COPY);
        ck_assert_uint_eq(base[0xFFF], mapped_file_byte(0xFFF));
        memory_expect_committed(base, 0x14000, PAGE_READWRITE);
        mapped_file_truncate(SIZE);
        ck_assert_uint_eq(base[0x10000], 0);
        end(section, base);
}
END_TEST

/* by-tests 1.15, NtAreMappedFilesTheSame: two data views, even of the same section or file. [W] */
START_TEST(views_of_data_are_not_the_same) {
        HANDLE section = section_new(PAGE_READONLY);
        uint8_t *one = map_all(section, PAGE_READONLY), *other = map_all(section, PAGE_READONLY);

        api_assert_ok(NtAreMappedFilesTheSame(one, one + API_PAGE));
        ck_assert_status(NtAreMappedFilesTheSame(one, other), STATUS_NOT_SAME_DEVICE);
        ck_assert_status(NtAreMappedFilesTheSame(one, NULL), STATUS_INVALID_ADDRESS);
        ck_assert_status(NtAreMappedFilesTheSame(one, &one), STATUS_CONFLICTING_ADDRESSES);
        view_unmap(other);
        end(section, one);
}
END_TEST

/* by-tests 1.15, NtLockVirtualMemory [wine+]: as in any view. */
START_TEST(pages_of_a_view_are_locked) {
        HANDLE section = section_new(PAGE_READWRITE);
        uint8_t *base = map_all(section, PAGE_READWRITE);
        PVOID at = base + 1;
        SIZE_T size = 1;

        api_assert_ok(NtLockVirtualMemory(NtCurrentProcess(), &at, &size, MAP_PROCESS));
        ck_assert_ptr_eq(at, base);
        ck_assert_uint_eq(size, API_PAGE);
        api_assert_ok(NtUnlockVirtualMemory(NtCurrentProcess(), &at, &size, MAP_PROCESS));
        end(section, base);
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, view_shows_the_file_and_zeros_behind_it);
        tcase_add_loop_test(tests, range_of_a_view, 0, G_N_ELEMENTS(ranges));
        tcase_add_test(tests, read_only_sections_reserve_nothing);
        tcase_add_test(tests, what_a_view_writes_is_in_the_file);
        tcase_add_test(tests, what_a_copy_on_write_view_writes_stays_there);
        tcase_add_test(tests, uncached_sections_have_uncached_views);
        tcase_add_test(tests, a_view_of_a_file_is_committed_already);
        tcase_add_loop_test(
                        tests, protection_of_a_view_changes_within_what_it_was_mapped_for, 0, 8);
        tcase_add_test(tests, read_only_view_becomes_a_copy);
        tcase_add_test(tests, a_view_is_flushed);
        tcase_add_test(tests, name_of_the_file_behind_a_view);
        tcase_add_test(tests, extended_section_has_room);
        tcase_add_test(tests, section_grows_within_its_file);
        tcase_add_test(tests, not_every_section_is_extended);
        tcase_add_test(tests, file_that_shrank_is_an_error_in_its_pages);
        tcase_add_test(tests, views_of_data_are_not_the_same);
        tcase_add_test(tests, pages_of_a_view_are_locked);
}

int main(void) {
        return api_main("file-view", 30, add);
}
