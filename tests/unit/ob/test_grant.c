/*
 * The life of a temporary object, as tests/model/grant.pml has it, on the real words.
 */

#include "assert-status.h"
#include "fixture.h"
#include "grant-anchor.h"
#include "ntstatus.h"
#include "suite.h"

#define NAME "\\BaseNamedObjects\\x"

static World world;
static Actor a, b, c;

static void begin(void) {
        world_init(&world);
        actor_init(&a, &world);
        actor_init(&b, &world);
        actor_init(&c, &world);
}

static void end(void) {
        actor_clear(&a);
        actor_clear(&b);
        actor_clear(&c);
        world_clear(&world);
}

static GrantName create_by(Actor *actor) {
        GrantName name = { 0 };

        ck_assert_status(world_create(&world, actor, NAME, 0, &plain_type, &name), STATUS_SUCCESS);
        return name;
}

static GrantName open_by(Actor *actor) {
        GrantName name = { 0 };

        ck_assert_status(world_open(&world, actor, NAME, 0, &plain_type, &name), STATUS_SUCCESS);
        return name;
}

static void assert_gone(void) {
        GrantName name = { 0 };

        ck_assert_status(world_open(&world, &c, NAME, 0, &plain_type, &name),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}

static uint64_t word(const Actor *actor, GrantName name) {
        return atomic_load(&actor->words[name.slot]);
}

START_TEST(the_creator_is_the_anchor_and_its_last_close_ends_the_name) {
        GrantName name = create_by(&a);

        ck_assert_uint_eq(word(&a, name), grant_word_make(name.tag, 1, GRANT_REPORT));
        actor_close(&a, name);
        ck_assert(word(&a, name) & GRANT_DEAD);
        assert_gone();
}
END_TEST

START_TEST(opening_shares_the_anchor_before_anything_is_handed_out) {
        GrantName mine = create_by(&a), theirs = open_by(&b);

        ck_assert_uint_eq(
                        word(&a, mine), grant_word_make(mine.tag, 1, GRANT_REPORT | GRANT_SHARED));
        ck_assert_uint_eq(word(&b, theirs), grant_word_make(theirs.tag, 1, 0));
}
END_TEST

START_TEST(the_anchor_moves_to_whoever_still_has_a_handle) {
        GrantName mine = create_by(&a), theirs = open_by(&b);

        actor_close(&a, mine);
        ck_assert_uint_eq(word(&b, theirs),
                        grant_word_make(theirs.tag, 1, GRANT_REPORT | GRANT_SHARED));
        open_by(&c);
}
END_TEST

START_TEST(parked_grants_die_with_the_last_handle) {
        GrantName mine = create_by(&a), theirs = open_by(&b);

        actor_close(&b, theirs);
        ck_assert_uint_eq(word(&b, theirs), grant_word_make(theirs.tag, 0, 0));
        actor_close(&a, mine);
        ck_assert(word(&b, theirs) & GRANT_DEAD);
        assert_gone();
}
END_TEST

START_TEST(a_revived_grant_keeps_the_name) {
        GrantName mine = create_by(&a), theirs = open_by(&b);

        actor_close(&b, theirs);
        ck_assert(grant_word_count_up(&b.words[theirs.slot], theirs.tag, GRANT_TAG_MAX, 1));
        actor_close(&a, mine);
        open_by(&c);
}
END_TEST

START_TEST(a_name_is_dead_before_the_release_is_read) {
        GrantName mine = create_by(&a);

        /* The word says so already; the message is still on its way. */
        ck_assert_int_eq(grant_word_close(&a.words[mine.slot], 1), GRANT_CLOSE_REPORT);
        assert_gone();
        grant_table_release(a.grants, mine);
        create_by(&b);
}
END_TEST

START_TEST(a_process_that_ends_takes_its_names_along_at_once) {
        create_by(&a);
        grant_table_end(a.grants);
        assert_gone();
        create_by(&b);
}
END_TEST

START_TEST(a_process_that_ends_leaves_names_that_others_hold) {
        create_by(&a);
        open_by(&b);
        grant_table_end(a.grants);
        open_by(&c);
        while (grant_table_drain(a.grants, 1))
                ;
        open_by(&c);
}
END_TEST

START_TEST(the_same_rights_are_the_same_grant_and_more_rights_another) {
        GrantName first = create_by(&a), again = open_by(&a);

        ck_assert_uint_eq(first.slot, again.slot);
        ck_assert_uint_eq(grant_word_count(word(&a, first)), 2);
        ck_assert_uint_eq(open_by(&b).slot, open_by(&b).slot);
}
END_TEST

START_TEST(a_slot_is_used_again_under_another_tag) {
        GrantName first = create_by(&a), second;

        actor_close(&a, first);
        second = create_by(&a);
        ck_assert_uint_eq(first.slot, second.slot);
        ck_assert_uint_ne(first.tag, second.tag);
        ck_assert_status(grant_table_close(a.grants, first), STATUS_INVALID_HANDLE);
}
END_TEST

START_TEST(a_release_is_a_hint_only) {
        GrantName mine = create_by(&a);

        grant_table_release(a.grants, mine);
        grant_table_release(a.grants, (GrantName){ .slot = 12345, .tag = 1 });
        grant_table_release(a.grants, (GrantName){ .slot = mine.slot, .tag = mine.tag + 1 });
        open_by(&b);
}
END_TEST

START_TEST(a_parked_grant_can_be_taken_back_but_not_one_in_use) {
        GrantName mine = create_by(&a), theirs = open_by(&b);

        grant_table_end_parked(b.grants, theirs);
        ck_assert_uint_eq(grant_table_count(b.grants), 1);
        actor_close(&b, theirs);
        grant_table_end_parked(b.grants, theirs);
        ck_assert_uint_eq(grant_table_count(b.grants), 0);
        grant_table_end_parked(a.grants, mine);
        ck_assert_uint_eq(grant_table_count(a.grants), 1);
}
END_TEST

START_TEST(reference_checks_existence_then_type_then_rights) {
        GrantName mine = create_by(&a), theirs = open_by(&b);
        g_autoptr(Object) object = NULL;

        ck_assert_status(grant_table_reference(b.grants, (GrantName){ 7, 7 }, &directory_type, ~0u,
                                         &object, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(grant_table_reference(
                                         b.grants, theirs, &directory_type, ~0u, &object, NULL),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(
                        grant_table_reference(b.grants, theirs, &plain_type, DELETE, &object, NULL),
                        STATUS_ACCESS_DENIED);
        ck_assert_ptr_null(object);
        ck_assert_status(grant_table_reference(b.grants, theirs, &plain_type, READ_CONTROL, &object,
                                         NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(object_count_handles(object), 2);
        (void) mine;
}
END_TEST

/* Whatever a process writes into its words, only it is affected. */
START_TEST(rubbish_in_a_page_harms_nobody_else) {
        static const uint64_t rubbish[] = { 0, UINT64_MAX, GRANT_DEAD, GRANT_COUNT,
                GRANT_REPORT | GRANT_SHARED, 1 };

        for (size_t i = 0; i < G_N_ELEMENTS(rubbish); i++) {
                GrantName mine = create_by(&a), theirs = open_by(&b), name = { 0 };

                for (uint32_t slot = 0; slot < 8; slot++)
                        atomic_store(&b.words[slot], rubbish[i]);
                ck_assert_uint_eq(open_by(&a).slot, mine.slot);
                world_open(&world, &b, NAME, 0, &plain_type, &name);
                grant_table_release(b.grants, theirs);
                grant_table_end_parked(b.grants, theirs);
                open_by(&c);

                actor_clear(&b);
                actor_init(&b, &world);
                open_by(&b);
                actor_clear(&a);
                actor_clear(&b);
                actor_clear(&c);
                actor_init(&a, &world);
                actor_init(&b, &world);
                actor_init(&c, &world);
                assert_gone();
        }
}
END_TEST

START_TEST(a_quota_of_grants_is_kept) {
        QuotaLimits limits = *quota_table_limits(world.quotas);
        GrantName name = { 0 };

        limits.limit[QUOTA_GRANTS] = 2;
        quota_table_set_limits(world.quotas, &limits);
        create_by(&a);
        open_by(&b);
        ck_assert_status(
                        world_open(&world, &c, NAME, 0, &plain_type, &name), STATUS_QUOTA_EXCEEDED);
        ck_assert_status(world_create(&world, &c, "\\BaseNamedObjects\\y", 0, &plain_type, &name),
                        STATUS_QUOTA_EXCEEDED);
        ck_assert_status(world_open(&world, &a, "\\BaseNamedObjects\\y", 0, &plain_type, &name),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* A new object all of whose grants report, with its first handle. */
static Object *create_reporting(Actor *actor, const ObjectType *type, GrantName *ret) {
        Object *object = NULL;

        ck_assert_status(object_new(type, world.quota, &object), STATUS_SUCCESS);
        object->reports = true;
        ck_assert_status(grant_table_open(actor->grants, object, 1, ret), STATUS_SUCCESS);
        return object;
}

static unsigned n_closed;

static void count_close(Object *object) {
        ck_assert_ptr_null(object->grants);
        n_closed++;
}

static ObjectType closing_type(void) {
        ObjectType type = plain_type;

        type.close = count_close;
        return type;
}

START_TEST(where_grants_report_every_last_close_is_waited_for_and_the_last_of_all_is_told) {
        ObjectType type = closing_type();
        GrantName first = { 0 }, second = { 0 }, heir = { 0 };
        Object *object = create_reporting(&a, &type, &first);

        n_closed = 0;
        ck_assert_status(grant_table_open(b.grants, object, 1, &second), STATUS_SUCCESS);
        ck_assert_uint_eq(word(&a, first),
                        grant_word_make(first.tag, 1, GRANT_REPORT | GRANT_SHARED));
        ck_assert_uint_eq(word(&b, second),
                        grant_word_make(second.tag, 1, GRANT_REPORT | GRANT_SHARED));
        ck_assert_status(grant_table_inherit(c.grants, b.grants, second, &heir), STATUS_SUCCESS);
        ck_assert(word(&c, heir) & GRANT_REPORT);

        ck_assert_int_eq(grant_word_close(&b.words[second.slot], 1), GRANT_CLOSE_REPORT_WAIT);
        grant_table_release(b.grants, second);
        actor_close(&a, first);
        ck_assert_uint_eq(n_closed, 0);
        actor_close(&c, heir);
        ck_assert_uint_eq(n_closed, 1);
        ck_assert_uint_eq(object->n_refs, 1);
        object_unref(object);
}
END_TEST

START_TEST(a_process_that_ended_is_settled_before_its_grants_are_given_back) {
        ObjectType type = closing_type();
        GrantName first = { 0 }, second = { 0 };
        Object *object = create_reporting(&a, &type, &first);

        n_closed = 0;
        ck_assert_status(grant_table_open(b.grants, object, 1, &second), STATUS_SUCCESS);
        ck_assert(!grant_tables_ending());
        grant_table_end(b.grants);
        ck_assert(grant_tables_ending());
        object_settle(object, 100);
        ck_assert_uint_eq(n_closed, 0);
        ck_assert_ptr_null(object->grants->next);
        grant_table_end(a.grants);
        object_settle(object, 100);
        ck_assert_uint_eq(n_closed, 1);
        ck_assert(!grant_table_drain(a.grants, 16) && !grant_table_drain(b.grants, 16));
        ck_assert(!grant_tables_ending());
        object_unref(object);
}
END_TEST

/* The rest is given back when its turn comes. */
START_TEST(no_more_grants_are_settled_than_was_said) {
        GrantName first = { 0 }, others[8];
        Object *object = create_reporting(&a, &plain_type, &first);

        for (unsigned i = 0; i < 8; i++)
                ck_assert_status(grant_table_open(b.grants, object, 1u << i, &others[i]),
                                STATUS_SUCCESS);
        grant_table_end(b.grants);
        ck_assert_uint_eq(object_settle(object, 4), 4); /* the latest are the first */
        ck_assert_uint_eq(grant_table_count(b.grants), 4);
        ck_assert_uint_eq(object_settle(object, 100), 5);
        ck_assert_uint_eq(grant_table_count(b.grants), 0);
        object_unref(object);
}
END_TEST

START_TEST(a_grant_that_is_over_keeps_its_slot_while_the_process_has_views) {
        GrantName name = { 0 }, other = { 0 };
        Object *object = create_reporting(&a, &plain_type, &name), *found = NULL;

        atomic_store(&a.views[name.slot], 2);
        actor_close(&a, name);
        ck_assert_ptr_null(object->grants);
        ck_assert_uint_eq(object->n_refs, 2);
        ck_assert_uint_eq(quota_used(world.quota, QUOTA_GRANTS), 1);
        ck_assert_uint_eq(grant_table_count(a.grants), 0);

        /* For names and handles it is over; for its views it is there. */
        ck_assert_status(grant_table_reference(a.grants, name, NULL, 0, &found, NULL),
                        STATUS_INVALID_HANDLE);
        ck_assert_status(grant_table_close(a.grants, name), STATUS_INVALID_HANDLE);
        grant_table_end_parked(a.grants, name);
        ck_assert_status(grant_table_reference_viewed(a.grants, name, &directory_type, &found),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(grant_table_reference_viewed(a.grants, name, &plain_type, &found),
                        STATUS_SUCCESS);
        object_unref(found);
        other = create_by(&a);
        ck_assert_uint_ne(other.slot, name.slot);

        ck_assert_status(grant_table_release_views(a.grants, name), STATUS_INVALID_PARAMETER);
        atomic_store(&a.views[name.slot], 0);
        ck_assert_status(grant_table_release_views(a.grants, name), STATUS_SUCCESS);
        ck_assert_uint_eq(object->n_refs, 1);
        ck_assert_status(grant_table_release_views(a.grants, name), STATUS_SUCCESS);
        ck_assert_status(grant_table_reference_viewed(a.grants, name, NULL, &found),
                        STATUS_INVALID_HANDLE);
        object_unref(object);
}
END_TEST

START_TEST(the_end_of_the_last_view_may_be_told_before_that_of_the_last_handle) {
        GrantName name = { 0 };
        Object *object = create_reporting(&a, &plain_type, &name);

        ck_assert_status(grant_table_release_views(a.grants, name), STATUS_INVALID_PARAMETER);
        atomic_store(&a.views[name.slot], 1);
        ck_assert_int_eq(grant_word_close(&a.words[name.slot], 1), GRANT_CLOSE_REPORT_WAIT);
        atomic_store(&a.views[name.slot], 0);
        ck_assert_status(grant_table_release_views(a.grants, name), STATUS_SUCCESS);
        ck_assert_uint_eq(object->n_refs, 1);
        grant_table_release(a.grants, name);
        object_unref(object);
}
END_TEST

START_TEST(views_of_a_process_that_ended_are_settled_and_drained) {
        GrantName name = { 0 }, other = { 0 };
        Object *one = create_reporting(&a, &plain_type, &name);
        Object *two = create_reporting(&a, &plain_type, &other);

        atomic_store(&a.views[name.slot], 1);
        atomic_store(&a.views[other.slot], UINT32_MAX);
        actor_close(&a, name);
        actor_close(&a, other);
        ck_assert_uint_eq(one->n_refs, 2);
        grant_table_end(a.grants);
        object_settle(one, 100);
        ck_assert_uint_eq(one->n_refs, 1);
        ck_assert_uint_eq(two->n_refs, 2);
        ck_assert(!grant_table_drain(a.grants, 16));
        ck_assert_uint_eq(two->n_refs, 1);
        object_unref(one);
        object_unref(two);
}
END_TEST

START_TEST(views_do_not_matter_where_grants_do_not_report) {
        GrantName name = create_by(&a);

        atomic_store(&a.views[name.slot], 1);
        actor_close(&a, name);
        assert_gone();
        ck_assert_uint_eq(quota_used(world.quota, QUOTA_GRANTS), 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests,
                        where_grants_report_every_last_close_is_waited_for_and_the_last_of_all_is_told);
        tcase_add_test(tests, a_process_that_ended_is_settled_before_its_grants_are_given_back);
        tcase_add_test(tests, no_more_grants_are_settled_than_was_said);
        tcase_add_test(tests, a_grant_that_is_over_keeps_its_slot_while_the_process_has_views);
        tcase_add_test(tests, the_end_of_the_last_view_may_be_told_before_that_of_the_last_handle);
        tcase_add_test(tests, views_of_a_process_that_ended_are_settled_and_drained);
        tcase_add_test(tests, views_do_not_matter_where_grants_do_not_report);
        tcase_add_test(tests, the_creator_is_the_anchor_and_its_last_close_ends_the_name);
        tcase_add_test(tests, opening_shares_the_anchor_before_anything_is_handed_out);
        tcase_add_test(tests, the_anchor_moves_to_whoever_still_has_a_handle);
        tcase_add_test(tests, parked_grants_die_with_the_last_handle);
        tcase_add_test(tests, a_revived_grant_keeps_the_name);
        tcase_add_test(tests, a_name_is_dead_before_the_release_is_read);
        tcase_add_test(tests, a_process_that_ends_takes_its_names_along_at_once);
        tcase_add_test(tests, a_process_that_ends_leaves_names_that_others_hold);
        tcase_add_test(tests, the_same_rights_are_the_same_grant_and_more_rights_another);
        tcase_add_test(tests, a_slot_is_used_again_under_another_tag);
        tcase_add_test(tests, a_release_is_a_hint_only);
        tcase_add_test(tests, a_parked_grant_can_be_taken_back_but_not_one_in_use);
        tcase_add_test(tests, reference_checks_existence_then_type_then_rights);
        tcase_add_test(tests, rubbish_in_a_page_harms_nobody_else);
        tcase_add_test(tests, a_quota_of_grants_is_kept);
}

int main(void) {
        return suite_main("grant", 30, add);
}
