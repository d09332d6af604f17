#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "suite.h"
#include "views.h"

#define SIZE 0x30000u

static int memory;

static void setup(void) {
        memory = memfd_create("test", MFD_CLOEXEC);
        ck_assert_int_eq(ftruncate(memory, 4 * SIZE), 0);
}

static void teardown(void) {
        memory = fd_close(memory);
}

static ViewWish wish(ULONG protection) {
        return (ViewWish){
                .kind = REGION_PAGE_FILE,
                .size = SIZE,
                .protection = protection,
                .inherit = ViewShare,
        };
}

static uintptr_t map(const ViewWish *view) {
        uintptr_t base = 0;

        ck_assert_status(views_map(memory, view, &base), STATUS_SUCCESS);
        ck_assert_uint_eq(base % REGION_GRANULARITY, 0);
        return base;
}

/* "rw-s" and so on, of the mapping at @address; "" if there is none. */
static const char *permissions(uintptr_t address) {
        static char found[5];
        char line[512];
        FILE *maps = fopen("/proc/self/maps", "re");

        found[0] = '\0';
        while (fgets(line, sizeof(line), maps)) {
                unsigned long start, end;
                char text[5];

                if (sscanf(line, "%lx-%lx %4s", &start, &end, text) == 3 && address >= start &&
                                address < end)
                        strcpy(found, text);
        }
        fclose(maps);
        return found;
}

static const struct {
        ULONG protection;
        const char *permissions;
} protections[] = {
        { PAGE_NOACCESS, "---s" },
        { PAGE_READONLY, "r--p" },
        { PAGE_READWRITE, "rw-s" },
        { PAGE_WRITECOPY, "rw-p" },
        { PAGE_EXECUTE, "r-xp" },
        { PAGE_EXECUTE_READ, "r-xp" },
        { PAGE_EXECUTE_READWRITE, "rwxs" },
        { PAGE_EXECUTE_WRITECOPY, "rwxp" },
        { PAGE_READWRITE | PAGE_NOCACHE, "rw-s" },
};

START_TEST(a_view_has_the_protection_that_stands_for_its_own) {
        ViewWish view = wish(protections[_i].protection);
        uintptr_t base = map(&view);

        ck_assert_str_eq(permissions(base), protections[_i].permissions);
        ck_assert_str_eq(permissions(base + SIZE - 1), protections[_i].permissions);
        ck_assert_status(views_unmap(base, NULL), STATUS_SUCCESS);
        ck_assert_str_eq(permissions(base), "");
        ck_assert_str_eq(permissions(base + SIZE - 1), "");
}
END_TEST

START_TEST(nothing_but_the_view_stays_mapped_around_it) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = map(&view);

        /* The room that was taken to align the place has been given back. */
        ck_assert_str_ne(permissions(base - 1), "---p");
        ck_assert_str_ne(permissions(base + SIZE), "---p");
}
END_TEST

