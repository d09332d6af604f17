#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "assert-status.h"
#include "cleanup.h"
#include "grant.h"
#include "ntstatus.h"
#include "process-handle.h"
#include "process-page.h"
#include "quota.h"
#include "suite.h"
#include "token.h"

static ProcessTable *table;
static QuotaTable *quotas;
static Quota *quota;
static Token *token;

static const ObjectTypeRules plain_rules = { .name = "Plain", .valid = STANDARD_RIGHTS_ALL };
static const ObjectType plain_type = { .rules = &plain_rules, .size = sizeof(Object) };

static void begin(void) {
        TokenSource source = {
                .uid = 1000,
                .gid = 1000,
                .daemon_owner = 1000,
                .ntobjd_group = (gid_t) -1,
                .session = 1,
        };
        QuotaLimits limits;

        quota_limits_init(&limits);
        table = process_table_new();
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, 1000);
        ck_assert_status(token_new(&source, &token), STATUS_SUCCESS);
}

/* Whatever a test has done, ending its processes gives everything back. */
static void end(void) {
        while (process_table_work(table))
                ;
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                ck_assert_uint_eq(quota_used(quota, kind), 0);
        process_table_free(table);
        quota_unref(quota);
        quota_table_free(quotas);
        token_unref(token);
}

static Process *make(pid_t pid, bool with_page) {
        Process *process = NULL;

        ck_assert_status(process_new(table, token, quota, pid, 1, false, with_page, &process),
                        STATUS_SUCCESS);
        return process;
}

