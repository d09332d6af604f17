#include <string.h>

#include "address-space.h"
#include "mapped-file.h"
#include "memory-call.h"
#include "ntsecurity.h"
#include "ntstatus.h"
#include "probe.h"
#include "region-protect.h"
#include "service.h"
#include "trace.h"
#include "zw.h"

#define INFORMATION_ALIGNMENT 4u

/* Bytes of MEMORY_REGION_INFORMATION that older programs know. */
#define REGION_INFORMATION_MIN offsetof(MEMORY_REGION_INFORMATION, CommitSize)

/* What is at an address. */
typedef struct Found {
        bool is_free;
        MEMORY_BASIC_INFORMATION basic;
        SIZE_T region_size; /* of the whole region, and how much of it counts as memory */
        SIZE_T commit_size;
        RegionKind kind;
        SIZE_T image_size; /* of an image, whatever part the view shows */
        bool placeholder;
        bool large;
} Found;

/* One call. */
typedef struct QueryCall {
        MemoryCall memory; /* of which there is only a base */
        MEMORY_INFORMATION_CLASS which;
        void *to;
        SIZE_T length;
        PSIZE_T return_length;
} QueryCall;

/* What may become the process's own: pages that are copied when they are written to. */
static SIZE_T image_commit_size(const Region *image) {
        size_t n_pages = region_page_count(image), n = 0;

        for (size_t page = 0, end; page < n_pages; page = end) {
                PageState state = region_pages_find(&image->pages, page, n_pages, &end);

                if (state & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY))
                        n += end - page;
        }
        return n * REGION_PAGE_SIZE;
}

/* Bytes of pages that are committed; a view costs memory if what is written to it is a copy. */
static SIZE_T commit_size(const Region *region) {
        size_t n_pages = region_page_count(region), n = 0;

        if (region->kind == REGION_IMAGE)
                return image_commit_size(region);
        if (region_is_view(region) &&
                        !(region->protection & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)))
                return 0;
        for (size_t page = 0, end; page < n_pages; page = end) {
                if (region_is_view(region) ? view_commit_find(region, page, &end)
                                           : region_pages_find(
                                                             &region->pages, page, n_pages, &end) &
                                                                PAGE_STATE_PROTECTION)
                        n += end - page;
        }
        return n * REGION_PAGE_SIZE;
}

static ULONG region_type(const Region *region) {
        switch (region->kind) {
        case REGION_PRIVATE:
                return MEM_PRIVATE;
        case REGION_PAGE_FILE:
        case REGION_DATA_FILE:
                return MEM_MAPPED;
        case REGION_IMAGE:
                return MEM_IMAGE;
        }
        return 0;
}

static void find_in_region(const Region *region, uintptr_t address, bool whole, Found *found) {
        size_t page = region_page_of(region, address), end;
        ULONG protection = region_page_protection(region, page, &end);

        found->is_free = false;
        found->basic.AllocationBase = (PVOID) region->node.base;
        found->basic.AllocationProtect = region->protection;
        found->basic.RegionSize = (end - page) * REGION_PAGE_SIZE;
        found->basic.State = protection ? MEM_COMMIT : MEM_RESERVE;
        found->basic.Protect = protection;
        found->basic.Type = region_type(region);
        found->region_size = region->node.size;
        found->kind = region->kind;
        found->image_size = region->image_size;
        found->placeholder = region->placeholder;
        found->large = region->large;
        if (whole)
                found->commit_size = commit_size(region);
}

/* What Linux has there, between the regions before and after: private, or free. */
static NTSTATUS find_elsewhere(uintptr_t address, Found *found) {
        const Region *before = region_before(address), *next = region_next(address);
        uintptr_t lowest = before ? region_end(before) : 0;
        uintptr_t highest = next ? next->node.base : VIEW_HIGHEST_ADDRESS + 1;
        Mapping mapping;

        if (!address_space_find(address, &mapping))
                return STATUS_INSUFFICIENT_RESOURCES;
        found->is_free = mapping.start > address;
        if (found->is_free) {
                found->basic.RegionSize =
                                (mapping.start < highest ? mapping.start : highest) - address;
                found->basic.State = MEM_FREE;
                found->basic.Protect = PAGE_NOACCESS;
                return STATUS_SUCCESS;
        }

        if (mapping.start < lowest)
                mapping.start = lowest;
        if (mapping.end > highest)
                mapping.end = highest;
        found->basic.AllocationBase = (PVOID) mapping.start;
        found->basic.AllocationProtect = mapping.protection;
        found->basic.RegionSize = mapping.end - address;
        found->basic.State = MEM_COMMIT;
        found->basic.Protect = mapping.protection;
        found->basic.Type = MEM_PRIVATE;
        found->region_size = mapping.end - mapping.start;
        found->commit_size = found->region_size;
        return STATUS_SUCCESS;
}

