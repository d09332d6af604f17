#include "view-tree.h"

static int height_of(const ViewNode *node) {
        return node ? node->height : 0;
}

static void height_update(ViewNode *node) {
        int left = height_of(node->left), right = height_of(node->right);

        node->height = (left > right ? left : right) + 1;
}

static ViewNode *rotate_left(ViewNode *node) {
        ViewNode *top = node->right;

        node->right = top->left;
        top->left = node;
        height_update(node);
        height_update(top);
        return top;
}

static ViewNode *rotate_right(ViewNode *node) {
        ViewNode *top = node->left;

        node->left = top->right;
        top->right = node;
        height_update(node);
        height_update(top);
        return top;
}

/* Both sides are balanced, and differ in height by two at most. Return: the new top. */
static ViewNode *balance(ViewNode *node) {
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

void view_tree_insert(ViewNode **root, ViewNode *node) {
        if (!*root) {
                node->left = NULL;
                node->right = NULL;
                node->height = 1;
                *root = node;
                return;
        }
        view_tree_insert(node->base < (*root)->base ? &(*root)->left : &(*root)->right, node);
        *root = balance(*root);
}

static ViewNode *take_first(ViewNode **root) {
        ViewNode *first = *root;

        if (first->left) {
                first = take_first(&(*root)->left);
                *root = balance(*root);
                return first;
        }
        *root = first->right;
        return first;
}

void view_tree_remove(ViewNode **root, ViewNode *node) {
        ViewNode *top;

        if (*root != node) {
                view_tree_remove(node->base < (*root)->base ? &(*root)->left : &(*root)->right,
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

ViewNode *view_tree_find(ViewNode *root, uintptr_t address) {
        ViewNode *best = NULL;

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
