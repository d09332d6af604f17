#include "image-base.h"

#include <glib.h>
#include <pthread.h>

#include "ntimage.h"

#define GRANULARITY 0x10000ull

/* What a 32-bit image can address, and any program on Linux. */
#define NARROW_END   (1ull << 32)
#define PROGRAMS_END 0x7FFFFFFF0000ull

/* How many neighbours that are in the way are passed before a search is given up. */
#define TRIES_MOST 256u

/* A part of the address space that images are put into one after the other. */
typedef struct Range {
        uint64_t lowest;
        uint64_t end;
        uint64_t next; /* where the last one ended: what was freed below is used in the next round
                        */
} Range;

/* An address in use. */
typedef struct Taken {
        uint64_t base;
        uint64_t size;
} Taken;

struct ImageBases {
        pthread_mutex_t lock;
        GTree *taken; /* by base; none overlaps another */
        Range wide;
        Range low;
};

static gint compare_taken(gconstpointer a, gconstpointer b, gpointer context) {
        const Taken *one = a, *other = b;

        (void) context;
        return (one->base > other->base) - (one->base < other->base);
}

/* Images lie closely, but where the first is no program should know before it runs. */
static Range range_new(uint64_t lowest, uint64_t end, uint64_t seed) {
        uint64_t start = lowest + seed % ((end - lowest) / GRANULARITY) * GRANULARITY;

        return (Range){ .lowest = lowest, .end = end, .next = start };
}

ImageBases *image_bases_new(uint64_t seed) {
        ImageBases *bases = g_atomic_rc_box_new0(ImageBases);

        pthread_mutex_init(&bases->lock, NULL);
        bases->taken = g_tree_new_full(compare_taken, NULL, NULL, g_free);
        bases->wide = range_new(IMAGE_BASES_LOWEST, IMAGE_BASES_END, seed);
        bases->low = range_new(IMAGE_BASES_LOW_LOWEST, IMAGE_BASES_LOW_END, seed);
        return bases;
}

ImageBases *image_bases_ref(ImageBases *bases) {
        return g_atomic_rc_box_acquire(bases);
}

static void bases_destroy(gpointer memory) {
        ImageBases *bases = memory;

        g_tree_destroy(bases->taken);
        pthread_mutex_destroy(&bases->lock);
}

void image_bases_unref(ImageBases *bases) {
        if (bases)
                g_atomic_rc_box_release_full(bases, bases_destroy);
}

/* The last of those in use that overlaps, or NULL. */
static const Taken *find_overlap(const ImageBases *bases, uint64_t base, uint64_t size) {
        const Taken last = { .base = base + size - 1 };
        GTreeNode *next = g_tree_upper_bound(bases->taken, &last);
        GTreeNode *before = next ? g_tree_node_previous(next) : g_tree_node_last(bases->taken);
        const Taken *taken = before ? g_tree_node_key(before) : NULL;

        return taken && taken->base + taken->size > base ? taken : NULL;
}

static bool is_free(const ImageBases *bases, uint64_t base, uint64_t size) {
        return find_overlap(bases, base, size) == NULL;
}

static void take(ImageBases *bases, uint64_t base, uint64_t size) {
        Taken *taken = g_new(Taken, 1);

        *taken = (Taken){ .base = base, .size = size };
        g_tree_insert(bases->taken, taken, taken);
}

static uint64_t whole_granules(uint64_t size) {
        return (size + GRANULARITY - 1) & ~(GRANULARITY - 1);
}

/* The next place in the range that is free; 0 if none was found. */
static uint64_t find_place(const ImageBases *bases, Range *range, uint64_t size) {
        uint64_t at = range->next;
        bool again = false;

        for (unsigned i = 0; i < TRIES_MOST; i++) {
                const Taken *taken = NULL;

                if (at + size > range->end) {
                        if (again)
                                return 0;
                        again = true;
                        at = range->lowest;
                        continue;
                }
                taken = find_overlap(bases, at, size);
                if (!taken) {
                        range->next = at + size;
                        return at;
                }
                at = whole_granules(taken->base + taken->size);
        }
        return 0;
}

static bool must_be_low(const PeImage *image) {
        return !image->wide || !(image->characteristics & IMAGE_FILE_LARGE_ADDRESS_AWARE);
}

/* Whether any process could have the image where it was linked for. */
static bool own_base_is_possible(const PeImage *image, uint64_t size) {
        uint64_t end = image->wide ? PROGRAMS_END : NARROW_END;

        return image->base >= GRANULARITY && image->base <= end - size;
}

void image_base_assign(ImageBases *bases, const PeImage *image, ImageBase *ret) {
        bool is_fixed = image->characteristics & IMAGE_FILE_RELOCS_STRIPPED;
        uint64_t size = whole_granules(image->size), base = 0;
        bool own = own_base_is_possible(image, size);

        pthread_mutex_lock(&bases->lock);
        if (own && is_free(bases, image->base, size))
                base = image->base;
        else if (!is_fixed)
                base = find_place(bases, must_be_low(image) ? &bases->low : &bases->wide, size);
        if (base != 0)
                take(bases, base, size);
        pthread_mutex_unlock(&bases->lock);

        *ret = (ImageBase){
                .bases = image_bases_ref(bases),
                .base = base != 0 ? base : image->base,
                .size = size,
                .exclusive = base != 0,
        };
}

static void give_back(ImageBase *base) {
        const Taken taken = { .base = base->base };

        if (!base->exclusive)
                return;
        pthread_mutex_lock(&base->bases->lock);
        g_tree_remove(base->bases->taken, &taken);
        pthread_mutex_unlock(&base->bases->lock);
        base->exclusive = false;
}

void image_base_keep(ImageBase *base, const PeImage *image) {
        if (base->base == image->base)
                return;
        give_back(base);
        base->base = image->base;
}

void image_base_suspend(ImageBase *base) {
        base->suspended = base->exclusive;
        give_back(base);
}

bool image_base_resume(ImageBase *base) {
        bool is_ours = true;

        if (!base->suspended)
                return true;
        pthread_mutex_lock(&base->bases->lock);
        is_ours = is_free(base->bases, base->base, base->size);
        if (is_ours)
                take(base->bases, base->base, base->size);
        pthread_mutex_unlock(&base->bases->lock);
        base->exclusive = is_ours;
        base->suspended = !is_ours;
        return is_ours;
}

void image_base_clear(ImageBase *base) {
        if (!base->bases)
                return;
        give_back(base);
        image_bases_unref(base->bases);
        *base = (ImageBase){ 0 };
}
