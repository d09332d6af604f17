#include "view-commit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>

#include "address-space.h"
#include "cleanup.h"
#include "grant-word.h"
#include "handle.h"
#include "ntstatus.h"
#include "region.h"

NTSTATUS view_commit_map(ViewCommit *commit, int fd, uint64_t n_pages) {
        size_t size = (size_t) commit_bitmap_size(n_pages);
        bool is_ours = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR;
        void *words = mmap(NULL, size, is_ours ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd,
                        0);

        if (words == MAP_FAILED)
                return address_space_status(errno, STATUS_NO_MEMORY);
        commit->bitmap.n_pages = n_pages;
        commit->is_ours = is_ours;
        commit->bitmap.words = words;
        return STATUS_SUCCESS;
}

/* A child of fork() that was made in between must not unmap what somebody else has there. */
void view_commit_clear(ViewCommit *commit) {
        void *words = (void *) commit->bitmap.words;

        if (!words)
                return;
        commit->bitmap.words = NULL;
        atomic_signal_fence(memory_order_seq_cst);
        munmap(words, (size_t) commit_bitmap_size(commit->bitmap.n_pages));
}

/* The number in the section that the region's first page has. */
static uint64_t first_page(const Region *region) {
        return region->offset / REGION_PAGE_SIZE;
}

bool view_commit_find(const Region *region, size_t page, size_t *ret_end) {
        const CommitBitmap *bitmap = &region->commit.bitmap;
        size_t n_pages = region_page_count(region);
        uint64_t start = first_page(region), end;
        bool committed;

        *ret_end = n_pages;
        if (!bitmap->words)
                return true;
        committed = commit_bitmap_find(bitmap, start + page, start + n_pages, &end);
        *ret_end = (size_t) (end - start);
        return committed;
}

/* What the daemon is told. */
typedef struct CommitOrder {
        uint64_t serial; /* of the attachment that knows the grant */
        uint32_t slot;
        uint32_t tag;
        uint64_t first;
        uint64_t end;
} CommitOrder;

static NTSTATUS order_send(const Client *client, const CommitOrder *order) {
        NTSTATUS status = STATUS_SUCCESS;

        for (uint64_t at = order->first, n; NT_SUCCESS(status) && at < order->end; at += n) {
                Nt__Grant grant = grant_message(order->slot, order->tag);
                Nt__CommitSectionRequest body = NT__COMMIT_SECTION_REQUEST__INIT;
                Nt__Request request = NT__REQUEST__INIT;
                autocleanup(call_reply_clear) CallReply reply;

                n = order->end - at < COMMIT_PAGES_MOST ? order->end - at : COMMIT_PAGES_MOST;
                body.grant = &grant;
                body.first_page = at;
                body.n_pages = (uint32_t) n;
                request.body_case = NT__REQUEST__BODY_COMMIT_SECTION;
                request.commit_section = &body;
                call_reply_init(&reply);
                status = connection_call(client, &request, &reply);
        }
        return status;
}

/* The section is reached by the grant that the view was made with, while that lasts. */
static NTSTATUS order_by_grant(const Client *client, const CommitOrder *order) {
        NTSTATUS status;

        if (!client || client->serial != order->serial ||
                        !grant_word_count_up(&client->page->grants[order->slot], order->tag,
                                        GRANT_TAG_MAX, UINT_MAX))
                return STATUS_NOT_SUPPORTED;
        status = order_send(client, order);
        grant_close(client, order->slot);
        return status;
}

NTSTATUS view_commit_pages(const Client *client, uintptr_t first, uintptr_t end) {
        Region *region = region_find(first);
        CommitOrder order;
        NTSTATUS status;

        if (!region || !region->commit.bitmap.words ||
                        view_commit_is_all(region, region_page_of(region, first),
                                        region_page_of(region, end)))
                return STATUS_SUCCESS;
        order.first = first_page(region) + region_page_of(region, first);
        order.end = first_page(region) + region_page_of(region, end);
        if (region->commit.is_ours) {
                commit_bitmap_set(&region->commit.bitmap, order.first, order.end);
                return STATUS_SUCCESS;
        }
        order.serial = region->serial;
        order.slot = region->slot;
        order.tag = region->tag;
        regions_unlock();
        status = order_by_grant(client, &order);
        regions_lock();
        return status;
}
