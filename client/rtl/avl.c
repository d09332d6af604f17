#include "avl.h"

/* The node above the root is its own parent. */
static bool is_head(const RTL_BALANCED_LINKS *node) {
        return node->Parent == node;
}

static bool is_left(const RTL_BALANCED_LINKS *node) {
        return node->Parent->LeftChild == node;
}

static void set_left(RTL_BALANCED_LINKS *node, RTL_BALANCED_LINKS *child) {
        node->LeftChild = child;
        if (child)
                child->Parent = node;
}

static void set_right(RTL_BALANCED_LINKS *node, RTL_BALANCED_LINKS *child) {
        node->RightChild = child;
        if (child)
                child->Parent = node;
}

static void replace(RTL_BALANCED_LINKS *node, RTL_BALANCED_LINKS *with) {
        if (is_left(node))
                set_left(node->Parent, with);
        else
                set_right(node->Parent, with);
}

RTL_BALANCED_LINKS *avl_first(RTL_AVL_TABLE *table) {
        RTL_BALANCED_LINKS *node = table->BalancedRoot.RightChild;

        while (node && node->LeftChild)
                node = node->LeftChild;
        return node;
}

RTL_BALANCED_LINKS *avl_next(RTL_BALANCED_LINKS *node) {
        if (node->RightChild) {
                node = node->RightChild;
                while (node->LeftChild)
                        node = node->LeftChild;
                return node;
        }
        /* The root is a right child, so the way up ends at the head at the latest. */
        while (!is_head(node) && !is_left(node))
                node = node->Parent;
        return is_head(node) ? NULL : node->Parent;
}

RTL_BALANCED_LINKS *avl_previous(RTL_BALANCED_LINKS *node) {
        if (node->LeftChild) {
                node = node->LeftChild;
                while (node->RightChild)
                        node = node->RightChild;
                return node;
        }
        while (is_left(node))
                node = node->Parent;
        return is_head(node->Parent) ? NULL : node->Parent;
}

/* The right child takes the node's place; returns it. */
static RTL_BALANCED_LINKS *rotate_left(RTL_BALANCED_LINKS *node) {
        RTL_BALANCED_LINKS *child = node->RightChild;

        replace(node, child);
        set_right(node, child->LeftChild);
        set_left(child, node);
        return child;
}

static RTL_BALANCED_LINKS *rotate_right(RTL_BALANCED_LINKS *node) {
        RTL_BALANCED_LINKS *child = node->LeftChild;

        replace(node, child);
        set_left(node, child->RightChild);
        set_right(child, node);
        return child;
}

/* Balances a node whose one side is higher by two; returns what stands there then. */
static RTL_BALANCED_LINKS *rebalance(RTL_BALANCED_LINKS *node, CHAR high) {
        RTL_BALANCED_LINKS *child = high > 0 ? node->RightChild : node->LeftChild;
        RTL_BALANCED_LINKS *middle;

        if (child->Balance != -high) {
                node->Balance = (CHAR) (child->Balance == 0 ? high : 0);
                child->Balance = (CHAR) (child->Balance == 0 ? -high : 0);
                return high > 0 ? rotate_left(node) : rotate_right(node);
        }

        middle = high > 0 ? child->LeftChild : child->RightChild;
        node->Balance = (CHAR) (middle->Balance == high ? -high : 0);
        child->Balance = (CHAR) (middle->Balance == -high ? high : 0);
        middle->Balance = 0;
        if (high > 0) {
                rotate_right(child);
                return rotate_left(node);
        }
        rotate_left(child);
        return rotate_right(node);
}

void avl_insert(RTL_AVL_TABLE *table,
                RTL_BALANCED_LINKS *parent,
                RTL_BALANCED_LINKS *node,
                bool left) {
        if (left)
                set_left(parent, node);
        else
                set_right(parent, node);
        table->NumberGenericTableElements++;
        table->WhichOrderedElement = 0;

        for (; !is_head(parent); node = parent, parent = parent->Parent) {
                CHAR side = is_left(node) ? -1 : 1;

                if (parent->Balance == -side) {
                        parent->Balance = 0;
                        return;
                }
                if (parent->Balance == side) {
                        rebalance(parent, side);
                        return;
                }
                parent->Balance = side;
        }
        table->DepthOfTree++;
}

/* Gives @node, which has two children, the place of its successor, and that its own. */
static void swap_with_next(RTL_BALANCED_LINKS *node) {
        RTL_BALANCED_LINKS *other = avl_next(node);
        RTL_BALANCED_LINKS below = *other;

        replace(node, other);
        other->Balance = node->Balance;
        set_left(other, node->LeftChild);
        if (below.Parent == node) {
                set_right(other, node);
        } else {
                set_right(other, node->RightChild);
                set_left(below.Parent, node);
        }
        node->LeftChild = NULL;
        set_right(node, below.RightChild);
        node->Balance = below.Balance;
}

void avl_remove(RTL_AVL_TABLE *table, RTL_BALANCED_LINKS *node) {
        RTL_BALANCED_LINKS *parent;
        CHAR side;

        table->NumberGenericTableElements--;
        table->WhichOrderedElement = 0;
        if (node->LeftChild && node->RightChild)
                swap_with_next(node);
        parent = node->Parent;
        side = is_left(node) ? -1 : 1;
        replace(node, node->LeftChild ? node->LeftChild : node->RightChild);

        while (!is_head(parent)) {
                if (parent->Balance == 0) {
                        parent->Balance = (CHAR) -side;
                        return;
                }
                if (parent->Balance == side) {
                        parent->Balance = 0;
                } else {
                        parent = rebalance(parent, (CHAR) -side);
                        if (parent->Balance != 0)
                                return; /* as high as before */
                }
                side = is_left(parent) ? -1 : 1;
                parent = parent->Parent;
        }
        table->DepthOfTree--;
}
