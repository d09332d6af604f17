/*
 * Requests about files, from processes of several users.
 */

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "device-kinds.h"
#include "file-requests.h"
#include "ntfile.h"
#include "ntstatus.h"
#include "object-kinds.h"
#include "process.h"
#include "quota.h"
#include "shared-file.h"
#include "suite.h"
#include "worker.h"

#define STRANGER 4242u

static RpcWorld world;
static RpcClient a, b, stranger;

static void begin(void) {
        rpc_world_init(&world);
        rpc_world_make(&world, "f", 100);
        rpc_client_start(&a, &world, geteuid());
        rpc_client_start(&b, &world, geteuid());
        rpc_client_start(&stranger, &world, STRANGER);
}

static void end(void) {
        rpc_client_end(&a);
        rpc_client_end(&b);
        rpc_client_end(&stranger);
        rpc_world_clear(&world);
}

static NTSTATUS try_open(RpcClient *client, const FileAsk *ask, int flags) {
        autofd int fd = rpc_world_open(&world, "f", flags);
        Nt__Grant grant = NT__GRANT__INIT;
        NTSTATUS status = create_file(client, ask, fd, &grant);

        if (NT_SUCCESS(status))
                rpc_client_close(client, &grant);
        return status;
}

static NTSTATUS resolve(RpcClient *client, const char *name) {
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__ResolveFileRequest body = NT__RESOLVE_FILE_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        glong n_units = 0;
        g_autofree gunichar2 *units = g_utf8_to_utf16(name, -1, NULL, &n_units, NULL);

        attributes.has_name = true;
        attributes.name.data = (uint8_t *) units;
        attributes.name.len = (size_t) n_units * sizeof(*units);
        body.object_attributes = &attributes;
        request.body_case = NT__REQUEST__BODY_RESOLVE_FILE;
        request.resolve_file = &body;
        return rpc_client_call(client, &request, NULL, 0);
}

static void assert_units(ProtobufCBinaryData value, const char *want) {
        glong n_units = 0;
        g_autofree gunichar2 *units = g_utf8_to_utf16(want, -1, NULL, &n_units, NULL);

        ck_assert_uint_eq(value.len, (size_t) n_units * sizeof(*units));
        ck_assert(value.len == 0 || memcmp(value.data, units, value.len) == 0);
}

START_TEST(a_name_is_resolved_to_a_device_and_the_answer_is_never_kept) {
        ck_assert_status(resolve(&a, "\\??\\Z:\\dir\\name"), STATUS_SUCCESS);
        ck_assert_uint_eq(a.reply->resolve_file->device, DEVICE_VOLUME);
        assert_units(a.reply->resolve_file->device_name, "\\Device\\HarddiskVolume1");
        assert_units(a.reply->resolve_file->rest, "\\dir\\name");
        ck_assert_uint_eq(a.reply->n_counter_index, 0);

        ck_assert_status(resolve(&a, "\\Device\\Null"), STATUS_SUCCESS);
        ck_assert_uint_eq(a.reply->resolve_file->device, DEVICE_NULL);
        assert_units(a.reply->resolve_file->rest, "");

        ck_assert_status(resolve(&a, "\\??\\Q:\\x"), STATUS_OBJECT_PATH_NOT_FOUND);
        ck_assert_uint_eq(a.reply->n_counter_index, 0);
        ck_assert_status(resolve(&a, "\\BaseNamedObjects"), STATUS_OBJECT_TYPE_MISMATCH);
}
END_TEST

START_TEST(a_file_is_granted_what_was_asked_and_is_called_what_its_client_said) {
        Nt__Grant grant = open_file(&a, "f", GENERIC_READ, O_RDONLY), copy = grant;
        Nt__QueryNameRequest body = NT__QUERY_NAME_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        ck_assert_uint_eq(a.reply->grant->granted_access, FILE_GENERIC_READ);
        ck_assert_uint_eq(a.reply->grant->kind, KIND_FILE);
        ck_assert_ptr_null(a.reply->grant->section);
        body.grant = &copy;
        request.body_case = NT__REQUEST__BODY_QUERY_NAME;
        request.query_name = &body;
        ck_assert_status(rpc_client_call(&a, &request, NULL, 0), STATUS_SUCCESS);
        assert_units(a.reply->bytes->value, "\\??\\Z:\\f");
        rpc_client_close(&a, &grant);
        ck_assert_uint_eq(file_table_count(world.env.files), 0);
}
END_TEST

