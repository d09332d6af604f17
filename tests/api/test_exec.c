/*
 * Programs that a process starts: what exec and posix_spawn take along. NT has neither; what is
 * told here is this project's promise, after the rule [M] has for CreateProcess.
 */

#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "cleanup.h"
#include "scene.h"
#include "wdm.h"

/* cat(1), between two pipes: it answers once it has been started. */
typedef struct Echo {
        Scene scene;
        int to[2];
        int from[2];
} Echo;

static void become_cat(Scene *scene) {
        Echo *echo = (Echo *) (void *) scene;

        need(dup2(echo->to[0], 0) == 0 && dup2(echo->from[1], 1) == 1);
        execl("/bin/cat", "cat", NULL);
        perror("exec");
        _exit(1);
}

START_TEST(child_that_execs_without_a_call_takes_nothing_along) {
        Echo echo;
        pid_t child;
        char byte = 'x';

        scene_init(&echo.scene);
        ck_assert_int_eq(pipe2(echo.to, O_CLOEXEC), 0);
        ck_assert_int_eq(pipe2(echo.from, O_CLOEXEC), 0);
        child = scene_fork(&echo.scene, become_cat);
        api_assert_ok(NtClose(echo.scene.inheritable));
        ck_assert_int_eq(write(echo.to[1], &byte, 1), 1);
        ck_assert_int_eq(read(echo.from[0], &byte, 1), 1);
        ck_assert(!scene_name_exists(&echo.scene));
        for (unsigned i = 0; i < 2; i++) {
                close(echo.to[i]);
                close(echo.from[i]);
        }
        scene_expect_success(child);
        scene_clear(&echo.scene);
}
END_TEST

START_TEST(spawned_program_harms_nothing) {
        char *const argv[] = { (char *) "true", NULL };
        Scene scene;
        pid_t child;

        scene_init(&scene);
        for (unsigned i = 0; i < 20; i++) {
                ck_assert_int_eq(posix_spawn(&child, "/bin/true", NULL, NULL, argv, environ), 0);
                scene_expect_success(child);
                scene_expect_unharmed(&scene);
        }
        child = vfork();
        if (child == 0) {
                execv("/bin/true", argv);
                _exit(1);
        }
        scene_expect_success(child);
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

/* Started by exec with the value of a handle: the other half of the tests below. */
static int exec_role(const char *value) {
        HANDLE handle = (HANDLE) (ULONG_PTR) g_ascii_strtoull(value, NULL, 10);
        HANDLE opened = NULL;
        PVOID base = NULL;

        need(scene_is_section(handle));
        need(NT_SUCCESS(api_map(handle, PAGE_READWRITE, &base)));
        *(volatile uint8_t *) base = 77;
        need(NT_SUCCESS(api_open(SCENE_NAME, SECTION_QUERY, &opened)));
        need(opened != handle);
        need(NT_SUCCESS(NtClose(opened)));
        need(NT_SUCCESS(NtClose(handle)));
        return 0;
}

static void exec_with(const char *role, HANDLE handle) {
        g_autofree char *value = g_strdup_printf("%zu", (size_t) handle);
        g_autofree char *number = NULL;
        int fd = -1;

        need(NT_SUCCESS(zw_prepare_exec(&fd)));
        need(fcntl(fd, F_GETFD) == 0);
        number = g_strdup_printf("%d", fd);
        need(setenv("NTOBJ_INHERIT", number, 1) == 0);
        execl("/proc/self/exe", "test-api-exec", role, value, NULL);
        perror("exec");
        _exit(1);
}

static void exec_with_handles(Scene *scene) {
        exec_with("exec-role", scene->inheritable);
}

START_TEST(prepared_exec_takes_the_inheritable_handles_along) {
        PVOID base = NULL;
        Scene scene;

        scene_init(&scene);
        scene_expect_success(scene_fork(&scene, exec_with_handles));
        api_assert_ok(api_map(scene.inheritable, PAGE_READONLY, &base));
        ck_assert_uint_eq(*(uint8_t *) base, 77);
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

/* The other half of the test below: the address was that of a view. */
static int view_role(const char *value) {
        PVOID view = (PVOID) (ULONG_PTR) g_ascii_strtoull(value, NULL, 10);
        MEMORY_BASIC_INFORMATION basic;

        need(NT_SUCCESS(NtQueryVirtualMemory(NtCurrentProcess(), view, MemoryBasicInformation,
                        &basic, sizeof(basic), NULL)));
        need(basic.Type != MEM_MAPPED);
        need(NtUnmapViewOfSection(NtCurrentProcess(), view) == STATUS_NOT_MAPPED_VIEW);
        return 0;
}

static void exec_with_view(Scene *scene) {
        need(*(volatile uint8_t *) scene->shared == 5);
        exec_with("view-role", scene->shared);
}

/* An exec takes handles along, and no memory. What was written is in the section. */
START_TEST(prepared_exec_ends_the_views) {
        SIZE_T size = 0;
        Scene scene;

        scene_init(&scene);
        api_assert_ok(NtMapViewOfSection(scene.inheritable, NtCurrentProcess(), &scene.shared, 0, 0,
                        NULL, &size, ViewShare, 0, PAGE_READWRITE));
        *(volatile uint8_t *) scene.shared = 5;
        scene_expect_success(scene_fork(&scene, exec_with_view));
        ck_assert_uint_eq(*(volatile uint8_t *) scene.shared, 5);
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), scene.shared));
        scene_expect_unharmed(&scene);
        scene_clear(&scene);
}
END_TEST

