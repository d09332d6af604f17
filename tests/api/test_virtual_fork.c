/*
 * Memory in a child of fork(). [T] by-kernel 1.10: ViewShare views are copied into children at the
 * same address, ViewUnmap ones are not. [P] Everything else is as fork() makes it: private memory
 * and copies of pages are the child's own from then on.
 */

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "memory.h"
#include "scene.h"
#include "view.h"

#define SIZE GRANULE

/* What a child looks at. */
static HANDLE section;
static uint8_t *seen;  /* a view for writing that the child has */
static uint8_t *shown; /* the view that a test is about */

static PVOID view_for(ULONG protection, int inherit) {
        ViewOptions options = { .inherit = inherit };
        PVOID view = NULL;

        api_assert_ok(view_map(section, protection, &view, &options));
        return view;
}

static void setup(void) {
        section = view_section(SIZE, PAGE_EXECUTE_READWRITE, SECTION_ALL_ACCESS);
        seen = view_for(PAGE_READWRITE, ViewShare);
}

static void teardown(void) {
        view_unmap(seen);
        api_assert_ok(NtClose(section));
}

static bool is_committed(const void *address, SIZE_T size, ULONG protection) {
        MEMORY_BASIC_INFORMATION basic;

        return NT_SUCCESS(NtQueryVirtualMemory(NtCurrentProcess(), (PVOID) (uintptr_t) address,
                               MemoryBasicInformation, &basic, sizeof(basic), NULL)) &&
               basic.State == MEM_COMMIT && basic.RegionSize == size && basic.Protect == protection;
}

static NTSTATUS protect(void *base, SIZE_T size, ULONG protection) {
        ULONG old;

        return NtProtectVirtualMemory(NtCurrentProcess(), &base, &size, protection, &old);
}

static void in_child(void (*body)(Scene *scene)) {
        Scene none = { 0 };

        scene_expect_success(scene_fork(&none, body));
}

static void child_writes_its_copy(Scene *scene) {
        (void) scene;
        need(is_committed(shown, 0x1000, PAGE_READWRITE));
        need(is_committed(shown + 0x1000, SIZE - 0x1000, PAGE_WRITECOPY));
        need(shown[0] == 1);
        shown[0] = 2;
        shown[0x1000] = 2;
        need(seen[0] == 0 && seen[0x1000] == 0);
        seen[0x2000] = 3; /* the section's, in parent and child */
        need(shown[0x2000] == 3);
        need(is_committed(shown, 0x2000, PAGE_READWRITE));
        need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), shown + 5)));
        need(!api_readable(shown));
}

START_TEST(copies_of_pages_are_the_childs_own) {
        shown = view_for(PAGE_WRITECOPY, ViewShare);
        shown[0] = 1;
        in_child(child_writes_its_copy);
        ck_assert_uint_eq(shown[0], 1);
        ck_assert_uint_eq(shown[0x1000], 0);
        ck_assert_uint_eq(shown[0x2000], 3);
        memory_expect_committed(shown, 0x1000, PAGE_READWRITE);
        memory_expect_committed(shown + 0x1000, SIZE - 0x1000, PAGE_WRITECOPY);
        view_unmap(shown);
}
END_TEST

static void child_writes_what_became_a_copy(Scene *scene) {
        (void) scene;
        need(is_committed(shown, 0x1000, PAGE_READWRITE));
        need(is_committed(shown + 0x1000, 0x1000, PAGE_READWRITE));
        need(is_committed(shown + 0x2000, 0x1000, PAGE_WRITECOPY));
        shown[0] = 2;      /* the section's */
        shown[0x1000] = 2; /* copied before the fork */
        shown[0x2000] = 2; /* and copied now */
        need(seen[0] == 2 && seen[0x1000] == 0 && seen[0x2000] == 0);
        need(is_committed(shown + 0x1000, 0x2000, PAGE_READWRITE));
        need(NT_SUCCESS(protect(shown + 0x1000, 0x2000, PAGE_READONLY)));
        need(shown[0x1000] == 2 && !api_writable(shown + 0x1000));
        /* What needs the section needs its grant, which is the parent's. */
        need(protect(seen, 0x1000, PAGE_WRITECOPY) == STATUS_NOT_SUPPORTED);
        need(is_committed(seen, SIZE, PAGE_READWRITE));
}

START_TEST(pages_made_copy_on_write_are_so_in_the_child) {
        shown = view_for(PAGE_READWRITE, ViewShare);
        api_assert_ok(memory_protect(shown + 0x1000, 0x2000, PAGE_WRITECOPY, NULL));
        shown[0x1000] = 1;
        in_child(child_writes_what_became_a_copy);
        ck_assert_uint_eq(shown[0], 2);
        ck_assert_uint_eq(shown[0x1000], 1);
        ck_assert_uint_eq(shown[0x2000], 0);
        memory_expect_committed(shown + 0x2000, 0x1000, PAGE_WRITECOPY);
        view_unmap(shown);
}
END_TEST

