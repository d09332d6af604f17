#include <stdbool.h>

#include "extended-parameters.h"
#include "fault.h"
#include "handle.h"
#include "image-view.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "section-file.h"
#include "section-memory.h"
#include "section-rules.h"
#include "service.h"
#include "trace.h"
#include "views.h"
#include "zero-bits.h"
#include "zw.h"

/*
 * NtMapViewOfSection
 *
 * The checks are in the order of ReactOS's tests, whose results come from Windows; the rows are
 * those of the documentation in ntmmapi.h. Where Windows on 64 bits differs, Wine's tests are
 * followed.
 */

#define ALLOCATION_TYPES (MEM_TOP_DOWN | MEM_LARGE_PAGES | MEM_RESERVE | SEC_NO_CHANGE)

/* What only the newer call takes. */
#define ALLOCATION_TYPES_EX (ALLOCATION_TYPES | MEM_REPLACE_PLACEHOLDER)

/* One call, captured. */
typedef struct MapCall {
        const Client *client;
        HANDLE section;
        HANDLE process;
        PVOID *base_at; /* the caller's variables */
        PLARGE_INTEGER offset_at;
        PSIZE_T size_at;
        uint64_t base; /* what they say */
        uint64_t offset;
        uint64_t size;
        uint64_t zero_bits;
        uint64_t commit_size;
        const MEM_EXTENDED_PARAMETER *parameters;
        ULONG n_parameters;
        bool extended;
        RegionPlace place; /* limits, from zero_bits or parameters */
        SECTION_INHERIT inherit;
        ULONG allocation_type;
        ULONG protection;
        HandleRef ref;
} MapCall;

static NTSTATUS map_check_type(MapCall *call) {
        NTSTATUS status;

        if (!call->extended) {
                if (call->inherit != ViewShare && call->inherit != ViewUnmap)
                        return STATUS_INVALID_PARAMETER_8;
                return call->allocation_type & ~ALLOCATION_TYPES ? STATUS_INVALID_PARAMETER_9
                                                                 : STATUS_SUCCESS;
        }
        status = extended_parameters_read_view(call->parameters, call->n_parameters, &call->place);
        if (NT_SUCCESS(status) && call->allocation_type & ~ALLOCATION_TYPES_EX)
                status = STATUS_INVALID_PARAMETER;
        return status;
}

static NTSTATUS map_check_flags(MapCall *call) {
        NTSTATUS status = map_check_type(call);

        if (NT_SUCCESS(status) && !protection_is_valid(call->protection))
                status = STATUS_INVALID_PAGE_PROTECTION;
        return status;
}

static NTSTATUS capture_variable(void *at, uint64_t *ret) {
        NTSTATUS status = probe_writable(at, sizeof(*ret), 1);

        return NT_SUCCESS(status) ? probe_read_64(ret, at) : status;
}

static NTSTATUS map_capture(MapCall *call) {
        NTSTATUS status;

        status = capture_variable(call->base_at, &call->base);
        if (NT_SUCCESS(status))
                status = capture_variable(call->size_at, &call->size);
        if (NT_SUCCESS(status) && call->offset_at)
                status = capture_variable(call->offset_at, &call->offset);
        return status;
}

static NTSTATUS map_check_range(MapCall *call) {
        uint64_t highest = 0;

        if (call->base > VIEW_HIGHEST_ADDRESS || call->size > VIEW_HIGHEST_ADDRESS + 1 - call->base)
                return STATUS_INVALID_PARAMETER_3;
        if (call->extended)
                return call->base != 0 && region_place_is_wished(&call->place)
                                       ? STATUS_INVALID_PARAMETER
                                       : STATUS_SUCCESS;
        if (!zero_bits_limit(call->zero_bits, &highest))
                return STATUS_INVALID_PARAMETER_4;
        if (highest != 0 && call->base != 0 && call->base + call->size > highest)
                return STATUS_INVALID_PARAMETER_4;
        call->place.highest = highest;
        return STATUS_SUCCESS;
}

static bool replaces_placeholder(const MapCall *call) {
        return call->allocation_type & MEM_REPLACE_PLACEHOLDER;
}

static bool has_large_pages(const MapCall *call) {
        return call->ref.info.attributes & SEC_LARGE_PAGES;
}

