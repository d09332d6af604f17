#include "region-protect.h"

#include "address-space.h"
#include "copied-pages.h"
#include "fault.h"
#include "ntstatus.h"
#include "view-copy.h"

#define BASES     0xFFu
#define READ      1u
#define WRITE     2u
#define EXECUTE   4u
#define MODIFIERS (PAGE_NOCACHE | PAGE_WRITECOMBINE)

/* What a protection lets happen to a section: a copy is not the section. (Wine's tests of ntdll.)
 */
static unsigned rights_of(ULONG protection) {
        switch (protection & BASES) {
        case PAGE_READONLY:
        case PAGE_WRITECOPY:
                return READ;
        case PAGE_READWRITE:
                return READ | WRITE;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY:
                return READ | EXECUTE;
        case PAGE_EXECUTE_READWRITE:
                return READ | WRITE | EXECUTE;
        default:
                return 0;
        }
}

static bool is_copy_on_write(ULONG protection) {
        return protection & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY);
}

/* Writing to an image never changes its file. */
static ULONG image_protection(ULONG protection) {
        switch (protection & BASES) {
        case PAGE_READWRITE:
                return (protection & ~BASES) | PAGE_WRITECOPY;
        case PAGE_EXECUTE_READWRITE:
                return (protection & ~BASES) | PAGE_EXECUTE_WRITECOPY;
        default:
                return protection;
        }
}

/* What all views of an image share is not copied. */
static ULONG shared_protection(ULONG protection) {
        switch (protection & BASES) {
        case PAGE_WRITECOPY:
                return (protection & ~BASES) | PAGE_READWRITE;
        case PAGE_EXECUTE_WRITECOPY:
                return (protection & ~BASES) | PAGE_EXECUTE_READWRITE;
        default:
                return protection;
        }
}

/* Whether the page is mapped so that all views see what is written; as are those up to @ret_end. */
static bool image_pages_are_shared(
                const Region *region, size_t first, size_t end, size_t *ret_end) {
        size_t n_pages = region_page_count(region);
        PageState state = region_pages_find(&region->pages, first, n_pages, ret_end);

        for (size_t stop; *ret_end < end; *ret_end = stop) {
                if ((region_pages_find(&region->pages, *ret_end, n_pages, &stop) ^ state) &
                                PAGE_IS_SHARED)
                        break;
        }
        if (*ret_end > end)
                *ret_end = end;
        return state & PAGE_IS_SHARED;
}

/* Pages that are shared and such that are not need different protections. On failure some may have
 * changed: Linux has so many mappings that the rest cannot. */
static NTSTATUS image_change(Region *region, size_t first, size_t end, ULONG protection) {
        NTSTATUS status = STATUS_SUCCESS;

        for (size_t stop; first < end && NT_SUCCESS(status); first = stop) {
                bool shared = image_pages_are_shared(region, first, end, &stop);

                status = region_protect(region, first, stop,
                                (PageState) (shared ? shared_protection(protection)
                                                    : image_protection(protection)));
        }
        return status;
}

static NTSTATUS view_check(const Region *view, ULONG protection) {
        if (view->allocation_type & SEC_NO_CHANGE)
                return STATUS_INVALID_PAGE_PROTECTION;
        if (rights_of(protection) & ~rights_of(view->protection))
                return view->protection & PAGE_NOACCESS ? STATUS_SECTION_PROTECTION
                                                        : STATUS_INVALID_PAGE_PROTECTION;
        return STATUS_SUCCESS;
}

NTSTATUS region_check_protection(const Region *region, ULONG protection) {
        NTSTATUS status = STATUS_SUCCESS;

        if (region->kind == REGION_IMAGE)
                protection = image_protection(protection);
        if (region_is_view(region))
                status = view_check(region, protection);
        else if (is_copy_on_write(protection))
                status = STATUS_INVALID_PAGE_PROTECTION;
        if (NT_SUCCESS(status) && protection & PAGE_GUARD && !fault_recovery_is_on())
                status = STATUS_NOT_SUPPORTED;
        return status;
}

