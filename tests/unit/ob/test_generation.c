#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "fixture.h"
#include "generation-page.h"
#include "suite.h"

static GenerationPage *map(int fd) {
        void *page = mmap(NULL, sizeof(GenerationPage), PROT_READ, MAP_SHARED, fd, 0);

        ck_assert_ptr_ne(page, MAP_FAILED);
        return page;
}

START_TEST(clients_see_every_bump_and_can_write_nothing) {
        GenerationCounters *counters = generation_counters_new();
        autofd int fd = generation_counters_open(counters);
        GenerationPage *page = map(fd);
        uint64_t key = UINT64_C(0x123456789ABCDEF0);
        uint32_t index = generation_index(key);

        ck_assert_uint_eq(page->magic, GENERATION_PAGE_MAGIC);
        ck_assert_uint_lt(index, GENERATION_COUNTERS);
        ck_assert_uint_eq(atomic_load(&page->counters[index]), 0);
        generation_bump(counters, key);
        ck_assert_uint_eq(atomic_load(&page->counters[index]), 1);
        ck_assert_uint_eq(generation_value(counters, index), 1);
        ck_assert_ptr_eq(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
        ck_assert_int_lt(ftruncate(fd, 0), 0);

        munmap(page, sizeof(*page));
        generation_counters_free(counters);
}
END_TEST

START_TEST(an_orderly_end_is_seen) {
        GenerationCounters *counters = generation_counters_new();
        autofd int fd = generation_counters_open(counters);
        GenerationPage *page = map(fd);

        ck_assert(generation_page_alive(page));
        generation_counters_free(counters);
        ck_assert(!generation_page_alive(page));
        munmap(page, sizeof(*page));
}
END_TEST

/* The child makes the page as the daemon would, hands it over, and is killed. */
START_TEST(kill_9_is_seen_at_once) {
        GenerationPage **shared =
                        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        int ready[2];
        char byte = 0;
        autofd int fd = -1;
        GenerationPage *page = NULL;
        pid_t child = -1;
        g_autofree char *path = NULL;

        ck_assert_int_eq(pipe(ready), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                GenerationCounters *counters = generation_counters_new();

                *(int *) shared = generation_counters_open(counters);
                if (write(ready[1], &byte, 1) == 1)
                        pause();
                _exit(1);
        }
        ck_assert_int_eq(read(ready[0], &byte, 1), 1);
        path = g_strdup_printf("/proc/%d/fd/%d", child, *(int *) shared);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(fd, 0);
        page = map(fd);
        ck_assert(generation_page_alive(page));

        kill(child, SIGKILL);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        ck_assert(!generation_page_alive(page));

        munmap(page, sizeof(*page));
        munmap(shared, 4096);
        close(ready[0]);
        close(ready[1]);
}
END_TEST

START_TEST(an_answer_that_depends_on_too_much_is_not_for_keeping) {
        Dependencies dependencies = { 0 };

        for (uint64_t i = 0; i < 4 * DEPENDENCIES_MOST; i++)
                dependencies_add(&dependencies, i << 32);
        ck_assert_uint_eq(dependencies.n, DEPENDENCIES_MOST);
        ck_assert(dependencies.unknowable);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, clients_see_every_bump_and_can_write_nothing);
        tcase_add_test(tests, an_orderly_end_is_seen);
        tcase_add_test(tests, kill_9_is_seen_at_once);
        tcase_add_test(tests, an_answer_that_depends_on_too_much_is_not_for_keeping);
}

int main(void) {
        return suite_main("generation", 20, add);
}
