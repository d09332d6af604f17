/*
 * What a child of the process has: fork(), and the ways around it. NT has no fork(); what is told
 * here is this project's promise, after the rule [M] has for CreateProcess: inheritable handles are
 * the child's from the moment it exists, at the same values, others are not.
 */

#include <fcntl.h>
#include <glib.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "scene.h"

static void use_what_is_inherited(Scene *scene) {
        PVOID base = NULL;
        HANDLE opened = NULL;

        scene_wait(scene);
        need(scene_is_section(scene->inheritable));
        need(NtClose(scene->other) == STATUS_INVALID_HANDLE);
        need(NT_SUCCESS(api_map(scene->inheritable, PAGE_READWRITE, &base)));
        *(volatile uint8_t *) base = 42;
        need(NT_SUCCESS(api_open(SCENE_NAME, SECTION_QUERY, &opened)));
        need(opened != scene->inheritable);
        need(NT_SUCCESS(NtClose(opened)));
        need(NT_SUCCESS(NtClose(scene->inheritable)));
        need(NtClose(scene->inheritable) == STATUS_INVALID_HANDLE);
}

START_TEST(inheritable_handles_are_the_childs_at_the_same_values) {
        PVOID base = NULL;
        Scene scene;
        pid_t child;

        scene_init(&scene);
        child = scene_fork(&scene, use_what_is_inherited);
        scene_go(&scene);
        scene_expect_success(child);
        ck_assert(scene_is_section(scene.inheritable));
        ck_assert(scene_is_section(scene.other));
        api_assert_ok(api_map(scene.inheritable, PAGE_READWRITE, &base));
        ck_assert_uint_eq(*(uint8_t *) base, 42);
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
        scene_clear(&scene);
}
END_TEST

/* The parent closes right after the fork; the child, which has done nothing yet, holds the name. */
START_TEST(parent_may_close_right_after_the_fork) {
        for (unsigned i = 0; i < 20; i++) {
                Scene scene;
                pid_t child;

                scene_init(&scene);
                child = scene_fork(&scene, use_what_is_inherited);
                api_assert_ok(NtClose(scene.inheritable));
                ck_assert(scene_name_exists(&scene));
                scene_go(&scene);
                scene_expect_success(child);
                ck_assert(!scene_name_exists(&scene));
                scene_clear(&scene);
        }
}
END_TEST

static void end_without_a_call(Scene *scene) {
        scene_wait(scene);
}

START_TEST(child_that_ends_without_a_call_gives_back_what_it_inherited) {
        Scene scene;
        pid_t child;

        scene_init(&scene);
        child = scene_fork(&scene, end_without_a_call);
        api_assert_ok(NtClose(scene.inheritable));
        ck_assert(scene_name_exists(&scene));
        scene_go(&scene);
        scene_expect_success(child);
        ck_assert(!scene_name_exists(&scene));
        scene_clear(&scene);
}
END_TEST

/* A child that no handler of fork() heard of: it inherits nothing, and can do all the same. */
static void start_afresh(Scene *scene) {
        HANDLE opened = NULL;

        need(NtClose(scene->inheritable) == STATUS_INVALID_HANDLE);
        need(NtClose(scene->other) == STATUS_INVALID_HANDLE);
        need(NT_SUCCESS(api_open(SCENE_NAME, SECTION_QUERY, &opened)));
        need(scene_is_section(opened));
        need(NT_SUCCESS(NtClose(opened)));
}

START_TEST(child_of_a_bare_clone_starts_afresh) {
        Scene scene;
        long child;

        scene_init(&scene);
        child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                start_afresh(&scene);
                _exit(0);
        }
        scene_expect_success((pid_t) child);
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

START_TEST(child_of_underscore_fork_starts_afresh) {
        Scene scene;
        pid_t child;

        scene_init(&scene);
        child = _Fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
                start_afresh(&scene);
                _exit(0);
        }
        scene_expect_success(child);
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

static void *attach_in_a_thread(void *ret) {
        return NT_SUCCESS(api_create(SCENE_NAME, SECTION_ALL_ACCESS, ret)) ? ret : NULL;
}

/* [W] Handles belong to the process: the thread that made the first call may end. */
START_TEST(thread_that_attached_may_end_first) {
        autoraw *watcher = raw_client_new_attached(daemon_address(api_daemon()));
        const Scene scene = { .watcher = watcher };
        HANDLE handle = NULL;
        pthread_t thread;
        void *result = NULL;

        ck_assert_ptr_nonnull(watcher);
        ck_assert_int_eq(pthread_create(&thread, NULL, attach_in_a_thread, &handle), 0);
        ck_assert_int_eq(pthread_join(thread, &result), 0);
        ck_assert_ptr_nonnull(result);
        ck_assert(scene_name_exists(&scene));
        ck_assert(scene_is_section(handle));
        api_assert_ok(NtClose(handle));
        ck_assert(!scene_name_exists(&scene));
}
END_TEST

