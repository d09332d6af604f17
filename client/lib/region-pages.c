#include "region-pages.h"

#include <sys/mman.h>

/* A run in a list. */
#define RUN_SHIFT 16

/* Room that a list gets when it outgrows the region: a page for the two of them, or more. */
#define BLOCK_RUNS_MIN 254u

static uint64_t run_make(size_t first, PageState state) {
        return (uint64_t) first << RUN_SHIFT | state;
}

static size_t run_first(uint64_t run) {
        return (size_t) (run >> RUN_SHIFT);
}

static PageState run_state(uint64_t run) {
        return (PageState) run;
}

/* Appends to a list that is being made; runs that are alike become one. */
static void list_append(uint64_t *list, size_t first, PageState state) {
        uint64_t n = list[0];

        if (n > 0 && run_first(list[n]) == first)
                n--; /* the run before is empty */
        if (n > 0 && run_state(list[n]) == state) {
                list[0] = n;
                return;
        }
        list[n + 1] = run_make(first, state);
        list[0] = n + 1;
}

static size_t capacity_of(const RegionPages *pages) {
        const PagesBlock *block = atomic_load(&pages->block);

        return block ? block->capacity : PAGES_INLINE;
}

/* A list with room for @n_runs that is not in use. */
static uint64_t *list_spare(RegionPages *pages, size_t n_runs) {
        const uint64_t *used = atomic_load(&pages->runs);
        PagesBlock *block = atomic_load(&pages->block);

        if (n_runs <= PAGES_INLINE)
                return used == pages->few[0] ? pages->few[1] : pages->few[0];
        return used == block->lists ? block->lists + 1 + block->capacity : block->lists;
}

static size_t block_size(size_t capacity) {
        return sizeof(PagesBlock) + 2 * (capacity + 1) * sizeof(uint64_t);
}

/* Puts @block in the place of the old one, in which no list is in use. */
static void block_exchange(RegionPages *pages, PagesBlock *block) {
        PagesBlock *old = atomic_exchange(&pages->block, block);

        if (old)
                munmap(old, block_size(old->capacity));
}

void region_pages_init(RegionPages *pages, PageState state) {
        atomic_store(&pages->block, NULL);
        pages->few[0][0] = 1;
        pages->few[0][1] = run_make(0, state);
        atomic_store(&pages->runs, pages->few[0]);
}

void region_pages_clear(RegionPages *pages) {
        pages->few[0][0] = 1;
        pages->few[0][1] = run_make(0, 0);
        atomic_store(&pages->runs, pages->few[0]);
        block_exchange(pages, NULL);
}

/* The number of the run that @page is in; there always is one, since the first begins at 0. */
static size_t list_find(const uint64_t *list, size_t page) {
        size_t low = 1, high = (size_t) list[0];

        while (low < high) {
                size_t middle = low + (high - low + 1) / 2;

                if (run_first(list[middle]) <= page)
                        low = middle;
                else
                        high = middle - 1;
        }
        return low;
}

PageState region_pages_find(
                const RegionPages *pages, size_t page, size_t n_pages, size_t *ret_end) {
        const uint64_t *list = atomic_load(&pages->runs);
        size_t i = list_find(list, page);
        size_t end = i < list[0] ? run_first(list[i + 1]) : n_pages;

        *ret_end = end < n_pages ? end : n_pages;
        return run_state(list[i]);
}

/* Room for @n_runs in a list that is not in use. */
static bool room_make(RegionPages *pages, size_t n_runs) {
        const uint64_t *used = atomic_load(&pages->runs);
        size_t capacity = BLOCK_RUNS_MIN;
        PagesBlock *block;

        if (n_runs <= capacity_of(pages))
                return true;
        while (capacity < n_runs)
                capacity = 2 * capacity + 1;
        block = mmap(NULL, block_size(capacity), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED)
                return false;

        block->capacity = capacity;
        for (size_t i = 0; i <= used[0]; i++)
                block->lists[i] = used[i];
        atomic_store(&pages->runs, block->lists);
        block_exchange(pages, block);
        return true;
}

bool region_pages_reserve(RegionPages *pages) {
        return room_make(pages, (size_t) atomic_load(&pages->runs)[0] + 2);
}

void region_pages_change(RegionPages *pages,
                size_t n_pages,
                size_t first,
                size_t end,
                PageState clear,
                PageState set) {
        const uint64_t *old = atomic_load(&pages->runs);
        uint64_t *list = list_spare(pages, (size_t) old[0] + 2);

        list[0] = 0;
        for (size_t i = 1; i <= old[0]; i++) {
                size_t start = run_first(old[i]);
                size_t stop = i < old[0] ? run_first(old[i + 1]) : n_pages;
                PageState state = run_state(old[i]);
                PageState changed = (PageState) ((state & ~clear) | set);

                if (start < first || start >= end)
                        list_append(list, start, state);
                if (start < end && stop > first)
                        list_append(list, start > first ? start : first, changed);
                if (start < end && stop > end)
                        list_append(list, end, state);
        }
        atomic_store(&pages->runs, list);
        if (list[0] > 1 || !atomic_load(&pages->block))
                return;

        /* The region is of one sort again. */
        pages->few[0][1] = list[1];
        pages->few[0][0] = 1;
        atomic_store(&pages->runs, pages->few[0]);
        block_exchange(pages, NULL);
}

bool region_pages_copy_tail(
                const RegionPages *pages, size_t n_pages, size_t first, RegionPages *tail) {
        const uint64_t *from = atomic_load(&pages->runs);
        uint64_t *list;

        if (!room_make(tail, (size_t) from[0]))
                return false;
        list = list_spare(tail, (size_t) from[0]);
        list[0] = 0;
        for (size_t page = first, end; page < n_pages; page = end) {
                PageState state = region_pages_find(pages, page, n_pages, &end);

                list_append(list, page - first, state);
        }
        atomic_store(&tail->runs, list);
        return true;
}
