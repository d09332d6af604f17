#include "descriptors.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

static unsigned n_at_start;

static void directory_closep(DIR **directory) {
        if (*directory)
                closedir(*directory);
}

/* Calls @visit for each open descriptor but the one that it reads the list with; returns how many.
 */
static unsigned descriptors_visit(void (*visit)(int fd)) {
        autocleanup(directory_closep) DIR *directory = opendir("/proc/self/fd");
        unsigned n = 0;

        ck_assert_ptr_nonnull(directory);
        for (const struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
                int fd = atoi(entry->d_name);

                if (entry->d_name[0] == '.' || fd == dirfd(directory))
                        continue;
                if (visit)
                        visit(fd);
                n++;
        }
        return n;
}

unsigned descriptors_count(void) {
        return descriptors_visit(NULL);
}

static void descriptor_print(int fd) {
        char link[64];
        char target[256];
        ssize_t length;

        snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        length = readlink(link, target, sizeof(target));
        fprintf(stderr, "  %d: %.*s\n", fd, (int) (length > 0 ? length : 0), target);
}

static void watch_begin(void) {
        n_at_start = descriptors_count();
}

static void watch_end(void) {
        unsigned n = descriptors_count();

        if (n > n_at_start) {
                fprintf(stderr, "open at the end of the test:\n");
                descriptors_visit(descriptor_print);
        }
        ck_assert_msg(n <= n_at_start, "%u descriptors leaked", n - n_at_start);
}

void descriptors_watch(TCase *tests) {
        tcase_add_checked_fixture(tests, watch_begin, watch_end);
}