START_TEST(a_file_has_no_security_descriptor) {
        Nt__Grant grant = open_file(&a, "f", READ_CONTROL, O_PATH);
        Nt__QuerySecurityRequest body = NT__QUERY_SECURITY_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = &grant;
        body.information = 1;
        request.body_case = NT__REQUEST__BODY_QUERY_SECURITY;
        request.query_security = &body;
        ck_assert_status(rpc_client_call(&a, &request, NULL, 0), STATUS_NOT_SUPPORTED);
}
END_TEST

START_TEST(sharing_holds_between_processes_of_a_user_until_the_last_handle_is_closed) {
        FileAsk ask = { .access = FILE_READ_DATA, .denied = FILE_SHARE_READ };
        autofd int fd = rpc_world_open(&world, "f", O_RDONLY);
        Nt__Grant one = NT__GRANT__INIT, two = NT__GRANT__INIT;

        ck_assert_status(create_file(&a, &ask, fd, &one), STATUS_SUCCESS);
        ck_assert_status(try_open(&b, &ask, O_RDONLY), STATUS_SHARING_VIOLATION);
        ck_assert_status(try_open(&stranger, &ask, O_RDONLY), STATUS_SUCCESS);
        ck_assert_status(pass_handle(&a, &one, FILE_READ_DATA, &b, &two), STATUS_SUCCESS);
        rpc_client_close(&a, &one);
        ck_assert_status(try_open(&a, &ask, O_RDONLY), STATUS_SHARING_VIOLATION);
        rpc_client_close(&b, &two);
        ck_assert_status(try_open(&a, &ask, O_RDONLY), STATUS_SUCCESS);
}
END_TEST

START_TEST(who_may_write_binds_other_users) {
        FileAsk ask = { .access = FILE_WRITE_DATA, .denied = FILE_SHARE_READ };
        FileAsk reader = { .access = FILE_READ_DATA };
        autofd int fd = rpc_world_open(&world, "f", O_RDWR);
        Nt__Grant grant = NT__GRANT__INIT;

        ck_assert_status(create_file(&a, &ask, fd, &grant), STATUS_SUCCESS);
        ck_assert_status(try_open(&stranger, &reader, O_RDONLY), STATUS_SHARING_VIOLATION);
        rpc_client_close(&a, &grant);
        ck_assert_status(try_open(&stranger, &reader, O_RDONLY), STATUS_SUCCESS);
}
END_TEST

START_TEST(a_process_that_was_killed_keeps_no_file) {
        FileAsk ask = { .access = FILE_READ_DATA, .denied = FILE_SHARE_READ };
        autofd int fd = rpc_world_open(&world, "f", O_RDONLY);
        RpcClient killed;

        rpc_client_start(&killed, &world, geteuid());
        ck_assert_status(create_file(&killed, &ask, fd, NULL), STATUS_SUCCESS);
        rpc_client_end(&killed); /* and nothing is given back yet */
        ck_assert_status(try_open(&a, &ask, O_RDONLY), STATUS_SUCCESS);
}
END_TEST

START_TEST(a_file_that_is_deleted_on_close_is_gone_when_the_close_returns) {
        FileAsk ask = {
                .access = DELETE,
                .options = FILE_DELETE_ON_CLOSE,
                .leaf = "f",
        };
        autofd int fd = rpc_world_open(&world, "f", O_PATH);
        Nt__Grant one = NT__GRANT__INIT, two = NT__GRANT__INIT;

        ck_assert_status(create_file(&a, &ask, fd, &one), STATUS_SUCCESS);
        ck_assert_status(pass_handle(&a, &one, DELETE, &b, &two), STATUS_SUCCESS);
        rpc_client_close(&a, &one);
        ck_assert(!a.waited);
        ck_assert(rpc_world_has(&world, "f"));
        rpc_client_close(&b, &two);
        ck_assert(b.waited);
        ck_assert(!rpc_world_has(&world, "f"));
}
END_TEST

