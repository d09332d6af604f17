/*
 * Rows of the tables of NtMapViewOfSection, NtMapViewOfSectionEx and NtUnmapViewOfSection that no
 * other suite shows. by-tests 1.11, 1.12 and 1.13.
 */

#include <glib.h>
#include <string.h>

#include "image.h"
#include "mapped-file.h"
#include "memory.h"
#include "partner.h"

#define NAME u"\\BaseNamedObjects\\rows"
#define SIZE 0x20000u

static const ULONG protections[] = {
        PAGE_NOACCESS,
        PAGE_READONLY,
        PAGE_WRITECOPY,
        PAGE_READWRITE,
        PAGE_EXECUTE,
        PAGE_EXECUTE_READ,
        PAGE_EXECUTE_WRITECOPY,
        PAGE_EXECUTE_READWRITE,
};

static ACCESS_MASK needed(ULONG protection) {
        switch (protection) {
        case PAGE_READWRITE:
                return SECTION_MAP_WRITE;
        case PAGE_EXECUTE_READWRITE:
                return SECTION_MAP_WRITE | SECTION_MAP_EXECUTE;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY:
                return SECTION_MAP_READ | SECTION_MAP_EXECUTE;
        default:
                return SECTION_MAP_READ;
        }
}

/* What CreateFileMapping() asks for, by the section's protection. */
static const struct {
        ULONG protection;
        ACCESS_MASK access;
} creators[] = {
        { PAGE_READONLY, SECTION_QUERY | SECTION_MAP_READ },
        { PAGE_WRITECOPY, SECTION_QUERY | SECTION_MAP_READ },
        { PAGE_READWRITE, SECTION_QUERY | SECTION_MAP_READ | SECTION_MAP_WRITE },
        { PAGE_EXECUTE_READ, SECTION_QUERY | SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_WRITECOPY, SECTION_QUERY | SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_READWRITE, SECTION_QUERY | SECTION_MAP_READ | SECTION_MAP_WRITE |
                                                  SECTION_MAP_EXECUTE },
};

static void expect_views_of_creator(HANDLE file, ULONG protection, ACCESS_MASK access) {
        LARGE_INTEGER size = { .QuadPart = API_PAGE };
        HANDLE section = NULL;

        api_assert_ok(NtCreateSection(&section, access, NULL, &size, protection, SEC_COMMIT, file));
        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++) {
                bool granted = (needed(protections[i]) & ~access) == 0;
                PVOID base = NULL;
                NTSTATUS status = view_map(section, protections[i], &base, NULL);

                ck_assert_msg(status == (granted ? STATUS_SUCCESS : STATUS_ACCESS_DENIED),
                                "section 0x%x, view 0x%x: %s", protection, protections[i],
                                zw_status_name(status));
                if (granted)
                        view_unmap(base);
        }
        api_assert_ok(NtClose(section));
}

/* by-tests 1.11 [W]: "the full matrix of section protect and access follows exactly from 'required
 * subset of granted'". So there is no view that a creator's rights allow and the section's
 * protection does not. */
START_TEST(rights_of_the_creator_decide_alone) {
        HANDLE file;

        mapped_file_make(SIZE);
        file = mapped_file_open(FILE_ANY_ACCESS);
        expect_views_of_creator(file, creators[_i].protection, creators[_i].access);
        expect_views_of_creator(NULL, creators[_i].protection, creators[_i].access);
        api_assert_ok(NtClose(file));
}
END_TEST

