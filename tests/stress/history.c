/*
 * The check goes through the history in the order of time and keeps every world that the operations
 * so far can have led to. An operation that has begun may happen at any moment; it is only made to
 * when one returns, since an answer is what rules worlds out (Lowe, "Testing for linearizability",
 * 2017: just-in-time linearization). If no world is left, the history is wrong.
 *
 * Worlds stay few, because a lane has one operation under way at a time.
 */

#include "history.h"

#include <string.h>
#include <time.h>

#include "ntstatus.h"
#include "status.h"

#define SHOWN_MOST 24u

typedef struct World {
        uint32_t happened; /* bit for each lane and each dying process: under way, and has happened
                            */
        uint32_t object;   /* the one that has the name, while anybody holds it */
        uint8_t held[HISTORY_PROCESSES];
} World;

typedef struct Moment {
        uint64_t time;
        bool returns;
        const HistoryOperation *operation;
} Moment;

typedef struct Checker {
        GHashTable *worlds;                                                   /* a set of World */
        const HistoryOperation *under_way[HISTORY_LANES + HISTORY_PROCESSES]; /* by bit, or NULL */
} Checker;

uint64_t history_now(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

static guint world_hash(gconstpointer key) {
        const World *world = key;
        uint64_t held = 0;

        memcpy(&held, world->held, sizeof(held));
        held = (held ^ (uint64_t) world->happened << 32 ^ world->object) * 0x9E3779B97F4A7C15u;
        return (guint) (held >> 32);
}

static gboolean world_equal(gconstpointer a, gconstpointer b) {
        return memcmp(a, b, sizeof(World)) == 0;
}

static GHashTable *world_set_new(void) {
        return g_hash_table_new_full(world_hash, world_equal, g_free, NULL);
}

/* Return: false if it was there already. */
static bool world_set_add(GHashTable *set, const World *world) {
        if (g_hash_table_contains(set, world))
                return false;
        return g_hash_table_add(set, g_memdup2(world, sizeof(*world)));
}

static unsigned bit_of(const HistoryOperation *operation) {
        if (operation->act == HISTORY_DEATH)
                return HISTORY_LANES + operation->process;
        return operation->lane;
}

static bool is_held(const World *world) {
        static const uint8_t nobody[HISTORY_PROCESSES];

        return memcmp(world->held, nobody, sizeof(nobody)) != 0;
}

static bool open_in(World *world, const HistoryOperation *operation) {
        if (operation->end != 0 && !NT_SUCCESS(operation->status))
                return operation->status == STATUS_OBJECT_NAME_NOT_FOUND && !is_held(world);
        if (!is_held(world))
                return false;
        if (operation->object != 0 && world->object != operation->object)
                return false;
        return ++world->held[operation->process] != 0;
}

static bool create_in(World *world, const HistoryOperation *operation) {
        if (operation->end != 0 && !NT_SUCCESS(operation->status))
                return operation->status == STATUS_OBJECT_NAME_COLLISION && is_held(world);
        if (is_held(world))
                return false;
        world->object = operation->object;
        world->held[operation->process] = 1;
        return true;
}

static bool is_failure(const HistoryOperation *operation) {
        return operation->end != 0 && !NT_SUCCESS(operation->status);
}

/* Lets the operation happen; false if it cannot, or not with this answer. */
static bool happen(World *world, const HistoryOperation *operation) {
        uint8_t *held = &world->held[operation->process];

        world->happened |= 1u << bit_of(operation);
        switch ((HistoryAct) operation->act) {
        case HISTORY_OPEN:
                return open_in(world, operation);
        case HISTORY_CREATE:
                return create_in(world, operation);
        case HISTORY_DUPLICATE:
                return !is_failure(operation) && *held > 0 && ++*held != 0;
        case HISTORY_CLOSE:
                if (is_failure(operation) || *held == 0)
                        return false;
                --*held;
                break;
        case HISTORY_DEATH:
                *held = 0;
                break;
        }
        if (!is_held(world))
                world->object = 0;
        return true;
}

/* A dead process does nothing any more. */
static bool may_happen(const Checker *checker, const World *world, unsigned bit) {
        const HistoryOperation *operation = checker->under_way[bit];

        if (!operation || world->happened & 1u << bit)
                return false;
        return operation->act == HISTORY_DEATH ||
               !(world->happened & 1u << (HISTORY_LANES + operation->process));
}

/* Replaces the worlds by those in which what has @bit has happened, whatever else did before it. */
static void make_happen(Checker *checker, unsigned bit) {
        g_autoptr(GHashTable) seen = world_set_new();
        g_autoptr(GPtrArray) open = g_ptr_array_new();
        GHashTable *after = world_set_new();
        GHashTableIter iter;
        gpointer key;

        g_hash_table_iter_init(&iter, checker->worlds);
        while (g_hash_table_iter_next(&iter, &key, NULL))
                g_ptr_array_add(open, key);
        while (open->len > 0) {
                const World *world = g_ptr_array_steal_index_fast(open, open->len - 1);

                if (world->happened & 1u << bit) {
                        world_set_add(after, world);
                        continue;
                }
                for (unsigned i = 0; i < G_N_ELEMENTS(checker->under_way); i++) {
                        World next = *world;
                        World *kept = NULL;

                        if (!may_happen(checker, world, i) ||
                                        !happen(&next, checker->under_way[i]) ||
                                        g_hash_table_contains(seen, &next))
                                continue;
                        kept = g_memdup2(&next, sizeof(next));
                        g_hash_table_add(seen, kept);
                        g_ptr_array_add(open, kept);
                }
        }
        g_hash_table_unref(checker->worlds);
        checker->worlds = after;
}

/* What has @bits is over: the bits are free for what comes next. */
static void forget(Checker *checker, uint32_t bits) {
        GHashTable *after = world_set_new();
        GHashTableIter iter;
        gpointer key;

        g_hash_table_iter_init(&iter, checker->worlds);
        while (g_hash_table_iter_next(&iter, &key, NULL)) {
                World world = *(World *) key;

                world.happened &= ~bits;
                world_set_add(after, &world);
        }
        for (unsigned i = 0; i < G_N_ELEMENTS(checker->under_way); i++)
                if (bits & 1u << i)
                        checker->under_way[i] = NULL;
        g_hash_table_unref(checker->worlds);
        checker->worlds = after;
}

/* The bits of a process's operations that never returned, which end with it. */
static uint32_t unfinished(const Checker *checker, unsigned process) {
        uint32_t bits = 0;

        for (unsigned i = 0; i < HISTORY_LANES; i++)
                if (checker->under_way[i] && checker->under_way[i]->process == process)
                        bits |= 1u << i;
        return bits;
}

static void step(Checker *checker, const Moment *moment) {
        const HistoryOperation *operation = moment->operation;
        unsigned bit = bit_of(operation);
        uint32_t over = 1u << bit;

        if (!moment->returns) {
                checker->under_way[bit] = operation;
                return;
        }
        make_happen(checker, bit);
        if (operation->act == HISTORY_DEATH)
                over |= unfinished(checker, operation->process);
        forget(checker, over);
}

/* At the same nanosecond, what begins comes first: then the two may overlap, which excuses more. */
static gint moment_compare(gconstpointer a, gconstpointer b) {
        const Moment *first = a, *second = b;

        if (first->time != second->time)
                return first->time < second->time ? -1 : 1;
        return (int) first->returns - (int) second->returns;
}

static GArray *moments_new(const HistoryOperation *operations, size_t n_operations) {
        GArray *moments = g_array_new(FALSE, FALSE, sizeof(Moment));

        for (size_t i = 0; i < n_operations; i++) {
                const HistoryOperation *operation = &operations[i];
                Moment begin = { .time = operation->begin, .operation = operation };
                Moment end = { .time = operation->end, .returns = true, .operation = operation };

                g_array_append_val(moments, begin);
                if (operation->end != 0)
                        g_array_append_val(moments, end);
        }
        g_array_sort(moments, moment_compare);
        return moments;
}

static const char *act_name(const HistoryOperation *operation) {
        switch ((HistoryAct) operation->act) {
        case HISTORY_OPEN:
                return "open";
        case HISTORY_CREATE:
                return "create";
        case HISTORY_DUPLICATE:
                return "duplicate";
        case HISTORY_CLOSE:
                return "close";
        case HISTORY_DEATH:
                return "death";
        }
        return "?";
}

/* The last moments up to the one that nothing explains, as times before it. */
static void explain(const GArray *moments, guint last, GString *why) {
        const Moment *wrong = &g_array_index(moments, Moment, last);
        guint first = last >= SHOWN_MOST ? last - SHOWN_MOST : 0;

        g_string_append(why, "nothing explains the last line:\n");
        for (guint i = first; i <= last; i++) {
                const Moment *moment = &g_array_index(moments, Moment, i);
                const HistoryOperation *operation = moment->operation;
                const char *status = nt_status_name(operation->status);

                g_string_append_printf(why, "  -%8" G_GUINT64_FORMAT " ns  P%u.%u  %s %s",
                                wrong->time - moment->time, operation->process, operation->lane,
                                act_name(operation), moment->returns ? "returns" : "begins");
                if (moment->returns && operation->act != HISTORY_DEATH)
                        g_string_append_printf(why, " %s (0x%08x), object %u",
                                        status ? status : "?", (unsigned) operation->status,
                                        operation->object);
                g_string_append(why, operation->end ? "\n" : ", and never returns\n");
        }
}

bool history_check(const HistoryOperation *operations, size_t n_operations, GString *ret_why) {
        g_autoptr(GArray) moments = moments_new(operations, n_operations);
        Checker checker = { .worlds = world_set_new() };
        const World start = { 0 };
        bool right = true;

        world_set_add(checker.worlds, &start);
        for (guint i = 0; i < moments->len && right; i++) {
                step(&checker, &g_array_index(moments, Moment, i));
                right = g_hash_table_size(checker.worlds) > 0;
                if (!right)
                        explain(moments, i, ret_why);
        }
        g_hash_table_unref(checker.worlds);
        return right;
}
