/*
 * A Quota exists as long as somebody refers to it: its charges, and whoever asked for it. The table
 * finds it by uid but holds no reference, so a user who has nothing costs nothing. References are
 * plain integers: one thread, one loop.
 *
 * Limits live in the table, once, so that a reload reaches everybody. A limit that falls below what
 * somebody holds refuses new charges and takes nothing back.
 */

#include "quota.h"

#include <glib.h>
#include <sys/resource.h>

#include "frame.h"
#include "ntstatus.h"

struct QuotaTable {
        GHashTable *quotas; /* uid -> Quota, not owned */
        QuotaLimits limits;
        uint64_t n_descriptors;    /* that all quotas together are charged for */
        uint64_t most_descriptors; /* that they may be, before quota_has_room() says no */
};

struct Quota {
        QuotaTable *table;
        uid_t uid;
        uint64_t n_refs;
        uint64_t used[QUOTA_KINDS];
};

const char *quota_kind_name(QuotaKind kind) {
        switch (kind) {
        case QUOTA_CONNECTIONS:
                return "connections";
        case QUOTA_PROCESSES:
                return "processes";
        case QUOTA_GRANTS:
                return "grants";
        case QUOTA_OBJECTS:
                return "objects";
        case QUOTA_NAME_BYTES:
                return "name-bytes";
        case QUOTA_DESCRIPTOR_BYTES:
                return "descriptor-bytes";
        case QUOTA_SECTION_BYTES:
                return "section-bytes";
        case QUOTA_IMAGE_BYTES:
                return "image-bytes";
        case QUOTA_REPLY_BYTES:
                return "reply-bytes";
        case QUOTA_REPLY_FDS:
                return "reply-fds";
        case QUOTA_DESCRIPTORS:
                return "descriptors";
        case QUOTA_KINDS:
                break;
        }
        g_assert_not_reached();
}

/*
 * What is counted in descriptors follows from how many the server may have: a sixteenth may be
 * under way to one user, since the kernel refuses to pass any more for anybody (ETOOMANYREFS) once
 * as many as RLIMIT_NOFILE are; and no user may hold more than three quarters, so that others still
 * get in.
 */
void quota_limits_init(QuotaLimits *limits) {
        struct rlimit files = { .rlim_cur = 1024 };

        (void) getrlimit(RLIMIT_NOFILE, &files); /* cannot fail for a valid pointer and resource */

        *limits = (QuotaLimits) {
                .limit = {
                        [QUOTA_CONNECTIONS] = 20000,
                        [QUOTA_PROCESSES] = 10000,
                        [QUOTA_GRANTS] = 4u << 20,
                        [QUOTA_OBJECTS] = 2u << 20,
                        [QUOTA_NAME_BYTES] = 512u << 20,
                        [QUOTA_DESCRIPTOR_BYTES] = 64u << 20,
                        [QUOTA_SECTION_BYTES] = 16ull << 40,
                        [QUOTA_IMAGE_BYTES] = 8ull << 30,
                        [QUOTA_REPLY_BYTES] = 64u << 20,
                        [QUOTA_REPLY_FDS] = MAX(files.rlim_cur / 16, FRAME_FDS_MAX),
                        [QUOTA_DESCRIPTORS] = files.rlim_cur / 4 * 3,
                },
        };
}

/* What the server needs for itself: events, logs, a memory before somebody pays for it. */
#define OWN_DESCRIPTORS 64u

static uint64_t most_descriptors(void) {
        struct rlimit files = { .rlim_cur = 1024 };

        (void) getrlimit(RLIMIT_NOFILE, &files);
        return files.rlim_cur - MIN(files.rlim_cur, OWN_DESCRIPTORS);
}

QuotaTable *quota_table_new(const QuotaLimits *limits) {
        QuotaTable *table = g_new0(QuotaTable, 1);

        table->most_descriptors = most_descriptors();
        table->quotas = g_hash_table_new(NULL, NULL);
        table->limits = *limits;
        return table;
}

/* Everything that was charged must have been given back: a charge points here. */
void quota_table_free(QuotaTable *table) {
        if (!table)
                return;

        g_assert(g_hash_table_size(table->quotas) == 0);
        g_hash_table_unref(table->quotas);
        g_free(table);
}

void quota_table_set_limits(QuotaTable *table, const QuotaLimits *limits) {
        table->limits = *limits;
}

const QuotaLimits *quota_table_limits(const QuotaTable *table) {
        return &table->limits;
}

Quota *quota_table_get(QuotaTable *table, uid_t uid) {
        Quota *quota = g_hash_table_lookup(table->quotas, GUINT_TO_POINTER(uid));

        if (quota)
                return quota_ref(quota);

        quota = g_new0(Quota, 1);
        quota->table = table;
        quota->uid = uid;
        quota->n_refs = 1;
        g_hash_table_insert(table->quotas, GUINT_TO_POINTER(uid), quota);
        return quota;
}

Quota *quota_ref(Quota *quota) {
        quota->n_refs++;
        return quota;
}

Quota *quota_unref(Quota *quota) {
        if (!quota || --quota->n_refs > 0)
                return NULL;

        g_hash_table_remove(quota->table->quotas, GUINT_TO_POINTER(quota->uid));
        g_free(quota);
        return NULL;
}

uid_t quota_uid(const Quota *quota) {
        return quota->uid;
}

uint64_t quota_used(const Quota *quota, QuotaKind kind) {
        return quota->used[kind];
}

uint64_t quota_left(const Quota *quota, QuotaKind kind) {
        uint64_t limit = quota->table->limits.limit[kind];

        return limit > quota->used[kind] ? limit - quota->used[kind] : 0;
}

void quota_table_foreach(QuotaTable *table,
                void (*visit)(const Quota *quota, void *context),
                void *context) {
        GHashTableIter iter;
        void *quota;

        g_hash_table_iter_init(&iter, table->quotas);
        while (g_hash_table_iter_next(&iter, NULL, &quota))
                visit(quota, context);
}

NTSTATUS quota_charge(Quota *quota, QuotaKind kind, uint64_t amount, QuotaCharge *charge) {
        uint64_t limit = quota->table->limits.limit[kind];
        uint64_t used = quota->used[kind];

        g_assert(!charge->quota);

        /* Used may be above a limit that was lowered since; and the sum may not wrap. */
        if (used > limit || amount > limit - used)
                return STATUS_QUOTA_EXCEEDED;

        quota->used[kind] = used + amount;
        if (kind == QUOTA_DESCRIPTORS)
                quota->table->n_descriptors += amount;
        *charge = (QuotaCharge){ .quota = quota_ref(quota), .kind = kind, .amount = amount };
        return STATUS_SUCCESS;
}

bool quota_has_room(const Quota *quota, QuotaKind kind, uint64_t amount) {
        const QuotaTable *table = quota->table;
        uint64_t limit = table->limits.limit[kind], used = quota->used[kind];

        if (used > limit || amount > limit - used)
                return false;
        return kind != QUOTA_DESCRIPTORS ||
               table->n_descriptors + amount <= table->most_descriptors;
}

void quota_charge_release(QuotaCharge *charge) {
        if (!charge->quota)
                return;

        g_assert(charge->quota->used[charge->kind] >= charge->amount);
        charge->quota->used[charge->kind] -= charge->amount;
        if (charge->kind == QUOTA_DESCRIPTORS)
                charge->quota->table->n_descriptors -= charge->amount;
        quota_unref(charge->quota);
        *charge = (QuotaCharge){ 0 };
}
