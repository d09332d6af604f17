/*
 * Threads as objects: which there are, and when they end.
 */

#include <pthread.h>
#include <unistd.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "process-page.h"
#include "security.h"
#include "suite.h"
#include "thread-object.h"
#include "token.h"

#define EXIT_STATUS ((NTSTATUS) 0xC0000005)

static ProcessTable *table;
static QuotaTable *quotas;
static Quota *quota;
static Token *token;
static SecurityStore *security;
static Process *process; /* this very program */

static void begin(void) {
        TokenSource source = { .daemon_owner = 1000, .system = true };
        QuotaLimits limits;

        quota_limits_init(&limits);
        limits.limit[QUOTA_OBJECTS] = 64;
        table = process_table_new();
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, 1000);
        security = security_store_new();
        ck_assert_status(token_new(&source, &token), STATUS_SUCCESS);
        ck_assert_status(process_new(table, token, quota, getpid(), 1, false, true, &process),
                        STATUS_SUCCESS);
}

static void end(void) {
        process_end(process);
        process_unref(process);
        while (process_table_work(table))
                ;
        process_table_free(table);
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                ck_assert_uint_eq(quota_used(quota, kind), 0);
        quota_unref(quota);
        quota_table_free(quotas);
        token_unref(token);
        security_store_free(security);
}

static ThreadObject *get(uint32_t id, bool own) {
        Object *object = NULL;

        ck_assert_status(thread_object_get(process, id, own, security, &object), STATUS_SUCCESS);
        return (ThreadObject *) object;
}

static void put(ThreadObject *thread) {
        object_unref(&thread->object);
}

static uint32_t this_thread(void) {
        return (uint32_t) gettid() * 4;
}

/* Of a thread that Linux does not have: above any number that it gives. */
static const uint32_t nobody = UINT32_MAX - 3;

START_TEST(a_thread_is_one_object_for_all_who_ask) {
        ThreadObject *thread = get(this_thread(), false), *again = get(this_thread() + 3, true);

        ck_assert_ptr_eq(thread, again);
        ck_assert(thread->visible);
        ck_assert_uint_eq(thread->id, this_thread());
        ck_assert_ptr_eq(thread->process, process);
        ck_assert_status(thread->exit_status, STATUS_PENDING);
        ck_assert_uint_eq(process_page(process)->watches_threads, 1);
        put(again);
        thread_object_look(thread);
        ck_assert(!thread->ended);
        put(thread);
        thread = get(this_thread(), false); /* the table kept nothing of the first */
        put(thread);
}
END_TEST

START_TEST(what_nobody_sees_is_believed_of_its_own_process_only) {
        Object *object = NULL;
        ThreadObject *thread;

        ck_assert_status(thread_object_get(process, nobody, false, security, &object),
                        STATUS_INVALID_CID);
        ck_assert_status(
                        thread_object_get(process, 0, true, security, &object), STATUS_INVALID_CID);
        ck_assert_status(
                        thread_object_get(process, 3, true, security, &object), STATUS_INVALID_CID);
        ck_assert_ptr_null(object);
        thread = get(nobody, true);
        ck_assert(!thread->visible);
        thread_object_look(thread); /* nothing can be seen, nothing is concluded */
        ck_assert(!thread->ended);
        put(thread);
}
END_TEST

START_TEST(an_end_is_final_and_the_number_is_free_again) {
        ThreadObject *thread = get(nobody, true), *later = NULL;

        thread_object_end(process, nobody - 4, 1);
        ck_assert(!thread->ended);
        thread_object_end(process, nobody, EXIT_STATUS);
        thread_object_end(process, nobody, 1);
        ck_assert(thread->ended);
        ck_assert_status(thread->exit_status, EXIT_STATUS);
        later = get(nobody, true);
        ck_assert_ptr_ne(later, thread);
        put(thread); /* takes nothing away from the one that is in its place */
        ck_assert_ptr_eq(get(nobody, true), later);
        put(later);
        put(later);
}
END_TEST

/* A thread that says who it is, and goes on when told. */
typedef struct Other {
        pthread_barrier_t barrier;
        uint32_t id;
} Other;

