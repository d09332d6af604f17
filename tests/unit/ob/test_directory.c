#include <stdio.h>
#include <string.h>

#include "assert-status.h"
#include "fixture.h"
#include "ntstatus.h"
#include "suite.h"

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

static Directory *make_directory(void) {
        Directory *directory = NULL;

        ck_assert_status(directory_new(namespace_seed(world.ns), world.quota, &directory),
                        STATUS_SUCCESS);
        return directory;
}

static Object *insert(Directory *directory, const WCHAR *name, size_t n_units) {
        Object *object = NULL;

        ck_assert_status(object_new(&plain_type, world.quota, &object), STATUS_SUCCESS);
        ck_assert_status(directory_insert(directory, object, name, n_units, world.quota),
                        STATUS_SUCCESS);
        object_unref(object);
        return object; /* kept by its entry */
}

static size_t number_name(unsigned number, WCHAR *units) {
        char text[16];
        int n = snprintf(text, sizeof(text), "n%u", number);

        for (int i = 0; i < n; i++)
                units[i] = (WCHAR) text[i];
        return (size_t) n;
}

static void clear(Directory *directory) {
        while (directory->entries.first)
                directory_remove(directory->entries.first);
        object_unref(&directory->object);
}

START_TEST(names_are_found_by_case_or_without) {
        Directory *directory = make_directory();
        Object *lower = insert(directory, u"name", 4), *upper = insert(directory, u"NAME", 4);

        ck_assert_ptr_eq(directory_lookup(directory, u"name", 4, 0, NULL)->object, lower);
        ck_assert_ptr_eq(directory_lookup(directory, u"NAME", 4, 0, NULL)->object, upper);
        ck_assert_ptr_null(directory_lookup(directory, u"Name", 4, 0, NULL));
        ck_assert_ptr_nonnull(directory_lookup(directory, u"Name", 4, LOOKUP_IGNORES_CASE, NULL));
        ck_assert_ptr_eq(directory_lookup(directory, u"NAME", 4, LOOKUP_IGNORES_CASE, NULL)->object,
                        upper);
        clear(directory);
}
END_TEST

START_TEST(names_are_counted_and_nul_is_a_character) {
        Directory *directory = make_directory();
        Object *plain = insert(directory, u"a", 1), *longer = insert(directory, u"a\0", 2);

        ck_assert_ptr_eq(directory_lookup(directory, u"a", 1, 0, NULL)->object, plain);
        ck_assert_ptr_eq(directory_lookup(directory, u"a\0", 2, 0, NULL)->object, longer);
        clear(directory);
}
END_TEST

START_TEST(a_hundred_thousand_names_are_all_found_and_listed_in_order) {
        Directory *directory = make_directory();
        unsigned n = 100000, n_listed = 0;
        uint64_t cookie = 0;
        WCHAR name[16];
        DirectoryEntry *entry = NULL;

        for (unsigned i = 0; i < n; i++)
                insert(directory, name, number_name(i, name));
        for (unsigned i = 0; i < n; i++)
                ck_assert_ptr_nonnull(
                                directory_lookup(directory, name, number_name(i, name), 0, NULL));
        while ((entry = directory_next(directory, cookie)) != NULL) {
                size_t n_units = number_name(n_listed, name);

                ck_assert_uint_eq(entry->n_units, n_units);
                ck_assert_mem_eq(entry->name, name, n_units * sizeof(WCHAR));
                cookie = entry->sequence;
                n_listed++;
        }
        ck_assert_uint_eq(n_listed, n);
        clear(directory);
}
END_TEST

