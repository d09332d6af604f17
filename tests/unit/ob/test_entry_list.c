#include "assert-status.h"
#include "directory.h"
#include "fixture.h"
#include "suite.h"

#define DISTANCE_MOST 128u

static DirectoryEntry *append(EntryList *list) {
        DirectoryEntry *entry = g_new0(DirectoryEntry, 1);

        entry_list_append(list, entry);
        return entry;
}

static void take_out(EntryList *list, DirectoryEntry *entry) {
        entry_list_remove(list, entry);
        g_free(entry);
}

static void clear(EntryList *list) {
        while (list->first)
                take_out(list, list->first);
        ck_assert_uint_eq(list->n_marks, 0);
        entry_list_clear(list);
}

/* Marks are in order, stand where entries are, and are nowhere far apart. */
static void check_marks(const EntryList *list) {
        uint32_t n_marks = 0, distance = 0;

        for (const DirectoryEntry *entry = list->first; entry; entry = entry->next) {
                distance++;
                if (entry->marked) {
                        ck_assert_uint_lt(n_marks, list->n_marks);
                        ck_assert_ptr_eq(list->marks[n_marks].entry, entry);
                        ck_assert_uint_eq(list->marks[n_marks].sequence, entry->sequence);
                        n_marks++;
                        distance = 0;
                }
                ck_assert_uint_le(distance, DISTANCE_MOST);
        }
        ck_assert_uint_eq(n_marks, list->n_marks);
}

/* The slow way. */
static DirectoryEntry *next_by_walking(const EntryList *list, uint64_t sequence) {
        DirectoryEntry *entry = list->first;

        while (entry && entry->sequence <= sequence)
                entry = entry->next;
        return entry;
}

START_TEST(an_empty_list_has_no_next) {
        EntryList list = { 0 };

        ck_assert_ptr_null(entry_list_next(&list, 0));
        ck_assert_ptr_null(entry_list_next(&list, UINT64_MAX));
        take_out(&list, append(&list));
        ck_assert_ptr_null(entry_list_next(&list, 0));
        clear(&list);
}
END_TEST

START_TEST(numbers_are_never_used_again) {
        EntryList list = { 0 };

        take_out(&list, append(&list));
        ck_assert_uint_eq(append(&list)->sequence, 2);
        clear(&list);
}
END_TEST

START_TEST(the_next_one_is_found_after_any_number_whatever_came_and_went) {
        GRand *random = g_rand_new_with_seed((guint32) _i);
        EntryList list = { 0 };

        for (unsigned i = 0; i < 4000; i++) {
                uint64_t sequence = g_rand_int(random) % (list.last_sequence + 2);
                DirectoryEntry *found = entry_list_next(&list, sequence);

                ck_assert_ptr_eq(found, next_by_walking(&list, sequence));
                /* By turns it grows, and shrinks at the beginning, at the end, and anywhere. */
                if (i / 1000 % 2 == 0 || !list.first)
                        append(&list);
                else if (_i % 3 == 0)
                        take_out(&list, list.first);
                else if (_i % 3 == 1)
                        take_out(&list, list.last);
                else if (found)
                        take_out(&list, found);
                if (i % 50 == 0)
                        check_marks(&list);
        }
        check_marks(&list);
        clear(&list);
        g_rand_free(random);
}
END_TEST

START_TEST(a_hole_between_marks_does_not_make_others_walk) {
        EntryList list = { 0 };

        for (unsigned i = 0; i < 1000; i++)
                append(&list);
        for (DirectoryEntry *entry = list.first, *next = NULL; entry; entry = next) {
                next = entry->next;
                if (entry->sequence > 100 && entry->sequence < 900)
                        take_out(&list, entry);
        }
        check_marks(&list);
        ck_assert_uint_eq(entry_list_next(&list, 500)->sequence, 900);
        ck_assert_uint_eq(entry_list_next(&list, 0)->sequence, 1);
        ck_assert_uint_eq(entry_list_next(&list, 999)->sequence, 1000);
        ck_assert_ptr_null(entry_list_next(&list, 1000));
        clear(&list);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, an_empty_list_has_no_next);
        tcase_add_test(tests, numbers_are_never_used_again);
        tcase_add_loop_test(
                        tests, the_next_one_is_found_after_any_number_whatever_came_and_went, 0, 6);
        tcase_add_test(tests, a_hole_between_marks_does_not_make_others_walk);
}

int main(void) {
        return suite_main("entry list", 30, add_tests);
}
