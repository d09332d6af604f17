#include <stdbool.h>
#include <stdlib.h>

#include "region-tree.h"
#include "suite.h"

#define NODES 512
#define STEP  0x10000u

static RegionNode nodes[NODES];
static bool present[NODES];

static void nodes_init(void) {
        for (unsigned i = 0; i < NODES; i++) {
                nodes[i] = (RegionNode){ .base = (i + 1) * STEP, .size = 0x3000 };
                present[i] = false;
        }
}

/* The height of a tree that is ordered and balanced, or -1: one assertion for a thousand looks. */
static int checked_height(const RegionNode *node, uintptr_t lowest, uintptr_t highest) {
        int left, right;

        if (!node)
                return 0;
        if (node->base <= lowest || node->base >= highest)
                return -1;
        left = checked_height(node->left, lowest, node->base);
        right = checked_height(node->right, node->base, highest);
        if (left < 0 || right < 0 || abs(left - right) > 1 ||
                        node->height != (left > right ? left : right) + 1)
                return -1;
        return node->height;
}

static void check_all(RegionNode *root) {
        unsigned n_wrong = 0;

        ck_assert_int_ge(checked_height(root, 0, UINTPTR_MAX), 0);
        for (unsigned i = 0; i < NODES; i++) {
                RegionNode *want = present[i] ? &nodes[i] : NULL;

                n_wrong += region_tree_find(root, nodes[i].base) != want;
                n_wrong += region_tree_find(root, nodes[i].base + 0x2FFF) != want;
                n_wrong += region_tree_find(root, nodes[i].base + 0x3000) != NULL;
                n_wrong += region_tree_find(root, nodes[i].base - 1) != NULL;
        }
        ck_assert_uint_eq(n_wrong, 0);
}

START_TEST(an_empty_tree_has_nothing_anywhere) {
        ck_assert_ptr_null(region_tree_find(NULL, 0));
        ck_assert_ptr_null(region_tree_find(NULL, UINTPTR_MAX));
}
END_TEST

START_TEST(ranges_are_found_by_every_address_in_them_whatever_the_order_of_changes) {
        RegionNode *root = NULL;

        srand((unsigned) _i);
        nodes_init();
        for (unsigned round = 0; round < 4000; round++) {
                unsigned i = (unsigned) rand() % NODES;

                if (present[i])
                        region_tree_remove(&root, &nodes[i]);
                else
                        region_tree_insert(&root, &nodes[i]);
                present[i] = !present[i];
                if (round % 250 == 0)
                        check_all(root);
        }
        check_all(root);
}
END_TEST

START_TEST(sorted_insertion_and_removal_keep_the_tree_flat) {
        RegionNode *root = NULL;

        nodes_init();
        for (unsigned i = 0; i < NODES; i++) {
                region_tree_insert(&root, &nodes[i]);
                present[i] = true;
        }
        check_all(root);
        ck_assert_int_le(root->height, 11); /* 1.44 log2(512) is 12.96 for the worst of trees */
        for (unsigned i = 0; i < NODES; i++) {
                region_tree_remove(&root, &nodes[i]);
                present[i] = false;
                ck_assert_int_ge(checked_height(root, 0, UINTPTR_MAX), 0);
        }
        ck_assert_ptr_null(root);
}
END_TEST

START_TEST(neighbours_of_an_address_are_the_nearest_on_each_side) {
        RegionNode *root = NULL;

        ck_assert_ptr_null(region_tree_next(NULL, 0));
        ck_assert_ptr_null(region_tree_before(NULL, UINTPTR_MAX));
        for (unsigned i = 0; i < NODES; i += 2)
                region_tree_insert(&root, &nodes[i]);
        for (unsigned i = 0; i + 2 < NODES; i += 2) {
                ck_assert_ptr_eq(region_tree_next(root, nodes[i].base), &nodes[i]);
                ck_assert_ptr_eq(region_tree_next(root, nodes[i].base + 1), &nodes[i + 2]);
                ck_assert_ptr_eq(region_tree_before(root, nodes[i].base + 1), &nodes[i]);
                ck_assert_ptr_eq(region_tree_before(root, nodes[i + 2].base), &nodes[i]);
        }
        ck_assert_ptr_null(region_tree_next(root, nodes[NODES - 1].base));
        ck_assert_ptr_null(region_tree_before(root, nodes[0].base));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, nodes_init, NULL);
        tcase_add_test(tests, neighbours_of_an_address_are_the_nearest_on_each_side);
        tcase_add_test(tests, an_empty_tree_has_nothing_anywhere);
        tcase_add_loop_test(tests,
                        ranges_are_found_by_every_address_in_them_whatever_the_order_of_changes, 0,
                        8);
        tcase_add_test(tests, sorted_insertion_and_removal_keep_the_tree_flat);
}

int main(void) {
        return suite_main("region-tree", 20, add);
}
