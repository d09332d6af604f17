#include <glib.h>
#include <sys/resource.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "quota.h"
#include "suite.h"

static QuotaTable *table_with(QuotaKind kind, uint64_t limit) {
        QuotaLimits limits;

        quota_limits_init(&limits);
        limits.limit[kind] = limit;
        return quota_table_new(&limits);
}

static unsigned n_visited;

static void count_visit(const Quota *quota, void *context) {
        (void) quota;
        (void) context;
        n_visited++;
}

static unsigned count_users(QuotaTable *table) {
        n_visited = 0;
        quota_table_foreach(table, count_visit, NULL);
        return n_visited;
}

START_TEST(a_charge_up_to_the_limit_is_paid_and_one_beyond_it_charges_nothing) {
        QuotaTable *table = table_with(QUOTA_OBJECTS, 10);
        Quota *quota = quota_table_get(table, 1000);
        QuotaCharge all = { 0 }, more = { 0 };

        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 10, &all), STATUS_SUCCESS);
        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 1, &more), STATUS_QUOTA_EXCEEDED);
        ck_assert_ptr_null(more.quota);
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 10);
        ck_assert_uint_eq(quota_used(quota, QUOTA_GRANTS), 0);

        quota_charge_release(&all);
        quota_charge_release(&all); /* a charge never made is a no-op */
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 0);
        quota_unref(quota);
        quota_table_free(table);
}
END_TEST

START_TEST(amounts_that_would_wrap_around_are_refused) {
        QuotaTable *table = table_with(QUOTA_SECTION_BYTES, UINT64_MAX);
        Quota *quota = quota_table_get(table, 1000);
        QuotaCharge first = { 0 }, second = { 0 };

        ck_assert_status(quota_charge(quota, QUOTA_SECTION_BYTES, UINT64_MAX - 1, &first),
                        STATUS_SUCCESS);
        ck_assert_status(quota_charge(quota, QUOTA_SECTION_BYTES, 2, &second),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_status(quota_charge(quota, QUOTA_SECTION_BYTES, UINT64_MAX, &second),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_status(quota_charge(quota, QUOTA_SECTION_BYTES, 1, &second), STATUS_SUCCESS);

        quota_charge_release(&first);
        quota_charge_release(&second);
        quota_unref(quota);
        quota_table_free(table);
}
END_TEST

START_TEST(one_user_does_not_pay_for_another) {
        QuotaTable *table = table_with(QUOTA_CONNECTIONS, 1);
        Quota *root = quota_table_get(table, 0), *other = quota_table_get(table, 1000);
        QuotaCharge roots = { 0 }, others = { 0 };

        ck_assert_status(quota_charge(root, QUOTA_CONNECTIONS, 1, &roots), STATUS_SUCCESS);
        ck_assert_status(quota_charge(other, QUOTA_CONNECTIONS, 1, &others), STATUS_SUCCESS);
        ck_assert_uint_eq(quota_uid(root), 0);
        ck_assert_uint_eq(quota_uid(other), 1000);

        quota_charge_release(&roots);
        quota_charge_release(&others);
        quota_unref(root);
        quota_unref(other);
        quota_table_free(table);
}
END_TEST

START_TEST(a_user_is_known_as_long_as_something_is_charged) {
        QuotaTable *table = table_with(QUOTA_OBJECTS, 10);
        Quota *quota = quota_table_get(table, 1000);
        QuotaCharge charge = { 0 };

        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 3, &charge), STATUS_SUCCESS);
        ck_assert_ptr_eq(quota_table_get(table, 1000), quota);
        quota_unref(quota);
        quota_unref(quota);
        ck_assert_uint_eq(count_users(table), 1);
        ck_assert_uint_eq(quota_used(charge.quota, QUOTA_OBJECTS), 3);

        quota_charge_release(&charge);
        ck_assert_uint_eq(count_users(table), 0);
        quota_table_free(table);
}
END_TEST

START_TEST(a_limit_lowered_below_what_is_held_refuses_more_and_takes_nothing) {
        QuotaTable *table = table_with(QUOTA_OBJECTS, 10);
        Quota *quota = quota_table_get(table, 1000);
        QuotaCharge held = { 0 }, more = { 0 };
        QuotaLimits limits = *quota_table_limits(table);

        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 8, &held), STATUS_SUCCESS);
        limits.limit[QUOTA_OBJECTS] = 5;
        quota_table_set_limits(table, &limits);
        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 1, &more), STATUS_QUOTA_EXCEEDED);
        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 0, &more), STATUS_QUOTA_EXCEEDED);
        ck_assert_uint_eq(quota_used(quota, QUOTA_OBJECTS), 8);

        quota_charge_release(&held);
        ck_assert_status(quota_charge(quota, QUOTA_OBJECTS, 5, &more), STATUS_SUCCESS);
        quota_charge_release(&more);
        quota_unref(quota);
        quota_table_free(table);
}
END_TEST

START_TEST(every_kind_has_a_name_of_its_own_and_a_default) {
        g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
        QuotaLimits limits;

        quota_limits_init(&limits);
        for (unsigned kind = 0; kind < QUOTA_KINDS; kind++) {
                ck_assert(g_hash_table_add(names, (char *) quota_kind_name(kind)));
                ck_assert_uint_gt(limits.limit[kind], 0);
        }
}
END_TEST

START_TEST(limits_of_descriptors_follow_from_how_many_the_server_may_have) {
        struct rlimit files;
        QuotaLimits limits;

        ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &files), 0);
        files.rlim_cur = 160;
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
        quota_limits_init(&limits);
        ck_assert_uint_eq(limits.limit[QUOTA_REPLY_FDS], 10);
        ck_assert_uint_eq(limits.limit[QUOTA_DESCRIPTORS], 120);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_charge_up_to_the_limit_is_paid_and_one_beyond_it_charges_nothing);
        tcase_add_test(tests, amounts_that_would_wrap_around_are_refused);
        tcase_add_test(tests, one_user_does_not_pay_for_another);
        tcase_add_test(tests, a_user_is_known_as_long_as_something_is_charged);
        tcase_add_test(tests, a_limit_lowered_below_what_is_held_refuses_more_and_takes_nothing);
        tcase_add_test(tests, every_kind_has_a_name_of_its_own_and_a_default);
        tcase_add_test(tests, limits_of_descriptors_follow_from_how_many_the_server_may_have);
}

int main(void) {
        return suite_main("quota", 10, add_tests);
}
