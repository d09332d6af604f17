#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "copied-pages.h"
#include "suite.h"

#define PAGE  4096u
#define PAGES 3000u /* more than one table of the processor's, and than what is read at once */

static volatile char *pages;

static void setup(void) {
        autofd int fd = memfd_create("test", MFD_CLOEXEC);

        ck_assert_int_eq(ftruncate(fd, PAGES * PAGE), 0);
        pages = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
        ck_assert_ptr_ne((void *) pages, MAP_FAILED);
}

/* What newer kernels find at once, older ones list: both say the same. */
static bool find(size_t first, size_t end, size_t *ret_end) {
        uintptr_t base = (uintptr_t) pages, found, listed;
        bool copied, listed_copied;

        ck_assert_int_eq(unsetenv("NTOBJ_TEST_KERNEL"), 0);
        copied = copied_pages_find(base + first * PAGE, base + end * PAGE, &found);
        ck_assert_int_eq(setenv("NTOBJ_TEST_KERNEL", "6.1", 1), 0);
        listed_copied = copied_pages_find(base + first * PAGE, base + end * PAGE, &listed);
        ck_assert_int_eq(copied, listed_copied);
        ck_assert_uint_eq(found, listed);
        *ret_end = (found - base) / PAGE;
        return copied;
}

static void expect(size_t first, size_t end, bool copied, size_t run_end) {
        size_t found;

        ck_assert_int_eq(find(first, end, &found), copied);
        ck_assert_uint_eq(found, run_end);
}

START_TEST(untouched_and_read_pages_are_no_copies) {
        expect(0, PAGES, false, PAGES);
        for (unsigned i = 0; i < PAGES; i += 7)
                ck_assert_int_eq(pages[i * PAGE], 0);
        expect(0, PAGES, false, PAGES);
        expect(5, 6, false, 6);
}
END_TEST

START_TEST(runs_of_written_pages_are_found_with_their_ends) {
        static const unsigned runs[][2] = { { 0, 1 }, { 3, 5 }, { 500, 1030 }, { 1500, 2600 },
                { 2999, 3000 } };
        size_t at = 0;

        for (unsigned i = 0; i < 5; i++) {
                ck_assert_int_eq(pages[runs[i][0] * PAGE - (i > 0)], 0); /* read, just below */
                for (unsigned page = runs[i][0]; page < runs[i][1]; page++)
                        pages[page * PAGE + 5] = 1;
        }
        for (unsigned i = 0; i < 5; i++) {
                if (at < runs[i][0])
                        expect(at, PAGES, false, runs[i][0]);
                expect(runs[i][0], PAGES, true, runs[i][1]);
                at = runs[i][1];
        }
        expect(1600, 1700, true, 1700); /* no further than asked */
        expect(1100, 1500, false, 1500);
        expect(2998, 2999, false, 2999);
}
END_TEST

START_TEST(copies_that_nobody_may_touch_are_copies) {
        pages[10 * PAGE] = 1;
        ck_assert_int_eq(mprotect((void *) pages, 20 * PAGE, PROT_NONE), 0);
        expect(0, 20, false, 10);
        expect(10, 20, true, 11);
        ck_assert_int_eq(munmap((void *) (pages + 5 * PAGE), PAGE), 0);
        expect(0, 20, false, 10); /* and where nothing is, nothing is copied */
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_test(tests, untouched_and_read_pages_are_no_copies);
        tcase_add_test(tests, runs_of_written_pages_are_found_with_their_ends);
        tcase_add_test(tests, copies_that_nobody_may_touch_are_copies);
}

int main(void) {
        return suite_main("copied-pages", 20, add);
}