static void child_finds_the_place_free(Scene *scene) {
        ViewOptions options = { 0 };
        PVOID view = shown, own = NULL;
        SIZE_T size = SIZE;

        (void) scene;
        need(!api_readable(shown) && !api_readable(shown + 0x3000));
        need(NtUnmapViewOfSection(NtCurrentProcess(), shown) == STATUS_NOT_MAPPED_VIEW);
        need(NtFreeVirtualMemory(NtCurrentProcess(), &view, &options.size, MEM_RELEASE) ==
                        STATUS_MEMORY_NOT_ALLOCATED);
        own = shown;
        need(NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &own, 0, &size,
                        MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)));
        need(own == shown);
        shown[0] = 9;
}

/* With and without pages that have other mappings: a part of the view would be enough to tell. */
START_TEST(views_that_are_not_shared_leave_nothing_in_the_child) {
        shown = view_for(PAGE_READWRITE, ViewUnmap);
        if (_i == 1) {
                api_assert_ok(memory_protect(shown + 0x3000, 0x2000, PAGE_WRITECOPY, NULL));
                shown[0x3000] = 1;
                api_assert_ok(memory_protect(shown + 0x4000, 0x1000, PAGE_READWRITE, NULL));
        }
        in_child(child_finds_the_place_free);
        ck_assert_uint_eq(shown[0], 0);
        view_unmap(shown);
}
END_TEST

/* A service that writes there. */
static NTSTATUS meet(void *guard) {
        SIZE_T size = sizeof(MEMORY_BASIC_INFORMATION);

        return NtQueryVirtualMemory(
                        NtCurrentProcess(), guard, MemoryBasicInformation, guard, size, NULL);
}

static void child_meets_the_guard(Scene *scene) {
        (void) scene;
        need(is_committed(shown, SIZE, PAGE_READWRITE | PAGE_GUARD));
        need(meet(shown) == STATUS_ACCESS_VIOLATION);
        need(meet(shown) == STATUS_SUCCESS);
        need(is_committed(shown + 0x1000, SIZE - 0x1000, PAGE_READWRITE | PAGE_GUARD));
}

/* Each has its own, and nobody ends the other's. */
START_TEST(guard_pages_are_the_childs_too) {
        shown = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE | PAGE_GUARD);
        in_child(child_meets_the_guard);
        memory_expect_committed(shown, SIZE, PAGE_READWRITE | PAGE_GUARD);
        ck_assert_status(meet(shown), STATUS_ACCESS_VIOLATION);
        api_assert_ok(meet(shown));
        api_assert_ok(memory_free(shown, 0, MEM_RELEASE));
}
END_TEST

static void child_splits_what_it_has(Scene *scene) {
        PVOID base = shown + 0x2000;
        SIZE_T size = 0x1000;

        (void) scene;
        need(shown[0] == 1 && shown[0x8000] == 8);
        need(NT_SUCCESS(NtFreeVirtualMemory(NtCurrentProcess(), &base, &size, MEM_RELEASE)));
        need(NT_SUCCESS(protect(shown, 0x2000, PAGE_NOACCESS)));
        need(is_committed(shown + 0x3000, 0x1000, PAGE_READWRITE));
        need(is_committed(shown + 0x4000, 0x1000, PAGE_READONLY));
        shown[0x8000] = 9;
}

/* Private memory, of more sorts of pages than fit into the region itself. */
START_TEST(private_memory_is_the_childs_with_all_that_is_known_of_it) {
        shown = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        for (unsigned i = 0; i < 16; i += 4)
                api_assert_ok(memory_protect(shown + i * 0x1000, 0x1000, PAGE_READONLY, NULL));
        api_assert_ok(memory_protect(shown, 0x1000, PAGE_READWRITE, NULL));
        api_assert_ok(memory_protect(shown + 0x8000, 0x1000, PAGE_READWRITE, NULL));
        shown[0] = 1;
        shown[0x8000] = 8;
        in_child(child_splits_what_it_has);
        ck_assert_uint_eq(shown[0], 1);
        ck_assert_uint_eq(shown[0x8000], 8);
        memory_expect_committed(shown, 0x4000, PAGE_READWRITE);
        api_assert_ok(memory_free(shown, 0, MEM_RELEASE));
}
END_TEST

static void child_ends_its_view(Scene *scene) {
        scene_wait(scene);
        need(shown[0] == 1);
        need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), shown)));
        need(NtUnmapViewOfSection(NtCurrentProcess(), shown) == STATUS_NOT_MAPPED_VIEW);
}