/* What is there throughout is listed once, whatever comes and goes meanwhile. */
START_TEST(a_listing_is_stable_while_others_create_and_remove) {
        Directory *directory = make_directory();
        uint64_t cookie = 0;
        unsigned n_listed = 0, n_made = 200;
        WCHAR name[16];
        DirectoryEntry *entry = NULL;

        for (unsigned i = 0; i < 200; i++)
                insert(directory, name, number_name(i, name));
        while ((entry = directory_next(directory, cookie)) != NULL && n_listed < 1000) {
                cookie = entry->sequence;
                n_listed++;
                if (n_listed % 2 == 0)
                        directory_remove(entry);
                if (n_listed <= 50)
                        insert(directory, name, number_name(n_made++, name));
        }
        ck_assert_uint_eq(n_listed, 250);
        clear(directory);
}
END_TEST

START_TEST(a_miss_goes_on_in_the_shadow) {
        Directory *front = make_directory(), *back = make_directory();
        Object *hidden = insert(back, u"x", 1);

        front->shadow = (Directory *) object_ref(&back->object);
        ck_assert_ptr_eq(directory_lookup(front, u"x", 1, 0, NULL)->object, hidden);
        ck_assert_ptr_null(directory_lookup(front, u"x", 1, LOOKUP_NO_SHADOW, NULL));
        ck_assert_ptr_ne(insert(front, u"x", 1), hidden);
        ck_assert_ptr_ne(directory_lookup(front, u"x", 1, 0, NULL)->object, hidden);
        clear(front);
        clear(back);
}
END_TEST

START_TEST(every_change_of_a_name_bumps_what_a_lookup_of_it_depends_on) {
        Directory *directory = make_directory();
        Dependencies dependencies = { 0 };
        uint64_t before = 0;

        ck_assert_ptr_null(
                        directory_lookup(directory, u"X", 1, LOOKUP_IGNORES_CASE, &dependencies));
        ck_assert_uint_eq(dependencies.n, 2);
        before = generation_value(world.generation, dependencies.index[0]);
        insert(directory, u"x", 1);
        ck_assert_uint_gt(generation_value(world.generation, dependencies.index[0]), before);
        before = generation_value(world.generation, dependencies.index[0]);
        directory_remove(directory->entries.first);
        ck_assert_uint_gt(generation_value(world.generation, dependencies.index[0]), before);
        clear(directory);
}
END_TEST

static void assert_name(const Object *object, const char *expected) {
        g_autofree WCHAR *name = NULL;
        size_t n_units = 0;
        g_autofree char *text = NULL;

        ck_assert_status(directory_full_name(object, namespace_root(world.ns), &name, &n_units),
                        STATUS_SUCCESS);
        text = g_utf16_to_utf8((const gunichar2 *) name, (glong) n_units, NULL, NULL, NULL);
        ck_assert_str_eq(n_units ? text : "", expected);
}

START_TEST(full_names_begin_at_the_root_or_say_that_they_do_not) {
        Directory *root = namespace_root(world.ns), *loose = make_directory();
        Object *inside = insert(loose, u"leaf", 4);
        DirectoryEntry *entry = directory_lookup(root, u"BaseNamedObjects", 16, 0, NULL);

        assert_name(&root->object, "\\");
        assert_name(entry->object, "\\BaseNamedObjects");
        assert_name(directory_lookup((Directory *) entry->object, u"Local", 5, 0, NULL)->object,
                        "\\BaseNamedObjects\\Local");
        assert_name(inside, "\\...\\leaf");
        assert_name(&loose->object, "");
        clear(loose);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, names_are_found_by_case_or_without);
        tcase_add_test(tests, names_are_counted_and_nul_is_a_character);
        tcase_add_test(tests, a_hundred_thousand_names_are_all_found_and_listed_in_order);
        tcase_add_test(tests, a_listing_is_stable_while_others_create_and_remove);
        tcase_add_test(tests, a_miss_goes_on_in_the_shadow);
        tcase_add_test(tests, every_change_of_a_name_bumps_what_a_lookup_of_it_depends_on);
        tcase_add_test(tests, full_names_begin_at_the_root_or_say_that_they_do_not);
}

int main(void) {
        return suite_main("directory", 60, add);
}