/* A placeholder may begin at any page, and what takes its place with it. */
static uint64_t map_granularity(const MapCall *call) {
        if (has_large_pages(call))
                return LARGE_PAGE_SIZE;
        return replaces_placeholder(call) ? REGION_PAGE_SIZE : REGION_GRANULARITY;
}

/* Every view of a based section is where the section is, whatever the caller would like. */
static NTSTATUS map_at_base(MapCall *call) {
        uint64_t base = call->ref.info.base;

        if (base == 0)
                return STATUS_SUCCESS;
        call->base = base + call->offset;
        if (call->base < call->place.lowest ||
                        (call->place.highest != 0 &&
                                        call->base + call->size - 1 > call->place.highest))
                return STATUS_NO_MEMORY;
        return STATUS_SUCCESS;
}

/* Row 13. A view may reserve room for a file to grow into, if the section lets it write there. */
static NTSTATUS map_check_reserve(const MapCall *call) {
        if (!(call->allocation_type & MEM_RESERVE))
                return STATUS_SUCCESS;
        if (!section_is_data_file(&call->ref.info))
                return STATUS_INVALID_PARAMETER_9;
        return protection_writes(call->ref.info.protection) ? STATUS_SUCCESS
                                                            : STATUS_SECTION_PROTECTION;
}

/* Row 15. A file's section may have grown since the daemon told its size. Completes the size. */
static NTSTATUS map_check_size(MapCall *call) {
        const GrantInfo *info = &call->ref.info;
        NTSTATUS status;
        uint64_t end;

        if (__builtin_add_overflow(call->offset, call->size, &end))
                return STATUS_INVALID_VIEW_SIZE;
        if (section_is_data_file(info) && (call->size == 0 || end > info->size)) {
                status = handle_refresh(call->client, &call->ref);
                if (!NT_SUCCESS(status))
                        return status;
        }
        if (call->offset > info->size ||
                        (end > info->size && !(call->allocation_type & MEM_RESERVE)))
                return STATUS_INVALID_VIEW_SIZE;
        if (call->offset == info->size)
                return STATUS_INVALID_PARAMETER; /* as under Wine; nothing else is known of it */
        if (call->size == 0)
                call->size = info->size - call->offset;
        if (call->size > VIEW_HIGHEST_ADDRESS)
                return STATUS_NO_MEMORY;
        call->size = region_page_up(call->size);
        if (has_large_pages(call) && call->size % LARGE_PAGE_SIZE != 0)
                return STATUS_INVALID_VIEW_SIZE;
        return STATUS_SUCCESS;
}

/* Rows 16 and 17. */
static NTSTATUS map_check_memory(const MapCall *call) {
        bool of_file = section_is_data_file(&call->ref.info);

        if (call->commit_size > call->size)
                return STATUS_INVALID_PARAMETER_5;
        if (of_file && call->commit_size != 0 && !(call->allocation_type & MEM_RESERVE))
                return STATUS_INVALID_PARAMETER_5;
        if (!of_file && call->protection & PAGE_WRITECOMBINE)
                return STATUS_INVALID_PARAMETER_10;
        if (call->protection & PAGE_GUARD && !fault_recovery_is_on())
                return STATUS_NOT_SUPPORTED;
        return STATUS_SUCCESS;
}

/*
 * The same of an image, whose file no view can write, and which has protections of its own: the one
 * that is asked for only says which rights the handle must have. (Wine's tests.)
 */
static NTSTATUS map_check_image(MapCall *call) {
        SectionImage image;
        NTSTATUS status;

        if (call->allocation_type & MEM_RESERVE)
                return STATUS_SECTION_PROTECTION;
        if (replaces_placeholder(call))
                return STATUS_INVALID_PARAMETER; /* MapViewOfFile3: of data only */
        status = section_image_read(call->client, &call->ref, &image);
        if (NT_SUCCESS(status))
                status = image_view_check_size(&image, call->offset, &call->size);
        if (!NT_SUCCESS(status))
                return status;
        return call->commit_size != 0 ? STATUS_INVALID_PARAMETER_5 : STATUS_SUCCESS;
}

/* Rows 12 to 17: what the section has to say. */
static NTSTATUS map_check_section(MapCall *call) {
        uint64_t granularity = map_granularity(call);
        NTSTATUS status;

        if (call->base % granularity != 0 || call->offset % granularity != 0)
                return STATUS_MAPPED_ALIGNMENT;
        if (section_is_image(&call->ref.info))
                return map_check_image(call);
        status = map_check_reserve(call);
        if (!NT_SUCCESS(status))
                return status;
        if (!protection_is_compatible(call->ref.info.protection, call->protection))
                return STATUS_SECTION_PROTECTION;
        status = map_check_size(call);
        if (NT_SUCCESS(status))
                status = map_check_memory(call);
        return NT_SUCCESS(status) ? map_at_base(call) : status;
}

