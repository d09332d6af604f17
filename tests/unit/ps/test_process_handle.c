/*
 * The server's hand in handle tables, kernel handles, and references to objects.
 */

#include "assert-status.h"
#include "grant.h"
#include "kernel-handles.h"
#include "ntstatus.h"
#include "object-references.h"
#include "process-handle.h"
#include "process-page.h"
#include "suite.h"
#include "token.h"

static ProcessTable *table;
static QuotaTable *quotas;
static Quota *quota;
static Token *token;

static const ObjectTypeRules plain_rules = { .name = "Plain", .valid = STANDARD_RIGHTS_ALL };
static const ObjectType plain_type = { .rules = &plain_rules, .size = sizeof(Object) };

static void begin(void) {
        TokenSource source = { .daemon_owner = 1000, .system = true };
        QuotaLimits limits;

        quota_limits_init(&limits);
        table = process_table_new();
        quotas = quota_table_new(&limits);
        quota = quota_table_get(quotas, 1000);
        ck_assert_status(token_new(&source, &token), STATUS_SUCCESS);
        ck_assert_status(process_table_add_system(table, token, quota), STATUS_SUCCESS);
}

static void end(void) {
        while (process_table_work(table))
                ;
        process_table_free(table);
        for (QuotaKind kind = 0; kind < QUOTA_KINDS; kind++)
                ck_assert_uint_eq(quota_used(quota, kind), 0);
        quota_unref(quota);
        quota_table_free(quotas);
        token_unref(token);
}

static Process *make(bool kernel) {
        Process *process = NULL;

        ck_assert_status(process_new(table, token, quota, 0, 1, kernel, true, &process),
                        STATUS_SUCCESS);
        return process;
}

/* A handle on a new object, which nothing else keeps. */
static uint64_t make_handle(Process *process, ACCESS_MASK access, bool protect) {
        g_autoptr(Object) object = NULL;
        GrantName name = { 0 };
        uint64_t value = 0;

        ck_assert_status(object_new(&plain_type, quota, &object), STATUS_SUCCESS);
        ck_assert_status(grant_table_open(process_grants(process), object, access, &name),
                        STATUS_SUCCESS);
        ck_assert_status(process_handle_make_take(process, name, access, false, protect, &value),
                        STATUS_SUCCESS);
        return value;
}

START_TEST(handles_are_multiples_of_four_and_read_with_any_low_bits) {
        g_autoptr(Process) process = make(false);
        uint64_t value = make_handle(process, READ_CONTROL, true);

        ck_assert_uint_eq(value, 4);
        for (uint64_t low = 0; low < 4; low++) {
                g_autoptr(Object) object = NULL;
                ProcessHandle handle = { 0 };

                ck_assert_status(process_handle_read(process, value + low, &handle, &object),
                                STATUS_SUCCESS);
                ck_assert_uint_eq(handle.access, READ_CONTROL);
                ck_assert(handle.protect && !handle.inherit);
        }
        process_end(process);
}
END_TEST

START_TEST(values_that_are_no_handles_are_refused) {
        static const uint64_t values[] = { 0, 8, 0x7FFFFFFF, 0x80000000, UINT64_MAX, UINT64_MAX - 1,
                123, KERNEL_HANDLE_BITS | 4 };
        g_autoptr(Process) process = make(false);

        make_handle(process, READ_CONTROL, false);
        for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
                g_autoptr(Object) object = NULL;
                ProcessHandle handle = { 0 };

                ck_assert_status(process_handle_read(process, values[i], &handle, &object),
                                STATUS_INVALID_HANDLE);
        }
        process_end(process);
}
END_TEST

START_TEST(a_page_that_claims_more_than_its_grant_is_not_believed) {
        g_autoptr(Process) process = make(false);
        ProcessPage *page = process_page(process);
        uint64_t value = make_handle(process, READ_CONTROL, false), entry = 0;
        g_autoptr(Object) object = NULL;
        ProcessHandle handle = { 0 };

        entry = handle_table_read(page, 1);
        atomic_store(&page->handles[1], entry | DELETE | WRITE_DAC);
        ck_assert_status(process_handle_read(process, value, &handle, &object), STATUS_SUCCESS);
        ck_assert_uint_eq(handle.access, READ_CONTROL);

        g_clear_pointer(&object, object_unref);
        atomic_store(&page->handles[1], handle_entry(GRANT_SLOTS - 2, 7, DELETE, false));
        ck_assert_status(process_handle_read(process, value, &handle, &object),
                        STATUS_INVALID_HANDLE);
        atomic_store(&page->handles[1], entry);
        process_end(process);
}
END_TEST