START_TEST(any_address_in_a_view_unmaps_all_of_it_and_none_outside_does) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = map(&view);

        ck_assert_status(views_unmap(base - 1, NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(views_unmap(base + SIZE, NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_uint_eq(views_count(), 1);
        ck_assert_status(views_unmap(base + SIZE - 1, NULL), STATUS_SUCCESS);
        ck_assert_status(views_unmap(base, NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_uint_eq(views_count(), 0);
}
END_TEST

START_TEST(memory_that_is_no_view_is_not_unmapped) {
        void *own = mmap(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        ck_assert_status(views_unmap((uintptr_t) own, NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_status(views_unmap((uintptr_t) &own, NULL), STATUS_NOT_MAPPED_VIEW);
        ck_assert_str_eq(permissions((uintptr_t) own), "r--p");
}
END_TEST

START_TEST(a_fixed_place_is_taken_exactly_and_never_over_something) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = map(&view), again = 0;

        view.place.base = base;
        ck_assert_status(views_map(memory, &view, &again), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_status(views_unmap(base, NULL), STATUS_SUCCESS);
        ck_assert_uint_eq(map(&view), base);
        view.place.base = base - REGION_GRANULARITY;
        ck_assert_status(views_map(memory, &view, &again), STATUS_CONFLICTING_ADDRESSES);
        ck_assert_uint_eq(again, 0);
        ck_assert_uint_eq(views_count(), 1);
}
END_TEST

START_TEST(a_limit_is_kept_lowest_first_and_from_above_on_request) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t low, next, high;

        view.place.highest = 0x7FFFFFFF >> _i;
        low = map(&view);
        next = map(&view);
        ck_assert_uint_gt(next, low);
        view.place.top_down = true;
        high = map(&view);
        ck_assert_uint_gt(high, next);
        ck_assert_uint_le(high + SIZE - 1, view.place.highest);
        memset((void *) high, 1, SIZE);
        memset((void *) low, 2, SIZE);
        ck_assert_int_eq(*(char *) high, 2); /* it is the same memory */
}
END_TEST

START_TEST(without_room_under_the_limit_there_is_no_view) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = 1;

        view.place.highest = 0x10000 + SIZE - 2;
        ck_assert_status(views_map(memory, &view, &base), STATUS_NO_MEMORY);
        view.place.highest = 0x7FF;
        ck_assert_status(views_map(memory, &view, &base), STATUS_NO_MEMORY);
        ck_assert_uint_eq(base, 1);
        ck_assert_uint_eq(views_count(), 0);
}
END_TEST

START_TEST(top_down_is_above_what_was_mapped_before) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t first = map(&view);

        ck_assert_status(views_unmap(first, NULL), STATUS_SUCCESS);
        view.place.top_down = true;
        ck_assert_uint_ge(map(&view), first);
}
END_TEST

START_TEST(what_is_written_to_a_copy_stays_there) {
        ViewWish view = wish(PAGE_READWRITE), copied = wish(PAGE_WRITECOPY);
        volatile char *shared = (volatile char *) map(&view);
        volatile char *copy = (volatile char *) map(&copied);

        shared[0] = 1;
        ck_assert_int_eq(copy[0], 1);
        copy[0] = 2;
        shared[1] = 3;
        ck_assert_int_eq(shared[0], 1);
        ck_assert_int_eq(copy[1], 0); /* the page is the copy's own now */
        ck_assert_int_eq(shared[1], 3);
}
END_TEST

START_TEST(a_view_begins_at_its_offset) {
        ViewWish view = wish(PAGE_READWRITE), later = wish(PAGE_READONLY);
        volatile char *all = (volatile char *) map(&view);

        later.offset = 0x10000;
        later.size = 0x1000;
        all[0x10000] = 42;
        ck_assert_int_eq(*(volatile char *) map(&later), 42);
}
END_TEST

static void in_child(
                bool (*check)(uintptr_t shared, uintptr_t own), uintptr_t shared, uintptr_t own) {
        int state = -1;
        pid_t child = fork();

        if (child == 0) {
                regions_after_fork();
                _exit(check(shared, own) ? 0 : 1);
        }
        ck_assert_int_eq(waitpid(child, &state, 0), child);
        ck_assert_int_eq(state, 0);
}

static bool child_sees_the_shared_one(uintptr_t shared, uintptr_t own) {
        *(volatile char *) shared = 7;
        return views_count() == 1 && permissions(own)[0] == '\0' &&
               views_unmap(own, NULL) == STATUS_NOT_MAPPED_VIEW &&
               views_unmap(shared + 5, NULL) == STATUS_SUCCESS && views_count() == 0;
}

START_TEST(a_child_has_the_shared_views_and_not_the_others) {
        ViewWish shared = wish(PAGE_READWRITE), own = wish(PAGE_READWRITE);
        uintptr_t shared_base, own_base;

        own.inherit = ViewUnmap;
        shared_base = map(&shared);
        own_base = map(&own);
        in_child(child_sees_the_shared_one, shared_base, own_base);
        ck_assert_int_eq(*(volatile char *) shared_base, 7);
        ck_assert_uint_eq(views_count(), 2);
        ck_assert_status(views_unmap(shared_base, NULL), STATUS_SUCCESS);
        ck_assert_status(views_unmap(own_base, NULL), STATUS_SUCCESS);
}
END_TEST

static _Atomic bool busy_stop;

static void *busy_main(void *context) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base;

        (void) context;
        view.inherit = ViewUnmap;
        while (!atomic_load(&busy_stop)) {
                if (!NT_SUCCESS(views_map(memory, &view, &base)) ||
                                !NT_SUCCESS(views_unmap(base, NULL)))
                        abort();
        }
        return NULL;
}

static bool child_maps_and_unmaps(uintptr_t shared) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = 0;

        regions_after_fork();
        return views_count() == 1 && NT_SUCCESS(views_map(memory, &view, &base)) &&
               NT_SUCCESS(views_unmap(base, NULL)) && NT_SUCCESS(views_unmap(shared, NULL));
}

/* clone() runs no handler, so that the lock is held in some of the children, by nobody. */
START_TEST(a_child_gets_on_whoever_was_busy_at_the_fork) {
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = map(&view);
        pthread_t busy;

        ck_assert_int_eq(pthread_create(&busy, NULL, busy_main, NULL), 0);
        for (int i = 0; i < 200; i++) {
                int state = -1;
                pid_t child = (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

                if (child == 0)
                        _exit(child_maps_and_unmaps(base) ? 0 : 1);
                ck_assert_int_eq(waitpid(child, &state, 0), child);
                ck_assert_int_eq(state, 0);
        }
        atomic_store(&busy_stop, true);
        pthread_join(busy, NULL);
        ck_assert_status(views_unmap(base, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(thousands_of_views_are_all_found_again) {
        ViewWish view = wish(PAGE_READONLY);
        static uintptr_t bases[3000];

        view.size = REGION_PAGE_SIZE;
        for (unsigned i = 0; i < 3000; i++)
                bases[i] = map(&view);
        ck_assert_uint_eq(views_count(), 3000);
        for (unsigned i = 0; i < 3000; i += 2)
                ck_assert_status(views_unmap(bases[i] + 1, NULL), STATUS_SUCCESS);
        for (unsigned i = 0; i < 3000; i++)
                ck_assert_status(views_unmap(bases[i], NULL),
                                i % 2 == 0 ? STATUS_NOT_MAPPED_VIEW : STATUS_SUCCESS);
        ck_assert_uint_eq(views_count(), 0);
}
END_TEST

START_TEST(a_read_only_descriptor_makes_no_writable_view) {
        char path[32];
        autofd int only = -1;
        ViewWish view = wish(PAGE_READWRITE);
        uintptr_t base = 0;

        snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
        only = open(path, O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(only, 0);
        ck_assert_status(views_map(only, &view, &base), STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(views_count(), 0);
        view = wish(PAGE_WRITECOPY);
        ck_assert_status(views_map(only, &view, &base), STATUS_SUCCESS);
        *(volatile char *) base = 1;
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_loop_test(tests, a_view_has_the_protection_that_stands_for_its_own, 0,
                        sizeof(protections) / sizeof(protections[0]));
        tcase_add_test(tests, nothing_but_the_view_stays_mapped_around_it);
        tcase_add_test(tests, any_address_in_a_view_unmaps_all_of_it_and_none_outside_does);
        tcase_add_test(tests, memory_that_is_no_view_is_not_unmapped);
        tcase_add_test(tests, a_fixed_place_is_taken_exactly_and_never_over_something);
        tcase_add_loop_test(tests, a_limit_is_kept_lowest_first_and_from_above_on_request, 0, 8);
        tcase_add_test(tests, without_room_under_the_limit_there_is_no_view);
        tcase_add_test(tests, top_down_is_above_what_was_mapped_before);
        tcase_add_test(tests, what_is_written_to_a_copy_stays_there);
        tcase_add_test(tests, a_view_begins_at_its_offset);
        tcase_add_test(tests, a_child_has_the_shared_views_and_not_the_others);
        tcase_add_test(tests, a_child_gets_on_whoever_was_busy_at_the_fork);
        tcase_add_test(tests, thousands_of_views_are_all_found_again);
        tcase_add_test(tests, a_read_only_descriptor_makes_no_writable_view);
}

int main(void) {
        return suite_main("views", 20, add);
}