static ProcessPage *map(Process *process) {
        autofd int fd = process_take_page_fd(process);
        void *page = mmap(NULL, sizeof(ProcessPage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

        ck_assert_ptr_ne(page, MAP_FAILED);
        return page;
}

static GrantName grant(Process *process, Object *object) {
        GrantName name = { 0 };

        ck_assert_status(grant_table_open(process_grants(process), object, READ_CONTROL, &name),
                        STATUS_SUCCESS);
        return name;
}

static Object *make_object(void) {
        Object *object = NULL;

        ck_assert_status(object_new(&plain_type, quota, &object), STATUS_SUCCESS);
        return object;
}

START_TEST(a_process_is_found_by_its_key_until_it_ends) {
        g_autoptr(Process) process = make(0, false);

        ck_assert_ptr_eq(process_table_find(table, process_session_key(process)), process);
        ck_assert_uint_eq(process_id(process) % 4, 0);
        ck_assert_uint_gt(process_id(process), 4);
        process_end(process);
        process_end(process);
        ck_assert(process_ended(process));
        ck_assert_ptr_null(process_table_find(table, process_session_key(process)));
}
END_TEST

START_TEST(the_page_is_sealed_and_given_away_once) {
        g_autoptr(Process) process = make(0, true);
        autofd int fd = process_take_page_fd(process);

        ck_assert_int_ge(fd, 0);
        ck_assert_int_lt(process_take_page_fd(process), 0);
        ck_assert_int_lt(ftruncate(fd, 0), 0);
        process_end(process);
}
END_TEST

START_TEST(the_page_says_when_the_process_has_ended) {
        g_autoptr(Process) process = make(0, true);
        ProcessPage *page = map(process);

        ck_assert_uint_eq(page->magic, PROCESS_PAGE_MAGIC);
        process_end(process);
        ck_assert_uint_ne(page->magic, PROCESS_PAGE_MAGIC);
        munmap(page, sizeof(*page));
}
END_TEST

START_TEST(the_program_s_end_is_seen_through_its_pidfd) {
        pid_t child = fork();
        g_autoptr(Process) process = NULL;
        siginfo_t info = { 0 };

        if (child == 0) {
                pause();
                _exit(0);
        }
        process = make(child, false);
        ck_assert_int_ge(process_pidfd(process), 0);
        kill(child, SIGKILL);
        ck_assert_int_eq(waitid(P_PIDFD, (id_t) process_pidfd(process), &info, WEXITED), 0);
        process_end(process);
}
END_TEST

START_TEST(an_heir_has_the_inheritable_handles_at_the_same_values) {
        g_autoptr(Process) parent = make(0, true), heir = NULL;
        ProcessPage *page = map(parent), *heirs = NULL;
        Object *object = make_object();
        GrantName name = grant(parent, object);
        uint32_t plain = 0, inherited = 0;
        uint64_t entry = 0;

        plain = handle_table_claim(
                        page, handle_entry(name.slot, name.tag, READ_CONTROL, false), 10);
        name = grant(parent, object);
        inherited = handle_table_claim(
                        page, handle_entry(name.slot, name.tag, READ_CONTROL, true), 10);
        object_unref(object);

        ck_assert_status(process_make_heir(parent, &heir), STATUS_SUCCESS);
        heirs = map(heir);
        ck_assert_uint_eq(handle_table_read(heirs, plain), 0);
        entry = handle_table_read(heirs, inherited);
        ck_assert_uint_eq(handle_entry_access(entry), READ_CONTROL);
        ck_assert(entry & HANDLE_ENTRY_INHERIT);
        ck_assert_uint_eq(
                        grant_word_count(atomic_load(&heirs->grants[handle_entry_slot(entry)])), 1);

        process_end(parent);
        ck_assert_uint_eq(grant_table_count(process_grants(heir)), 1);
        process_end(heir);
        munmap(page, sizeof(*page));
        munmap(heirs, sizeof(*heirs));
}
END_TEST

START_TEST(a_parent_that_lies_in_its_page_has_an_heir_without_handles) {
        g_autoptr(Process) parent = make(0, true), heir = NULL;
        ProcessPage *page = map(parent);

        atomic_store(&page->n_inheritable, 4);
        for (uint32_t i = 1; i < 5; i++)
                atomic_store(&page->handles[i],
                                handle_entry(GRANT_SLOTS - i, i, READ_CONTROL, true));
        ck_assert_status(process_make_heir(parent, &heir), STATUS_SUCCESS);
        ck_assert_uint_eq(grant_table_count(process_grants(heir)), 0);
        process_end(parent);
        process_end(heir);
        munmap(page, sizeof(*page));
}
END_TEST

START_TEST(a_quota_of_processes_is_kept) {
        QuotaLimits limits = *quota_table_limits(quotas);
        g_autoptr(Process) first = NULL, second = NULL;

        limits.limit[QUOTA_PROCESSES] = 1;
        quota_table_set_limits(quotas, &limits);
        first = make(0, true);
        ck_assert_status(process_new(table, token, quota, 0, 1, false, true, &second),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_uint_eq(process_table_count(table), 1);
        process_end(first);
}
END_TEST

START_TEST(what_a_process_held_is_given_back_in_slices) {
        g_autoptr(Process) process = make(0, false);
        unsigned n_slices = 0;

        for (unsigned i = 0; i < 2000; i++) {
                Object *object = make_object();

                grant(process, object);
                object_unref(object);
        }
        process_end(process);
        while (process_table_work(table))
                n_slices++;
        ck_assert_uint_ge(n_slices, 2);
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, a_process_is_found_by_its_key_until_it_ends);
        tcase_add_test(tests, the_page_is_sealed_and_given_away_once);
        tcase_add_test(tests, the_page_says_when_the_process_has_ended);
        tcase_add_test(tests, the_program_s_end_is_seen_through_its_pidfd);
        tcase_add_test(tests, an_heir_has_the_inheritable_handles_at_the_same_values);
        tcase_add_test(tests, a_parent_that_lies_in_its_page_has_an_heir_without_handles);
        tcase_add_test(tests, a_quota_of_processes_is_kept);
        tcase_add_test(tests, what_a_process_held_is_given_back_in_slices);
}

int main(void) {
        return suite_main("process", 30, add);
}