/* The same: writes to such a view stay private, and it can be executed. */
START_TEST(executable_section_has_copies_that_are_written_and_run) {
        static const uint8_t code[] = { 0xB8, 0x2B, 0, 0, 0, 0xC3 }; /* mov eax, 43; ret */
        HANDLE section = view_section(API_PAGE, PAGE_EXECUTE_READ, SECTION_ALL_ACCESS);
        PVOID base = NULL, other = NULL;
        int (*function)(void);

        api_assert_ok(view_map(section, PAGE_EXECUTE_WRITECOPY, &base, NULL));
        api_assert_ok(view_map(section, PAGE_EXECUTE_READ, &other, NULL));
        memory_expect_committed(base, API_PAGE, PAGE_EXECUTE_WRITECOPY);
        memcpy(base, code, sizeof(code));
        memcpy(&function, &base, sizeof(function));
        ck_assert_int_eq(function(), 43);
        ck_assert_uint_eq(*(uint8_t *) other, 0);
        memory_expect_committed(base, API_PAGE, PAGE_EXECUTE_READWRITE);
        view_unmap(base);
        view_unmap(other);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.11 [W]: base that fails zero_bits and alignment, then alignment, then the conflict. */
START_TEST(limit_is_checked_before_alignment_and_that_before_the_place) {
        HANDLE section = view_section(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        ViewOptions few = { .zero_bits = 20 }, many = { .zero_bits = 25 },
                    mask = { .zero_bits = 0x1AAAAAAA };
        PVOID first = view_free_range(1), base; /* above 4 GiB */

        api_assert_ok(view_map(section, PAGE_READWRITE, &first, NULL));
        base = (uint8_t *) first + 42;
        ck_assert_status(
                        view_map(section, PAGE_READWRITE, &base, &few), STATUS_INVALID_PARAMETER_4);
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &many),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &mask),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, NULL), STATUS_MAPPED_ALIGNMENT);
        base = first;
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, NULL),
                        STATUS_CONFLICTING_ADDRESSES);
        view_unmap(first);
        api_assert_ok(NtClose(section));
}
END_TEST

/* Other mappings may lie between the two: a sanitizer makes some whenever it likes. */
static void expect_no_room(const uint8_t *from, const uint8_t *to) {
        MEMORY_BASIC_INFORMATION basic;

        for (; from < to; from += basic.RegionSize) {
                api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), (PVOID) (uintptr_t) from,
                                MemoryBasicInformation, &basic, sizeof(basic), NULL));
                if (basic.State == MEM_FREE)
                        ck_assert_uint_lt(basic.RegionSize, 2 * SIZE);
        }
}

/* by-tests 1.11 [W]: MEM_TOP_DOWN. [P] Of what Linux gives out, the highest: each is below the one
 * before, and no third could be put between them; both calls look for the same place. */
START_TEST(top_down_is_the_highest_place_that_linux_gives_out) {
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID views[4] = { NULL };

        for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
                ViewOptions options = { .type = MEM_TOP_DOWN };
                PVOID other = NULL;
                SIZE_T size = 0;

                api_assert_ok(NtMapViewOfSectionEx(section, NtCurrentProcess(), &other, NULL, &size,
                                MEM_TOP_DOWN, PAGE_READWRITE, NULL, 0));
                view_unmap(other);
                api_assert_ok(view_map(section, PAGE_READWRITE, &views[i], &options));
                ck_assert_ptr_eq(views[i], other);
                ck_assert_uint_eq((uintptr_t) views[i] % VIEW_GRANULE, 0);
                if (i > 1) {
                        ck_assert_uint_lt((uintptr_t) views[i], (uintptr_t) views[i - 1]);
                        expect_no_room((uint8_t *) views[i] + SIZE, views[i - 1]);
                }
        }
        for (size_t i = 0; i < G_N_ELEMENTS(views); i++)
                view_unmap(views[i]);
        api_assert_ok(NtClose(section));
}
END_TEST

/* by-tests 1.11 "other process as target": not in this version, and it says so. The order: after
 * what is looked at before the process, and for a handle with the right. */
