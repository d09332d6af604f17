#include "generation.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "generation-page.h"
#include "memory-file.h"

struct GenerationCounters {
        GenerationPage *page;
        int fd;
        struct robust_list_head robust;
};

G_STATIC_ASSERT(sizeof(struct robust_list) <= sizeof(((GenerationPage *) NULL)->robust_list));

/*
 * The kernel walks the list of a thread that ends, and marks each futex word on it that holds the
 * thread's id. The C library registered a list of its own for the thread, which only robust mutexes
 * need: the daemon has none.
 */
static void own_daemon_word(GenerationCounters *counters) {
        struct robust_list *node = (struct robust_list *) (void *) counters->page->robust_list;

        atomic_store(&counters->page->daemon, (uint32_t) gettid());
        node->next = &counters->robust.list;
        counters->robust.list.next = node;
        counters->robust.futex_offset = (long) offsetof(GenerationPage, daemon) -
                                        (long) offsetof(GenerationPage, robust_list);
        counters->robust.list_op_pending = NULL;
        if (syscall(SYS_set_robust_list, &counters->robust, sizeof(counters->robust)) < 0)
                g_error("cannot register the daemon's robust futex: %s", g_strerror(errno));
}

GenerationCounters *generation_counters_new(void) {
        GenerationCounters *counters = g_new0(GenerationCounters, 1);
        void *mapping = NULL;

        counters->fd = memory_file_new_for_readers(
                        "ntobj-generations", sizeof(GenerationPage), &mapping);
        if (counters->fd < 0)
                g_error("cannot make the generation page: %s", g_strerror(-counters->fd));
        counters->page = mapping;
        counters->page->magic = GENERATION_PAGE_MAGIC;
        counters->page->version = GENERATION_PAGE_VERSION;
        counters->page->size = sizeof(GenerationPage);
        own_daemon_word(counters);
        return counters;
}

void generation_counters_free(GenerationCounters *counters) {
        if (!counters)
                return;
        atomic_store(&counters->page->daemon, 0);
        counters->robust.list.next = &counters->robust.list;
        syscall(SYS_set_robust_list, NULL, sizeof(counters->robust));
        munmap(counters->page, sizeof(GenerationPage));
        fd_close(counters->fd);
        g_free(counters);
}

int generation_counters_open(const GenerationCounters *counters) {
        return memory_file_reopen(counters->fd, O_RDONLY);
}

uint32_t generation_index(uint64_t key) {
        return (uint32_t) (key >> 32) % GENERATION_COUNTERS;
}

void generation_bump(GenerationCounters *counters, uint64_t key) {
        atomic_fetch_add(&counters->page->counters[generation_index(key)], 1);
}

uint64_t generation_value(const GenerationCounters *counters, uint32_t index) {
        return atomic_load(&counters->page->counters[index]);
}

void dependencies_add(Dependencies *dependencies, uint64_t key) {
        uint32_t index = generation_index(key);

        for (uint32_t i = 0; i < dependencies->n; i++) {
                if (dependencies->index[i] == index)
                        return;
        }
        if (dependencies->n == DEPENDENCIES_MOST) {
                dependencies->unknowable = true;
                return;
        }
        dependencies->index[dependencies->n++] = index;
}
