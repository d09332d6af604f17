#include <glib.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "section-base.h"
#include "suite.h"

#define STEP 0x10000u
#define ALL  (SECTION_BASE_END - SECTION_BASE_LOWEST)
#define MOST SECTION_BASE_USER_MOST
#define ME   1000u

static SectionBase take_as(uid_t uid, uint64_t size) {
        SectionBase base = { 0 };

        ck_assert_status(section_base_take(uid, size, &base), STATUS_SUCCESS);
        ck_assert_uint_eq(base.base % STEP, 0);
        ck_assert_uint_ge(base.base, SECTION_BASE_LOWEST);
        ck_assert_uint_le(base.base + base.size, SECTION_BASE_END);
        return base;
}

static SectionBase take(uint64_t size) {
        return take_as(ME, size);
}

/* Four users take all that there is. */
static void take_all(SectionBase *ret) {
        for (unsigned i = 0; i < 4; i++)
                ret[i] = take_as(2000 + i, MOST);
        ck_assert_uint_eq(ret[3].base, SECTION_BASE_LOWEST);
}

static void release_all(SectionBase *bases) {
        for (unsigned i = 0; i < 4; i++)
                section_base_release(&bases[i]);
}

/* by-kernel 1.8, SEC_BASED [T]. */
START_TEST(addresses_come_from_above_in_steps) {
        SectionBase one = take(1), two = take(4096), three = take(STEP + 1), four = take(1);

        ck_assert_uint_eq(one.base, SECTION_BASE_END - STEP);
        ck_assert_uint_eq(two.base, one.base - STEP);
        ck_assert_uint_eq(three.base, two.base - 2 * STEP);
        ck_assert_uint_eq(four.base, three.base - STEP);
        section_base_release(&two);
        ck_assert_uint_eq(two.base, 0);
        section_base_release(&two);
        two = take(STEP);
        ck_assert_uint_eq(two.base, one.base - STEP);
        section_base_release(&one);
        section_base_release(&two);
        section_base_release(&three);
        section_base_release(&four);
}
END_TEST

START_TEST(what_is_given_back_is_one_piece_again) {
        SectionBase bases[100], all[4];
        g_autoptr(GRand) random = g_rand_new_with_seed(7);

        for (unsigned i = 0; i < 100; i++)
                bases[i] = take(STEP * (1 + i % 3));
        for (unsigned i = 100; i > 0; i--) {
                unsigned which = (unsigned) g_rand_int_range(random, 0, (gint32) i);

                section_base_release(&bases[which]);
                bases[which] = bases[i - 1];
        }
        take_all(all);
        release_all(all);
}
END_TEST

START_TEST(without_room_there_is_no_address) {
        SectionBase all[4], other = { 0 };

        take_all(all);
        ck_assert_status(section_base_take(ME, 1, &other), STATUS_NO_MEMORY);
        ck_assert_status(section_base_take(ME, ALL + 1, &other), STATUS_NO_MEMORY);
        ck_assert_status(section_base_take(ME, UINT64_MAX, &other), STATUS_NO_MEMORY);
        ck_assert_uint_eq(other.size, 0);
        section_base_release(&all[2]);
        other = take(MOST);
        section_base_release(&other);
        release_all(all);
}
END_TEST

START_TEST(nobody_takes_all_of_it) {
        SectionBase most = take(MOST - STEP), last = take(STEP), other = { 0 };

        ck_assert_status(section_base_take(ME, 1, &other), STATUS_NO_MEMORY);
        other = take_as(ME + 1, MOST);
        section_base_release(&other);
        section_base_release(&last);
        last = take(1);
        section_base_release(&last);
        section_base_release(&most);
        ck_assert_status(section_base_take(ME, MOST + 1, &other), STATUS_NO_MEMORY);
}
END_TEST

/* Hundreds of holes above, and a small one at the very end: what lies between is found. */
START_TEST(holes_do_not_hide_the_room_between_them) {
        static SectionBase bases[1000];
        SectionBase all[4], larger;

        for (unsigned i = 0; i < 1000; i++)
                bases[i] = take(STEP);
        for (unsigned i = 0; i < 3; i++)
                all[i] = take_as(2000 + i, MOST);
        all[3] = take_as(2003, MOST - 1002 * STEP);
        larger = take(2 * STEP); /* down to the end of the range */
        ck_assert_uint_eq(larger.base, SECTION_BASE_LOWEST);
        section_base_release(&larger);
        larger = take(STEP);
        for (unsigned i = 0; i < 1000; i += 2)
                section_base_release(&bases[i]);
        section_base_release(&all[1]);
        all[1] = take_as(2001, MOST);
        release_all(all);
        section_base_release(&larger);
        for (unsigned i = 1; i < 1000; i += 2)
                section_base_release(&bases[i]);
}
END_TEST

/* Thousands of holes that are too small must not be looked at one by one. */
START_TEST(many_holes_do_not_hide_the_room_below_them) {
        static SectionBase bases[4000];
        SectionBase larger;

        for (unsigned i = 0; i < 4000; i++)
                bases[i] = take(STEP);
        for (unsigned i = 0; i < 4000; i += 2)
                section_base_release(&bases[i]);
        larger = take(2 * STEP);
        ck_assert_uint_eq(larger.base, bases[3999].base - 2 * STEP);
        section_base_release(&larger);
        for (unsigned i = 1; i < 4000; i += 2)
                section_base_release(&bases[i]);
}
END_TEST

/* No two have an address in common, whatever was done before. */
START_TEST(random_addresses_never_overlap) {
        g_autoptr(GRand) random = g_rand_new_with_seed(3);
        SectionBase bases[64] = { 0 };

        for (int i = 0; i < 20000; i++) {
                SectionBase *at = &bases[g_rand_int_range(random, 0, 64)];

                if (at->size != 0) {
                        section_base_release(at);
                        continue;
                }
                *at = take((uint64_t) g_rand_int_range(random, 1, 20 * STEP));
                for (unsigned other = 0; other < 64; other++) {
                        if (at == &bases[other] || bases[other].size == 0)
                                continue;
                        ck_assert(at->base + at->size <= bases[other].base ||
                                        bases[other].base + bases[other].size <= at->base);
                }
        }
        for (unsigned i = 0; i < 64; i++)
                section_base_release(&bases[i]);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_test(tests, addresses_come_from_above_in_steps);
        tcase_add_test(tests, what_is_given_back_is_one_piece_again);
        tcase_add_test(tests, without_room_there_is_no_address);
        tcase_add_test(tests, nobody_takes_all_of_it);
        tcase_add_test(tests, holes_do_not_hide_the_room_between_them);
        tcase_add_test(tests, many_holes_do_not_hide_the_room_below_them);
        tcase_add_test(tests, random_addresses_never_overlap);
}

int main(void) {
        return suite_main("section-base", 20, add);
}