static NTSTATUS find(uintptr_t address, bool whole, Found *found) {
        NTSTATUS status = STATUS_SUCCESS;
        const Region *region;

        memset(found, 0, sizeof(*found));
        address = region_page_down(address);
        found->basic.BaseAddress = (PVOID) address;
        regions_lock();
        region = region_find(address);
        if (region)
                find_in_region(region, address, whole, found);
        else
                status = find_elsewhere(address, found);
        regions_unlock();
        return status;
}

static NTSTATUS answer(const QueryCall *call, const void *information, SIZE_T size) {
        NTSTATUS status = probe_write(call->to, information, size);

        if (NT_SUCCESS(status) && call->return_length)
                status = probe_write_64(call->return_length, size);
        return status;
}

static NTSTATUS answer_region(const QueryCall *call, const Found *found) {
        MEMORY_REGION_INFORMATION region = {
                .AllocationBase = found->basic.AllocationBase,
                .AllocationProtect = found->basic.AllocationProtect,
                .MappedDataFile = found->kind == REGION_DATA_FILE,
                .MappedImage = found->kind == REGION_IMAGE,
                .PlaceholderReservation = found->placeholder,
                .PageSizeLarge = found->large,
                .RegionSize = found->region_size,
                .CommitSize = found->commit_size,
        };

        return answer(call, &region, call->length < sizeof(region) ? call->length : sizeof(region));
}

static NTSTATUS answer_image(const QueryCall *call, const Found *found) {
        MEMORY_IMAGE_INFORMATION image = { 0 };

        if (found->kind == REGION_IMAGE) {
                image.ImageBase = found->basic.AllocationBase;
                image.SizeOfImage = found->image_size;
                image.ImagePartialMap = found->region_size < found->image_size;
                image.ImageNotExecutable = found->basic.AllocationProtect == PAGE_WRITECOPY;
        }
        return answer(call, &image, sizeof(image));
}

/* Bytes that a class needs at least; 0 for one that is not answered. */
static SIZE_T class_length(MEMORY_INFORMATION_CLASS which) {
        switch ((ULONG) which) {
        case MemoryBasicInformation:
                return sizeof(MEMORY_BASIC_INFORMATION);
        case MemoryMappedFilenameInformation:
                return sizeof(UNICODE_STRING);
        case MemoryRegionInformation:
                return REGION_INFORMATION_MIN;
        case MemoryImageInformation:
                return sizeof(MEMORY_IMAGE_INFORMATION);
        default:
                return 0;
        }
}

/* A name that is not there is missed before its length: it has none. */
static NTSTATUS query_check(QueryCall *call) {
        NTSTATUS status;

        if (call->memory.base > VIEW_HIGHEST_ADDRESS)
                return STATUS_INVALID_PARAMETER;
        status = probe_writable(call->to, call->length, INFORMATION_ALIGNMENT);
        if (NT_SUCCESS(status) && call->return_length)
                status = probe_writable(call->return_length, sizeof(*call->return_length), 1);
        if (!NT_SUCCESS(status))
                return status;
        if (class_length(call->which) == 0)
                return (ULONG) call->which < MaxMemoryInfoClass ? STATUS_NOT_IMPLEMENTED
                                                                : STATUS_INVALID_INFO_CLASS;
        if (call->length < class_length(call->which) &&
                        call->which != MemoryMappedFilenameInformation)
                return STATUS_INFO_LENGTH_MISMATCH;
        return memory_call_enter(&call->memory, PROCESS_QUERY_INFORMATION);
}

static NTSTATUS query(QueryCall *call) {
        Found found;
        NTSTATUS status = query_check(call);

        if (NT_SUCCESS(status) && call->which == MemoryMappedFilenameInformation)
                return mapped_file_name(call->memory.client, call->memory.base, call->to,
                                call->length, call->return_length);
        if (NT_SUCCESS(status))
                status = find(call->memory.base, call->which == MemoryRegionInformation, &found);
        if (!NT_SUCCESS(status))
                return status;
        if (call->which == MemoryBasicInformation)
                return answer(call, &found.basic, sizeof(found.basic));
        if (found.is_free)
                return STATUS_INVALID_ADDRESS;
        if (call->which == MemoryRegionInformation)
                return answer_region(call, &found);
        return answer_image(call, &found);
}

NTSTATUS zw_query_virtual_memory(HANDLE process,
                PVOID base,
                MEMORY_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length) {
        QueryCall call = {
                .memory = { .process = process, .base = (uintptr_t) base },
                .which = information_class,
                .to = information,
                .length = length,
                .return_length = return_length,
        };
        NTSTATUS status;

        if (TRACING())
                trace_begin();
        status = query(&call);
        if (TRACING())
                trace_end("NtQueryVirtualMemory", status,
                                "process=%p, base=%p, class=%u, length=%llu", process, base,
                                (unsigned) information_class, (unsigned long long) length);
        return status;
}

SERVICE(QueryVirtualMemory,
                zw_query_virtual_memory,
                (HANDLE process,
                                PVOID base,
                                MEMORY_INFORMATION_CLASS information_class,
                                PVOID information,
                                SIZE_T length,
                                PSIZE_T return_length),
                (process, base, information_class, information, length, return_length));