START_TEST(a_file_goes_after_the_last_of_several_openings) {
        Nt__Grant first = open_file(&a, "f", FILE_READ_DATA | DELETE, O_RDONLY);
        Nt__Grant second = open_file(&b, "f", FILE_READ_DATA, O_RDONLY);
        FileAsk ask = { .access = FILE_READ_DATA };

        ck_assert_status(set_disposition(&b, &second, "f"), STATUS_ACCESS_DENIED);
        ck_assert_status(set_disposition(&a, &first, "f"), STATUS_SUCCESS);
        ck_assert_status(try_open(&b, &ask, O_RDONLY), STATUS_DELETE_PENDING);
        ck_assert_status(set_disposition(&a, &first, NULL), STATUS_SUCCESS);
        ck_assert_status(try_open(&b, &ask, O_RDONLY), STATUS_SUCCESS);
        ck_assert_status(set_disposition(&a, &first, "f"), STATUS_SUCCESS);
        rpc_client_close(&a, &first);
        ck_assert(rpc_world_has(&world, "f"));
        rpc_client_close(&b, &second);
        ck_assert(!rpc_world_has(&world, "f"));
}
END_TEST

START_TEST(the_end_of_a_process_deletes_what_it_was_to_delete) {
        RpcClient killed;
        Nt__Grant grant;

        rpc_client_start(&killed, &world, geteuid());
        grant = open_file(&killed, "f", DELETE, O_PATH);
        ck_assert_status(set_disposition(&killed, &grant, "f"), STATUS_SUCCESS);
        rpc_client_end(&killed);
        while (process_table_work(world.env.processes))
                ;
        rpc_world_work(&world);
        ck_assert(!rpc_world_has(&world, "f"));
}
END_TEST

START_TEST(another_user_s_files_are_not_the_daemon_s_to_delete) {
        FileAsk ask = { .access = DELETE, .options = FILE_DELETE_ON_CLOSE, .leaf = "f" };
        Nt__Grant grant = open_file(&stranger, "f", DELETE, O_PATH);

        ck_assert_status(set_disposition(&stranger, &grant, "f"), STATUS_NOT_SUPPORTED);
        ck_assert_status(try_open(&stranger, &ask, O_PATH), STATUS_NOT_SUPPORTED);
        ck_assert_status(set_disposition(&stranger, &grant, NULL), STATUS_SUCCESS);
}
END_TEST

/* By-tests 1.14: the rows of FileDispositionInformation and SetEndOfFile. */
START_TEST(a_file_with_a_section_is_not_deleted_or_cut) {
        autofd int fd = rpc_world_open(&world, "f", O_RDONLY);
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA | FILE_WRITE_DATA | DELETE, O_RDWR);
        Nt__Grant section = NT__GRANT__INIT;

        ck_assert_status(create_section(&a, &file, PAGE_READONLY, 4, fd, -1, &section),
                        STATUS_SUCCESS);
        ck_assert_status(set_disposition(&a, &file, "f"), STATUS_CANNOT_DELETE);
        ck_assert_status(set_disposition(&a, &file, NULL), STATUS_SUCCESS);
        ck_assert_status(check_file_size(&a, &file, 99), STATUS_USER_MAPPED_FILE);
        ck_assert_status(check_file_size(&a, &file, 100), STATUS_SUCCESS);
        rpc_client_close(&a, &section);
        ck_assert_status(check_file_size(&a, &file, 99), STATUS_SUCCESS);
        ck_assert_status(set_disposition(&a, &file, "f"), STATUS_SUCCESS);
}
END_TEST

START_TEST(sizes_are_checked_for_who_may_write) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA | FILE_APPEND_DATA, O_RDWR);

        ck_assert_status(check_file_size(&a, &file, 0), STATUS_ACCESS_DENIED);
}
END_TEST