typedef struct MapUse {
        const Client *client;
        ViewWish *wish;
        uintptr_t base;
} MapUse;

static NTSTATUS map_use(int fd, void *context) {
        MapUse *use = context;

        if (use->wish->kind == REGION_DATA_FILE)
                (void) file_identify(fd, &use->wish->file, NULL); /* else it is like no other */
        use->wish->commit_fd = section_memory_commit_fd(use->client, use->wish->slot);
        if (use->wish->commit_fd < 0)
                use->wish->section_pages = 0;
        return views_map(fd, use->wish, &use->base);
}

/* Views of a section that is not cached say so. (Wine's tests of kernel32's virtual memory.) */
static ULONG view_protection(const MapCall *call) {
        if (call->protection & (PAGE_NOACCESS | PAGE_NOCACHE) ||
                        !(call->ref.info.attributes & SEC_NOCACHE))
                return call->protection;
        return call->protection | PAGE_NOCACHE;
}

static void map_undo(const MapCall *call) {
        if (replaces_placeholder(call))
                views_preserve(call->base, call->client);
        else
                views_unmap(call->base, call->client);
}

/* A reserved section is committed as far as the caller says at once. */
static NTSTATUS map_commit(const MapCall *call) {
        NTSTATUS status;

        if (call->commit_size == 0)
                return STATUS_SUCCESS;
        regions_lock();
        status = view_commit_pages(
                        call->client, call->base, call->base + region_page_up(call->commit_size));
        regions_unlock();
        if (!NT_SUCCESS(status))
                map_undo(call);
        return status;
}

static NTSTATUS map_make(MapCall *call) {
        const GrantInfo *info = &call->ref.info;
        ViewWish wish = {
                .place = call->place,
                .kind = section_is_data_file(info) ? REGION_DATA_FILE : REGION_PAGE_FILE,
                .size = call->size,
                .offset = call->offset,
                .protection = view_protection(call),
                .allocation_type = call->allocation_type,
                .inherit = call->inherit,
                .client = call->client,
                .slot = call->ref.slot,
                .tag = info->tag,
                .section_pages = info->attributes & SEC_RESERVE ? info->size / REGION_PAGE_SIZE : 0,
                .replaces = replaces_placeholder(call),
                .large = has_large_pages(call),
        };
        MapUse use = { .client = call->client, .wish = &wish };
        NTSTATUS status, committed;

        wish.place.base = call->base;
        wish.place.top_down = call->allocation_type & MEM_TOP_DOWN;
        if (wish.large)
                wish.place.alignment = LARGE_PAGE_SIZE;
        if (section_is_image(info))
                status = image_view_map(call->client, &call->ref, &wish, &use.base);
        else
                status = section_memory_use(call->client, call->ref.slot, info->tag, map_use, &use);
        if (!NT_SUCCESS(status))
                return status;
        call->base = use.base;
        committed = map_commit(call);
        return NT_SUCCESS(committed) ? status : committed;
}

/* Reads the handle, and keeps its grant while the view is made: another thread may close it. */
static NTSTATUS map_pinned(MapCall *call) {
        ACCESS_MASK access = protection_required_access(call->protection);
        NTSTATUS status;

        do {
                handle_release(&call->ref);
                status = handle_reference(call->client, call->section,
                                NT__OBJECT_KIND__OBJECT_KIND_SECTION, access, &call->ref);
                if (NT_SUCCESS(status))
                        status = map_check_section(call);
                if (!NT_SUCCESS(status))
                        return status;
        } while (!handle_pin(call->client, &call->ref));

        status = map_make(call);
        grant_close(call->client, call->ref.slot);
        return status;
}

/* @made: the success that there is to report. */
static NTSTATUS map_answer(const MapCall *call, NTSTATUS made) {
        NTSTATUS status;

        status = probe_write_64(call->base_at, call->base);
        if (NT_SUCCESS(status))
                status = probe_write_64(call->size_at, call->size);
        if (NT_SUCCESS(status) && call->offset_at)
                status = probe_write_64(call->offset_at, call->offset);
        if (!NT_SUCCESS(status))
                map_undo(call);
        return NT_SUCCESS(status) ? made : status;
}

