#include <stdbool.h>

#include "ntrtltable.h"

/*
 * Splay trees, as D. D. Sleator and R. E. Tarjan describe them ("Self-adjusting binary search
 * trees", 1985): bottom-up, since every node knows its parent.
 */

static bool is_root(const RTL_SPLAY_LINKS *node) {
        return node->Parent == node;
}

static bool is_left(const RTL_SPLAY_LINKS *node) {
        return node->Parent->LeftChild == node;
}

static void set_left(RTL_SPLAY_LINKS *node, RTL_SPLAY_LINKS *child) {
        node->LeftChild = child;
        if (child)
                child->Parent = node;
}

static void set_right(RTL_SPLAY_LINKS *node, RTL_SPLAY_LINKS *child) {
        node->RightChild = child;
        if (child)
                child->Parent = node;
}

/* Puts @with (or nothing) in the place of @node, which is not the root. */
static void replace(RTL_SPLAY_LINKS *node, RTL_SPLAY_LINKS *with) {
        if (is_left(node))
                set_left(node->Parent, with);
        else
                set_right(node->Parent, with);
}

/* A node changes places with its parent. */
static void rotate(RTL_SPLAY_LINKS *node) {
        RTL_SPLAY_LINKS *parent = node->Parent;
        bool left = is_left(node);

        if (is_root(parent))
                node->Parent = node;
        else
                replace(parent, node);
        if (left) {
                set_left(parent, node->RightChild);
                set_right(node, parent);
        } else {
                set_right(parent, node->LeftChild);
                set_left(node, parent);
        }
}

static RTL_SPLAY_LINKS *splay(RTL_SPLAY_LINKS *node) {
        while (!is_root(node)) {
                RTL_SPLAY_LINKS *parent = node->Parent;

                if (!is_root(parent))
                        rotate(is_left(node) == is_left(parent) ? parent : node);
                rotate(node);
        }
        return node;
}

PRTL_SPLAY_LINKS NTAPI RtlSplay(PRTL_SPLAY_LINKS Links) {
        return splay(Links);
}

static RTL_SPLAY_LINKS *leftmost(RTL_SPLAY_LINKS *node) {
        while (node && node->LeftChild)
                node = node->LeftChild;
        return node;
}

static RTL_SPLAY_LINKS *rightmost(RTL_SPLAY_LINKS *node) {
        while (node && node->RightChild)
                node = node->RightChild;
        return node;
}

PRTL_SPLAY_LINKS NTAPI RtlSubtreeSuccessor(PRTL_SPLAY_LINKS Links) {
        return leftmost(Links->RightChild);
}

PRTL_SPLAY_LINKS NTAPI RtlSubtreePredecessor(PRTL_SPLAY_LINKS Links) {
        return rightmost(Links->LeftChild);
}

PRTL_SPLAY_LINKS NTAPI RtlRealSuccessor(PRTL_SPLAY_LINKS Links) {
        RTL_SPLAY_LINKS *node = Links;

        if (node->RightChild)
                return leftmost(node->RightChild);
        while (!is_root(node) && !is_left(node))
                node = node->Parent;
        return is_root(node) ? NULL : node->Parent;
}

PRTL_SPLAY_LINKS NTAPI RtlRealPredecessor(PRTL_SPLAY_LINKS Links) {
        RTL_SPLAY_LINKS *node = Links;

        if (node->LeftChild)
                return rightmost(node->LeftChild);
        while (!is_root(node) && is_left(node))
                node = node->Parent;
        return is_root(node) ? NULL : node->Parent;
}

/* Gives @node, which has two children, the place of its predecessor, and that its own. */
static void swap_with_predecessor(RTL_SPLAY_LINKS *node) {
        RTL_SPLAY_LINKS *other = rightmost(node->LeftChild);
        RTL_SPLAY_LINKS below = *other; /* its left child at most */

        if (other->Parent == node) {
                other->Parent = node->Parent;
                set_right(other, node->RightChild);
                if (is_root(node))
                        other->Parent = other;
                else
                        replace(node, other);
                set_left(node, below.LeftChild);
                set_left(other, node);
        } else {
                if (is_root(node))
                        other->Parent = other;
                else
                        replace(node, other);
                set_left(other, node->LeftChild);
                set_right(other, node->RightChild);
                set_right(below.Parent, node);
                set_left(node, below.LeftChild);
        }
        node->RightChild = NULL;
}

/* Takes a node out. Return: its parent, or its child that became the root, or NULL. */
static RTL_SPLAY_LINKS *unlink_node(RTL_SPLAY_LINKS *node) {
        RTL_SPLAY_LINKS *child;

        if (node->LeftChild && node->RightChild)
                swap_with_predecessor(node);
        child = node->LeftChild ? node->LeftChild : node->RightChild;
        if (!is_root(node)) {
                replace(node, child);
                return node->Parent;
        }
        if (child)
                child->Parent = child;
        return child;
}

PRTL_SPLAY_LINKS NTAPI RtlDelete(PRTL_SPLAY_LINKS Links) {
        RTL_SPLAY_LINKS *parent = unlink_node(Links);

        return parent ? splay(parent) : NULL;
}

VOID NTAPI RtlDeleteNoSplay(PRTL_SPLAY_LINKS Links, PRTL_SPLAY_LINKS *Root) {
        RTL_SPLAY_LINKS *root = unlink_node(Links);

        while (root && !is_root(root))
                root = root->Parent;
        *Root = root;
}
