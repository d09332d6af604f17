#include "operations.h"

#define SECTION_SIZE (64u * 1024u)
#define TOUCH_STEP   4096u

/* How many duplicates there are at a time when only their closing is measured. */
#define DUPLICATES 64u

#define HELD_NAME    u"\\BaseNamedObjects\\ntobjd-bench-held"
#define MISSING_NAME u"\\BaseNamedObjects\\ntobjd-bench-missing"
#define CREATED_NAME u"\\BaseNamedObjects\\ntobjd-bench-created"

/* A name as the services want it; made before the clock runs. */
typedef struct Name {
        UNICODE_STRING string;
        OBJECT_ATTRIBUTES attributes;
} Name;

static void name_init(Name *name, const void *text) {
        RtlInitUnicodeString(&name->string, text);
        InitializeObjectAttributes(
                        &name->attributes, &name->string, OBJ_CASE_INSENSITIVE, NULL, NULL);
}

static NTSTATUS create_section(OBJECT_ATTRIBUTES *attributes, HANDLE *ret_section) {
        LARGE_INTEGER size;

        size.QuadPart = SECTION_SIZE;
        return NtCreateSection(ret_section, SECTION_ALL_ACCESS, attributes, &size, PAGE_READWRITE,
                        SEC_COMMIT, NULL);
}

static NTSTATUS open_held(ACCESS_MASK access, HANDLE *ret_section) {
        Name held;

        name_init(&held, HELD_NAME);
        return NtOpenSection(ret_section, access, &held.attributes);
}

NTSTATUS operations_hold(void) {
        Name held;
        HANDLE section;

        name_init(&held, HELD_NAME);
        return create_section(&held.attributes, &section);
}

static NTSTATUS run_open_close(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        Name held;
        ULONGLONG start;

        name_init(&held, HELD_NAME);
        start = platform_clock();
        for (ULONG i = 0; i < n_times; i++) {
                HANDLE section;
                NTSTATUS status = NtOpenSection(&section, SECTION_MAP_READ, &held.attributes);

                if (NT_SUCCESS(status))
                        status = NtClose(section);
                if (!NT_SUCCESS(status))
                        return status;
        }
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

static NTSTATUS run_open_missing(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        Name missing;
        ULONGLONG start;

        name_init(&missing, MISSING_NAME);
        start = platform_clock();
        for (ULONG i = 0; i < n_times; i++) {
                HANDLE section;
                NTSTATUS status = NtOpenSection(&section, SECTION_MAP_READ, &missing.attributes);

                if (status != STATUS_OBJECT_NAME_NOT_FOUND)
                        return NT_SUCCESS(status) ? STATUS_UNSUCCESSFUL : status;
        }
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

/* @attributes may be NULL: a section without a name. */
static NTSTATUS create_close(
                ULONG n_times, OBJECT_ATTRIBUTES *attributes, ULONGLONG *ret_nanoseconds) {
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times; i++) {
                HANDLE section;
                NTSTATUS status = create_section(attributes, &section);

                if (NT_SUCCESS(status))
                        status = NtClose(section);
                if (!NT_SUCCESS(status))
                        return status;
        }
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

static NTSTATUS run_create_named(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        Name created;

        name_init(&created, CREATED_NAME);
        return create_close(n_times, &created.attributes, ret_nanoseconds);
}

static NTSTATUS run_create_unnamed(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return create_close(n_times, NULL, ret_nanoseconds);
}

static NTSTATUS map_touch_unmap(HANDLE section) {
        PVOID view = NULL;
        SIZE_T view_size = 0;
        NTSTATUS status = NtMapViewOfSection(section, NtCurrentProcess(), &view, 0, 0, NULL,
                        &view_size, ViewUnmap, 0, PAGE_READWRITE);

        if (!NT_SUCCESS(status))
                return status;
        for (ULONG offset = 0; offset < SECTION_SIZE; offset += TOUCH_STEP)
                ((volatile char *) view)[offset] = 1;
        return NtUnmapViewOfSection(NtCurrentProcess(), view);
}

static NTSTATUS run_map(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        HANDLE section;
        NTSTATUS status = open_held(SECTION_MAP_READ | SECTION_MAP_WRITE, &section);
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++)
                status = map_touch_unmap(section);
        *ret_nanoseconds = platform_clock() - start;
        return NT_SUCCESS(status) ? NtClose(section) : status;
}

static NTSTATUS run_open_map(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        Name held;
        ULONGLONG start;

        name_init(&held, HELD_NAME);
        start = platform_clock();
        for (ULONG i = 0; i < n_times; i++) {
                HANDLE section;
                NTSTATUS status = NtOpenSection(
                                &section, SECTION_MAP_READ | SECTION_MAP_WRITE, &held.attributes);

                if (NT_SUCCESS(status))
                        status = map_touch_unmap(section);
                if (NT_SUCCESS(status))
                        status = NtClose(section);
                if (!NT_SUCCESS(status))
                        return status;
        }
        *ret_nanoseconds = platform_clock() - start;
        return STATUS_SUCCESS;
}

static NTSTATUS duplicate(HANDLE source, HANDLE *ret_handle) {
        return NtDuplicateObject(NtCurrentProcess(), source, NtCurrentProcess(), ret_handle, 0, 0,
                        DUPLICATE_SAME_ACCESS);
}

static NTSTATUS run_duplicate_close(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        HANDLE section;
        NTSTATUS status = open_held(SECTION_QUERY, &section);
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++) {
                HANDLE copy;

                status = duplicate(section, &copy);
                if (NT_SUCCESS(status))
                        status = NtClose(copy);
        }
        *ret_nanoseconds = platform_clock() - start;
        return NT_SUCCESS(status) ? NtClose(section) : status;
}