NTSTATUS
region_change_protection(Region *region, size_t first, size_t end, ULONG protection) {
        NTSTATUS status = region_check_protection(region, protection);

        if (!NT_SUCCESS(status))
                return status;
        if (region->kind == REGION_IMAGE)
                return image_change(region, first, end, protection & PAGE_STATE_PROTECTION);
        if (region_is_view(region) && view_copy_needs_section(region, first, end, protection))
                return STATUS_NOT_SUPPORTED;
        return region_protect(region, first, end, protection & PAGE_STATE_PROTECTION);
}

bool region_is_committed(const Region *region, size_t first, size_t end) {
        size_t n_pages = region_page_count(region), stop;

        for (size_t page = first; page < end; page = stop) {
                if (!(region_pages_find(&region->pages, page, n_pages, &stop) &
                                    PAGE_STATE_PROTECTION))
                        return false;
        }
        return view_commit_is_all(region, first, end);
}

ULONG region_page_protection(const Region *region, size_t page, size_t *ret_end) {
        size_t n_pages = region_page_count(region), committed_end;
        PageState state = region_pages_find(&region->pages, page, n_pages, ret_end);
        ULONG protection = state & PAGE_STATE_PROTECTION;

        if (!view_commit_find(region, page, &committed_end)) {
                *ret_end = committed_end;
                return 0;
        }
        n_pages = committed_end;
        if (*ret_end > n_pages)
                *ret_end = n_pages;
        for (size_t end; *ret_end < n_pages; *ret_end = end) {
                PageState next = region_pages_find(&region->pages, *ret_end, n_pages, &end);

                if ((next ^ state) & PAGE_STATE_PROTECTION)
                        break;
        }
        if (is_copy_on_write(protection) && !(protection & PAGE_GUARD)) {
                uintptr_t at = region->node.base + page * REGION_PAGE_SIZE, stop;

                if (copied_pages_find(at, region->node.base + *ret_end * REGION_PAGE_SIZE, &stop))
                        protection = protection & PAGE_WRITECOPY ? PAGE_READWRITE
                                                                 : PAGE_EXECUTE_READWRITE;
                *ret_end = region_page_of(region, stop);
        }
        if (protection != 0 && !(protection & PAGE_NOACCESS))
                protection |= region->protection & MODIFIERS;
        return protection;
}

/*
 * Whether the page may be accessed by now. It is asked of Linux too: what the program has changed
 * behind our back would fault for ever.
 */
static bool is_accessible(uintptr_t address, PageState state, int access) {
        static MapsReader reader; /* as large as some stacks for signals; the regions are locked */
        Mapping mapping;

        return region_kernel_protection(state) & access &&
               address_space_find_with(&reader, address, &mapping) && mapping.start <= address &&
               address_space_protection(mapping.protection) & access;
}

/*
 * Ends the guard of a page. Where Linux cannot split its mapping any more, the guard pages next to
 * it lose theirs too: a guard that did not end would be met for ever.
 */
static NTSTATUS guard_end(Region *region, size_t page) {
        size_t n_pages = region_page_count(region), first = 0, end = 0;
        PageState state = 0;
        NTSTATUS status;

        for (size_t next = 0; next <= page; next = end) {
                first = next;
                state = region_pages_find(&region->pages, next, n_pages, &end);
        }
        state &= PAGE_STATE_PROTECTION & ~PAGE_GUARD;
        status = region_protect(region, page, page + 1, state);
        if (status == STATUS_INSUFFICIENT_RESOURCES)
                status = region_protect(region, first, end, state);
        return status;
}

GuardFault region_guard_fault(uintptr_t address, int access) {
        GuardFault fault = GUARD_FAULT_NONE;
        Region *region;

        if (!regions_lock_in_handler())
                return GUARD_FAULT_NONE;
        region = region_find(address);
        if (region) {
                size_t page = region_page_of(region, address), end;
                PageState state = region_pages_find(
                                &region->pages, page, region_page_count(region), &end);

                if (!(state & PAGE_GUARD))
                        fault = is_accessible(address, state, access) ? GUARD_FAULT_LATE
                                                                      : GUARD_FAULT_NONE;
                else if (NT_SUCCESS(guard_end(region, page)))
                        fault = GUARD_FAULT_FIRST;
        }
        regions_unlock();
        return fault;
}