START_TEST(view_in_another_process_is_refused_honestly) {
        Partner *partner = partner_start();
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS), foreign, weak;
        ViewOptions there = { 0 };
        PVOID base = NULL, mine = NULL;
        SIZE_T size = 0;

        api_assert_ok(view_map(section, PAGE_READWRITE, &mine, NULL));
        foreign = partner_open_process(partner, PROCESS_VM_OPERATION);
        weak = partner_open_process(partner, PROCESS_VM_READ);
        there.process = foreign;
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &there), STATUS_NOT_SUPPORTED);
        there.process = weak;
        ck_assert_status(view_map(section, PAGE_READWRITE, &base, &there), STATUS_ACCESS_DENIED);
        ck_assert_status(NtMapViewOfSectionEx(section, foreign, &base, NULL, &size, 0,
                                         PAGE_READWRITE, NULL, 0),
                        STATUS_NOT_SUPPORTED);
        ck_assert_ptr_null(base);
        ck_assert_status(NtUnmapViewOfSection(foreign, mine), STATUS_NOT_SUPPORTED);
        ck_assert_status(NtUnmapViewOfSection(weak, mine), STATUS_ACCESS_DENIED);
        ck_assert_status(NtUnmapViewOfSectionEx(foreign, mine, 0), STATUS_NOT_SUPPORTED);
        memory_expect_committed(mine, SIZE, PAGE_READWRITE);
        view_unmap(mine);
        api_assert_ok(NtClose(foreign));
        api_assert_ok(NtClose(weak));
        api_assert_ok(NtClose(section));
        partner_end(partner);
}
END_TEST

/* What the partner does with a section that it may only read. */
static NTSTATUS copy_and_write(void *context) {
        HANDLE section = NULL;
        PVOID base = NULL, wrong = NULL;
        NTSTATUS status = api_open(NAME, SECTION_MAP_READ, &section);
        volatile uint8_t *view;

        (void) context;
        if (NT_SUCCESS(status))
                status = view_map(section, PAGE_WRITECOPY, &base, NULL);
        if (!NT_SUCCESS(status))
                return status;
        view = base;
        if (view_map(section, PAGE_READWRITE, &wrong, NULL) != STATUS_ACCESS_DENIED)
                return STATUS_UNSUCCESSFUL;
        if (view[0] != 1 || view[API_PAGE] != 2)
                return STATUS_UNSUCCESSFUL;
        view[0] = 7;
        if (view[0] != 7 || memory_at(base).Protect != PAGE_READWRITE)
                return STATUS_UNSUCCESSFUL;
        status = NtUnmapViewOfSection(NtCurrentProcess(), base);
        return NT_SUCCESS(status) ? NtClose(section) : status;
}

/* by-tests 1.11 [W]: a child that opened the section read-only and maps FILE_MAP_COPY. */
START_TEST(copies_of_another_process_stay_there) {
        Partner *partner = partner_start();
        LARGE_INTEGER size = { .QuadPart = SIZE };
        HANDLE section = NULL;
        PVOID base = NULL;
        uint8_t *view;

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NAMED(NAME), &size,
                        PAGE_READWRITE, SEC_COMMIT, NULL));
        api_assert_ok(view_map(section, PAGE_READWRITE, &base, NULL));
        view = base;
        view[0] = 1;
        view[API_PAGE] = 2;
        api_assert_ok(partner_run(partner, copy_and_write, NULL));
        ck_assert_uint_eq(view[0], 1);
        view_unmap(base);
        api_assert_ok(NtClose(section));
        partner_end(partner);
}
END_TEST

