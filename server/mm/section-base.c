/*
 * What is free is kept in a tree by address, neighbours joined. Taking looks from above, as Windows
 * does, but only at so many pieces: whoever makes a million holes on purpose then gets what is
 * below all of them, at the same cost.
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
static GTree *pieces;

static int compare(const void *one, const void *other, void *context) {
        const Piece *a = one, *b = other;

        (void) context;
        return a->start < b->start ? -1 : a->start > b->start;
}

static void piece_add(uint64_t start, uint64_t size) {
        Piece *piece = g_new(Piece, 1);

        *piece = (Piece){ start, size };
        g_tree_insert(pieces, piece, piece);
}

static void pieces_begin(void) {
        if (pieces)
                return;
        pieces = g_tree_new_full(compare, NULL, NULL, g_free);
        piece_add(SECTION_BASE_LOWEST, SECTION_BASE_END - SECTION_BASE_LOWEST);
}

static Piece *piece_of(GTreeNode *node) {
        return node ? g_tree_node_value(node) : NULL;
}

static Piece *piece_find(uint64_t size) {
        GTreeNode *node = g_tree_node_last(pieces);
        Piece *lowest = piece_of(g_tree_node_first(pieces));

        for (unsigned i = 0; node && i < TRIES_MOST; i++, node = g_tree_node_previous(node)) {
                if (piece_of(node)->size >= size)
                        return piece_of(node);
        }
        return lowest && lowest->size >= size ? lowest : NULL;
}

NTSTATUS section_base_take(uint64_t size, SectionBase *ret) {
        uint64_t steps = 0;
        Piece *piece = NULL;

        if (size > SECTION_BASE_END - SECTION_BASE_LOWEST)
                return STATUS_NO_MEMORY;
        steps = (size + STEP - 1) / STEP * STEP;
        pieces_begin();
        piece = piece_find(steps);
        if (!piece)
                return STATUS_NO_MEMORY;

        piece->size -= steps;
        *ret = (SectionBase){ .base = piece->start + piece->size, .size = steps };
        if (piece->size == 0)
                g_tree_remove(pieces, piece);
        return STATUS_SUCCESS;
}

void section_base_release(SectionBase *base) {
        Piece key = { base->base, base->size };
        GTreeNode *node = NULL;
        Piece *above = NULL, *below = NULL;

        if (base->size == 0)
                return;
        node = g_tree_lower_bound(pieces, &key);
        above = piece_of(node);
        below = piece_of(node ? g_tree_node_previous(node) : g_tree_node_last(pieces));
        if (above && above->start == key.start + key.size) {
                key.size += above->size;
                g_tree_remove(pieces, above);
        }
        if (below && below->start + below->size == key.start)
                below->size += key.size;
        else
                piece_add(key.start, key.size);
        *base = (SectionBase){ 0 };
}