static NTSTATUS map_view(MapCall *call) {
        NTSTATUS entered, status;

        entered = client_enter(CLIENT_HANDLES, &call->client);
        if (entered == STATUS_PORT_DISCONNECTED)
                return entered;
        if (!NT_SUCCESS(entered))
                call->client = NULL;

        status = map_check_flags(call);
        if (NT_SUCCESS(status))
                status = map_capture(call);
        if (NT_SUCCESS(status))
                status = map_check_range(call);
        if (NT_SUCCESS(status))
                status = handle_check_process(call->client, call->process, PROCESS_VM_OPERATION);
        if (!NT_SUCCESS(status))
                return status;
        if (!call->client)
                return handle_pseudo(call->section) != PSEUDO_NONE ? STATUS_OBJECT_TYPE_MISMATCH
                                                                   : entered;

        status = map_pinned(call);
        handle_release(&call->ref);
        if (!NT_SUCCESS(status))
                return status;
        return map_answer(call, status);
}

static void map_trace(const MapCall *call, const char *name, NTSTATUS status) {
        trace_end(name, status,
                        "handle=%p, process=%p, base=0x%llx, zero_bits=0x%llx, commit=0x%llx, "
                        "offset=0x%llx, size=0x%llx, inherit=%u, type=0x%x, protection=0x%x",
                        call->section, call->process, (unsigned long long) call->base,
                        (unsigned long long) call->zero_bits,
                        (unsigned long long) call->commit_size, (unsigned long long) call->offset,
                        (unsigned long long) call->size, (unsigned) call->inherit,
                        call->allocation_type, call->protection);
}

NTSTATUS zw_map_view_of_section(HANDLE section,
                HANDLE process,
                PVOID *base,
                ULONG_PTR zero_bits,
                SIZE_T commit_size,
                PLARGE_INTEGER offset,
                PSIZE_T view_size,
                SECTION_INHERIT inherit,
                ULONG allocation_type,
                ULONG protection) {
        MapCall call = {
                .section = section,
                .process = process,
                .base_at = base,
                .offset_at = offset,
                .size_at = view_size,
                .zero_bits = zero_bits,
                .commit_size = commit_size,
                .inherit = inherit,
                .allocation_type = allocation_type,
                .protection = protection,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = map_view(&call);
        if (TRACING())
                map_trace(&call, "NtMapViewOfSection", status);
        return status;
}

SERVICE(MapViewOfSection,
                zw_map_view_of_section,
                (HANDLE section,
                                HANDLE process,
                                PVOID *base,
                                ULONG_PTR zero_bits,
                                SIZE_T commit_size,
                                PLARGE_INTEGER offset,
                                PSIZE_T view_size,
                                SECTION_INHERIT inherit,
                                ULONG allocation_type,
                                ULONG protection),
                (section,
                                process,
                                base,
                                zero_bits,
                                commit_size,
                                offset,
                                view_size,
                                inherit,
                                allocation_type,
                                protection));

NTSTATUS zw_map_view_of_section_ex(HANDLE section,
                HANDLE process,
                PVOID *base,
                PLARGE_INTEGER offset,
                PSIZE_T view_size,
                ULONG allocation_type,
                ULONG protection,
                PMEM_EXTENDED_PARAMETER parameters,
                ULONG n_parameters) {
        MapCall call = {
                .section = section,
                .process = process,
                .base_at = base,
                .offset_at = offset,
                .size_at = view_size,
                .extended = true,
                .parameters = parameters,
                .n_parameters = n_parameters,
                .inherit = ViewShare,
                .allocation_type = allocation_type,
                .protection = protection,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = map_view(&call);
        if (TRACING())
                map_trace(&call, "NtMapViewOfSectionEx", status);
        return status;
}

SERVICE(MapViewOfSectionEx,
                zw_map_view_of_section_ex,
                (HANDLE section,
                                HANDLE process,
                                PVOID *base,
                                PLARGE_INTEGER offset,
                                PSIZE_T view_size,
                                ULONG allocation_type,
                                ULONG protection,
                                PMEM_EXTENDED_PARAMETER parameters,
                                ULONG n_parameters),
                (section,
                                process,
                                base,
                                offset,
                                view_size,
                                allocation_type,
                                protection,
                                parameters,
                                n_parameters));
