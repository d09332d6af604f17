/*
 * Threads by handle: who may have one, of whose.
 */

#include <unistd.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "process.h"
#include "rpc-world.h"
#include "suite.h"

#define NOBODY   (UINT32_MAX - 3) /* above any number that Linux gives */
#define STRANGER 2000u

static RpcWorld world;
static RpcClient one, other, stranger;

static void begin(void) {
        rpc_world_init(&world);
        rpc_client_start(&one, &world, geteuid() + 1000);
        rpc_client_start(&other, &world, geteuid() + 1000);
        rpc_client_start(&stranger, &world, geteuid() + STRANGER);
}

static void end(void) {
        rpc_client_end(&one);
        rpc_client_end(&other);
        rpc_client_end(&stranger);
        rpc_world_clear(&world);
}

/* @whose: NULL: no process is named */
static Nt__OpenThreadRequest ask(const RpcClient *whose, uint32_t id, bool own) {
        Nt__OpenThreadRequest body = NT__OPEN_THREAD_REQUEST__INIT;

        body.desired_access = THREAD_QUERY_LIMITED_INFORMATION;
        body.thread_id = id;
        body.own = own;
        if (whose) {
                body.has_process_id = true;
                body.process_id = process_id(whose->connection.process);
        }
        return body;
}

static NTSTATUS open_with(
                RpcClient *client, Nt__OpenThreadRequest body, ULONG attributes, Nt__Grant *ret) {
        Nt__ObjectAttributes object_attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        object_attributes.has_attributes = true;
        object_attributes.attributes = attributes;
        body.object_attributes = &object_attributes;
        request.body_case = NT__REQUEST__BODY_OPEN_THREAD;
        request.open_thread = &body;
        status = rpc_client_call(client, &request, NULL, 0);
        if (NT_SUCCESS(status)) {
                nt__grant__init(ret);
                ret->slot = client->reply->grant->grant->slot;
                ret->tag = client->reply->grant->grant->tag;
        }
        return status;
}

static NTSTATUS open_thread(RpcClient *client, Nt__OpenThreadRequest body, Nt__Grant *ret) {
        return open_with(client, body, 0, ret);
}

static const Nt__QueryThreadReply *query(RpcClient *client, Nt__Grant *grant) {
        Nt__QueryThreadRequest body = NT__QUERY_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = grant;
        request.body_case = NT__REQUEST__BODY_QUERY_THREAD;
        request.query_thread = &body;
        ck_assert_status(rpc_client_call(client, &request, NULL, 0), STATUS_SUCCESS);
        return client->reply->query_thread;
}

static void end_thread(RpcClient *client, uint32_t id, NTSTATUS exit_status) {
        Nt__EndThreadRequest body = NT__END_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.thread_id = id;
        body.exit_status = exit_status;
        request.body_case = NT__REQUEST__BODY_END_THREAD;
        request.end_thread = &body;
        ck_assert_status(rpc_client_call(client, &request, NULL, 0), STATUS_SUCCESS);
        ck_assert(client->answer.silent);
}

START_TEST(a_thread_of_one_s_own_needs_no_process_named) {
        Nt__Grant grant, same;

        ck_assert_status(open_thread(&one, ask(NULL, NOBODY, true), &grant), STATUS_SUCCESS);
        ck_assert_status(open_thread(&other, ask(&one, NOBODY, false), &same), STATUS_SUCCESS);
        end_thread(&one, NOBODY, 5);
        ck_assert(query(&other, &same)->ended);
        ck_assert_int_eq(query(&other, &same)->exit_status, 5);
        ck_assert_uint_eq(query(&other, &same)->process_id, process_id(one.connection.process));
        rpc_client_close(&one, &grant);
        rpc_client_close(&other, &same);
}
END_TEST

START_TEST(a_process_ends_its_own_threads_only) {
        Nt__Grant grant;

        ck_assert_status(open_thread(&one, ask(NULL, NOBODY, true), &grant), STATUS_SUCCESS);
        end_thread(&other, NOBODY, 5);
        end_thread(&stranger, NOBODY, 5);
        ck_assert(!query(&one, &grant)->ended);
        ck_assert_int_eq(query(&one, &grant)->exit_status, STATUS_PENDING);
        rpc_client_close(&one, &grant);
}
END_TEST

START_TEST(a_stranger_gets_no_thread_and_leaves_none) {
        uint32_t id = (uint32_t) gettid() * 4;
        Nt__Grant grant;

        ck_assert_status(
                        open_thread(&stranger, ask(&one, id, false), &grant), STATUS_ACCESS_DENIED);
        ck_assert_status(open_thread(&stranger, ask(&one, NOBODY, true), &grant),
                        STATUS_INVALID_CID);
        ck_assert_uint_eq(quota_used(process_quota(one.connection.process), QUOTA_OBJECTS), 0);
        ck_assert_status(open_thread(&other, ask(&one, id, false), &grant), STATUS_SUCCESS);
        rpc_client_close(&other, &grant);
}
END_TEST

START_TEST(what_is_no_thread_is_refused) {
        Nt__OpenThreadRequest nobody = ask(NULL, NOBODY, false);
        Nt__Grant grant;

        ck_assert_status(open_thread(&one, nobody, &grant), STATUS_INVALID_CID);
        nobody.has_process_id = true;
        nobody.process_id = 123456;
        ck_assert_status(open_thread(&one, nobody, &grant), STATUS_INVALID_CID);
        ck_assert_status(open_with(&one, ask(NULL, NOBODY, true), 0x80000000, &grant),
                        STATUS_INVALID_PARAMETER);
}
END_TEST

START_TEST(threads_end_with_what_their_process_said_last) {
        Nt__Grant grant, own;

        ck_assert_status(open_thread(&one, ask(NULL, NOBODY, true), &own), STATUS_SUCCESS);
        ck_assert_status(open_thread(&other, ask(&one, NOBODY, false), &grant), STATUS_SUCCESS);
        one.page->exit_status = (int32_t) 0xC0000005;
        rpc_client_end(&one);
        ck_assert(query(&other, &grant)->ended);
        ck_assert_int_eq(query(&other, &grant)->exit_status, (int32_t) 0xC0000005);
        rpc_client_close(&other, &grant);
        rpc_client_start(&one, &world, geteuid() + 1000);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_thread_of_one_s_own_needs_no_process_named);
        tcase_add_test(tests, a_process_ends_its_own_threads_only);
        tcase_add_test(tests, a_stranger_gets_no_thread_and_leaves_none);
        tcase_add_test(tests, what_is_no_thread_is_refused);
        tcase_add_test(tests, threads_end_with_what_their_process_said_last);
}

int main(void) {
        return suite_main("rpc thread", 30, add);
}