START_TEST(heirs_share_the_position_of_the_file) {
        Nt__Grant mine = open_file(&a, "f", FILE_READ_DATA, O_RDONLY), theirs = NT__GRANT__INIT;
        autofd int one = -1, two = -1;

        ck_assert_status(pass_handle(&a, &mine, FILE_READ_DATA, &b, &theirs), STATUS_SUCCESS);
        ck_assert_status(file_descriptor(&a, &mine), STATUS_SUCCESS);
        one = rpc_client_take_fd(&a, a.reply->file_descriptor->file_fd);
        ck_assert_status(file_descriptor(&b, &theirs), STATUS_SUCCESS);
        two = rpc_client_take_fd(&b, b.reply->file_descriptor->file_fd);
        ck_assert_uint_eq(b.reply->file_descriptor->device, DEVICE_VOLUME);
        ck_assert_uint_eq(b.reply->file_descriptor->share_access, 7);
        ck_assert_int_eq(lseek(one, 42, SEEK_SET), 42);
        ck_assert_int_eq(lseek(two, 0, SEEK_CUR), 42);
}
END_TEST

/* To close the last copy of a client's descriptor can take as long as its owner likes. */
START_TEST(copies_of_a_client_s_descriptor_are_closed_by_a_worker) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY), section = NT__GRANT__INIT;
        autofd int fd = rpc_world_open(&world, "f", O_RDONLY), memory = -1;

        ck_assert_status(create_section(&a, &file, PAGE_READONLY, 0, fd, -1, &section),
                        STATUS_SUCCESS);
        ck_assert_status(file_descriptor(&a, &file), STATUS_SUCCESS);
        rpc_world_work(&world);
        answer_fds_clear(&a.answer.fds);
        ck_assert_uint_eq(worker_pool_count(world.env.workers), 1);
        ck_assert_status(section_memory(&a, &section, &memory), STATUS_SUCCESS);
        rpc_world_work(&world);
        answer_fds_clear(&a.answer.fds);
        ck_assert_uint_eq(worker_pool_count(world.env.workers), 1);
}
END_TEST

static void limit(QuotaKind kind, uint64_t amount) {
        QuotaLimits limits = *quota_table_limits(world.env.quotas);

        limits.limit[kind] = amount;
        quota_table_set_limits(world.env.quotas, &limits);
}

/* However long that takes: its owner may keep all of his workers busy. */
START_TEST(copies_of_a_client_s_descriptor_are_charged_until_they_are_closed) {
        Nt__Grant file = open_file(&a, "f", FILE_READ_DATA, O_RDONLY);
        Quota *quota = quota_table_get(world.env.quotas, geteuid());
        uint64_t before = 0;

        rpc_world_work(&world);
        before = quota_used(quota, QUOTA_DESCRIPTORS);
        ck_assert_status(file_descriptor(&a, &file), STATUS_SUCCESS);
        answer_fds_clear(&a.answer.fds);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTORS), before + 1);
        limit(QUOTA_DESCRIPTORS, before + 1);
        ck_assert_status(file_descriptor(&a, &file), STATUS_QUOTA_EXCEEDED);
        rpc_world_work(&world);
        ck_assert_uint_eq(quota_used(quota, QUOTA_DESCRIPTORS), before);
        ck_assert_status(file_descriptor(&a, &file), STATUS_SUCCESS);
        quota_unref(quota);
}
END_TEST

/* What cannot be waited for is done all the same. */
START_TEST(a_close_that_cannot_be_kept_does_not_wait_for_the_deletion) {
        FileAsk ask = { .access = DELETE, .options = FILE_DELETE_ON_CLOSE, .leaf = "f" };
        autofd int fd = rpc_world_open(&world, "f", O_RDONLY);
        Nt__Grant file = NT__GRANT__INIT;

        ck_assert_status(create_file(&a, &ask, fd, &file), STATUS_SUCCESS);
        limit(QUOTA_REPLY_BYTES, 0);
        rpc_client_close(&a, &file);
        ck_assert(!a.waited);
        rpc_world_work(&world);
        ck_assert(!rpc_world_has(&world, "f"));
        ck_assert_uint_eq(file_table_count(world.env.files), 0);
}
END_TEST

