/*
 * Who may attach, and as what: credentials as the kernel could report them, which no test can bring
 * about with real sockets everywhere.
 */

#include <glib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "assert-status.h"
#include "cleanup.h"
#include "namespace.h"
#include "policy.h"
#include "process-object.h"
#include "rpc.h"
#include "security.h"
#include "suite.h"

#define OWNER    1000u
#define STRANGER 2000u
#define OVERFLOW 65534u

static RpcEnv env;
static Policy policy;
static SecurityStore *security;
static int pair[2];
static uint8_t memory[256 * 1024];

static void begin(void) {
        QuotaLimits limits;

        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
        quota_limits_init(&limits);
        security = security_store_new();
        policy = (Policy){ .owner = OWNER, .ntobjd_group = (gid_t) -1, .max_parked = 7 };
        env = (RpcEnv){
                .generation = generation_counters_new(),
                .processes = process_table_new(),
                .quotas = quota_table_new(&limits),
                .policy = &policy,
        };
        env.namespace = namespace_new(env.generation, security, true);
}

static void end(void) {
        while (process_table_work(env.processes))
                ;
        process_table_free(env.processes);
        namespace_free(env.namespace);
        security_store_free(security);
        generation_counters_free(env.generation);
        quota_table_free(env.quotas);
        fd_close(pair[0]);
        fd_close(pair[1]);
}

/* Attaches without a page, so that nothing but the status and the privileges comes back. */
static NTSTATUS attach(uid_t uid, gid_t gid, pid_t pid, bool kernel, uint64_t *ret_privileges) {
        Nt__AttachRequest body = NT__ATTACH_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        RpcConnection connection = {
                .credentials = { .pid = pid, .uid = uid, .gid = gid },
                .socket = pair[0],
        };
        uint8_t bytes[64];
        RpcAnswer answer = { 0 };
        Nt__Reply *reply = NULL;
        NTSTATUS status;
        Frame frame;
        Arena arena;

        body.protocol_version = 1;
        body.has_kernel = body.kernel = kernel;
        request.body_case = NT__REQUEST__BODY_ATTACH;
        request.attach = &body;
        frame_init(&frame, bytes, sizeof(bytes));
        frame.size = nt__request__pack(&request, bytes);
        arena_init(&arena, memory, sizeof(memory));
        rpc_handle_frame(&env, &connection, &frame, &arena, &answer);
        ck_assert(!answer.drop);

        reply = nt__reply__unpack(NULL, answer.size, answer.data);
        ck_assert_ptr_nonnull(reply);
        status = reply->status;
        if (NT_SUCCESS(status) && ret_privileges)
                *ret_privileges = reply->attach->privileges;
        nt__reply__free_unpacked(reply, NULL);
        rpc_connection_end(&env, &connection);
        return status;
}

START_TEST(a_peer_that_the_kernel_cannot_name_is_refused_by_a_system_instance) {
        policy.system = true;
        ck_assert_status(attach(OVERFLOW, OVERFLOW, getpid(), false, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(attach(STRANGER, STRANGER, 0, false, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(attach(0, 0, 0, false, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(attach(STRANGER, STRANGER, getpid(), false, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(a_user_s_own_instance_is_for_its_owner_and_root) {
        ck_assert_status(attach(STRANGER, STRANGER, getpid(), false, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(attach(OVERFLOW, OVERFLOW, getpid(), false, NULL), STATUS_ACCESS_DENIED);
        ck_assert_status(attach(OWNER, OWNER, getpid(), false, NULL), STATUS_SUCCESS);
        ck_assert_status(attach(0, 0, getpid(), false, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(kernel_personas_are_the_owner_s_or_root_s) {
        ck_assert_status(attach(OWNER, OWNER, getpid(), true, NULL), STATUS_SUCCESS);
        policy.system = true;
        ck_assert_status(attach(OWNER, OWNER, getpid(), true, NULL), STATUS_PRIVILEGE_NOT_HELD);
        ck_assert_status(attach(0, 0, getpid(), true, NULL), STATUS_SUCCESS);
}
END_TEST

START_TEST(members_of_the_daemon_s_group_make_global_names) {
        uint64_t privileges = 0;

        policy.system = true;
        policy.ntobjd_group = 500;
        ck_assert_status(attach(STRANGER, STRANGER, getpid(), false, &privileges), STATUS_SUCCESS);
        ck_assert_uint_eq(privileges, SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE));
        ck_assert_status(attach(STRANGER, 500, getpid(), false, &privileges), STATUS_SUCCESS);
        ck_assert_uint_eq(privileges,
                        SE_BIT(SE_CHANGE_NOTIFY_PRIVILEGE) | SE_BIT(SE_CREATE_GLOBAL_PRIVILEGE));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_peer_that_the_kernel_cannot_name_is_refused_by_a_system_instance);
        tcase_add_test(tests, a_user_s_own_instance_is_for_its_owner_and_root);
        tcase_add_test(tests, kernel_personas_are_the_owner_s_or_root_s);
        tcase_add_test(tests, members_of_the_daemon_s_group_make_global_names);
}

int main(void) {
        return suite_main("rpc process", 30, add);
}