/* by-tests 1.13 [W]: after unmapping, for each kind of view and any address in it. */
START_TEST(place_of_a_view_is_free_afterwards) {
        HANDLE sections[3] = { NULL }, file;
        PeBuild build;

        mapped_file_make(SIZE);
        file = mapped_file_open(FILE_ANY_ACCESS);
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        sections[0] = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        api_assert_ok(mapped_file_section(file, 0, PAGE_READWRITE, &sections[1]));
        sections[2] = image_section_of("rows.dll", &build);
        for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
                const size_t inside[] = { 0, 100, 4096, 4196, 0x4FFF };

                for (size_t j = 0; j < G_N_ELEMENTS(inside); j++) {
                        PVOID base = NULL;
                        uint8_t *place;

                        ck_assert(NT_SUCCESS(view_map(sections[i], PAGE_READONLY, &base, NULL)));
                        place = base;
                        api_assert_ok(NtUnmapViewOfSectionEx(NtCurrentProcess(), place + inside[j],
                                        j % 2 ? MEM_UNMAP_WITH_TRANSIENT_BOOST : 0));
                        memory_expect_free(place);
                        memory_expect_free(place + 0x4000);
                        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), place),
                                        STATUS_NOT_MAPPED_VIEW);
                }
                api_assert_ok(NtClose(sections[i]));
        }
        api_assert_ok(NtClose(file));
        pe_build_clear(&build);
}
END_TEST

