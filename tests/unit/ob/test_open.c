/*
 * Names: nt-behaviour-by-tests 1.1, nt-behaviour-by-kernel 1.5.
 */

#include "assert-status.h"
#include "fixture.h"
#include "grant-anchor.h"
#include "ntstatus.h"
#include "suite.h"
#include "symbolic-link.h"

static World world;
static Actor actor;

static void begin(void) {
        world_init(&world);
        actor_init(&actor, &world);
}

static void end(void) {
        actor_clear(&actor);
        world_clear(&world);
}

static NTSTATUS create(const char *name, ULONG attributes, const ObjectType *type) {
        GrantName grant = { 0 };

        return world_create(&world, &actor, name, attributes, type, &grant);
}

static NTSTATUS open(const char *name, ULONG attributes, const ObjectType *type) {
        GrantName grant = { 0 };

        return world_open(&world, &actor, name, attributes, type, &grant);
}

static NTSTATUS make_link(const char *name, const char *target) {
        GrantName grant = { 0 };

        return world_create_link(&world, &actor, name, target, &grant);
}

static const struct {
        const char *name;
        NTSTATUS create;
        NTSTATUS open;
} shapes[] = {
        { "BaseNamedObjects", STATUS_OBJECT_PATH_SYNTAX_BAD, STATUS_OBJECT_PATH_SYNTAX_BAD },
        { "", STATUS_SUCCESS, STATUS_OBJECT_PATH_SYNTAX_BAD },
        { "\\BaseNamedObjects\\", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { "\\\\BaseNamedObjects", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { "\\BaseNamedObjects\\\\x", STATUS_OBJECT_NAME_INVALID, STATUS_OBJECT_NAME_INVALID },
        { "\\BaseNamedObjects\\missing\\", STATUS_OBJECT_PATH_NOT_FOUND,
                        STATUS_OBJECT_PATH_NOT_FOUND },
        { "\\BaseNamedObjects\\missing\\y", STATUS_OBJECT_PATH_NOT_FOUND,
                        STATUS_OBJECT_PATH_NOT_FOUND },
        { "\\NoSuch\\x", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { "\\BASENamedObjects\\x", STATUS_OBJECT_PATH_NOT_FOUND, STATUS_OBJECT_PATH_NOT_FOUND },
        { "\\BaseNamedObjects\\there\\y", STATUS_OBJECT_TYPE_MISMATCH,
                        STATUS_OBJECT_TYPE_MISMATCH },
        { "\\BaseNamedObjects\\missing", STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND },
        { "\\BaseNamedObjects\\THERE", STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND },
        { "\\BaseNamedObjects\\there", STATUS_OBJECT_NAME_COLLISION, STATUS_SUCCESS },
        { "\\BaseNamedObjects\\Local\\there", STATUS_OBJECT_NAME_COLLISION, STATUS_SUCCESS },
        { "\\??\\GLOBALROOT\\BaseNamedObjects\\there", STATUS_OBJECT_NAME_COLLISION,
                        STATUS_SUCCESS },
        { "\\??\\GLOBALROOT\\??\\GLOBALROOT\\BaseNamedObjects\\there", STATUS_OBJECT_NAME_COLLISION,
                        STATUS_SUCCESS },
        { "\\DosDevices\\GLOBALROOT\\BaseNamedObjects\\there", STATUS_OBJECT_NAME_COLLISION,
                        STATUS_SUCCESS },
        { "\\", STATUS_OBJECT_TYPE_MISMATCH, STATUS_OBJECT_TYPE_MISMATCH },
        { "\\??", STATUS_OBJECT_TYPE_MISMATCH, STATUS_OBJECT_TYPE_MISMATCH },
        { "\\BaseNamedObjects", STATUS_OBJECT_TYPE_MISMATCH, STATUS_OBJECT_TYPE_MISMATCH },
        { "\\Sessions\\BNOLINKS\\1\\x", STATUS_SUCCESS, STATUS_OBJECT_NAME_NOT_FOUND },
};

START_TEST(name_shapes_when_creating) {
        ck_assert_status(create("\\BaseNamedObjects\\there", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(create(shapes[_i].name, 0, &plain_type), shapes[_i].create);
}
END_TEST

START_TEST(name_shapes_when_opening) {
        ck_assert_status(create("\\BaseNamedObjects\\there", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(open(shapes[_i].name, 0, &plain_type), shapes[_i].open);
}
END_TEST

START_TEST(case_matters_unless_the_flag_or_the_type_says_otherwise) {
        ck_assert_status(create("\\BaseNamedObjects\\there", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(open("\\BASENAMEDOBJECTS\\There", OBJ_CASE_INSENSITIVE, &plain_type),
                        STATUS_SUCCESS);
        ck_assert_status(open("\\basenamedobjects", 0, &directory_type), STATUS_SUCCESS);
        ck_assert_status(create("\\BaseNamedObjects\\THERE", OBJ_CASE_INSENSITIVE, &plain_type),
                        STATUS_OBJECT_NAME_COLLISION);
}
END_TEST

START_TEST(an_existing_name_is_opened_with_openif_only) {
        ck_assert_status(create("\\BaseNamedObjects\\x", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(create("\\BaseNamedObjects\\x", OBJ_OPENIF, &plain_type),
                        STATUS_OBJECT_NAME_EXISTS);
        ck_assert_status(create("\\BaseNamedObjects\\x", OBJ_OPENIF, &directory_type),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(create("\\BaseNamedObjects\\x", 0, &directory_type),
                        STATUS_OBJECT_TYPE_MISMATCH);
        ck_assert_status(create("\\", 0, &directory_type), STATUS_OBJECT_NAME_COLLISION);
        ck_assert_status(create("\\", OBJ_OPENIF, &directory_type), STATUS_OBJECT_NAME_EXISTS);
}
END_TEST

START_TEST(links_are_followed_everywhere_but_at_the_end_for_their_own_type) {
        ck_assert_status(create("\\BaseNamedObjects\\d", 0, &directory_type), STATUS_SUCCESS);
        ck_assert_status(make_link("\\BaseNamedObjects\\to-d", "\\BaseNamedObjects\\d"),
                        STATUS_SUCCESS);
        ck_assert_status(create("\\BaseNamedObjects\\to-d\\x", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(create("\\BaseNamedObjects\\d\\x", 0, &plain_type),
                        STATUS_OBJECT_NAME_COLLISION);
        ck_assert_status(open("\\BaseNamedObjects\\to-d", 0, &directory_type), STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\to-d", 0, &symbolic_link_type), STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\to-d\\x", OBJ_DONT_REPARSE, &plain_type),
                        STATUS_REPARSE_POINT_ENCOUNTERED);
}
END_TEST

START_TEST(links_may_end_in_a_separator_and_lead_nowhere) {
        ck_assert_status(make_link("\\BaseNamedObjects\\slash", "\\BaseNamedObjects\\"),
                        STATUS_SUCCESS);
        ck_assert_status(create("\\BaseNamedObjects\\slash\\x", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\x", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(make_link("\\BaseNamedObjects\\relative", "BaseNamedObjects"),
                        STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\relative\\x", 0, &plain_type),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(make_link("\\BaseNamedObjects\\dangling", "\\No\\Such"), STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\dangling", 0, &plain_type),
                        STATUS_OBJECT_PATH_NOT_FOUND);
}
END_TEST

START_TEST(links_that_go_round_come_to_an_end) {
        ck_assert_status(make_link("\\BaseNamedObjects\\loop", "\\BaseNamedObjects\\loop"),
                        STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\loop", 0, &plain_type),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        ck_assert_status(
                        make_link("\\BaseNamedObjects\\grow", "\\BaseNamedObjects\\grow\\and-grow"),
                        STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\grow", 0, &plain_type),
                        STATUS_OBJECT_NAME_NOT_FOUND);
}
END_TEST

/* tests/model/path.pml: what lies in a temporary directory cannot be reached once its name is gone.
 */
START_TEST(a_directory_that_is_over_is_no_way_to_what_is_in_it) {
        Actor other;
        GrantName directory = { 0 }, inside = { 0 };

        actor_init(&other, &world);
        ck_assert_status(world_create(&world, &other, "\\BaseNamedObjects\\d", 0, &directory_type,
                                         &directory),
                        STATUS_SUCCESS);
        ck_assert_status(world_create(&world, &actor, "\\BaseNamedObjects\\d\\x", 0, &plain_type,
                                         &inside),
                        STATUS_SUCCESS);
        ck_assert_int_eq(
                        grant_word_close(&other.words[directory.slot], 1), GRANT_CLOSE_REPORT_WAIT);
        ck_assert_status(open("\\BaseNamedObjects\\d\\x", 0, &plain_type),
                        STATUS_OBJECT_PATH_NOT_FOUND);
        grant_table_release(other.grants, directory);
        ck_assert_status(create("\\BaseNamedObjects\\d", 0, &directory_type), STATUS_SUCCESS);
        ck_assert_status(open("\\BaseNamedObjects\\d\\x", 0, &plain_type),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        actor_clear(&other);
}
END_TEST

START_TEST(permanent_objects_outlive_their_handles) {
        GrantName grant = { 0 };
        Directory *root = namespace_root(world.ns);
        DirectoryEntry *entry = NULL;

        ck_assert_status(world_create(&world, &actor, "\\kept", OBJ_PERMANENT, &plain_type, &grant),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(namespace_permanent_count(world.ns), 1);
        actor_close(&actor, grant);
        ck_assert_status(open("\\kept", 0, &plain_type), STATUS_SUCCESS);

        entry = directory_lookup(root, u"kept", 4, 0, NULL);
        directory_remove(entry);
        ck_assert_uint_eq(namespace_permanent_count(world.ns), 0);
}
END_TEST

/* by-tests 1.2: the name goes with the last handle once it is temporary again, and not before. */
START_TEST(permanence_comes_and_goes) {
        NameSeed *seed = namespace_seed(world.ns);
        g_autoptr(Object) object = NULL;
        GrantName grant = { 0 };

        ck_assert_status(world_create(&world, &actor, "\\kept", OBJ_PERMANENT, &plain_type, &grant),
                        STATUS_SUCCESS);
        ck_assert_status(grant_table_reference(actor.grants, grant, NULL, 0, &object, NULL),
                        STATUS_SUCCESS);
        object_make_temporary(object, seed);
        object_make_temporary(object, seed);
        ck_assert_uint_eq(namespace_permanent_count(world.ns), 0);
        ck_assert_status(open("\\kept", 0, &plain_type), STATUS_SUCCESS);
        object_make_permanent(object, seed);
        object_make_permanent(object, seed);
        ck_assert_uint_eq(namespace_permanent_count(world.ns), 1);
        actor_close(&actor, grant);
        ck_assert_status(world_open(&world, &actor, "\\kept", 0, &plain_type, &grant),
                        STATUS_SUCCESS);
        object_make_temporary(object, seed);
        grant_table_end(actor.grants);
        ck_assert(!object_look(object));
        ck_assert_ptr_null(object->entry);
}
END_TEST

START_TEST(a_permanent_object_without_handles_goes_when_it_is_made_temporary) {
        g_autoptr(Object) object = NULL;
        GrantName grant = { 0 };
        Actor other;

        ck_assert_status(world_create(&world, &actor, "\\kept", OBJ_PERMANENT, &plain_type, &grant),
                        STATUS_SUCCESS);
        ck_assert_status(grant_table_reference(actor.grants, grant, NULL, 0, &object, NULL),
                        STATUS_SUCCESS);
        actor_close(&actor, grant);
        object_make_temporary(object, namespace_seed(world.ns));
        ck_assert_ptr_null(object->entry);
        actor_init(&other, &world);
        ck_assert_status(world_open(&world, &other, "\\kept", 0, &plain_type, &grant),
                        STATUS_OBJECT_NAME_NOT_FOUND);
        actor_clear(&other);
}
END_TEST

/* by-kernel 1.2, "making a handle", 2: who made it exclusive has it alone, and has to say so. */
START_TEST(an_exclusive_object_is_one_process_s) {
        GrantName grant = { 0 }, other_grant = { 0 };
        ULONG both = OBJ_EXCLUSIVE | OBJ_INHERIT;
        Actor other;

        actor_init(&other, &world);
        ck_assert_status(create("\\both", both, &plain_type), STATUS_INVALID_PARAMETER);
        ck_assert_status(world_create(&world, &actor, "\\mine", OBJ_EXCLUSIVE, &plain_type, &grant),
                        STATUS_SUCCESS);
        ck_assert_status(open("\\mine", 0, &plain_type), STATUS_ACCESS_DENIED);
        ck_assert_status(open("\\mine", both, &plain_type), STATUS_INVALID_PARAMETER);
        ck_assert_status(open("\\mine", OBJ_EXCLUSIVE, &plain_type), STATUS_SUCCESS);
        ck_assert_status(world_open(&world, &other, "\\mine", 0, &plain_type, &other_grant),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(world_open(&world, &other, "\\mine", OBJ_EXCLUSIVE, &plain_type,
                                         &other_grant),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(world_create(&world, &other, "\\mine", OBJ_OPENIF, &plain_type,
                                         &other_grant),
                        STATUS_ACCESS_DENIED);
        ck_assert_status(grant_table_inherit(other.grants, actor.grants, grant, &other_grant),
                        STATUS_INVALID_HANDLE);
        actor_clear(&other);
}
END_TEST

START_TEST(exclusive_access_to_what_was_not_made_so_is_refused) {
        ck_assert_status(create("\\plain", 0, &plain_type), STATUS_SUCCESS);
        ck_assert_status(open("\\plain", OBJ_EXCLUSIVE, &plain_type), STATUS_INVALID_PARAMETER);
}
END_TEST

/* The owner is gone when its handles are: a permanent one is the next process's then. */
START_TEST(an_exclusive_permanent_object_has_one_owner_after_another) {
        g_autoptr(Object) object = NULL;
        GrantName grant = { 0 };
        Actor other;

        actor_init(&other, &world);
        ck_assert_status(world_create(&world, &actor, "\\mine", OBJ_EXCLUSIVE | OBJ_PERMANENT,
                                         &plain_type, &grant),
                        STATUS_SUCCESS);
        ck_assert_status(grant_table_reference(actor.grants, grant, NULL, 0, &object, NULL),
                        STATUS_SUCCESS);
        actor_close(&actor, grant);
        ck_assert_status(world_open(&world, &other, "\\mine", OBJ_EXCLUSIVE, &plain_type, &grant),
                        STATUS_SUCCESS);
        ck_assert_status(open("\\mine", OBJ_EXCLUSIVE, &plain_type), STATUS_ACCESS_DENIED);
        actor_clear(&other);
        ck_assert_status(open("\\mine", 0, &plain_type), STATUS_SUCCESS);
        object_make_temporary(object, namespace_seed(world.ns));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_loop_test(tests, name_shapes_when_creating, 0, G_N_ELEMENTS(shapes));
        tcase_add_loop_test(tests, name_shapes_when_opening, 0, G_N_ELEMENTS(shapes));
        tcase_add_test(tests, case_matters_unless_the_flag_or_the_type_says_otherwise);
        tcase_add_test(tests, an_existing_name_is_opened_with_openif_only);
        tcase_add_test(tests, links_are_followed_everywhere_but_at_the_end_for_their_own_type);
        tcase_add_test(tests, links_may_end_in_a_separator_and_lead_nowhere);
        tcase_add_test(tests, links_that_go_round_come_to_an_end);
        tcase_add_test(tests, a_directory_that_is_over_is_no_way_to_what_is_in_it);
        tcase_add_test(tests, permanent_objects_outlive_their_handles);
        tcase_add_test(tests, permanence_comes_and_goes);
        tcase_add_test(tests, a_permanent_object_without_handles_goes_when_it_is_made_temporary);
        tcase_add_test(tests, an_exclusive_object_is_one_process_s);
        tcase_add_test(tests, exclusive_access_to_what_was_not_made_so_is_refused);
        tcase_add_test(tests, an_exclusive_permanent_object_has_one_owner_after_another);
}

int main(void) {
        return suite_main("open", 30, add);
}
