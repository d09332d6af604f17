#include "view-copy.h"

#include <errno.h>
#include <sys/mman.h>

#include "address-space.h"
#include "copied-pages.h"
#include "ntstatus.h"

#define COPIES (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)
#define WRITES (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)

/*
 * Finds the next pages from @page on that are mapped the wrong way. Return: false if there are
 * none; else they are from *@page to *@ret_end. Copies are the view's, whatever their protection.
 */
static bool next_wrong(
                const Region *view, size_t *page, size_t end, bool private, size_t *ret_end) {
        for (size_t stop; *page < end; *page = stop) {
                PageState state = region_pages_find(
                                &view->pages, *page, region_page_count(view), &stop);
                uintptr_t base = view->node.base, until;

                if (stop > end)
                        stop = end;
                if (((state & PAGE_IS_PRIVATE) != 0) == private)
                        continue;
                if (!private) {
                        bool copied = copied_pages_find(base + *page * REGION_PAGE_SIZE,
                                        base + stop * REGION_PAGE_SIZE, &until);

                        stop = (until - base) / REGION_PAGE_SIZE;
                        if (copied)
                                continue;
                }
                *ret_end = stop;
                return true;
        }
        return false;
}

bool view_copy_needs_section(const Region *view, size_t first, size_t end, ULONG protection) {
        size_t stop;

        if (!(view->protection & WRITES) || !(protection & (COPIES | WRITES)))
                return false;
        return next_wrong(view, &first, end, (protection & COPIES) != 0, &stop);
}

/* Puts the section's memory in the place of what is there, with the protection that it has. */
static NTSTATUS pages_remap(Region *view, size_t first, size_t end, bool private, int fd) {
        void *at = (void *) (view->node.base + first * REGION_PAGE_SIZE);
        size_t size = (end - first) * REGION_PAGE_SIZE, stop;
        PageState state = region_pages_find(&view->pages, first, region_page_count(view), &stop);

        if (!region_pages_reserve(&view->pages))
                return address_space_shortage();
        if (mmap(at, size, region_kernel_protection(state),
                            MAP_FIXED | (private ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED), fd,
                            (off_t) (view->offset + first * REGION_PAGE_SIZE)) == MAP_FAILED)
                return address_space_status(errno, STATUS_NO_MEMORY);
        if (view->inherit == ViewUnmap)
                madvise(at, size, MADV_DONTFORK); /* has the mapping for itself: cannot fail */
        region_pages_change(&view->pages, region_page_count(view), first, end,
                        PAGE_IS_LOCKED | PAGE_IS_PRIVATE, private ? PAGE_IS_PRIVATE : 0);
        return STATUS_SUCCESS;
}

NTSTATUS view_copy_remap(Region *view, size_t first, size_t end, ULONG protection, int fd) {
        bool private = (protection & COPIES) != 0;
        NTSTATUS status = STATUS_SUCCESS;
        size_t page = first, stop;

        /* From here on nobody writes, so that nothing is lost which is written meanwhile. */
        status = region_protect(view, first, end,
                        view->protection & PAGE_EXECUTE_READWRITE ? PAGE_EXECUTE_READ
                                                                  : PAGE_READONLY);
        for (; NT_SUCCESS(status) && next_wrong(view, &page, end, private, &stop); page = stop)
                status = pages_remap(view, page, stop, private, fd);
        return status;
}