static void *wait_at(void *context) {
        Other *other = context;

        other->id = this_thread();
        pthread_barrier_wait(&other->barrier);
        pthread_barrier_wait(&other->barrier);
        return NULL;
}

START_TEST(a_thread_that_ended_without_a_word_is_found_out) {
        Other other = { 0 };
        Object *object = NULL;
        ThreadObject *thread;
        pthread_t handle;

        pthread_barrier_init(&other.barrier, NULL, 2);
        ck_assert_int_eq(pthread_create(&handle, NULL, wait_at, &other), 0);
        pthread_barrier_wait(&other.barrier);
        thread = get(other.id, false);
        pthread_barrier_wait(&other.barrier);
        pthread_join(handle, NULL);
        while (!thread->ended) /* Linux takes it out of /proc a little later */
                thread_object_look(thread);
        ck_assert_status(thread->exit_status, STATUS_SUCCESS);
        ck_assert_status(thread_object_get(process, thread->id, false, security, &object),
                        STATUS_INVALID_CID);
        put(thread);
        pthread_barrier_destroy(&other.barrier);
}
END_TEST

START_TEST(all_threads_end_with_their_process) {
        ThreadObject *own = get(this_thread(), false), *other = get(nobody, true);
        ThreadObject *before = get(nobody - 4, true);
        Object *object = NULL;

        thread_object_end(process, nobody - 4, 7);
        thread_objects_end(process, EXIT_STATUS);
        thread_objects_end(process, 1);
        ck_assert_status(own->exit_status, EXIT_STATUS);
        ck_assert_status(other->exit_status, EXIT_STATUS);
        ck_assert_status(before->exit_status, 7);
        process_end(process);
        ck_assert_status(thread_object_get(process, this_thread(), true, security, &object),
                        STATUS_INVALID_CID);
        thread_object_end(process, nobody, 2);
        thread_object_look(own);
        ck_assert_status(own->exit_status, EXIT_STATUS);
        put(own);
        put(other);
        put(before);
}
END_TEST

START_TEST(who_invents_threads_pays_for_them) {
        ThreadObject *threads[64] = { 0 };
        Object *object = NULL;
        uint32_t n = 0;

        while (n < 64 && NT_SUCCESS(thread_object_get(
                                         process, nobody - 4 * n, true, security, &object)))
                threads[n++] = (ThreadObject *) object;
        ck_assert_uint_gt(n, 0);
        ck_assert_status(thread_object_get(process, nobody - 4 * 64, true, security, &object),
                        STATUS_QUOTA_EXCEEDED);
        put(threads[--n]);
        put(get(nobody - 4 * 64, true));
        while (n > 0)
                put(threads[--n]);
}
END_TEST

START_TEST(the_process_of_a_thread_is_found_by_its_number) {
        Other other = { 0 };
        pthread_t handle;

        pthread_barrier_init(&other.barrier, NULL, 2);
        ck_assert_ptr_eq(thread_find_process(table, this_thread()), process);
        ck_assert_ptr_null(thread_find_process(table, nobody));
        ck_assert_ptr_null(thread_find_process(table, 0));
        ck_assert_ptr_null(thread_find_process(table, (uint32_t) getppid() * 4));
        ck_assert_int_eq(pthread_create(&handle, NULL, wait_at, &other), 0);
        pthread_barrier_wait(&other.barrier);
        ck_assert_ptr_eq(thread_find_process(table, other.id), process);
        pthread_barrier_wait(&other.barrier);
        pthread_join(handle, NULL);
        pthread_barrier_destroy(&other.barrier);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_thread_is_one_object_for_all_who_ask);
        tcase_add_test(tests, what_nobody_sees_is_believed_of_its_own_process_only);
        tcase_add_test(tests, an_end_is_final_and_the_number_is_free_again);
        tcase_add_test(tests, a_thread_that_ended_without_a_word_is_found_out);
        tcase_add_test(tests, all_threads_end_with_their_process);
        tcase_add_test(tests, who_invents_threads_pays_for_them);
        tcase_add_test(tests, the_process_of_a_thread_is_found_by_its_number);
}

int main(void) {
        return suite_main("thread object", 30, add);
}
