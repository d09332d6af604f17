#pragma once

/*
 * Region tree
 *
 * Ranges of addresses that do not overlap, in order. A balanced (AVL) tree whose nodes live inside
 * what they stand for; it allocates nothing and cannot fail.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct RegionNode RegionNode;

struct RegionNode {
        RegionNode *left;
        RegionNode *right;
        uintptr_t base;
        size_t size; /* not 0 */
        int height;
};

/* Adds @node, whose range overlaps no other in the tree. */
void region_tree_insert(RegionNode **root, RegionNode *node);

/* Takes @node, which is in the tree, out of it. */
void region_tree_remove(RegionNode **root, RegionNode *node);

/* The node whose range has @address in it, or NULL. */
RegionNode *region_tree_find(RegionNode *root, uintptr_t address);

/* The first node that begins at @address or above, or NULL. */
RegionNode *region_tree_next(RegionNode *root, uintptr_t address);

/* The last node that begins below @address, or NULL. */
RegionNode *region_tree_before(RegionNode *root, uintptr_t address);
