#include "region.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "address-space.h"
#include "ntstatus.h"
#include "section-rules.h"

/*
 * Regions live in a pool of blocks, never in the program's heap, and say themselves whether they
 * are in use: a child of fork() makes its tree anew from the pool, whatever another thread was
 * doing to tree and lists when the child was made, even if no handler ran at the fork. So a region
 * says that it is gone before its memory goes, and that it is there after the memory has come.
 */
#define POOL_SIZE    0x10000u
#define POOL_REGIONS ((POOL_SIZE - sizeof(void *)) / sizeof(Region))

#define LARGE_PAGE_PAGES (LARGE_PAGE_SIZE / REGION_PAGE_SIZE)

/*
 * How long a signal handler waits for the lock. Whoever has it gives it back, after a call of
 * Linux's or two; but in a child of a bare clone() that has called nothing yet, nobody may have it.
 */
#define HANDLER_SECONDS 10

typedef struct RegionPool {
        struct RegionPool *next;
        Region regions[POOL_REGIONS];
} RegionPool;

_Static_assert(sizeof(RegionPool) <= POOL_SIZE, "a pool is one mapping");

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(RegionPool *) pools;
static Region *free_regions;
static RegionNode *tree;
static size_t n_views;
static uintptr_t last_free; /* where a region ended last, and how large it was */
static size_t last_free_size;

/*
 * Whether this thread has the lock, or is about to; or has it over a fork(), while handlers of the
 * program's may use services. Read by signal handlers that interrupt it.
 */
enum { OUTSIDE, INSIDE, FORKING };

static __thread volatile sig_atomic_t lock_state __attribute__((tls_model("initial-exec")));

void regions_lock(void) {
        if (lock_state == FORKING)
                return;
        lock_state = INSIDE;
        pthread_mutex_lock(&lock);
}

void regions_unlock(void) {
        if (lock_state == FORKING)
                return;
        pthread_mutex_unlock(&lock);
        lock_state = OUTSIDE;
}

/* Where the lock cannot be had, the child finds out by itself what there is. */
void regions_before_fork(void) {
        if (lock_state != OUTSIDE)
                return;
        regions_lock();
        lock_state = FORKING;
}

void regions_after_fork_in_parent(void) {
        if (lock_state != FORKING)
                return;
        lock_state = INSIDE;
        regions_unlock();
}

static bool is_over(const struct timespec *end) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return now.tv_sec > end->tv_sec ||
               (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

bool regions_lock_in_handler(void) {
        struct timespec end;

        if (lock_state != OUTSIDE)
                return lock_state == FORKING;
        clock_gettime(CLOCK_MONOTONIC, &end);
        end.tv_sec += HANDLER_SECONDS;
        while (pthread_mutex_trylock(&lock) != 0) {
                if (is_over(&end))
                        return false;
                sched_yield();
        }
        lock_state = INSIDE;
        return true;
}

uintptr_t regions_free_place(size_t size) {
        uintptr_t place = last_free;

        if (size > last_free_size)
                return 0;
        last_free = 0;
        return place;
}

Region *region_new(void) {
        Region *region;

        if (!free_regions) {
                RegionPool *pool = mmap(NULL, POOL_SIZE, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

                if (pool == MAP_FAILED)
                        return NULL;
                pool->next = atomic_load(&pools);
                for (size_t i = POOL_REGIONS; i > 0; i--)
                        region_free(&pool->regions[i - 1]);
                atomic_store(&pools, pool);
        }
        region = free_regions;
        free_regions = region->next_free;
        memset(region, 0, sizeof(*region));
        region_pages_init(&region->pages, 0);
        return region;
}

void region_free(Region *region) {
        region_pages_clear(&region->pages);
        view_commit_clear(&region->commit);
        region->next_free = free_regions;
        free_regions = region;
}

void region_add(Region *region) {
        atomic_store(&region->mapped, true);
        region_tree_insert(&tree, &region->node);
        if (region_is_view(region))
                n_views++;
}

NTSTATUS region_remove(Region *region) {
        atomic_store(&region->mapped, false);
        if (munmap((void *) region->node.base, region->node.size) < 0) {
                atomic_store(&region->mapped, true);
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        region_tree_remove(&tree, &region->node);
        if (region_is_view(region))
                n_views--;
        if (region->node.base % REGION_GRANULARITY == 0) {
                last_free = region->node.base;
                last_free_size = region->node.size;
        }
        return STATUS_SUCCESS;
}

void region_forget(Region *region) {
        atomic_store(&region->mapped, false);
        region_tree_remove(&tree, &region->node);
        if (region_is_view(region))
                n_views--;
}

Region *region_find(uintptr_t address) {
        return (Region *) region_tree_find(tree, address);
}

Region *region_next(uintptr_t address) {
        return (Region *) region_tree_next(tree, address);
}

Region *region_before(uintptr_t address) {
        return (Region *) region_tree_before(tree, address);
}

size_t regions_count_views(void) {
        return n_views;
}

/* What pages guard, or are not committed, nobody may touch. */
int region_kernel_protection(PageState state) {
        return state & PAGE_GUARD ? PROT_NONE : address_space_protection(state);
}

static int pages_mprotect(const Region *region, size_t first, size_t end, int protection) {
        return mprotect((void *) (region->node.base + first * REGION_PAGE_SIZE),
                        (end - first) * REGION_PAGE_SIZE, protection);
}

/*
 * Linux changes one mapping after the other, and may fail at a later one. What the pages had needs
 * no more mappings than there were.
 */
static void pages_restore(const Region *region, size_t first, size_t end) {
        size_t n_pages = region_page_count(region);

        for (size_t page = first, stop; page < end; page = stop) {
                PageState state = region_pages_find(&region->pages, page, n_pages, &stop);

                if (stop > end)
                        stop = end;
                pages_mprotect(region, page, stop, region_kernel_protection(state));
        }
}

NTSTATUS region_protect(Region *region, size_t first, size_t end, PageState state) {
        if (region->large && (first | end) % LARGE_PAGE_PAGES != 0)
                return STATUS_NOT_SUPPORTED;
        if (!region_pages_reserve(&region->pages))
                return address_space_shortage();
        if (pages_mprotect(region, first, end, region_kernel_protection(state)) < 0) {
                int error = errno;

                pages_restore(region, first, end);
                return address_space_status(error, STATUS_COMMITMENT_LIMIT);
        }
        region_pages_change(&region->pages, region_page_count(region), first, end,
                        PAGE_STATE_PROTECTION, state);
        return STATUS_SUCCESS;
}

/* Locks of memory are not inherited. */
static void region_adopt(Region *region) {
        if (region->locked && region_pages_reserve(&region->pages))
                region_pages_change(&region->pages, region_page_count(region), 0,
                                region_page_count(region), PAGE_IS_LOCKED, 0);
        region->locked = false;
        region_tree_insert(&tree, &region->node);
        if (region_is_view(region))
                n_views++;
}

void regions_after_fork(void) {
        lock = (pthread_mutex_t) PTHREAD_MUTEX_INITIALIZER;
        lock_state = OUTSIDE;
        free_regions = NULL;
        tree = NULL;
        n_views = 0;
        last_free = 0;

        for (RegionPool *pool = atomic_load(&pools); pool; pool = pool->next) {
                for (size_t i = 0; i < POOL_REGIONS; i++) {
                        Region *region = &pool->regions[i];

                        if (region->inherit == ViewUnmap)
                                atomic_store(&region->mapped, false);
                        if (atomic_load(&region->mapped))
                                region_adopt(region);
                        else
                                region_free(region);
                }
        }
}
