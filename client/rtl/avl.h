#pragma once

/*
 * The tree of an AVL table
 *
 * The table's BalancedRoot is above the root, which is its right child: so no node is without a
 * parent.
 */

#include <stdbool.h>

#include "ntrtltable.h"

/* Puts a node where a search ended, and balances the tree. */
void avl_insert(RTL_AVL_TABLE *table,
                RTL_BALANCED_LINKS *parent,
                RTL_BALANCED_LINKS *node,
                bool left);
void avl_remove(RTL_AVL_TABLE *table, RTL_BALANCED_LINKS *node);

/* In order; NULL if there is none. */
RTL_BALANCED_LINKS *avl_first(RTL_AVL_TABLE *table);
RTL_BALANCED_LINKS *avl_next(RTL_BALANCED_LINKS *node);
RTL_BALANCED_LINKS *avl_previous(RTL_BALANCED_LINKS *node);
