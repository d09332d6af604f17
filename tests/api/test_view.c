/*
 * NtMapViewOfSection and NtUnmapViewOfSection.
 */

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

#include "api.h"

#define GRANULE 0x10000u
#define NAME    u"\\BaseNamedObjects\\view"

/* What a call may say beyond section, protection and base; zero is what most say. */
typedef struct Map {
        HANDLE process;
        ULONG_PTR zero_bits;
        SIZE_T commit;
        LONGLONG offset;
        SIZE_T size;
        ULONG type;
        int inherit;
} Map;

/* Fails with the base unchanged, as NT does; on success @base and @map->size are what NT wrote. */
static NTSTATUS map(HANDLE section, ULONG protection, PVOID *base, Map *options) {
        Map none = { 0 };
        Map *with = options ? options : &none;
        LARGE_INTEGER offset = { .QuadPart = with->offset };
        PVOID asked = *base;
        SIZE_T asked_size = with->size;
        NTSTATUS status;

        status = NtMapViewOfSection(section, with->process ? with->process : NtCurrentProcess(),
                        base, with->zero_bits, with->commit, &offset, &with->size,
                        with->inherit ? (SECTION_INHERIT) with->inherit : ViewUnmap, with->type,
                        protection);
        if (!NT_SUCCESS(status)) {
                ck_assert_ptr_eq(*base, asked);
                ck_assert_uint_eq(with->size, asked_size);
        }
        return status;
}

static HANDLE section_of(SIZE_T size, ULONG protection, ACCESS_MASK access) {
        LARGE_INTEGER maximum = { .QuadPart = (LONGLONG) size };
        HANDLE section = NULL;

        api_assert_ok(NtCreateSection(
                        &section, access, NULL, &maximum, protection, SEC_COMMIT, NULL));
        return section;
}

static void unmap(PVOID base) {
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
}