/* Closes @n_copies duplicates of @section, and adds what the closing alone took. */
static NTSTATUS close_duplicates(HANDLE section, ULONG n_copies, ULONGLONG *nanoseconds) {
        HANDLE copies[DUPLICATES];
        NTSTATUS status = STATUS_SUCCESS;
        ULONGLONG start;

        for (ULONG i = 0; i < n_copies && NT_SUCCESS(status); i++)
                status = duplicate(section, &copies[i]);
        start = platform_clock();
        for (ULONG i = 0; i < n_copies && NT_SUCCESS(status); i++)
                status = NtClose(copies[i]);
        *nanoseconds += platform_clock() - start;
        return status;
}

static NTSTATUS run_close(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        HANDLE section;
        NTSTATUS status = open_held(SECTION_QUERY, &section);

        *ret_nanoseconds = 0;
        for (ULONG n_left = n_times; n_left > 0 && NT_SUCCESS(status);) {
                ULONG n_copies = n_left < DUPLICATES ? n_left : DUPLICATES;

                status = close_duplicates(section, n_copies, ret_nanoseconds);
                n_left -= n_copies;
        }
        return NT_SUCCESS(status) ? NtClose(section) : status;
}

static NTSTATUS run_query(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        HANDLE section;
        NTSTATUS status = open_held(SECTION_QUERY, &section);
        ULONGLONG start = platform_clock();

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++) {
                SECTION_BASIC_INFORMATION information;

                status = NtQuerySection(section, SectionBasicInformation, &information,
                                sizeof(information), NULL);
        }
        *ret_nanoseconds = platform_clock() - start;
        return NT_SUCCESS(status) ? NtClose(section) : status;
}

/* The most views that a process has for a measurement. Linux gives it 65,530 mappings in all. */
#define VIEWS_MAX 30000u

/* Far from the last view and from each other, in every number of views that is measured. */
#define VIEW_STEP 7919u

static PVOID views[VIEWS_MAX];
static ULONG n_views;

/* Views of one section, so many and no more. They are there until another number is wanted. */
static NTSTATUS views_have(ULONG n) {
        HANDLE section;
        NTSTATUS status = open_held(SECTION_MAP_READ | SECTION_MAP_WRITE, &section);

        if (!NT_SUCCESS(status))
                return status;
        while (n_views < n && NT_SUCCESS(status)) {
                SIZE_T size = 0;

                views[n_views] = NULL;
                status = NtMapViewOfSection(section, NtCurrentProcess(), &views[n_views], 0, 0,
                                NULL, &size, ViewUnmap, 0, PAGE_READWRITE);
                if (NT_SUCCESS(status))
                        n_views++;
        }
        while (n_views > n && NT_SUCCESS(status))
                status = NtUnmapViewOfSection(NtCurrentProcess(), views[--n_views]);
        NtClose(section);
        return status;
}

static NTSTATUS query_views(ULONG n, ULONG n_times, ULONGLONG *ret_nanoseconds) {
        NTSTATUS status = views_have(n);
        ULONGLONG start = platform_clock();
        ULONG at = 0;

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++, at = (at + VIEW_STEP) % n) {
                MEMORY_BASIC_INFORMATION information;

                status = NtQueryVirtualMemory(NtCurrentProcess(), views[at], MemoryBasicInformation,
                                &information, sizeof(information), NULL);
        }
        *ret_nanoseconds = platform_clock() - start;
        return status;
}

/* Each time another protection, for what changes nothing may be nothing. */
static NTSTATUS protect_views(ULONG n, ULONG n_times, ULONGLONG *ret_nanoseconds) {
        NTSTATUS status = views_have(n);
        ULONGLONG start = platform_clock();
        ULONG at = 0;

        for (ULONG i = 0; i < n_times && NT_SUCCESS(status); i++) {
                PVOID base = views[at];
                SIZE_T size = SECTION_SIZE;
                ULONG old;

                status = NtProtectVirtualMemory(NtCurrentProcess(), &base, &size,
                                i % 2 ? PAGE_READWRITE : PAGE_READONLY, &old);
                if (i % 2)
                        at = (at + VIEW_STEP) % n;
        }
        *ret_nanoseconds = platform_clock() - start;
        return status;
}

static NTSTATUS run_query_10(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return query_views(10, n_times, ret_nanoseconds);
}

static NTSTATUS run_query_1000(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return query_views(1000, n_times, ret_nanoseconds);
}

static NTSTATUS run_query_30000(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return query_views(VIEWS_MAX, n_times, ret_nanoseconds);
}

static NTSTATUS run_protect_10(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return protect_views(10, n_times, ret_nanoseconds);
}

static NTSTATUS run_protect_1000(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return protect_views(1000, n_times, ret_nanoseconds);
}

static NTSTATUS run_protect_30000(ULONG n_times, ULONGLONG *ret_nanoseconds) {
        return protect_views(VIEWS_MAX, n_times, ret_nanoseconds);
}

const Operation operations[] = {
        { "open-close", run_open_close },
        { "open-missing", run_open_missing },
        { "create-close-named", run_create_named },
        { "create-close-unnamed", run_create_unnamed },
        { "map-unmap", run_map },
        { "open-map-unmap-close", run_open_map },
        { "duplicate-close", run_duplicate_close },
        { "close", run_close },
        { "query-section", run_query },
        { "query-memory-10", run_query_10 },
        { "protect-10", run_protect_10 },
        { "query-memory-1000", run_query_1000 },
        { "protect-1000", run_protect_1000 },
        { "query-memory-30000", run_query_30000 },
        { "protect-30000", run_protect_30000 },
        { 0 },
};
