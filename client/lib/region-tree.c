#include "region-tree.h"

static int height_of(const RegionNode *node) {
        return node ? node->height : 0;
}

static void height_update(RegionNode *node) {
        int left = height_of(node->left), right = height_of(node->right);

        node->height = (left > right ? left : right) + 1;
}

static RegionNode *rotate_left(RegionNode *node) {
        RegionNode *top = node->right;

        node->right = top->left;
        top->left = node;
        height_update(node);
        height_update(top);
        return top;
}

static RegionNode *rotate_right(RegionNode *node) {
        RegionNode *top = node->left;

        node->left = top->right;
        top->right = node;
        height_update(node);
        height_update(top);
        return top;
}

/* Both sides are balanced, and differ in height by two at most. Return: the new top. */
static RegionNode *balance(RegionNode *node) {
        int lean = height_of(node->left) - height_of(node->right);

        if (lean > 1) {
                if (height_of(node->left->left) < height_of(node->left->right))
                        node->left = rotate_left(node->left);
                return rotate_right(node);
        }
        if (lean < -1) {
                if (height_of(node->right->right) < height_of(node->right->left))
                        node->right = rotate_right(node->right);
                return rotate_left(node);
        }
        height_update(node);
        return node;
}

void region_tree_insert(RegionNode **root, RegionNode *node) {
        if (!*root) {
                node->left = NULL;
                node->right = NULL;
                node->height = 1;
                *root = node;
                return;
        }
        region_tree_insert(node->base < (*root)->base ? &(*root)->left : &(*root)->right, node);
        *root = balance(*root);
}

static RegionNode *take_first(RegionNode **root) {
        RegionNode *first = *root;

        if (first->left) {
                first = take_first(&(*root)->left);
                *root = balance(*root);
                return first;
        }
        *root = first->right;
        return first;
}

void region_tree_remove(RegionNode **root, RegionNode *node) {
        RegionNode *top;

        if (*root != node) {
                region_tree_remove(node->base < (*root)->base ? &(*root)->left : &(*root)->right,
                                node);
                *root = balance(*root);
                return;
        }
        if (!node->left || !node->right) {
                *root = node->left ? node->left : node->right;
                return;
        }

        /* The next in order takes its place. */
        top = take_first(&node->right);
        top->left = node->left;
        top->right = node->right;
        *root = balance(top);
}

RegionNode *region_tree_find(RegionNode *root, uintptr_t address) {
        RegionNode *best = NULL;

        while (root) {
                if (address < root->base) {
                        root = root->left;
                } else {
                        best = root;
                        root = root->right;
                }
        }
        return best && address - best->base < best->size ? best : NULL;
}

RegionNode *region_tree_next(RegionNode *root, uintptr_t address) {
        RegionNode *best = NULL;

        while (root) {
                if (root->base >= address) {
                        best = root;
                        root = root->left;
                } else {
                        root = root->right;
                }
        }
        return best;
}

RegionNode *region_tree_before(RegionNode *root, uintptr_t address) {
        RegionNode *best = NULL;

        while (root) {
                if (root->base < address) {
                        best = root;
                        root = root->right;
                } else {
                        root = root->left;
                }
        }
        return best;
}