/* The server would hold the client's end of its own connection, or of another one. */
START_TEST(what_can_hold_a_connection_is_no_file) {
        FileAsk ask = { .access = FILE_READ_DATA };
        autofd int epoll = epoll_create1(EPOLL_CLOEXEC), event = eventfd(0, EFD_CLOEXEC);
        int pipes[2];

        ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
        ck_assert_status(create_file(&a, &ask, world.pair[1], NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(create_file(&a, &ask, epoll, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_status(create_file(&a, &ask, event, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(file_table_count(world.env.files), 0);
        ck_assert_status(create_file(&a, &ask, pipes[0], NULL), STATUS_SUCCESS);
        fd_close(pipes[0]);
        fd_close(pipes[1]);
}
END_TEST

START_TEST(another_user_gets_no_descriptor_that_can_do_more_than_its_grant) {
        ACCESS_MASK both = FILE_READ_DATA | FILE_WRITE_DATA;
        Nt__Grant mine = open_file(&a, "f", both, O_RDWR), theirs = NT__GRANT__INIT;

        ck_assert_status(
                        pass_handle(&a, &mine, FILE_READ_DATA, &stranger, &theirs), STATUS_SUCCESS);
        ck_assert_status(file_descriptor(&stranger, &theirs), STATUS_ACCESS_DENIED);
        ck_assert_uint_eq(stranger.answer.fds.n, 0);
        ck_assert_status(pass_handle(&a, &mine, both, &stranger, &theirs), STATUS_SUCCESS);
        ck_assert_status(file_descriptor(&stranger, &theirs), STATUS_SUCCESS);
}
END_TEST

START_TEST(the_null_device_is_opened_by_its_own_rules) {
        FileAsk ask = { .access = GENERIC_READ | GENERIC_WRITE, .device = DEVICE_NULL };
        autofd int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        Nt__Grant grant = NT__GRANT__INIT;

        ck_assert_status(create_file(&stranger, &ask, fd, &grant), STATUS_SUCCESS);
        ck_assert_uint_eq(stranger.reply->grant->granted_access,
                        FILE_GENERIC_READ | FILE_GENERIC_WRITE);
        rpc_client_close(&stranger, &grant);
        ask.access = WRITE_DAC;
        ck_assert_status(create_file(&stranger, &ask, fd, &grant), STATUS_ACCESS_DENIED);
        ask.device = 77;
        ck_assert_status(create_file(&stranger, &ask, fd, &grant), STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(without_its_descriptor_there_is_no_file) {
        FileAsk ask = { .access = FILE_READ_DATA };

        ck_assert_status(create_file(&a, &ask, -1, NULL), STATUS_INVALID_PARAMETER);
        ck_assert_uint_eq(file_table_count(world.env.files), 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_name_is_resolved_to_a_device_and_the_answer_is_never_kept);
        tcase_add_test(tests, a_file_is_granted_what_was_asked_and_is_called_what_its_client_said);
        tcase_add_test(tests, a_file_has_no_security_descriptor);
        tcase_add_test(tests,
                        sharing_holds_between_processes_of_a_user_until_the_last_handle_is_closed);
        tcase_add_test(tests, who_may_write_binds_other_users);
        tcase_add_test(tests, a_process_that_was_killed_keeps_no_file);
        tcase_add_test(tests, a_file_that_is_deleted_on_close_is_gone_when_the_close_returns);
        tcase_add_test(tests, a_file_goes_after_the_last_of_several_openings);
        tcase_add_test(tests, the_end_of_a_process_deletes_what_it_was_to_delete);
        tcase_add_test(tests, another_user_s_files_are_not_the_daemon_s_to_delete);
        tcase_add_test(tests, a_file_with_a_section_is_not_deleted_or_cut);
        tcase_add_test(tests, sizes_are_checked_for_who_may_write);
        tcase_add_test(tests, heirs_share_the_position_of_the_file);
        tcase_add_test(tests, copies_of_a_client_s_descriptor_are_closed_by_a_worker);
        tcase_add_test(tests, copies_of_a_client_s_descriptor_are_charged_until_they_are_closed);
        tcase_add_test(tests, a_close_that_cannot_be_kept_does_not_wait_for_the_deletion);
        tcase_add_test(tests, what_can_hold_a_connection_is_no_file);
        tcase_add_test(tests, another_user_gets_no_descriptor_that_can_do_more_than_its_grant);
        tcase_add_test(tests, the_null_device_is_opened_by_its_own_rules);
        tcase_add_test(tests, without_its_descriptor_there_is_no_file);
}

int main(void) {
        return suite_main("rpc-file", 30, add);
}