/* The other half of the test below: its handle works where there is a kernel persona only. */
static int kernel_role(const char *value) {
        HANDLE handle = (HANDLE) (ULONG_PTR) g_ascii_strtoull(value, NULL, 10);
        OBJECT_HANDLE_FLAG_INFORMATION flags;
        HANDLE opened = NULL;

        need(NT_SUCCESS(api_open(SCENE_NAME, SECTION_QUERY, &opened)));
        need(ExGetPreviousMode() == KernelMode);
        need(NT_SUCCESS(ZwQueryObject(
                        handle, ObjectHandleFlagInformation, &flags, sizeof(flags), NULL)));
        zw_set_previous_mode(UserMode);
        need(NtQueryObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags), NULL) ==
                        STATUS_INVALID_HANDLE);
        return 0;
}

START_TEST(program_of_a_kernel_persona_is_one_too) {
        HANDLE inherited = NULL, kernel = NULL;
        pid_t child;

        api_assert_ok(zw_attach(NULL, ZW_ATTACH_KERNEL));
        api_assert_ok(api_create_with(
                        NAMED_WITH(SCENE_NAME, OBJ_INHERIT), SECTION_ALL_ACCESS, &inherited));
        api_assert_ok(api_create_with(
                        NAMED_WITH(NULL, OBJ_KERNEL_HANDLE), SECTION_ALL_ACCESS, &kernel));
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0)
                exec_with("kernel-role", kernel);
        scene_expect_success(child);
        api_assert_ok(NtClose(kernel));
        api_assert_ok(NtClose(inherited));
}
END_TEST

/* An exec that fails, or is thought better of: the copies are given back. */
START_TEST(closing_the_prepared_descriptor_gives_the_copies_back) {
        Scene scene;
        int fd = -1;

        scene_init(&scene);
        api_assert_ok(zw_prepare_exec(&fd));
        ck_assert_uint_eq(api_handle_count(scene.inheritable), 2);
        ck_assert_int_eq(close(fd), 0);
        while (api_handle_count(scene.inheritable) != 1)
                sched_yield();
        scene_clear(&scene);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, child_that_execs_without_a_call_takes_nothing_along);
        tcase_add_test(tests, spawned_program_harms_nothing);
        tcase_add_test(tests, prepared_exec_takes_the_inheritable_handles_along);
        tcase_add_test(tests, prepared_exec_ends_the_views);
        tcase_add_test(tests, program_of_a_kernel_persona_is_one_too);
        tcase_add_test(tests, closing_the_prepared_descriptor_gives_the_copies_back);
}

int main(int argc, char **argv) {
        if (argc == 3 && strcmp(argv[1], "exec-role") == 0)
                return exec_role(argv[2]);
        if (argc == 3 && strcmp(argv[1], "kernel-role") == 0)
                return kernel_role(argv[2]);
        if (argc == 3 && strcmp(argv[1], "view-role") == 0)
                return view_role(argv[2]);
        return api_main("exec", 60, add);
}