static void fork_again(Scene *scene) {
        pid_t grandchild;
        int wait_status = 0;

        scene_wait(scene);
        grandchild = fork();
        need(grandchild >= 0);
        if (grandchild == 0) {
                need(scene_is_section(scene->inheritable));
                need(NT_SUCCESS(NtClose(scene->inheritable)));
                _exit(0);
        }
        need(waitpid(grandchild, &wait_status, 0) == grandchild && wait_status == 0);
        need(scene_is_section(scene->inheritable));
}

/* Also through a child that has made no call of its own before it forks. */
START_TEST(grandchild_inherits_what_the_child_inherited) {
        Scene scene;
        pid_t child;

        scene_init(&scene);
        child = scene_fork(&scene, fork_again);
        scene_go(&scene);
        scene_expect_success(child);
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

static void look_at_views(Scene *scene) {
        need(*(volatile uint8_t *) scene->shared == 1);
        need(!api_readable(scene->unshared));
        *(volatile uint8_t *) scene->shared = 2;
        need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), scene->shared)));
        need(NtUnmapViewOfSection(NtCurrentProcess(), scene->unshared) == STATUS_NOT_MAPPED_VIEW);
        need(!api_readable(scene->shared));
}

/* [T] ViewShare views are the child's too, at the same address; ViewUnmap ones are not. */
START_TEST(views_are_the_childs_as_their_disposition_says) {
        SIZE_T size = 0;
        Scene scene;

        scene_init(&scene);
        api_assert_ok(NtMapViewOfSection(scene.other, NtCurrentProcess(), &scene.shared, 0, 0, NULL,
                        &size, ViewShare, 0, PAGE_READWRITE));
        api_assert_ok(api_map(scene.other, PAGE_READWRITE, &scene.unshared));
        *(volatile uint8_t *) scene.shared = 1;
        scene_expect_success(scene_fork(&scene, look_at_views));
        ck_assert_uint_eq(*(volatile uint8_t *) scene.unshared, 2);
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), scene.shared));
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), scene.unshared));
        scene_clear(&scene);
}
END_TEST

static gint stop_churning;

static void *churn(void *arg) {
        (void) arg;
        while (!g_atomic_int_get(&stop_churning)) {
                HANDLE handle = NULL;
                PVOID base = NULL;

                if (!NT_SUCCESS(api_create(NULL, SECTION_ALL_ACCESS, &handle)))
                        continue;
                if (NT_SUCCESS(api_map(handle, PAGE_READWRITE, &base)))
                        NtUnmapViewOfSection(NtCurrentProcess(), base);
                NtClose(handle);
        }
        return NULL;
}

static void use_services(Scene *scene) {
        HANDLE handle = NULL;
        PVOID base = NULL;

        need(scene_is_section(scene->inheritable));
        need(NT_SUCCESS(api_create(NULL, SECTION_ALL_ACCESS, &handle)));
        need(NT_SUCCESS(api_map(handle, PAGE_READWRITE, &base)));
        need(NT_SUCCESS(NtUnmapViewOfSection(NtCurrentProcess(), base)));
        need(NT_SUCCESS(NtClose(handle)));
}

/* Whatever other threads are doing at the moment of the fork, the child can use every service. */
START_TEST(fork_while_other_threads_are_in_services) {
        pthread_t threads[3];
        Scene scene;

        scene_init(&scene);
        g_atomic_int_set(&stop_churning, 0);
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, churn, NULL), 0);
        for (unsigned i = 0; i < 50; i++)
                scene_expect_success(scene_fork(&scene, use_services));
        g_atomic_int_set(&stop_churning, 1);
        for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
                ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

/* A process with nothing to leave to a child says nothing to the daemon when it forks. */
START_TEST(fork_without_inheritable_handles_makes_no_heir) {
        HANDLE handle = NULL;
        Scene scene = { 0 };
        uint64_t before;
        pid_t child;

        ck_assert_int_eq(pipe(scene.go), 0);
        api_assert_ok(api_create(SCENE_NAME, SECTION_ALL_ACCESS, &handle));
        before = daemon_statistic(api_daemon(), "processes");
        child = scene_fork(&scene, end_without_a_call);
        ck_assert_uint_eq(daemon_statistic(api_daemon(), "processes"), before);
        scene_go(&scene);
        scene_expect_success(child);
        fd_close(scene.go[0]);
        api_assert_ok(NtClose(handle));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, inheritable_handles_are_the_childs_at_the_same_values);
        tcase_add_test(tests, parent_may_close_right_after_the_fork);
        tcase_add_test(tests, child_that_ends_without_a_call_gives_back_what_it_inherited);
        tcase_add_test(tests, child_of_a_bare_clone_starts_afresh);
        tcase_add_test(tests, child_of_underscore_fork_starts_afresh);
        tcase_add_test(tests, thread_that_attached_may_end_first);
        tcase_add_test(tests, grandchild_inherits_what_the_child_inherited);
        tcase_add_test(tests, views_are_the_childs_as_their_disposition_says);
        tcase_add_test(tests, fork_while_other_threads_are_in_services);
        tcase_add_test(tests, fork_without_inheritable_handles_makes_no_heir);
}

int main(void) {
        return api_main("fork", 120, add);
}
