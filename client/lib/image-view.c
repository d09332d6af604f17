#include "image-view.h"

#include <errno.h>
#include <sys/mman.h>

#include "address-space.h"
#include "cleanup.h"
#include "ntimage.h"
#include "ntstatus.h"
#include "probe.h"
#include "section-memory.h"

NTSTATUS image_view_check_size(const SectionImage *image, uint64_t offset, uint64_t *size) {
        if (offset >= image->size)
                return STATUS_INVALID_PARAMETER;
        if (*size > image->size - offset)
                return STATUS_INVALID_VIEW_SIZE;
        if (*size == 0)
                *size = image->size - offset;
        *size = region_page_up(*size);
        return STATUS_SUCCESS;
}

/* Puts what views share in the place of pages that are private. */
static NTSTATUS share_pages(Region *view, size_t first, size_t end, int fd) {
        void *at = (void *) (view->node.base + first * REGION_PAGE_SIZE);
        size_t size = (end - first) * REGION_PAGE_SIZE;

        if (!region_pages_reserve(&view->pages))
                return address_space_shortage();
        if (mmap(at, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd,
                            (off_t) (view->offset + first * REGION_PAGE_SIZE)) == MAP_FAILED)
                return address_space_status(errno, STATUS_NO_MEMORY);
        if (view->inherit == ViewUnmap)
                madvise(at, size, MADV_DONTFORK); /* has the mapping for itself: cannot fail */
        region_pages_change(&view->pages, region_page_count(view), first, end, 0, PAGE_IS_SHARED);
        return STATUS_SUCCESS;
}

static NTSTATUS dress_piece(
                Region *view, size_t first, size_t end, const ImagePiece *piece, int shared_fd) {
        NTSTATUS status = STATUS_SUCCESS;

        if (piece->is_shared)
                status = share_pages(view, first, end, shared_fd);
        if (NT_SUCCESS(status) && piece->protection != PAGE_READONLY)
                status = region_protect(view, first, end, piece->protection);
        return status;
}

NTSTATUS image_view_dress(Region *view, const SectionImage *image, int shared_fd) {
        uint64_t at = 0, begin = view->offset, end = begin + view->node.size;
        NTSTATUS status = STATUS_SUCCESS;

        view->image_size = image->size;
        for (uint32_t i = 0; i < image->n_pieces && NT_SUCCESS(status); i++) {
                uint64_t first = at, stop = at + image->pieces[i].size;

                at = stop;
                if (first < begin)
                        first = begin;
                if (stop > end)
                        stop = end;
                if (first < stop)
                        status = dress_piece(view, (first - begin) / REGION_PAGE_SIZE,
                                        (stop - begin) / REGION_PAGE_SIZE, &image->pieces[i],
                                        shared_fd);
        }
        return status;
}

/* Where the view's bytes are right; 0 if it cannot be there. */
static uintptr_t right_place(const ViewWish *wish) {
        uint64_t base = wish->image->base + wish->offset;
        const RegionPlace *place = &wish->place;

        if (wish->image->base == 0 || base > VIEW_HIGHEST_ADDRESS ||
                        wish->size > VIEW_HIGHEST_ADDRESS + 1 - base)
                return 0;
        if (base < place->lowest ||
                        (place->highest != 0 && base + wish->size - 1 > place->highest) ||
                        (place->alignment != 0 && base % place->alignment != 0))
                return 0;
        return base;
}

typedef struct ImageUse {
        ViewWish *wish;
        uintptr_t base;
} ImageUse;

static NTSTATUS image_use(int fd, void *context) {
        ImageUse *use = context;
        ViewWish *wish = use->wish, right = *wish;
        NTSTATUS status = STATUS_CONFLICTING_ADDRESSES;

        if (wish->place.base != 0)
                return views_map(fd, wish, &use->base);
        right.place = (RegionPlace){ .base = right_place(wish) };
        if (right.place.base != 0)
                status = views_map(fd, &right, &use->base);
        if (status == STATUS_CONFLICTING_ADDRESSES || status == STATUS_NO_MEMORY)
                status = views_map(fd, wish, &use->base);
        return status;
}

/* What views share is not kept: few images have it. */
static NTSTATUS use_with_shared(const Client *client, ViewWish *wish, ImageUse *use) {
        autofd int fd = -1, shared_fd = -1;
        NTSTATUS status = section_memory_fetch_both(client, wish->slot, wish->tag, &fd, &shared_fd);

        if (!NT_SUCCESS(status))
                return status;
        wish->shared_fd = shared_fd;
        return image_use(fd, use);
}

NTSTATUS image_view_map(
                const Client *client, const HandleRef *ref, ViewWish *wish, uintptr_t *ret_base) {
        ImageUse use = { .wish = wish };
        SectionImage image;
        NTSTATUS status;

        status = section_image_read(client, ref, &image);
        if (!NT_SUCCESS(status))
                return status;
        wish->kind = REGION_IMAGE;
        wish->protection = image.no_execute ? PAGE_WRITECOPY : PAGE_EXECUTE_WRITECOPY;
        wish->file = image.file;
        wish->image = &image;
        wish->shared_fd = -1;
        status = image.is_shared ? use_with_shared(client, wish, &use)
                                 : section_memory_use(
                                                   client, wish->slot, wish->tag, image_use, &use);
        wish->image = NULL;
        if (!NT_SUCCESS(status))
                return status;

        *ret_base = use.base;
        if (image.information.Machine != IMAGE_FILE_MACHINE_AMD64)
                return STATUS_IMAGE_MACHINE_TYPE_MISMATCH;
        return use.base == image.base + wish->offset ? STATUS_SUCCESS : STATUS_IMAGE_NOT_AT_BASE;
}
