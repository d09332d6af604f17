#include "attached.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "connection.h"

void attached_prepare(Attached *attached) {
        attached->scratch = scratch_new();
        attached->daemon = fake_daemon_new(scratch_path(attached->scratch));
        setenv("NTOBJ_ADDRESS", attached->daemon->address, 1);
}

void attached_init(Attached *attached) {
        attached_prepare(attached);
        ck_assert_status(zw_attach(NULL, 0), STATUS_SUCCESS);
}

void attached_clear(Attached *attached) {
        zw_detach();
        fake_daemon_free(attached->daemon);
        scratch_free(attached->scratch);
}

NTSTATUS attached_query(uint64_t *ret_process, uint64_t *ret_pid) {
        ZW_STATISTIC statistics[4];
        ULONG n = 0;
        NTSTATUS status;

        status = zw_query_statistics(statistics, 4, &n);
        if (!NT_SUCCESS(status))
                return status;
        if (n != 2 || strcmp(statistics[0].Name, "process") != 0 ||
                        strcmp(statistics[1].Name, "pid") != 0)
                return STATUS_UNSUCCESSFUL;
        *ret_process = statistics[0].Value;
        *ret_pid = statistics[1].Value;
        return status;
}

uint64_t attached_process(void) {
        uint64_t process = 0, pid = 0;

        ck_assert_status(attached_query(&process, &pid), STATUS_SUCCESS);
        return process;
}

uint64_t attached_pid(void) {
        uint64_t process = 0, pid = 0;

        ck_assert_status(attached_query(&process, &pid), STATUS_SUCCESS);
        return pid;
}

uint32_t attached_make_handle(bool inherit) {
        const Client *client = NULL;
        uint32_t index;

        ck_assert_status(client_enter(CLIENT_ATTACH, &client), STATUS_SUCCESS);
        index = handle_table_claim(client->page, handle_entry(5, 1, 1, inherit), UINT32_MAX);
        ck_assert_uint_ne(index, 0);
        return index;
}

bool attached_has_handle(uint32_t index) {
        const Client *client = NULL;

        if (client_enter(CLIENT_HANDLES, &client) != STATUS_SUCCESS)
                return false;
        return handle_table_read(client->page, index) != 0;
}

void child_exit(bool success) {
        _exit(success ? 0 : 1);
}

void child_expect_success(pid_t child) {
        int state = -1;

        ck_assert_int_gt(child, 0);
        ck_assert_int_eq(waitpid(child, &state, __WALL), child);
        ck_assert_int_eq(state, 0);
}
