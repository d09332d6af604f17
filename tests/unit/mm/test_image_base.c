#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "assert-status.h"
#include "image-base.h"
#include "ntimage.h"
#include "suite.h"

#define SIZE 0x50000u

static ImageBases *bases;

static void begin(void) {
        bases = image_bases_new(12345);
}

static void end(void) {
        image_bases_unref(bases);
}

static PeImage image_at(uint64_t base, uint32_t size) {
        return (PeImage){
                .base = base,
                .size = size,
                .wide = true,
                .characteristics = IMAGE_FILE_LARGE_ADDRESS_AWARE,
        };
}

static uint64_t assign(PeImage image, ImageBase *ret) {
        image_base_assign(bases, &image, ret);
        return ret->base;
}

START_TEST(an_image_is_where_it_was_linked_for_if_no_other_is) {
        ImageBase one, other, third;

        ck_assert_uint_eq(assign(image_at(0x10000000, SIZE), &one), 0x10000000);
        ck_assert_uint_eq(assign(image_at(0x10000000 + SIZE, SIZE), &other), 0x10000000 + SIZE);
        ck_assert_uint_eq(assign(image_at(0x10000000 - 0x10000, 0x10000), &third), 0x0FFF0000);
        image_base_clear(&one);
        image_base_clear(&other);
        image_base_clear(&third);
}
END_TEST

START_TEST(who_overlaps_another_gets_an_address_of_its_own_that_is_free_again_later) {
        static const uint64_t overlapping[] = { 0x10000000, 0x10010000, 0x0FFC0000, 0x10040000 };
        ImageBase first, moved[4], again;
        uint64_t last = 0;

        assign(image_at(0x10000000, SIZE), &first);
        for (unsigned i = 0; i < 4; i++) {
                uint64_t base = assign(image_at(overlapping[i], SIZE), &moved[i]);

                ck_assert_uint_ge(base, IMAGE_BASES_LOWEST);
                ck_assert_uint_le(base, IMAGE_BASES_END - SIZE);
                ck_assert_uint_eq(base % 0x10000, 0);
                if (i > 0)
                        ck_assert_uint_eq(base, last + SIZE); /* close to each other */
                ck_assert(moved[i].exclusive);
                last = base;
        }
        image_base_clear(&first);
        ck_assert_uint_eq(assign(image_at(0x10000000, SIZE), &again), 0x10000000);
        image_base_clear(&again);
        for (unsigned i = 0; i < 4; i++)
                image_base_clear(&moved[i]);
}
END_TEST

START_TEST(sizes_count_in_steps_of_64_kib) {
        ImageBase one, other;

        assign(image_at(0x10000000, 0x1000), &one);
        ck_assert_uint_ge(assign(image_at(0x10008000 & ~0xFFFFull, 0x1000), &other),
                        IMAGE_BASES_LOWEST);
        image_base_clear(&other);
        ck_assert_uint_eq(assign(image_at(0x10010000, 0x1000), &other), 0x10010000);
        image_base_clear(&one);
        image_base_clear(&other);
}
END_TEST

START_TEST(an_image_without_relocations_keeps_its_base_whoever_has_it) {
        PeImage fixed = image_at(0x400000, SIZE);
        ImageBase one, other, third;

        fixed.characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
        ck_assert_uint_eq(assign(fixed, &one), 0x400000);
        ck_assert(one.exclusive);
        ck_assert_uint_eq(assign(fixed, &other), 0x400000);
        ck_assert(!other.exclusive);
        image_base_clear(&one);
        /* What the second never had is free. */
        ck_assert_uint_eq(assign(image_at(0x400000, SIZE), &third), 0x400000);
        image_base_clear(&other);
        image_base_clear(&third);
}
END_TEST

START_TEST(images_of_32_bits_and_such_as_cannot_have_large_addresses_go_below_2_gib) {
        PeImage narrow = image_at(0x10000000, SIZE), small = narrow;
        ImageBase one, other, third;

        narrow.wide = false;
        small.characteristics = 0;
        assign(narrow, &one);
        for (unsigned i = 0; i < 2; i++) {
                uint64_t base = assign(i == 0 ? narrow : small, i == 0 ? &other : &third);

                ck_assert_uint_ge(base, IMAGE_BASES_LOW_LOWEST);
                ck_assert_uint_le(base, IMAGE_BASES_LOW_END - SIZE);
                ck_assert_uint_le(base + SIZE, 0x80000000u);
        }
        image_base_clear(&one);
        image_base_clear(&other);
        image_base_clear(&third);
}
END_TEST

