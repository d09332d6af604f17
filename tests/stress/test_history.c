/*
 * The checker of histories must find what is wrong: these are histories made by hand, right ones
 * and wrong ones. Times are small numbers; a lane of its own for each process.
 */

#include <check.h>
#include <string.h>

#include "history.h"
#include "ntstatus.h"
#include "suite.h"

#define FOUND   STATUS_SUCCESS
#define ABSENT  STATUS_OBJECT_NAME_NOT_FOUND
#define TAKEN   STATUS_OBJECT_NAME_COLLISION
#define NOTHING 0 /* end of an operation that never returns */

#define OPERATION(p, what, from, to, answer, number)                                               \
        {                                                                                          \
                .begin = from, .end = to, .status = answer, .object = number, .act = what,         \
                .process = p, .lane = p,                                                           \
        }
#define OPEN(p, from, to, answer, number)   OPERATION(p, HISTORY_OPEN, from, to, answer, number)
#define CREATE(p, from, to, answer, number) OPERATION(p, HISTORY_CREATE, from, to, answer, number)
#define CLOSE(p, from, to)                  OPERATION(p, HISTORY_CLOSE, from, to, FOUND, 0)
#define DUPLICATE(p, from, to)              OPERATION(p, HISTORY_DUPLICATE, from, to, FOUND, 0)
#define DEATH(p, from, to)                  OPERATION(p, HISTORY_DEATH, from, to, FOUND, 0)

static bool check_history(const HistoryOperation *operations, size_t n) {
        g_autoptr(GString) why = g_string_new(NULL);
        bool right = history_check(operations, n, why);

        ck_assert_msg(right == (why->len == 0), "a reason exactly for what is wrong: %s", why->str);
        return right;
}

#define RIGHT(...)                                                                                 \
        do {                                                                                       \
                const HistoryOperation operations_[] = { __VA_ARGS__ };                            \
                                                                                                   \
                ck_assert(check_history(operations_, G_N_ELEMENTS(operations_)));                  \
        } while (0)
#define WRONG(...)                                                                                 \
        do {                                                                                       \
                const HistoryOperation operations_[] = { __VA_ARGS__ };                            \
                                                                                                   \
                ck_assert(!check_history(operations_, G_N_ELEMENTS(operations_)));                 \
        } while (0)

START_TEST(a_life_after_another_is_right) {
        RIGHT(CREATE(0, 1, 2, FOUND, 1), OPEN(1, 3, 4, FOUND, 1), CLOSE(0, 5, 6),
                        CREATE(2, 7, 8, TAKEN, 9), CLOSE(1, 9, 10), OPEN(2, 11, 12, ABSENT, 0),
                        CREATE(2, 13, 14, FOUND, 2), OPEN(1, 15, 16, FOUND, 2));
}
END_TEST

START_TEST(an_open_that_overlaps_the_last_close_may_go_either_way) {
        RIGHT(CREATE(0, 1, 2, FOUND, 1), CLOSE(0, 3, 6), OPEN(1, 4, 5, FOUND, 1));
        RIGHT(CREATE(0, 1, 2, FOUND, 1), CLOSE(0, 3, 6), OPEN(1, 4, 5, ABSENT, 0));
}
END_TEST

START_TEST(all_calls_agree_after_one_was_told_that_the_name_is_gone) {
        WRONG(CREATE(0, 1, 2, FOUND, 1), CLOSE(0, 3, 8), OPEN(1, 4, 5, ABSENT, 0),
                        OPEN(1, 6, 7, FOUND, 1));
}
END_TEST

START_TEST(an_open_after_the_last_close_must_fail) {
        WRONG(CREATE(0, 1, 2, FOUND, 1), CLOSE(0, 3, 4), OPEN(1, 5, 6, FOUND, 1));
}
END_TEST

START_TEST(an_open_while_there_is_a_handle_must_succeed) {
        WRONG(CREATE(0, 1, 2, FOUND, 1), OPEN(1, 3, 4, ABSENT, 0));
        WRONG(CREATE(0, 1, 2, FOUND, 1), DUPLICATE(0, 3, 4), CLOSE(0, 5, 6),
                        OPEN(1, 7, 8, ABSENT, 0));
}
END_TEST