/* The section's memory lives as long as the child's view, whoever closes what. */
START_TEST(view_of_a_child_outlives_the_parents) {
        Scene scene = { 0 };
        PVOID again = NULL;
        pid_t child;

        ck_assert_int_eq(pipe(scene.go), 0);
        shown = view_for(PAGE_READWRITE, ViewShare);
        shown[0] = 1;
        child = scene_fork(&scene, child_ends_its_view);
        view_unmap(shown);
        api_assert_ok(view_map(section, PAGE_READWRITE, &again, NULL));
        close(scene.go[0]);
        close(scene.go[1]);
        scene_expect_success(child);
        ck_assert_uint_eq(*(uint8_t *) again, 1);
        view_unmap(again);
}
END_TEST

static _Atomic bool stop_mapping;

static void *map_and_unmap(void *context) {
        (void) context;
        while (!atomic_load(&stop_mapping)) {
                PVOID view = NULL;
                SIZE_T size = 0;

                need(NT_SUCCESS(NtMapViewOfSection(section, NtCurrentProcess(), &view, 0, 0, NULL,
                                &size, ViewUnmap, 0, PAGE_READWRITE)));
                need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), view)));
        }
        return NULL;
}

/* Mappings of sections that Linux knows of. */
static unsigned count_mappings(void) {
        FILE *maps = fopen("/proc/self/maps", "re");
        unsigned n = 0;
        char line[512];

        need(maps);
        while (fgets(line, sizeof(line), maps))
                n += strstr(line, "memfd:nt-section") != NULL;
        fclose(maps);
        return n;
}

static void child_has_one_view(Scene *scene) {
        (void) scene;
        need(count_mappings() == 1);
        need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), seen)));
}

/* A view that another thread is just making or ending is not half in the child. */
START_TEST(no_part_of_a_view_gets_into_a_child_by_chance) {
        pthread_t thread;

        ck_assert_int_eq(pthread_create(&thread, NULL, map_and_unmap, NULL), 0);
        for (int i = 0; i < 50; i++)
                in_child(child_has_one_view);
        atomic_store(&stop_mapping, true);
        pthread_join(thread, NULL);
        ck_assert_uint_eq(count_mappings(), 1);
}
END_TEST

/* Handlers of fork() that were there before libzw's, and so run while that forks. */
static uint8_t *asked_in_handlers;
static unsigned n_asked;

static void ask_in_handler(void) {
        if (!asked_in_handlers)
                return;
        need(is_committed(asked_in_handlers, SIZE, PAGE_READWRITE));
        n_asked++;
}

static void child_has_asked(Scene *scene) {
        (void) scene;
        need(n_asked == 2);
}

START_TEST(handlers_of_fork_may_use_services) {
        shown = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        asked_in_handlers = shown;
        in_child(child_has_asked);
        asked_in_handlers = NULL;
        ck_assert_uint_eq(n_asked, 2);
        memory_expect_committed(shown, SIZE, PAGE_READWRITE);
        api_assert_ok(memory_free(shown, 0, MEM_RELEASE));
}
END_TEST

/* Nobody runs a handler. */
START_TEST(child_of_a_bare_clone_knows_what_it_has) {
        pid_t child;

        shown = memory_new(SIZE, MEM_COMMIT, PAGE_READWRITE);
        api_assert_ok(memory_protect(shown, 0x1000, PAGE_READWRITE | PAGE_GUARD, NULL));
        child = (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                need(meet(shown) == STATUS_ACCESS_VIOLATION);
                need(meet(shown) == STATUS_SUCCESS);
                need(is_committed(shown, SIZE, PAGE_READWRITE));
                need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), seen)));
                _exit(0);
        }
        scene_expect_success(child);
        memory_expect_committed(shown, 0x1000, PAGE_READWRITE | PAGE_GUARD);
        api_assert_ok(memory_free(shown, 0, MEM_RELEASE));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_test(tests, copies_of_pages_are_the_childs_own);
        tcase_add_test(tests, pages_made_copy_on_write_are_so_in_the_child);
        tcase_add_loop_test(tests, views_that_are_not_shared_leave_nothing_in_the_child, 0, 2);
        tcase_add_test(tests, guard_pages_are_the_childs_too);
        tcase_add_test(tests, private_memory_is_the_childs_with_all_that_is_known_of_it);
        tcase_add_test(tests, view_of_a_child_outlives_the_parents);
        tcase_add_test(tests, no_part_of_a_view_gets_into_a_child_by_chance);
        tcase_add_test(tests, handlers_of_fork_may_use_services);
        tcase_add_test(tests, child_of_a_bare_clone_knows_what_it_has);
}

int main(void) {
        if (pthread_atfork(ask_in_handler, ask_in_handler, ask_in_handler) != 0)
                return EXIT_FAILURE;
        return api_main("virtual-fork", 60, add);
}