/* A free range: 64 KiB aligned, with @n_granules granules that nobody uses. */
static uint8_t *free_range(size_t n_granules) {
        size_t size = (n_granules + 1) * GRANULE;
        uint8_t *memory = mmap(
                        NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        ck_assert_ptr_ne(memory, MAP_FAILED);
        ck_assert_int_eq(munmap(memory, size), 0);
        return (uint8_t *) (((uintptr_t) memory + GRANULE - 1) & ~(uintptr_t) (GRANULE - 1));
}

/* [W] virtual.c: the whole section, at a multiple of 64 KiB; the size comes back in pages. */
START_TEST(view_of_everything_is_aligned_and_as_large_as_the_section) {
        HANDLE section = section_of(0x3452, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        Map options = { 0 };

        api_assert_ok(map(section, PAGE_READWRITE, &base, &options));
        ck_assert_uint_eq((uintptr_t) base % GRANULE, 0);
        ck_assert_uint_eq(options.size, 0x4000);
        for (size_t i = 0; i < 0x4000; i++)
                ck_assert_uint_eq(((uint8_t *) base)[i], 0);
        unmap(base);
        ck_assert(!api_readable(base));
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] What one view writes, all others see, whatever their protection. */
START_TEST(views_of_one_section_share_its_memory) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID writer = NULL;
        PVOID reader = NULL;

        api_assert_ok(map(section, PAGE_READWRITE, &writer, NULL));
        api_assert_ok(map(section, PAGE_READONLY, &reader, NULL));
        ck_assert_ptr_ne(writer, reader);
        strcpy(writer, "shared");
        ck_assert_str_eq(reader, "shared");
        ck_assert(!api_writable(reader));
        unmap(writer);
        ck_assert_str_eq(reader, "shared");
        unmap(reader);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A copy-on-write view sees what others wrote until it writes; that write stays its own. */
START_TEST(copy_on_write_view_keeps_its_writes_to_itself) {
        HANDLE section = section_of(2 * API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *shared;
        uint8_t *copy;
        PVOID base = NULL;

        api_assert_ok(map(section, PAGE_READWRITE, &base, NULL));
        shared = base;
        base = NULL;
        api_assert_ok(map(section, PAGE_WRITECOPY, &base, NULL));
        copy = base;
        shared[0] = 1;
        ck_assert_uint_eq(copy[0], 1);
        copy[0] = 2;
        ck_assert_uint_eq(shared[0], 1);
        shared[API_PAGE] = 3;
        ck_assert_uint_eq(copy[API_PAGE], 3);
        unmap(copy);
        unmap(shared);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A no-access view is a view; nobody can touch it. */
START_TEST(noaccess_view_cannot_be_touched) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;

        api_assert_ok(map(section, PAGE_NOACCESS, &base, NULL));
        ck_assert(!api_readable(base));
        unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] What was written through one view runs in another that may execute. */
START_TEST(executable_view_runs_what_is_in_the_section) {
        static const uint8_t code[] = { 0xB8, 0x2A, 0, 0, 0, 0xC3 }; /* mov eax, 42; ret */
        HANDLE section = section_of(API_PAGE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);
        PVOID writer = NULL;
        PVOID runner = NULL;
        int (*function)(void);

        api_assert_ok(map(section, PAGE_READWRITE, &writer, NULL));
        api_assert_ok(map(section, PAGE_EXECUTE_READ, &runner, NULL));
        memcpy(writer, code, sizeof(code));
        memcpy(&function, &runner, sizeof(function));
        ck_assert_int_eq(function(), 42);
        unmap(runner);
        unmap(writer);
        api_assert_ok(NtClose(section));
}
END_TEST

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

/* [T] Which views a section may have, by the protection that it was made with. */
static const struct {
        ULONG section;
        ULONG views;
} compatible[] = {
        { PAGE_READONLY, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY },
        { PAGE_WRITECOPY, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY },
        { PAGE_READWRITE, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY | PAGE_READWRITE },
        { PAGE_EXECUTE, PAGE_NOACCESS | PAGE_EXECUTE },
        { PAGE_EXECUTE_READ, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY | PAGE_EXECUTE |
                                             PAGE_EXECUTE_READ },
        { PAGE_EXECUTE_WRITECOPY, PAGE_NOACCESS | PAGE_READONLY | PAGE_WRITECOPY | PAGE_EXECUTE |
                                                  PAGE_EXECUTE_READ | PAGE_EXECUTE_WRITECOPY },
        { PAGE_EXECUTE_READWRITE, 0xFF },
};

START_TEST(view_protection_must_be_one_that_the_section_allows) {
        HANDLE section = section_of(API_PAGE, compatible[_i].section, SECTION_ALL_ACCESS);

        for (size_t i = 0; i < G_N_ELEMENTS(protections); i++) {
                bool allowed = compatible[_i].views & protections[i];
                PVOID base = NULL;
                NTSTATUS status = map(section, protections[i], &base, NULL);

                ck_assert_msg(status == (allowed ? STATUS_SUCCESS : STATUS_SECTION_PROTECTION),
                                "section 0x%x, view 0x%x: %s", (unsigned) compatible[_i].section,
                                (unsigned) protections[i], zw_status_name(status));
                if (allowed)
                        unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: rights that a view of a protection needs on the handle, each and no other. */
static const struct {
        ULONG protection;
        ACCESS_MASK access;
} needed[] = {
        { PAGE_NOACCESS, SECTION_MAP_READ },
        { PAGE_READONLY, SECTION_MAP_READ },
        { PAGE_WRITECOPY, SECTION_MAP_READ },
        { PAGE_READWRITE, SECTION_MAP_WRITE },
        { PAGE_EXECUTE, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_READ, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_WRITECOPY, SECTION_MAP_READ | SECTION_MAP_EXECUTE },
        { PAGE_EXECUTE_READWRITE, SECTION_MAP_WRITE | SECTION_MAP_EXECUTE },
};

START_TEST(view_needs_the_rights_of_its_protection) {
        const ACCESS_MASK rights = SECTION_MAP_READ | SECTION_MAP_WRITE | SECTION_MAP_EXECUTE;

        for (ACCESS_MASK access = 0; access <= rights; access += SECTION_MAP_WRITE) {
                HANDLE section = section_of(API_PAGE, PAGE_EXECUTE_READWRITE, access);

                for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
                        bool allowed = (access & needed[i].access) == needed[i].access;
                        PVOID base = NULL;
                        NTSTATUS status = map(section, needed[i].protection, &base, NULL);

                        ck_assert_msg(status == (allowed ? STATUS_SUCCESS : STATUS_ACCESS_DENIED),
                                        "access 0x%x, view 0x%x: %s", (unsigned) access,
                                        (unsigned) needed[i].protection, zw_status_name(status));
                        if (allowed)
                                unmap(base);
                }
                api_assert_ok(NtClose(section));
        }
}
END_TEST

/* [T] The order in which NtMapViewOfSection looks: what is wrong earlier wins. */
START_TEST(map_checks_in_the_order_of_nt) {
        HANDLE none = (HANDLE) (ULONG_PTR) 0xABC0;
        PVOID base = (PVOID) (ULONG_PTR) 0x1234;
        SIZE_T size = 0;
        LARGE_INTEGER odd = { .QuadPart = 1 };

        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD,
                                         (SECTION_INHERIT) 0, MEM_COMMIT, 0),
                        STATUS_INVALID_PARAMETER_8);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD,
                                         (SECTION_INHERIT) 3, MEM_COMMIT, 0),
                        STATUS_INVALID_PARAMETER_8);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD, ViewShare,
                                         MEM_COMMIT, 0),
                        STATUS_INVALID_PARAMETER_9);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, API_WILD, ViewShare,
                                         0, 0),
                        STATUS_INVALID_PAGE_PROTECTION);
        ck_assert_status(NtMapViewOfSection(none, none, API_WILD, 99, 0, NULL, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(none, none, &base, 22, 0, NULL, API_WILD, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(none, none, &base, 22, 0, API_WILD, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_ACCESS_VIOLATION);
        ck_assert_status(NtMapViewOfSection(none, none, &base, 22, 0, &odd, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_INVALID_PARAMETER_4);
        ck_assert_status(NtMapViewOfSection(none, NULL, &base, 0, 0, &odd, &size, ViewShare, 0,
                                         PAGE_READONLY),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(NtMapViewOfSection(none, NtCurrentProcess(), &base, 0, 0, &odd, &size,
                                         ViewShare, 0, PAGE_READONLY),
                        STATUS_INVALID_HANDLE);
        ck_assert_ptr_eq(base, (PVOID) (ULONG_PTR) 0x1234);
        ck_assert_int_eq(odd.QuadPart, 1);
}
END_TEST

/* [W] virtual.c, [T]: what may be given as process and as section. */
START_TEST(map_wants_a_process_and_a_section) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        Map as_process = { .process = section };
        Map as_thread = { .process = NtCurrentThread() };
        PVOID base = NULL;

        ck_assert_status(map(NULL, PAGE_READONLY, &base, NULL), STATUS_INVALID_HANDLE);
        ck_assert_status(map(NtCurrentProcess(), PAGE_READONLY, &base, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(map(section, PAGE_READONLY, &base, &as_process),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(map(section, PAGE_READONLY, &base, &as_thread),
                        STATUS_OBJECT_TYPE_MISMATCH);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c, [T]: sizes and offsets. */
START_TEST(size_and_offset_must_lie_in_the_section) {
        HANDLE section = section_of(0x23452, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        Map options;

        options = (Map){ .size = 0x24001 };
        ck_assert_status(map(section, PAGE_READONLY, &base, &options), STATUS_INVALID_VIEW_SIZE);
        options = (Map){ .size = 0x14001, .offset = GRANULE };
        ck_assert_status(map(section, PAGE_READONLY, &base, &options), STATUS_INVALID_VIEW_SIZE);
        options = (Map){ .offset = 1 };
        ck_assert_status(map(section, PAGE_READONLY, &base, &options), STATUS_MAPPED_ALIGNMENT);
        options = (Map){ .offset = API_PAGE };
        ck_assert_status(map(section, PAGE_READONLY, &base, &options), STATUS_MAPPED_ALIGNMENT);
        options = (Map){ .size = SIZE_MAX };
        ck_assert_status(map(section, PAGE_READONLY, &base, &options), STATUS_INVALID_PARAMETER_3);

        options = (Map){ .size = 0x1001, .offset = GRANULE };
        api_assert_ok(map(section, PAGE_READONLY, &base, &options));
        ck_assert_uint_eq(options.size, 0x2000);
        unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] A view at an offset is the section from there to its end. */
START_TEST(view_at_an_offset_shows_the_section_from_there) {
        HANDLE section = section_of(3 * GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID whole = NULL;
        PVOID tail = NULL;
        Map options = { .offset = 2 * GRANULE };

        api_assert_ok(map(section, PAGE_READWRITE, &whole, NULL));
        api_assert_ok(map(section, PAGE_READONLY, &tail, &options));
        ck_assert_uint_eq(options.size, GRANULE);
        strcpy((char *) whole + 2 * GRANULE, "tail");
        ck_assert_str_eq(tail, "tail");
        unmap(tail);
        unmap(whole);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: a base that the caller chooses. */
START_TEST(base_is_taken_as_given_or_refused) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *wanted = free_range(2);
        PVOID base = wanted;
        PVOID other;

        api_assert_ok(map(section, PAGE_READWRITE, &base, NULL));
        ck_assert_ptr_eq(base, wanted);

        other = wanted;
        ck_assert_status(map(section, PAGE_READWRITE, &other, NULL), STATUS_CONFLICTING_ADDRESSES);
        other = wanted + 42;
        ck_assert_status(map(section, PAGE_READWRITE, &other, NULL), STATUS_MAPPED_ALIGNMENT);
        other = wanted + API_PAGE;
        ck_assert_status(map(section, PAGE_READWRITE, &other, NULL), STATUS_MAPPED_ALIGNMENT);
        other = (PVOID) (ULONG_PTR) 0xFFFF800000000000;
        ck_assert_status(map(section, PAGE_READWRITE, &other, NULL), STATUS_INVALID_PARAMETER_3);
        unmap(base);

        other = wanted;
        api_assert_ok(map(section, PAGE_READWRITE, &other, NULL));
        ck_assert_ptr_eq(other, wanted);
        unmap(other);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Memory that is not ours is never mapped over. */
START_TEST(base_in_memory_of_the_program_conflicts) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *wanted = free_range(1);
        void *mine = mmap(wanted, API_PAGE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        PVOID base = wanted;

        ck_assert_ptr_eq(mine, wanted);
        *wanted = 77;
        ck_assert_status(map(section, PAGE_READWRITE, &base, NULL), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_uint_eq(*wanted, 77);
        ck_assert_int_eq(munmap(mine, API_PAGE), 0);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: zero bits are counted from bit 31, up to 20; from 32 on the value is a mask. */
START_TEST(zero_bits_limit_the_address) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);

        for (ULONG_PTR bits = 1; bits <= 20; bits++) {
                Map options = { .zero_bits = bits };
                PVOID base = NULL;
                NTSTATUS status = map(section, PAGE_READWRITE, &base, &options);

                if (status == STATUS_NO_MEMORY)
                        continue;
                api_assert_ok(status);
                ck_assert_uint_eq((uintptr_t) base >> (32 - bits), 0);
                unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(zero_bits_as_a_mask_limit_the_address) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        const ULONG_PTR masks[] = { 0x7FFFFFFF, 0x1AAAAAAA, 0xFFFFFFFF, 0x3FFFFFFFFFF };

        for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
                Map options = { .zero_bits = masks[i] };
                PVOID base = NULL;

                api_assert_ok(map(section, PAGE_READWRITE, &base, &options));
                ck_assert_int_ge(__builtin_clzll((uintptr_t) base), __builtin_clzll(masks[i]));
                unmap(base);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

START_TEST(zero_bits_that_leave_nothing_are_refused) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        PVOID high = (PVOID) (ULONG_PTR) 0x30000000;
        Map options = { .zero_bits = 21 };

        ck_assert_status(map(section, PAGE_READWRITE, &base, &options), STATUS_NO_MEMORY);
        for (ULONG_PTR bits = 22; bits <= 31; bits++) {
                options = (Map){ .zero_bits = bits };
                ck_assert_status(map(section, PAGE_READWRITE, &base, &options),
                                STATUS_INVALID_PARAMETER_4);
        }
        /* [T] A given base must keep to them. */
        options = (Map){ .zero_bits = 3 };
        ck_assert_status(map(section, PAGE_READWRITE, &high, &options), STATUS_INVALID_PARAMETER_4);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] CommitSize is about page-file sections, and at most the view. */
START_TEST(commit_size_is_at_most_the_view) {
        HANDLE section = section_of(4 * API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;
        Map options = { .commit = 2 * API_PAGE, .size = API_PAGE };

        ck_assert_status(map(section, PAGE_READWRITE, &base, &options), STATUS_INVALID_PARAMETER_5);
        options = (Map){ .commit = API_PAGE, .size = 2 * API_PAGE };
        api_assert_ok(map(section, PAGE_READWRITE, &base, &options));
        unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] Allocation types. */
START_TEST(allocation_type_is_top_down_or_refused) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        const ULONG refused[] = { MEM_COMMIT, MEM_RESERVE, MEM_RESERVE | MEM_COMMIT, MEM_DOS_LIM,
                MEM_RELEASE, 1 };
        PVOID base = NULL;
        Map options = { .type = MEM_TOP_DOWN };

        for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
                Map wrong = { .type = refused[i] };

                ck_assert_status(map(section, PAGE_READWRITE, &base, &wrong),
                                STATUS_INVALID_PARAMETER_9);
        }
        api_assert_ok(map(section, PAGE_READWRITE, &base, &options));
        ck_assert_uint_eq((uintptr_t) base % GRANULE, 0);
        unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] Protections that no view has. */
START_TEST(view_protection_must_be_valid) {
        HANDLE section = section_of(API_PAGE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);
        const ULONG invalid[] = { 0, PAGE_READONLY | PAGE_READWRITE, PAGE_GUARD,
                PAGE_GUARD | PAGE_NOACCESS, PAGE_NOCACHE | PAGE_WRITECOMBINE | PAGE_READONLY,
                0x800 | PAGE_READONLY, 0xFFFFFFFF };
        PVOID base = NULL;

        for (size_t i = 0; i < G_N_ELEMENTS(invalid); i++)
                ck_assert_status(map(section, invalid[i], &base, NULL),
                                STATUS_INVALID_PAGE_PROTECTION);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c: unmapping, by any address inside the view; the whole of it goes. */
START_TEST(any_address_inside_unmaps_the_whole_view) {
        HANDLE section = section_of(4 * API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        const size_t inside[] = { 0, 100, 4096, 4196, 4 * API_PAGE - 1 };

        for (size_t i = 0; i < G_N_ELEMENTS(inside); i++) {
                PVOID base = NULL;

                api_assert_ok(map(section, PAGE_READWRITE, &base, NULL));
                unmap((uint8_t *) base + inside[i]);
                ck_assert(!api_readable(base));
                ck_assert(!api_readable((uint8_t *) base + 3 * API_PAGE));
                ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), base),
                                STATUS_NOT_MAPPED_VIEW);
        }
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] virtual.c, [K]: what cannot be unmapped. */
START_TEST(what_is_no_view_is_not_unmapped) {
        void *mine = mmap(
                        NULL, API_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);

        ck_assert_ptr_ne(mine, MAP_FAILED);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), mine), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NtCurrentProcess(), NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(NtUnmapViewOfSection(NULL, mine), STATUS_INVALID_HANDLE);
        ck_assert_status(NtUnmapViewOfSection(section, mine), STATUS_OBJECT_TYPE_MISMATCH);
        /* Above user space the address is wrong before the process is. */
        ck_assert_status(NtUnmapViewOfSection(NULL, (PVOID) (ULONG_PTR) 0xFFFF800000000000),
                        STATUS_NOT_MAPPED_VIEW);
        *(uint8_t *) mine = 1;
        ck_assert_int_eq(munmap(mine, API_PAGE), 0);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [W] om.c: views outlive the handle and the name; the name makes a new section then. */
START_TEST(view_outlives_handle_and_name) {
        HANDLE section = NULL;
        PVOID old = NULL;
        PVOID new = NULL;

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(map(section, PAGE_READWRITE, &old, NULL));
        strcpy(old, "old");
        api_assert_ok(NtClose(section));
        ck_assert_str_eq(old, "old");
        ck_assert_status(api_open(NAME, SECTION_MAP_READ, &section), STATUS_OBJECT_NAME_NOT_FOUND);

        api_assert_ok(api_create(NAME, SECTION_ALL_ACCESS, &section));
        api_assert_ok(map(section, PAGE_READWRITE, &new, NULL));
        ck_assert_uint_eq(*(uint8_t *) new, 0);
        unmap(new);
        unmap(old);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] Mapping changes no count of handles. */
START_TEST(mapping_counts_no_handle) {
        HANDLE section = section_of(API_PAGE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        PVOID base = NULL;

        api_assert_ok(map(section, PAGE_READWRITE, &base, NULL));
        ck_assert_uint_eq(api_handle_count(section), 1);
        unmap(base);
        ck_assert_uint_eq(api_handle_count(section), 1);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [T] A large reserved section maps as a whole; memory is there where it is touched. */
START_TEST(reserved_section_of_eight_gigabytes_maps_whole) {
        LARGE_INTEGER size = { .QuadPart = 8ll << 30 };
        HANDLE section = NULL;
        PVOID base = NULL;
        Map options = { 0 };

        api_assert_ok(NtCreateSection(&section, SECTION_ALL_ACCESS, NULL, &size, PAGE_READWRITE,
                        SEC_RESERVE, NULL));
        api_assert_ok(map(section, PAGE_READWRITE, &base, &options));
        ck_assert_uint_eq(options.size, 8ull << 30);
        ((volatile uint8_t *) base)[(8ull << 30) - 1] = 1;
        unmap(base);
        api_assert_ok(NtClose(section));
}
END_TEST

/* [P] Many views, in any order: each goes alone and no other is hurt. */
START_TEST(a_thousand_views_come_and_go_in_any_order) {
        enum { N_VIEWS = 1000 };
        HANDLE section = section_of(GRANULE, PAGE_READWRITE, SECTION_ALL_ACCESS);
        uint8_t *views[N_VIEWS];
        g_autoptr(GRand) random = g_rand_new_with_seed(20);

        for (size_t i = 0; i < N_VIEWS; i++) {
                PVOID base = NULL;

                api_assert_ok(map(section, i % 2 ? PAGE_READWRITE : PAGE_WRITECOPY, &base, NULL));
                views[i] = base;
        }
        for (size_t n = N_VIEWS; n > 0; n--) {
                size_t chosen = (size_t) g_rand_int_range(random, 0, (gint32) n);

                unmap(views[chosen] + g_rand_int_range(random, 0, GRANULE));
                views[chosen] = views[n - 1];
                if (n > 1)
                        ck_assert(api_readable(views[chosen % (n - 1)]));
        }
        api_assert_ok(NtClose(section));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, view_of_everything_is_aligned_and_as_large_as_the_section);
        tcase_add_test(tests, views_of_one_section_share_its_memory);
        tcase_add_test(tests, copy_on_write_view_keeps_its_writes_to_itself);
        tcase_add_test(tests, noaccess_view_cannot_be_touched);
        tcase_add_test(tests, executable_view_runs_what_is_in_the_section);
        tcase_add_test(tests, view_at_an_offset_shows_the_section_from_there);
        tcase_add_test(tests, mapping_counts_no_handle);
        tcase_add_test(tests, reserved_section_of_eight_gigabytes_maps_whole);
        tcase_add_test(tests, a_thousand_views_come_and_go_in_any_order);
        tcase_add_loop_test(tests, view_protection_must_be_one_that_the_section_allows, 0,
                        G_N_ELEMENTS(compatible));
        tcase_add_test(tests, view_needs_the_rights_of_its_protection);
        tcase_add_test(tests, map_checks_in_the_order_of_nt);
        tcase_add_test(tests, map_wants_a_process_and_a_section);
        tcase_add_test(tests, size_and_offset_must_lie_in_the_section);
        tcase_add_test(tests, base_is_taken_as_given_or_refused);
        tcase_add_test(tests, base_in_memory_of_the_program_conflicts);
        tcase_add_test(tests, zero_bits_limit_the_address);
        tcase_add_test(tests, zero_bits_as_a_mask_limit_the_address);
        tcase_add_test(tests, zero_bits_that_leave_nothing_are_refused);
        tcase_add_test(tests, commit_size_is_at_most_the_view);
        tcase_add_test(tests, allocation_type_is_top_down_or_refused);
        tcase_add_test(tests, view_protection_must_be_valid);
        tcase_add_test(tests, any_address_inside_unmaps_the_whole_view);
        tcase_add_test(tests, what_is_no_view_is_not_unmapped);
        tcase_add_test(tests, view_outlives_handle_and_name);
}

int main(void) {
        return api_main("view", 60, add);
}