START_TEST(closing_from_outside_ends_the_last_handle_s_object) {
        g_autoptr(Process) process = make(false);
        uint64_t value = make_handle(process, READ_CONTROL, false);
        ProcessHandle handle = { 0 };
        Object *object = NULL;

        ck_assert_status(process_handle_read(process, value, &handle, &object), STATUS_SUCCESS);
        object_unref(object);
        process_handle_close(process, &handle);
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 0);
        process_handle_close(process, &handle); /* which it is no more */
        process_end(process);
}
END_TEST

static uint64_t make_kernel_handle(const Process *owner, bool protect) {
        KernelHandles *handles = process_table_kernel_handles(table);
        g_autoptr(Object) object = NULL;
        GrantName name = { 0 };
        uint64_t value = 0;

        ck_assert_status(object_new(&plain_type, quota, &object), STATUS_SUCCESS);
        ck_assert_status(grant_table_open(process_grants(kernel_handles_system(handles)), object,
                                         DELETE, &name),
                        STATUS_SUCCESS);
        ck_assert_status(kernel_handle_make_take(
                                         handles, owner, name, DELETE, false, protect, &value),
                        STATUS_SUCCESS);
        return value;
}

START_TEST(kernel_handles_have_the_high_bits_set_and_close_once) {
        KernelHandles *handles = process_table_kernel_handles(table);
        g_autoptr(Process) process = make(true);
        uint64_t value = make_kernel_handle(process, false);

        ck_assert(is_kernel_handle(value));
        ck_assert_uint_eq(process_id(kernel_handles_system(handles)), 4);
        ck_assert_status(kernel_handle_close(handles, value), STATUS_SUCCESS);
        ck_assert_status(kernel_handle_close(handles, value), STATUS_INVALID_HANDLE);
        process_end(process);
        ck_assert_uint_eq(process_leaked(process), 0);
}
END_TEST

START_TEST(a_protected_kernel_handle_closes_when_its_flag_is_gone) {
        KernelHandles *handles = process_table_kernel_handles(table);
        g_autoptr(Process) process = make(true);
        uint64_t value = make_kernel_handle(process, true);

        ck_assert_status(kernel_handle_close(handles, value), STATUS_HANDLE_NOT_CLOSABLE);
        ck_assert_status(kernel_handle_set_flags(handles, value, false, false), STATUS_SUCCESS);
        ck_assert_status(kernel_handle_close(handles, value), STATUS_SUCCESS);
        ck_assert_status(kernel_handle_set_flags(handles, value, false, false),
                        STATUS_INVALID_HANDLE);
        process_end(process);
}
END_TEST

START_TEST(what_a_persona_leaves_open_is_closed_and_counted) {
        g_autoptr(Process) one = make(true), other = make(true);
        uint64_t kept = 0;

        make_kernel_handle(one, false);
        make_kernel_handle(one, true); /* protection is no shield against the end */
        kept = make_kernel_handle(other, false);
        process_end(one);
        ck_assert_uint_eq(process_leaked(one), 2);
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 1);
        ck_assert_status(kernel_handle_close(process_table_kernel_handles(table), kept),
                        STATUS_SUCCESS);
        process_end(other);
        ck_assert_uint_eq(process_leaked(other), 0);
}
END_TEST

START_TEST(references_keep_an_object_and_are_counted) {
        ObjectReferences *references = object_references_new(quota);
        Object *object = NULL;
        uint64_t id = 0;

        ck_assert_status(object_new(&plain_type, quota, &object), STATUS_SUCCESS);
        id = object->id;
        ck_assert_status(object_references_add(references, object), STATUS_SUCCESS);
        ck_assert_status(object_references_add(references, object), STATUS_SUCCESS);
        object_unref(object);
        ck_assert(object_references_remove(references, id));
        ck_assert_ptr_eq(object_references_find(references, id), object);
        ck_assert(object_references_remove(references, id));
        ck_assert_ptr_null(object_references_find(references, id));
        ck_assert(!object_references_remove(references, id));
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 0);
        object_references_free(references);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, handles_are_multiples_of_four_and_read_with_any_low_bits);
        tcase_add_test(tests, values_that_are_no_handles_are_refused);
        tcase_add_test(tests, a_page_that_claims_more_than_its_grant_is_not_believed);
        tcase_add_test(tests, closing_from_outside_ends_the_last_handle_s_object);
        tcase_add_test(tests, kernel_handles_have_the_high_bits_set_and_close_once);
        tcase_add_test(tests, a_protected_kernel_handle_closes_when_its_flag_is_gone);
        tcase_add_test(tests, what_a_persona_leaves_open_is_closed_and_counted);
        tcase_add_test(tests, references_keep_an_object_and_are_counted);
}

int main(void) {
        return suite_main("process handle", 30, add);
}