START_TEST(an_open_leads_to_the_object_that_has_the_name) {
        WRONG(CREATE(0, 1, 2, FOUND, 1), CLOSE(0, 3, 4), CREATE(0, 5, 6, FOUND, 2),
                        OPEN(1, 7, 8, FOUND, 1));
}
END_TEST

START_TEST(two_creates_of_one_name_never_both_succeed) {
        WRONG(CREATE(0, 1, 4, FOUND, 1), CREATE(1, 2, 3, FOUND, 2));
        RIGHT(CREATE(0, 1, 4, FOUND, 1), CREATE(1, 2, 3, TAKEN, 2));
}
END_TEST

START_TEST(a_collision_needs_an_object) {
        WRONG(CREATE(0, 1, 2, TAKEN, 1));
        WRONG(CREATE(0, 1, 2, FOUND, 1), CLOSE(0, 3, 4), CREATE(1, 5, 6, TAKEN, 2));
}
END_TEST

START_TEST(a_killed_process_holds_nothing_once_the_server_is_through) {
        RIGHT(CREATE(0, 1, 2, FOUND, 1), DEATH(0, 3, 8), OPEN(1, 4, 5, FOUND, 1));
        RIGHT(CREATE(0, 1, 2, FOUND, 1), DEATH(0, 3, 8), OPEN(1, 4, 5, ABSENT, 0));
        WRONG(CREATE(0, 1, 2, FOUND, 1), DEATH(0, 3, 4), OPEN(1, 5, 6, FOUND, 1));
        WRONG(CREATE(0, 1, 2, FOUND, 1), OPEN(1, 3, 4, FOUND, 1), DEATH(0, 5, 6),
                        OPEN(2, 7, 8, ABSENT, 0));
}
END_TEST

START_TEST(what_a_killed_process_was_doing_may_have_happened_or_not) {
        RIGHT(CREATE(0, 1, NOTHING, FOUND, 1), DEATH(0, 3, 12), OPEN(1, 4, 5, FOUND, 1),
                        CLOSE(1, 6, 7), OPEN(1, 8, 9, ABSENT, 0), CREATE(1, 10, 11, FOUND, 2));
        RIGHT(CREATE(0, 1, NOTHING, FOUND, 1), DEATH(0, 3, 9), OPEN(1, 4, 5, ABSENT, 0));
        WRONG(CREATE(0, 1, NOTHING, FOUND, 1), DEATH(0, 3, 4), OPEN(1, 5, 6, FOUND, 1));
}
END_TEST

START_TEST(a_process_that_is_killed_and_followed_begins_with_nothing) {
        RIGHT(CREATE(0, 1, NOTHING, FOUND, 1), DEATH(0, 3, 4), CREATE(0, 5, 6, FOUND, 2));
        WRONG(CREATE(0, 1, 2, FOUND, 1), DEATH(0, 3, 4), OPEN(0, 5, 6, FOUND, 1));
}
END_TEST

START_TEST(an_answer_that_is_none_of_these_is_wrong) {
        WRONG(CREATE(0, 1, 2, STATUS_QUOTA_EXCEEDED, 1));
        WRONG(OPEN(0, 1, 2, STATUS_ACCESS_DENIED, 0));
        WRONG(CREATE(0, 1, 2, FOUND, 1),
                        OPERATION(0, HISTORY_CLOSE, 3, 4, STATUS_INVALID_HANDLE, 0));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, a_life_after_another_is_right);
        tcase_add_test(tests, an_open_that_overlaps_the_last_close_may_go_either_way);
        tcase_add_test(tests, all_calls_agree_after_one_was_told_that_the_name_is_gone);
        tcase_add_test(tests, an_open_after_the_last_close_must_fail);
        tcase_add_test(tests, an_open_while_there_is_a_handle_must_succeed);
        tcase_add_test(tests, an_open_leads_to_the_object_that_has_the_name);
        tcase_add_test(tests, two_creates_of_one_name_never_both_succeed);
        tcase_add_test(tests, a_collision_needs_an_object);
        tcase_add_test(tests, a_killed_process_holds_nothing_once_the_server_is_through);
        tcase_add_test(tests, what_a_killed_process_was_doing_may_have_happened_or_not);
        tcase_add_test(tests, a_process_that_is_killed_and_followed_begins_with_nothing);
        tcase_add_test(tests, an_answer_that_is_none_of_these_is_wrong);
}

int main(void) {
        return suite_main("history", 30, add_tests);
}