START_TEST(bases_that_no_program_can_have_are_not_given_out) {
        static const uint64_t impossible[] = { 0, 0x7FFFFFFF0000, 0xFFFFFFFFFFFF0000,
                0x8000000000000000 };
        PeImage narrow = image_at(0xFFFF0000, SIZE);
        ImageBase base;

        for (unsigned i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
                uint64_t got = assign(image_at(impossible[i], SIZE), &base);

                ck_assert_uint_ge(got, IMAGE_BASES_LOWEST);
                ck_assert_uint_lt(got, IMAGE_BASES_END);
                image_base_clear(&base);
        }
        narrow.wide = false;
        ck_assert_uint_ge(assign(narrow, &base), IMAGE_BASES_LOW_LOWEST);
        ck_assert_uint_lt(base.base, IMAGE_BASES_LOW_END);
        image_base_clear(&base);
}
END_TEST

START_TEST(without_room_an_image_stays_where_it_was_linked_for) {
        enum { N = 16 };
        const uint32_t huge = 0x08000000; /* three of these fill the low range */
        ImageBase taken[N];
        unsigned n_own = 0;

        for (unsigned i = 0; i < N; i++) {
                PeImage narrow = image_at(0x10000000, huge);

                narrow.wide = false;
                n_own += assign(narrow, &taken[i]) == 0x10000000;
                for (unsigned k = 0; k < i; k++)
                        ck_assert(!taken[i].exclusive || !taken[k].exclusive ||
                                        taken[i].base >= taken[k].base + huge ||
                                        taken[k].base >= taken[i].base + huge);
        }
        /* Where the first lies in the range may leave no room for the third. */
        ck_assert_uint_ge(n_own, N - 3);
        ck_assert_uint_le(n_own, N - 2);
        for (unsigned i = 0; i < N; i++)
                image_base_clear(&taken[i]);
        ck_assert_uint_eq(taken[0].base, 0);
}
END_TEST

START_TEST(a_kept_base_gives_the_other_back) {
        PeImage image = image_at(0x10000000, SIZE);
        ImageBase first, moved;

        assign(image, &first);
        assign(image, &moved);
        image_base_keep(&moved, &image);
        ck_assert_uint_eq(moved.base, 0x10000000);
        ck_assert(!moved.exclusive);
        image_base_keep(&first, &image);
        ck_assert(first.exclusive);
        image_base_clear(&first);
        image_base_clear(&moved);
}
END_TEST

/* Places are searched with a bound, and found nevertheless among thousands. */
START_TEST(thousands_of_images_have_thousands_of_addresses) {
        enum { N = 5000 };
        static ImageBase taken[N];

        for (unsigned i = 0; i < N; i++) {
                assign(image_at(0x180000000, SIZE), &taken[i]);
                ck_assert(taken[i].exclusive);
        }
        for (unsigned i = 0; i < N; i += 2)
                image_base_clear(&taken[i]);
        for (unsigned i = 0; i < N; i += 2) {
                assign(image_at(0x180000000, SIZE), &taken[i]);
                ck_assert(taken[i].exclusive);
        }
        for (unsigned i = 0; i < N; i++)
                image_base_clear(&taken[i]);
}
END_TEST

/* What the header says of Linux, for this program and its parent's parents. */
START_TEST(programs_have_nothing_in_the_ranges) {
        pid_t pids[] = { getpid(), getppid(), 1 };

        for (unsigned i = 0; i < sizeof(pids) / sizeof(pids[0]); i++) {
                char path[64], line[512];
                FILE *maps = NULL;

                snprintf(path, sizeof(path), "/proc/%d/maps", (int) pids[i]);
                maps = fopen(path, "r");
                while (maps && fgets(line, sizeof(line), maps)) {
                        unsigned long first = 0, last = 0;

                        if (sscanf(line, "%lx-%lx", &first, &last) != 2)
                                continue;
                        ck_assert_msg(last <= IMAGE_BASES_LOWEST || first >= IMAGE_BASES_END, "%s",
                                        line);
#if !defined(__SANITIZE_THREAD__)
                        ck_assert_msg(last <= IMAGE_BASES_LOW_LOWEST ||
                                                        first >= IMAGE_BASES_LOW_END,
                                        "%s", line);
#endif
                }
                if (maps)
                        fclose(maps);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, an_image_is_where_it_was_linked_for_if_no_other_is);
        tcase_add_test(tests,
                        who_overlaps_another_gets_an_address_of_its_own_that_is_free_again_later);
        tcase_add_test(tests, sizes_count_in_steps_of_64_kib);
        tcase_add_test(tests, an_image_without_relocations_keeps_its_base_whoever_has_it);
        tcase_add_test(tests,
                        images_of_32_bits_and_such_as_cannot_have_large_addresses_go_below_2_gib);
        tcase_add_test(tests, bases_that_no_program_can_have_are_not_given_out);
        tcase_add_test(tests, without_room_an_image_stays_where_it_was_linked_for);
        tcase_add_test(tests, a_kept_base_gives_the_other_back);
        tcase_add_test(tests, thousands_of_images_have_thousands_of_addresses);
        tcase_add_test(tests, programs_have_nothing_in_the_ranges);
}

int main(void) {
        return suite_main("image-base", 20, add_tests);
}
