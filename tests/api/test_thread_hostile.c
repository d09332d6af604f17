/*
 * Clients that say of threads what is not so. [P] One can end, invent and pay for its own only.
 */

#include "api.h"
#include "raw-client.h"
#include "winternl.h"

/* Of no thread: above any number that Linux gives. */
#define NOBODY (UINT32_MAX - 3)

/* What an OpenThread says. */
typedef struct ThreadAsk {
        uint32_t id;
        uint32_t process_id; /* 0: none is named */
        bool own;
} ThreadAsk;

static RawClient *attached(void) {
        RawClient *client = raw_client_new_attached(daemon_address(api_daemon()));

        ck_assert_ptr_nonnull(client);
        return client;
}

static NTSTATUS open_thread(RawClient *client, ThreadAsk ask, Nt__Grant *ret) {
        Nt__ObjectAttributes attributes = NT__OBJECT_ATTRIBUTES__INIT;
        Nt__OpenThreadRequest body = NT__OPEN_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        NTSTATUS status;

        body.object_attributes = &attributes;
        body.desired_access = THREAD_QUERY_LIMITED_INFORMATION;
        body.thread_id = ask.id;
        body.has_process_id = ask.process_id != 0;
        body.process_id = ask.process_id;
        body.own = ask.own;
        request.body_case = NT__REQUEST__BODY_OPEN_THREAD;
        request.open_thread = &body;
        status = raw_client_call(client, &request);
        if (NT_SUCCESS(status) && ret) {
                nt__grant__init(ret);
                ret->slot = client->reply->grant->grant->slot;
                ret->tag = client->reply->grant->grant->tag;
        }
        return status;
}

/* One-way: what comes next on the same connection is answered after it. */
static void end_thread(RawClient *client, uint32_t id) {
        Nt__EndThreadRequest body = NT__END_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.thread_id = id;
        body.exit_status = 77;
        request.body_case = NT__REQUEST__BODY_END_THREAD;
        request.end_thread = &body;
        ck_assert_int_eq(raw_client_send(client, &request, NULL, 0), 0);
}

static NTSTATUS query_thread(RawClient *client, Nt__Grant *grant) {
        Nt__QueryThreadRequest body = NT__QUERY_THREAD_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;

        body.grant = grant;
        request.body_case = NT__REQUEST__BODY_QUERY_THREAD;
        request.query_thread = &body;
        return raw_client_call(client, &request);
}

/* Of this thread, as libzw's process; gives its ids. */
static HANDLE open_self(CLIENT_ID *ret_ids) {
        THREAD_BASIC_INFORMATION basic;
        HANDLE thread = NULL;

        api_assert_ok(NtQueryInformationThread(
                        NtCurrentThread(), ThreadBasicInformation, &basic, sizeof(basic), NULL));
        *ret_ids = basic.ClientId;
        api_assert_ok(NtOpenThread(&thread, THREAD_ALL_ACCESS, NAMED(NULL), &basic.ClientId));
        return thread;
}

static NTSTATUS exit_status_of(HANDLE thread) {
        THREAD_BASIC_INFORMATION basic;

        api_assert_ok(NtQueryInformationThread(
                        thread, ThreadBasicInformation, &basic, sizeof(basic), NULL));
        return basic.ExitStatus;
}

START_TEST(nobody_invents_threads_of_another_process) {
        CLIENT_ID ids;
        HANDLE thread = open_self(&ids);
        uint32_t process_id = (uint32_t) (uintptr_t) ids.UniqueProcess;
        autoraw *client = attached();

        ck_assert_status(open_thread(client, (ThreadAsk){ NOBODY, process_id, true }, NULL),
                        STATUS_INVALID_CID);
        ck_assert_status(open_thread(client, (ThreadAsk){ NOBODY, 0, false }, NULL),
                        STATUS_INVALID_CID);
        ck_assert_status(open_thread(client, (ThreadAsk){ 0, process_id, true }, NULL),
                        STATUS_INVALID_CID);
        ck_assert_status(open_thread(client, (ThreadAsk){ NOBODY, 3, true }, NULL),
                        STATUS_INVALID_CID);
        ck_assert_status(open_thread(client, (ThreadAsk){ NOBODY, 4, false }, NULL),
                        STATUS_INVALID_CID);
        api_assert_ok(NtClose(thread));
}
END_TEST

