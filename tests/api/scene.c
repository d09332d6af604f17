#include "scene.h"

#include <check.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "api.h"
#include "cleanup.h"

void scene_init(Scene *scene) {
        *scene = (Scene){ 0 };
        ck_assert_int_eq(pipe(scene->go), 0);
        scene->watcher = raw_client_new_attached(daemon_address(api_daemon()));
        ck_assert_ptr_nonnull(scene->watcher);
        api_assert_ok(api_create_with(NAMED_WITH(SCENE_NAME, OBJ_INHERIT), SECTION_ALL_ACCESS,
                        &scene->inheritable));
        api_assert_ok(api_create(NULL, SECTION_ALL_ACCESS, &scene->other));
}

void scene_clear(Scene *scene) {
        scene->go[0] = fd_close(scene->go[0]);
        scene->go[1] = fd_close(scene->go[1]);
        raw_client_freep(&scene->watcher);
        NtClose(scene->other);
        NtClose(scene->inheritable);
}

void scene_wait(Scene *scene) {
        char byte;

        close(scene->go[1]);
        need(read(scene->go[0], &byte, 1) >= 0);
}

void scene_go(Scene *scene) {
        scene->go[1] = fd_close(scene->go[1]);
}

pid_t scene_fork(Scene *scene, void (*body)(Scene *scene)) {
        pid_t pid = fork();

        ck_assert_int_ge(pid, 0);
        if (pid == 0) {
                prctl(PR_SET_PDEATHSIG, SIGKILL);
                body(scene);
                _exit(0);
        }
        return pid;
}

void scene_expect_success(pid_t child) {
        int wait_status = 0;

        ck_assert_int_eq(waitpid(child, &wait_status, 0), child);
        ck_assert_msg(wait_status == 0, "the child ended with 0x%x", wait_status);
}

void scene_expect_unharmed(const Scene *scene) {
        ck_assert(scene_is_section(scene->inheritable));
        ck_assert(scene_is_section(scene->other));
        ck_assert_uint_eq(api_handle_count(scene->inheritable), 1);
}

bool scene_name_exists(const Scene *scene) {
        Nt__Grant grant;
        NTSTATUS status = raw_client_open_section(
                        scene->watcher, "\\BaseNamedObjects\\scene", SECTION_QUERY, &grant);

        if (status == STATUS_OBJECT_NAME_NOT_FOUND)
                return false;
        api_assert_ok(status);
        api_assert_ok(raw_client_close(scene->watcher, &grant));
        return true;
}

bool scene_is_section(HANDLE handle) {
        SECTION_BASIC_INFORMATION basic;

        return NT_SUCCESS(NtQuerySection(
                        handle, SectionBasicInformation, &basic, sizeof(basic), NULL));
}