/* by-tests 1.13 [W]: interior addresses of memory of all kinds that is no view. */
START_TEST(memory_that_is_no_view_is_not_unmapped) {
        uint8_t *committed = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        uint8_t *reserved = memory_new(SIZE, 0, PAGE_READWRITE);
        void *places[] = { committed, committed + 0x1234, reserved, reserved + 0x10000, &committed,
                (void *) (uintptr_t) 0xDEADBEEF, (void *) (uintptr_t) memory_at };

        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
                ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), places[i]),
                                STATUS_NOT_MAPPED_VIEW);
                ck_assert_status(NtUnmapViewOfSectionEx(NtCurrentProcess(), places[i], 0),
                                STATUS_NOT_MAPPED_VIEW);
        }
        memory_expect_committed(committed, SIZE, PAGE_READWRITE);
        memory_expect_reserved(reserved, SIZE);
        api_assert_ok(memory_free(committed, 0, MEM_RELEASE));
        api_assert_ok(memory_free(reserved, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.12 [W]: statuses of 1.11 for images too, and limits that they are put within. */
START_TEST(limits_and_machines_hold_for_images) {
        MEM_ADDRESS_REQUIREMENTS wanted = { .HighestEndingAddress = (PVOID) 0x20000FFF };
        MEM_EXTENDED_PARAMETER parameters[2] = { 0 };
        PVOID first = NULL, second = NULL, third = NULL;
        HANDLE section;
        PeBuild build;
        SIZE_T size = 0;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        section = image_section_of("rows.dll", &build);
        parameters[0].Type = MemExtendedParameterAddressRequirements;
        parameters[0].Pointer = &wanted;
        parameters[1].Type = MemExtendedParameterImageMachine;
        api_assert_ok(NtMapViewOfSectionEx(section, NtCurrentProcess(), &first, NULL, &size, 0,
                        PAGE_READONLY, parameters, 2));
        ck_assert_ptr_eq(first, (PVOID) (uintptr_t) PE_BUILD_BASE); /* which is within */
        ck_assert_uint_eq(size, PE_BUILD_IMAGE_SIZE);
        size = 0;
        ck_assert_status(NtMapViewOfSectionEx(section, NtCurrentProcess(), &second, NULL, &size, 0,
                                         PAGE_READONLY, parameters, 2),
                        STATUS_IMAGE_NOT_AT_BASE);
        ck_assert_uint_eq((uintptr_t) second % VIEW_GRANULE, 0);
        ck_assert_uint_le((uintptr_t) second + size, 0x20001000);
        size = 0;
        parameters[1].ULong64 = 0x162; /* R3000 */
        ck_assert_status(NtMapViewOfSectionEx(section, NtCurrentProcess(), &third, NULL, &size, 0,
                                         PAGE_READONLY, parameters, 2),
                        STATUS_NOT_SUPPORTED);
        wanted.Alignment = 0x10000;
        ck_assert_status(NtMapViewOfSectionEx(section, NtCurrentProcess(), &third, NULL, &size, 0,
                                         PAGE_READONLY, parameters, 1),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(third);
        view_unmap(first);
        view_unmap(second);
        api_assert_ok(NtClose(section));
        pe_build_clear(&build);
}
END_TEST

/* by-tests 1.12 [W]: limits that leave nothing, and such as are no range. */
START_TEST(limits_are_a_range_of_addresses) {
        static const struct {
                uintptr_t lowest, highest;
                NTSTATUS status;
        } rows[] = {
                { 0x20000000, 0x20000FFF, STATUS_NO_MEMORY }, /* too small, but a range */
                { 0x20010000, 0x2000FFFF, STATUS_INVALID_PARAMETER },
                { 0x20010000, 0x2000EFFF, STATUS_INVALID_PARAMETER },
                { 0x20008000, 0x2FFFFFFF, STATUS_INVALID_PARAMETER },
                { 0, 0x7FFFFFFEFFFF, STATUS_SUCCESS },
                { 0, 0x7FFFFFFF0FFF, STATUS_INVALID_PARAMETER },
                { 0x7FFFFFFF0000, 0, STATUS_INVALID_PARAMETER },
        };
        HANDLE section = view_section(SIZE, PAGE_READWRITE, SECTION_ALL_ACCESS);

        for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
                MEM_ADDRESS_REQUIREMENTS wanted = { (PVOID) rows[i].lowest, (PVOID) rows[i].highest,
                        0 };
                MEM_EXTENDED_PARAMETER parameter = { 0 };
                PVOID base = NULL;
                SIZE_T size = 0;

                parameter.Type = MemExtendedParameterAddressRequirements;
                parameter.Pointer = &wanted;
                ck_assert_status(NtMapViewOfSectionEx(section, NtCurrentProcess(), &base, NULL,
                                                 &size, 0, PAGE_READWRITE, &parameter, 1),
                                rows[i].status);
                if (NT_SUCCESS(rows[i].status))
                        view_unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

static NTSTATUS map_into(HANDLE section, void *at, SIZE_T size, LONGLONG from) {
        LARGE_INTEGER offset = { .QuadPart = from };
        PVOID base = at;
        SIZE_T asked = size;
        NTSTATUS status;

        status = NtMapViewOfSectionEx(section, NtCurrentProcess(), &base, &offset, &size,
                        MEM_REPLACE_PLACEHOLDER, PAGE_READONLY, NULL, 0);
        ck_assert_ptr_eq(base, at);
        if (!NT_SUCCESS(status))
                ck_assert_uint_eq(size, asked);
        return status;
}

/* by-tests 1.12 and 1.13 [W], the rows of placeholders, with a file: "base or offset multiple of 4
 * KiB only", nothing to replace, and back again. */
START_TEST(file_takes_the_place_of_a_placeholder) {
        PVOID base = NULL;
        SIZE_T size = SIZE;
        uint8_t *place;
        HANDLE file, section = NULL;

        mapped_file_make(SIZE);
        file = mapped_file_open(FILE_GENERIC_READ);
        api_assert_ok(mapped_file_section(file, 0, PAGE_READONLY, &section));
        ck_assert_status(map_into(section, view_free_range(2), SIZE, 0),
                        STATUS_CONFLICTING_ADDRESSES);
        api_assert_ok(NtAllocateVirtualMemoryEx(NtCurrentProcess(), &base, &size,
                        MEM_RESERVE | MEM_RESERVE_PLACEHOLDER, PAGE_NOACCESS, NULL, 0));
        place = base;
        api_assert_ok(memory_free(place + 0x1000, 0x3000, MEM_RELEASE | MEM_PRESERVE_PLACEHOLDER));
        ck_assert_status(map_into(section, place + 0x1000, 0x2000, 0x5000),
                        STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(
                        map_into(section, place + 0x1800, 0x3000, 0x5000), STATUS_MAPPED_ALIGNMENT);
        ck_assert_status(
                        map_into(section, place + 0x1000, 0x3000, 0x5800), STATUS_MAPPED_ALIGNMENT);
        api_assert_ok(map_into(section, place + 0x1000, 0x3000, 0x5000));
        ck_assert_uint_eq(place[0x1234], mapped_file_byte(0x5234));
        memory_expect_committed(place + 0x1000, 0x3000, PAGE_READONLY);
        ck_assert_status(
                        map_into(section, place + 0x1000, 0x3000, 0), STATUS_CONFLICTING_ADDRESSES);
        api_assert_ok(NtUnmapViewOfSectionEx(
                        NtCurrentProcess(), place + 0x2345, MEM_PRESERVE_PLACEHOLDER));
        memory_expect_reserved(place + 0x1000, 0x3000);
        ck_assert_uint_eq(memory_at(place + 0x1000).AllocationProtect, PAGE_NOACCESS);
        ck_assert_uint_eq(memory_at(place + 0x1000).Type, MEM_PRIVATE);
        api_assert_ok(memory_free(place, SIZE, MEM_RELEASE | MEM_COALESCE_PLACEHOLDERS));
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
        api_assert_ok(NtClose(section));
        api_assert_ok(NtClose(file));
}
END_TEST

/* by-tests 1.11 [W] and 1.15 [wine+]: PAGE_NOCACHE is the view's, whatever becomes of its pages. */
START_TEST(view_that_is_not_cached_stays_so) {
        LARGE_INTEGER size = { .QuadPart = SIZE };
        HANDLE section = NULL;
        PVOID base = NULL;
        uint8_t *view;
        ULONG old = 0;

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                        SEC_RESERVE | SEC_NOCACHE, NULL));
        api_assert_ok(view_map(section, PAGE_WRITECOPY, &base, NULL));
        view = base;
        ck_assert_uint_eq(memory_at(view).Protect, 0);
        ck_assert_uint_eq(memory_at(view).AllocationProtect, PAGE_WRITECOPY | PAGE_NOCACHE);
        api_assert_ok(NtAllocateVirtualMemory(NtCurrentProcess(), &base, 0, &(SIZE_T){ 0x4000 },
                        MEM_COMMIT, PAGE_WRITECOPY));
        memory_expect_committed(view, 0x4000, PAGE_WRITECOPY | PAGE_NOCACHE);
        view[0x1000] = 1;
        memory_expect_committed(view + 0x1000, 0x1000, PAGE_READWRITE | PAGE_NOCACHE);
        api_assert_ok(memory_protect(view, 0x4000, PAGE_READONLY, &old));
        ck_assert_uint_eq(old, PAGE_WRITECOPY | PAGE_NOCACHE);
        memory_expect_committed(view, 0x4000, PAGE_READONLY | PAGE_NOCACHE);
        view_unmap(view);
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        folder_add(tests);
        tcase_add_loop_test(tests, rights_of_the_creator_decide_alone, 0, G_N_ELEMENTS(creators));
        tcase_add_test(tests, executable_section_has_copies_that_are_written_and_run);
        tcase_add_test(tests, limit_is_checked_before_alignment_and_that_before_the_place);
        tcase_add_test(tests, top_down_is_the_highest_place_that_linux_gives_out);
        tcase_add_test(tests, view_in_another_process_is_refused_honestly);
        tcase_add_test(tests, copies_of_another_process_stay_there);
        tcase_add_test(tests, place_of_a_view_is_free_afterwards);
        tcase_add_test(tests, memory_that_is_no_view_is_not_unmapped);
        tcase_add_test(tests, limits_and_machines_hold_for_images);
        tcase_add_test(tests, limits_are_a_range_of_addresses);
        tcase_add_test(tests, file_takes_the_place_of_a_placeholder);
        tcase_add_test(tests, view_that_is_not_cached_stays_so);
}

int main(void) {
        return api_main("rows-views", 60, add);
}
