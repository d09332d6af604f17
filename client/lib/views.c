#include "views.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#include "grant-word.h"
#include "ntstatus.h"
#include "view-place.h"
#include "view-tree.h"

/*
 * Views live in a pool of blocks, never in the program's heap, and say themselves whether they are
 * in use: a child of fork() makes its tree anew from the pool, whatever another thread was doing to
 * tree and lists when the child was made, even if no handler ran at the fork. So a view says that
 * it is gone before its memory goes, and that it is there after the memory has come.
 */
typedef struct View {
        ViewNode node; /* first: the tree hands it back */
        uint64_t offset;
        ULONG protection;
        ULONG allocation_type;
        SECTION_INHERIT inherit;
        uint32_t slot;
        uint32_t tag;
        ProcessPage *page; /* where it is counted; compared only, it may be unmapped */
        _Atomic bool mapped;
        struct View *next_free;
} View;

#define POOL_SIZE  0x10000u
#define POOL_VIEWS ((POOL_SIZE - sizeof(void *)) / sizeof(View))

typedef struct ViewPool {
        struct ViewPool *next;
        View views[POOL_VIEWS];
} ViewPool;

_Static_assert(sizeof(ViewPool) <= POOL_SIZE, "a pool is one mapping");

static pthread_mutex_t views_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(ViewPool *) pools;
static View *free_views;
static ViewNode *tree;
static size_t n_views;
static uintptr_t last_free; /* where a view was unmapped last, and how large it was */
static size_t last_free_size;

static void view_give_back(View *view) {
        view->next_free = free_views;
        free_views = view;
}

static View *view_take(void) {
        View *view;

        if (!free_views) {
                ViewPool *pool = mmap(NULL, POOL_SIZE, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

                if (pool == MAP_FAILED)
                        return NULL;
                pool->next = atomic_load(&pools);
                for (size_t i = POOL_VIEWS; i > 0; i--)
                        view_give_back(&pool->views[i - 1]);
                atomic_store(&pools, pool);
        }
        view = free_views;
        free_views = view->next_free;
        return view;
}

/* Linux's protection, and whether what is written stays private. */
static void mapping_protect(ViewMapping *mapping, ULONG protection) {
        mapping->flags = MAP_SHARED;
        switch (protection & 0xFFu) {
        case PAGE_NOACCESS:
                mapping->protection = PROT_NONE;
                return;
        case PAGE_READONLY:
                mapping->protection = PROT_READ;
                return;
        case PAGE_READWRITE:
                mapping->protection = PROT_READ | PROT_WRITE;
                return;
        case PAGE_WRITECOPY:
                mapping->protection = PROT_READ | PROT_WRITE;
                mapping->flags = MAP_PRIVATE | MAP_NORESERVE;
                return;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ: /* the processor cannot tell the two apart */
                mapping->protection = PROT_READ | PROT_EXEC;
                return;
        case PAGE_EXECUTE_READWRITE:
                mapping->protection = PROT_READ | PROT_WRITE | PROT_EXEC;
                return;
        default: /* PAGE_EXECUTE_WRITECOPY */
                mapping->protection = PROT_READ | PROT_WRITE | PROT_EXEC;
                mapping->flags = MAP_PRIVATE | MAP_NORESERVE;
                return;
        }
}

/* A place that is likely to be free: programs map and unmap in turns. The views are locked. */
static uintptr_t place_near(const ViewWish *wish) {
        uintptr_t near = last_free;

        if (wish->place.base != 0 || wish->place.highest != 0 || wish->size > last_free_size)
                return 0;
        last_free = 0;
        return near;
}

static NTSTATUS view_make(View *view, int fd, const ViewWish *wish) {
        ViewMapping mapping = { .fd = fd, .size = wish->size, .offset = (off_t) wish->offset };
        uintptr_t base;
        NTSTATUS status;

        mapping_protect(&mapping, wish->protection);
        status = view_place_map(&wish->place, &mapping, place_near(wish), &base);
        if (!NT_SUCCESS(status))
                return status;
        if (wish->inherit == ViewUnmap && madvise((void *) base, wish->size, MADV_DONTFORK) < 0) {
                munmap((void *) base, wish->size);
                return STATUS_NO_MEMORY;
        }

        view->node.base = base;
        view->node.size = wish->size;
        view->offset = wish->offset;
        view->protection = wish->protection;
        view->allocation_type = wish->allocation_type;
        view->inherit = wish->inherit;
        view->page = wish->page;
        view->slot = wish->slot;
        view->tag = wish->tag;
        atomic_store(&view->mapped, true);
        return STATUS_SUCCESS;
}

NTSTATUS views_map(int fd, const ViewWish *wish, uintptr_t *ret_base) {
        NTSTATUS status = STATUS_NO_MEMORY;
        View *view;

        pthread_mutex_lock(&views_lock);
        view = view_take();
        if (view) {
                status = view_make(view, fd, wish);
                if (NT_SUCCESS(status)) {
                        view_tree_insert(&tree, &view->node);
                        n_views++;
                        if (wish->page)
                                atomic_fetch_add(&wish->page->views[wish->slot], 1);
                        *ret_base = view->node.base;
                } else {
                        view_give_back(view);
                }
        }
        pthread_mutex_unlock(&views_lock);
        return status;
}

/* A grant that is over, or whose slot was given to another, counts none of its old views any more.
 */
static void view_count_down(const View *view, ProcessPage *page) {
        uint64_t word;

        if (!page || view->page != page)
                return;
        word = atomic_load(&page->grants[view->slot]);
        if (!(word & GRANT_DEAD) && grant_word_tag(word) == view->tag &&
                        atomic_load(&page->views[view->slot]) > 0)
                atomic_fetch_sub(&page->views[view->slot], 1);
}

static NTSTATUS view_end(View *view, ProcessPage *page) {
        atomic_store(&view->mapped, false);
        if (munmap((void *) view->node.base, view->node.size) < 0) {
                atomic_store(&view->mapped, true);
                return STATUS_INSUFFICIENT_RESOURCES;
        }
        view_tree_remove(&tree, &view->node);
        n_views--;
        last_free = view->node.base;
        last_free_size = view->node.size;
        view_count_down(view, page);
        view_give_back(view);
        return STATUS_SUCCESS;
}

NTSTATUS views_unmap(uintptr_t address, ProcessPage *page) {
        NTSTATUS status = STATUS_NOT_MAPPED_VIEW;
        View *view;

        pthread_mutex_lock(&views_lock);
        view = (View *) view_tree_find(tree, address);
        if (view)
                status = view_end(view, page);
        pthread_mutex_unlock(&views_lock);
        return status;
}

size_t views_count(void) {
        size_t count;

        pthread_mutex_lock(&views_lock);
        count = n_views;
        pthread_mutex_unlock(&views_lock);
        return count;
}

void views_after_fork(void) {
        views_lock = (pthread_mutex_t) PTHREAD_MUTEX_INITIALIZER;
        free_views = NULL;
        tree = NULL;
        n_views = 0;
        last_free = 0;

        for (ViewPool *pool = atomic_load(&pools); pool; pool = pool->next) {
                for (size_t i = 0; i < POOL_VIEWS; i++) {
                        View *view = &pool->views[i];

                        if (view->inherit == ViewUnmap)
                                atomic_store(&view->mapped, false);
                        if (atomic_load(&view->mapped)) {
                                view_tree_insert(&tree, &view->node);
                                n_views++;
                        } else {
                                view_give_back(view);
                        }
                }
        }
}