START_TEST(nobody_ends_threads_of_another_process) {
        CLIENT_ID ids;
        HANDLE thread = open_self(&ids);
        uint32_t id = (uint32_t) (uintptr_t) ids.UniqueThread;
        Nt__Grant grant;
        autoraw *client = attached();

        api_assert_ok(open_thread(client,
                        (ThreadAsk){ id, (uint32_t) (uintptr_t) ids.UniqueProcess, false },
                        &grant));
        end_thread(client, id);
        end_thread(client, NOBODY);
        api_assert_ok(query_thread(client, &grant));
        ck_assert(!client->reply->query_thread->ended);
        ck_assert_status(exit_status_of(thread), STATUS_PENDING);
        api_assert_ok(raw_client_close(client, &grant));
        api_assert_ok(NtClose(thread));
}
END_TEST

START_TEST(a_client_may_say_what_it_likes_of_its_own_threads) {
        autoraw *client = attached();
        Nt__Grant grant, again;

        api_assert_ok(open_thread(client, (ThreadAsk){ NOBODY, 0, true }, &grant));
        api_assert_ok(open_thread(client, (ThreadAsk){ NOBODY | 3, 0, true }, &again));
        end_thread(client, NOBODY);
        api_assert_ok(query_thread(client, &grant));
        ck_assert(client->reply->query_thread->ended);
        ck_assert_int_eq(client->reply->query_thread->exit_status, 77);
        api_assert_ok(query_thread(client, &again));
        ck_assert(client->reply->query_thread->ended);
        ck_assert_uint_eq(client->reply->query_thread->thread_id, NOBODY);
}
END_TEST

/* The fixture sees that the daemon keeps none of them. */
START_TEST(thread_objects_are_paid_for) {
        RawClient *client;
        unsigned n = 0;

        api_restart("[limits]\nobjects=3000\n");
        client = attached();
        while (n < 4000 && NT_SUCCESS(open_thread(
                                           client, (ThreadAsk){ NOBODY - 4 * n, 0, true }, NULL)))
                n++;
        ck_assert_uint_gt(n, 2000);
        ck_assert_uint_le(n, 3000);
        ck_assert_status(open_thread(client, (ThreadAsk){ 4, 0, true }, NULL),
                        STATUS_QUOTA_EXCEEDED);
        raw_client_free(client);
}
END_TEST

/* What a client that hung up said was its thread has ended with it, for those who hold on to it. */
START_TEST(threads_end_when_their_process_hangs_up) {
        RawClient *dying = attached();
        autoraw *watching = attached();
        Nt__Grant own, grant;
        uint32_t process_id;

        api_assert_ok(open_thread(dying, (ThreadAsk){ NOBODY, 0, true }, &own));
        api_assert_ok(query_thread(dying, &own));
        process_id = dying->reply->query_thread->process_id;
        api_assert_ok(open_thread(watching, (ThreadAsk){ NOBODY, process_id, true }, &grant));
        api_assert_ok(query_thread(watching, &grant));
        ck_assert_int_eq(watching->reply->query_thread->exit_status, STATUS_PENDING);
        raw_client_free(dying);
        do {
                api_assert_ok(query_thread(watching, &grant));
        } while (!watching->reply->query_thread->ended);
        ck_assert_int_ne(watching->reply->query_thread->exit_status, STATUS_PENDING);
        ck_assert_status(open_thread(watching, (ThreadAsk){ NOBODY, process_id, true }, NULL),
                        STATUS_INVALID_CID);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, nobody_invents_threads_of_another_process);
        tcase_add_test(tests, nobody_ends_threads_of_another_process);
        tcase_add_test(tests, a_client_may_say_what_it_likes_of_its_own_threads);
        tcase_add_test(tests, thread_objects_are_paid_for);
        tcase_add_test(tests, threads_end_when_their_process_hangs_up);
}

int main(void) {
        return api_main("thread hostile", 60, add_tests);
}
