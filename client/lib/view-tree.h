#pragma once

/*
 * View tree
 *
 * Ranges of addresses that do not overlap, in order. A balanced (AVL) tree whose nodes live inside
 * what they stand for; it allocates nothing and cannot fail.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct ViewNode ViewNode;

struct ViewNode {
        ViewNode *left;
        ViewNode *right;
        uintptr_t base;
        size_t size; /* not 0 */
        int height;
};

/* Adds @node, whose range overlaps no other in the tree. */
void view_tree_insert(ViewNode **root, ViewNode *node);

/* Takes @node, which is in the tree, out of it. */
void view_tree_remove(ViewNode **root, ViewNode *node);

/* The node whose range has @address in it, or NULL. */
ViewNode *view_tree_find(ViewNode *root, uintptr_t address);
