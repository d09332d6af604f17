/*
 * What is free is kept in a tree by address, neighbours joined, and in one by size. Taking looks
 * from above, as Windows does, but only at so many pieces: whoever makes a million holes on purpose
 * then gets, at the same cost, the end of the largest.
 */

#include "section-base.h"

#include <glib.h>

#include "ntstatus.h"

#define STEP       0x10000u
#define TRIES_MOST 256u

/* A piece of the range that is free: its own key in the tree. */
typedef struct Piece {
        uint64_t start;
        uint64_t size;
} Piece;

/* The whole daemon's, as the address is for all processes. One thread, no lock. */
static GTree *pieces;     /* by address */
static GTree *sizes;      /* the same by size */
static GHashTable *users; /* uid to bytes, of those who have some */

static int compare(const void *one, const void *other, void *context) {
        const Piece *a = one, *b = other;

        (void) context;
        return a->start < b->start ? -1 : a->start > b->start;
}

static int compare_sizes(const void *one, const void *other, void *context) {
        const Piece *a = one, *b = other;

        if (a->size != b->size)
                return a->size < b->size ? -1 : 1;
        return compare(one, other, context);
}

static void piece_add(uint64_t start, uint64_t size) {
        Piece *piece = g_new(Piece, 1);

        *piece = (Piece){ start, size };
        g_tree_insert(pieces, piece, piece);
        g_tree_insert(sizes, piece, piece);
}

static void piece_resize(Piece *piece, uint64_t size) {
        g_tree_remove(sizes, piece);
        piece->size = size;
        if (size > 0)
                g_tree_insert(sizes, piece, piece);
        else
                g_tree_remove(pieces, piece); /* which frees it */
}

static void begin(void) {
        if (pieces)
                return;
        pieces = g_tree_new_full(compare, NULL, NULL, g_free);
        sizes = g_tree_new_full(compare_sizes, NULL, NULL, NULL);
        users = g_hash_table_new_full(NULL, NULL, NULL, g_free);
        piece_add(SECTION_BASE_LOWEST, SECTION_BASE_END - SECTION_BASE_LOWEST);
}

static Piece *piece_of(GTreeNode *node) {
        return node ? g_tree_node_value(node) : NULL;
}

static Piece *piece_find(uint64_t size) {
        GTreeNode *node = g_tree_node_last(pieces);
        Piece *largest = piece_of(g_tree_node_last(sizes));

        for (unsigned i = 0; node && i < TRIES_MOST; i++, node = g_tree_node_previous(node)) {
                if (piece_of(node)->size >= size)
                        return piece_of(node);
        }
        return largest && largest->size >= size ? largest : NULL;
}

static uint64_t *user_get(uid_t uid) {
        uint64_t *bytes = g_hash_table_lookup(users, GUINT_TO_POINTER(uid));

        if (!bytes) {
                bytes = g_new0(uint64_t, 1);
                g_hash_table_insert(users, GUINT_TO_POINTER(uid), bytes);
        }
        return bytes;
}

static void user_settle(uid_t uid) {
        if (*user_get(uid) == 0)
                g_hash_table_remove(users, GUINT_TO_POINTER(uid));
}

NTSTATUS section_base_take(uid_t uid, uint64_t size, SectionBase *ret) {
        uint64_t steps = 0, *used = NULL;
        Piece *piece = NULL;

        if (size > SECTION_BASE_USER_MOST)
                return STATUS_NO_MEMORY;
        steps = (size + STEP - 1) / STEP * STEP;
        begin();
        used = user_get(uid);
        piece = steps <= SECTION_BASE_USER_MOST - *used ? piece_find(steps) : NULL;
        if (piece) {
                *used += steps;
                *ret = (SectionBase){ piece->start + piece->size - steps, steps, uid };
                piece_resize(piece, piece->size - steps);
        }
        user_settle(uid);
        return piece ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

void section_base_release(SectionBase *base) {
        Piece key = { base->base, base->size };
        GTreeNode *node = NULL;
        Piece *above = NULL, *below = NULL;

        if (base->size == 0)
                return;
        *user_get(base->uid) -= base->size;
        user_settle(base->uid);
        node = g_tree_lower_bound(pieces, &key);
        above = piece_of(node);
        below = piece_of(node ? g_tree_node_previous(node) : g_tree_node_last(pieces));
        if (above && above->start == key.start + key.size) {
                key.size += above->size;
                piece_resize(above, 0);
        }
        if (below && below->start + below->size == key.start)
                piece_resize(below, below->size + key.size);
        else
                piece_add(key.start, key.size);
        *base = (SectionBase){ 0 };
}
