#include "views.h"

#include <sys/mman.h>

#include "address-space.h"
#include "image-view.h"
#include "ntstatus.h"
#include "placeholder.h"
#include "view-bond.h"

/*
 * Whether what is written stays private. A view that can only become copy-on-write later is private
 * from the start: Linux shows in it what others write to the section, as long as it has no copy.
 */
static int mapping_flags(ULONG protection) {
        switch (protection & 0xFFu) {
        case PAGE_NOACCESS: /* is never anything else */
        case PAGE_READWRITE:
        case PAGE_EXECUTE_READWRITE:
                return MAP_SHARED;
        default:
                return MAP_PRIVATE | MAP_NORESERVE;
        }
}

/* The pages of an image get theirs one by one; those that guard, nobody may touch. */
static int first_protection(const ViewWish *wish) {
        return wish->image ? PROT_READ : region_kernel_protection((PageState) wish->protection);
}

/* What is true of the pages of a view that has just been mapped. */
static NTSTATUS view_dress(Region *view, const ViewWish *wish) {
        NTSTATUS status;

        if (!wish->image) {
                region_pages_init(&view->pages, wish->protection & PAGE_STATE_PROTECTION);
                return STATUS_SUCCESS;
        }
        region_pages_init(&view->pages, PAGE_READONLY);
        status = image_view_dress(view, wish->image, wish->shared_fd);
        if (!NT_SUCCESS(status))
                munmap((void *) view->node.base, view->node.size);
        return status;
}

static NTSTATUS view_make(Region *view, int fd, const ViewWish *wish) {
        RegionMapping mapping = {
                .fd = fd,
                .size = wish->size,
                .offset = (off_t) wish->offset,
                .protection = first_protection(wish),
                .flags = mapping_flags(wish->protection),
        };
        uintptr_t base = wish->place.base;
        NTSTATUS status;

        if (wish->section_pages != 0) {
                status = view_commit_map(&view->commit, wish->commit_fd, wish->section_pages);
                if (!NT_SUCCESS(status))
                        return status;
        }
        status = wish->replaces ? placeholder_take(base, &mapping)
                                : region_place_map(&wish->place, &mapping, &base);
        if (!NT_SUCCESS(status))
                return status;
        if (wish->inherit == ViewUnmap && madvise((void *) base, wish->size, MADV_DONTFORK) < 0) {
                munmap((void *) base, wish->size);
                return address_space_shortage();
        }

        view->node.base = base;
        view->node.size = wish->size;
        view->kind = wish->kind;
        view->protection = wish->protection;
        view->allocation_type = wish->allocation_type;
        view->inherit = wish->inherit;
        view->offset = wish->offset;
        view->replaced = wish->replaces;
        view->large = wish->large;
        view->slot = wish->slot;
        view->tag = wish->tag;
        view->serial = wish->client ? wish->client->serial : 0;
        view->file = wish->file;
        return view_dress(view, wish);
}

NTSTATUS views_map(int fd, const ViewWish *wish, uintptr_t *ret_base) {
        NTSTATUS status;
        Region *view;

        regions_lock();
        view = region_new();
        status = view ? view_make(view, fd, wish) : address_space_shortage();
        if (NT_SUCCESS(status)) {
                region_add(view);
                view_bond_tie(view, wish->client);
                *ret_base = view->node.base;
        } else if (view) {
                region_free(view);
        }
        regions_unlock();
        return status;
}

/* Ends the view that @address is in by @end, with the regions locked; and tells the daemon. */
static NTSTATUS view_end(uintptr_t address, const Client *client, NTSTATUS (*end)(Region *view)) {
        NTSTATUS status = STATUS_NOT_MAPPED_VIEW;
        bool report = false;
        ViewBond bond;
        Region *view;

        regions_lock();
        view = region_find(address);
        if (view && region_is_view(view)) {
                bool counted = view_bond_find(view, client, &bond);

                status = end(view);
                if (NT_SUCCESS(status) && counted)
                        report = view_bond_untie(client, &bond);
        }
        regions_unlock();
        if (report)
                view_bond_report(client, &bond);
        return status;
}

static NTSTATUS view_remove(Region *view) {
        NTSTATUS status = region_remove(view);

        if (NT_SUCCESS(status))
                region_free(view);
        return status;
}

static NTSTATUS view_restore(Region *view) {
        return view->replaced ? placeholder_restore(view) : STATUS_CONFLICTING_ADDRESSES;
}

NTSTATUS views_unmap(uintptr_t address, const Client *client) {
        return view_end(address, client, view_remove);
}

NTSTATUS views_preserve(uintptr_t address, const Client *client) {
        return view_end(address, client, view_restore);
}

size_t views_count(void) {
        size_t count;

        regions_lock();
        count = regions_count_views();
        regions_unlock();
        return count;
}
