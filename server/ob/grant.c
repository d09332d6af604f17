/*
 * Entries live in chunks that never move, since objects chain them; free slots form a list, most
 * recent first. Per table, an index by object finds the grant that a process has already.
 */

#include "grant.h"

#include "grant-anchor.h"
#include "ntstatus.h"
#include "process-page.h"

#define CHUNK_ENTRIES 64u

/* Compare-and-swaps that the server may lose to the process before it takes it for hostile. */
#define TRIES_MOST 1000u

struct GrantTable {
        GrantWord *words;
        const GrantViews *views;
        Quota *quota;
        GrantEntry **chunks;
        uint32_t n_chunks; /* the array has room for the next power of two */
        uint32_t n_slots;  /* slots that have been used so far, including 0, which never is */
        GrantEntry *free;
        HashIndex index;
        size_t n_grants;
        size_t n_viewed; /* grants that are over, and had views */
        bool ended;
        bool ending; /* and has something yet */
};

/* One server per program: tables that are ending. */
static unsigned n_ending;

GrantTable *grant_table_new(GrantWord *words, const GrantViews *views, Quota *quota) {
        GrantTable *table = g_new0(GrantTable, 1);

        table->words = words;
        table->views = views;
        table->quota = quota_ref(quota);
        table->n_slots = 1;
        hash_index_init(&table->index);
        return table;
}

static bool has_any(const GrantTable *table) {
        return table->n_grants > 0 || table->n_viewed > 0;
}

static void set_ending(GrantTable *table, bool ending) {
        n_ending = n_ending + ending - table->ending;
        table->ending = ending;
}

void grant_table_free(GrantTable *table) {
        if (!table)
                return;
        g_assert(!has_any(table));
        set_ending(table, false);
        for (uint32_t i = 0; i < table->n_chunks; i++)
                g_free(table->chunks[i]);
        g_free(table->chunks);
        hash_index_clear(&table->index);
        quota_unref(table->quota);
        g_free(table);
}

size_t grant_table_count(const GrantTable *table) {
        return table->n_grants;
}

bool grant_table_ended(const GrantTable *table) {
        return table->ended;
}

GrantWord *grant_entry_word(const GrantEntry *entry) {
        return &entry->table->words[entry->slot];
}

uint32_t grant_entry_count_handles(const GrantEntry *entry) {
        uint64_t value = 0;

        if (entry->table->ended)
                return 0;
        value = atomic_load(grant_entry_word(entry));
        if (!grant_entry_lives(entry, value))
                return 0;
        return MIN(grant_word_count(value), HANDLE_ENTRIES);
}

static GrantEntry *entry_at(const GrantTable *table, uint32_t slot) {
        return &table->chunks[slot / CHUNK_ENTRIES][slot % CHUNK_ENTRIES];
}

uint32_t grant_table_count_handles(const GrantTable *table) {
        uint64_t n = 0;

        for (uint32_t slot = 1; slot < table->n_slots; slot++) {
                const GrantEntry *entry = entry_at(table, slot);

                if (entry->object)
                        n += grant_entry_count_handles(entry);
        }
        return (uint32_t) MIN(n, UINT32_MAX);
}

/* A grant, or what is left of one that had views. */
static GrantEntry *find_any(const GrantTable *table, GrantName name) {
        GrantEntry *entry = NULL;

        if (name.slot == 0 || name.slot >= table->n_slots)
                return NULL;
        entry = entry_at(table, name.slot);
        return entry->object && entry->tag == name.tag ? entry : NULL;
}

static GrantEntry *grant_table_find(const GrantTable *table, GrantName name) {
        GrantEntry *entry = find_any(table, name);

        return entry && !entry->viewed ? entry : NULL;
}

static bool add_chunk(GrantTable *table) {
        uint32_t n = table->n_chunks;

        if ((n & (n - 1)) == 0) {
                GrantEntry **chunks = g_try_renew(GrantEntry *, table->chunks, MAX(2 * n, 1));

                if (!chunks)
                        return false;
                table->chunks = chunks;
        }
        table->chunks[n] = g_try_new0(GrantEntry, CHUNK_ENTRIES);
        if (!table->chunks[n])
                return false;
        table->n_chunks++;
        return true;
}

/* A slot that was never used before. */
static GrantEntry *new_slot(GrantTable *table) {
        uint32_t slot = table->n_slots;
        GrantEntry *entry = NULL;

        if (slot >= GRANT_SLOT_LOST)
                return NULL;
        if (slot / CHUNK_ENTRIES == table->n_chunks && !add_chunk(table))
                return NULL;
        entry = entry_at(table, slot);
        entry->table = table;
        entry->slot = slot;
        table->n_slots++;
        return entry;
}

/* A slot whose tag has been used up is never given out again: an old name must not come to mean
 * anew. */
static GrantEntry *take_slot(GrantTable *table) {
        GrantEntry *entry = table->free;

        if (table->ended)
                return NULL;
        if (!entry)
                return new_slot(table);
        table->free = entry->next;
        entry->next = NULL;
        return entry;
}

static void give_slot_back(GrantTable *table, GrantEntry *entry) {
        if (entry->tag == GRANT_TAG_MAX || table->ended)
                return;
        entry->next = table->free;
        table->free = entry;
}

static uint64_t object_hash(const Object *object) {
        return (uint64_t) (uintptr_t) object * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15) >> 16;
}

/* Either list of an object has its own head; the entry keeps its reference to the object. */
static void chain(GrantEntry *entry, GrantEntry **head) {
        entry->previous = NULL;
        entry->next = *head;
        if (entry->next)
                entry->next->previous = entry;
        *head = entry;
}

static void unchain(GrantEntry *entry, GrantEntry **head) {
        if (entry->previous)
                entry->previous->next = entry->next;
        else
                *head = entry->next;
        if (entry->next)
                entry->next->previous = entry->previous;
        entry->next = entry->previous = NULL;
}

/* The slot is free, and the reference to the object gone. */
static void clear_entry(GrantEntry *entry) {
        Object *object = entry->object;

        entry->object = NULL;
        quota_charge_release(&entry->charge);
        give_slot_back(entry->table, entry);
        object_unref(object);
}

/* What the process says of its views is for itself to suffer: it holds a slot that it pays for. */
static bool has_views(const GrantEntry *entry) {
        const GrantTable *table = entry->table;

        return entry->object->reports && table->views && !table->ended &&
               atomic_load(&table->views[entry->slot]) > 0;
}

void grant_entry_drop(GrantEntry *entry) {
        GrantTable *table = entry->table;
        g_autoptr(Object) object = object_ref(entry->object);

        if (!table->ended)
                atomic_store(grant_entry_word(entry), grant_word_make(entry->tag, 0, GRANT_DEAD));
        hash_index_remove(&table->index, &entry->link);
        table->n_grants--;
        object_count_grant(object->type->kind, -1);
        unchain(entry, &object->grants);
        if (object->anchor == entry)
                object->anchor = NULL;
        if (has_views(entry)) { /* read after the word is DEAD: see the client's last unmap */
                entry->viewed = true;
                table->n_viewed++;
                chain(entry, &object->viewed);
        } else {
                clear_entry(entry);
        }
        if (!object->grants && object->type->close)
                object->type->close(object);
}

void grant_entry_drop_viewed(GrantEntry *entry) {
        unchain(entry, &entry->object->viewed);
        entry->viewed = false;
        entry->table->n_viewed--;
        clear_entry(entry);
}

/* Drops a grant that its process has given up, and settles what becomes of the object. */
static void end_entry(GrantEntry *entry) {
        g_autoptr(Object) object = object_ref(entry->object);
        bool was_anchor = object->anchor == entry;

        grant_entry_drop(entry);
        if (was_anchor)
                object_elect(object);
}

static NTSTATUS new_grant(GrantTable *table,
                Object *object,
                ACCESS_MASK access,
                uint32_t n_handles,
                GrantName *ret) {
        GrantEntry *entry = take_slot(table);
        bool anchor = !object->permanent && !object->anchor;
        uint64_t flags = anchor ? GRANT_REPORT : 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (!entry)
                return STATUS_INSUFFICIENT_RESOURCES;
        status = quota_charge(table->quota, QUOTA_GRANTS, 1, &entry->charge);
        if (NT_SUCCESS(status) &&
                        hash_index_insert(&table->index, &entry->link, object_hash(object)) < 0) {
                quota_charge_release(&entry->charge);
                status = STATUS_NO_MEMORY;
        }
        if (!NT_SUCCESS(status)) {
                give_slot_back(table, entry);
                return status;
        }

        entry->tag++;
        entry->access = access;
        entry->object = object_ref(object);
        chain(entry, &object->grants);
        table->n_grants++;
        object_count_grant(object->type->kind, 1);
        if (anchor)
                object->anchor = entry;
        if (object->reports)
                flags = GRANT_REPORT | GRANT_SHARED;
        atomic_store(grant_entry_word(entry), grant_word_make(entry->tag, n_handles, flags));
        *ret = (GrantName){ .slot = entry->slot, .tag = entry->tag };
        return STATUS_SUCCESS;
}

/* A grant of the process on the object that has @access already, or NULL. */
static GrantEntry *find_grant(const GrantTable *table, const Object *object, ACCESS_MASK access) {
        HashLink *link = hash_index_first(&table->index, object_hash(object));

        for (; link; link = hash_index_next(link)) {
                GrantEntry *entry = (GrantEntry *) link;

                if (entry->object == object && (entry->access & access) == access)
                        return entry;
        }
        return NULL;
}

NTSTATUS grant_table_open(GrantTable *table, Object *object, ACCESS_MASK access, GrantName *ret) {
        for (;;) {
                GrantEntry *entry = find_grant(table, object, access);
                bool was_anchor = entry && object->anchor == entry;

                if (!entry)
                        return new_grant(table, object, access, 1, ret);
                if (grant_word_count_up(grant_entry_word(entry), entry->tag, GRANT_TAG_MAX,
                                    TRIES_MOST)) {
                        *ret = (GrantName){ .slot = entry->slot, .tag = entry->tag };
                        return STATUS_SUCCESS;
                }

                /* DEAD since the look, or rubbish: the grant is lost. */
                grant_entry_drop(entry);
                if (was_anchor)
                        object_elect(object);
                if (!object_look(object))
                        return STATUS_OBJECT_NAME_NOT_FOUND;
        }
}

NTSTATUS grant_table_reference(GrantTable *table,
                GrantName name,
                const ObjectType *type,
                ACCESS_MASK access,
                Object **ret_object,
                ACCESS_MASK *ret_access) {
        const GrantEntry *entry = grant_table_find(table, name);

        if (!entry || !grant_entry_lives(entry, atomic_load(grant_entry_word(entry))))
                return STATUS_INVALID_HANDLE;
        if (type && entry->object->type != type)
                return STATUS_OBJECT_TYPE_MISMATCH;
        if ((entry->access & access) != access)
                return STATUS_ACCESS_DENIED;

        if (ret_access)
                *ret_access = entry->access;
        *ret_object = object_ref(entry->object);
        return STATUS_SUCCESS;
}

void grant_table_release(GrantTable *table, GrantName name) {
        GrantEntry *entry = grant_table_find(table, name);

        if (entry && !grant_entry_lives(entry, atomic_load(grant_entry_word(entry))))
                end_entry(entry);
}

NTSTATUS grant_table_release_views(GrantTable *table, GrantName name) {
        GrantEntry *entry = NULL;

        grant_table_release(table, name);
        entry = find_any(table, name);
        if (!entry)
                return STATUS_SUCCESS;
        if (!entry->viewed || has_views(entry))
                return STATUS_INVALID_PARAMETER;
        grant_entry_drop_viewed(entry);
        return STATUS_SUCCESS;
}

NTSTATUS grant_table_reference_viewed(
                GrantTable *table, GrantName name, const ObjectType *type, Object **ret_object) {
        const GrantEntry *entry = find_any(table, name);

        if (!entry || !entry->viewed)
                return grant_table_reference(table, name, type, 0, ret_object, NULL);
        if (type && entry->object->type != type)
                return STATUS_OBJECT_TYPE_MISMATCH;
        *ret_object = object_ref(entry->object);
        return STATUS_SUCCESS;
}

/* Unless its process has made a handle on it again: a thread of it may be about to. */
static void end_parked(GrantEntry *entry) {
        uint64_t was = 0;

        if (grant_word_end_parked(grant_entry_word(entry), entry->tag, &was) ||
                        !grant_entry_lives(entry, was))
                end_entry(entry);
}

void grant_table_end_parked(GrantTable *table, GrantName name) {
        GrantEntry *entry = grant_table_find(table, name);

        if (entry && entry->object->anchor != entry)
                end_parked(entry);
}

NTSTATUS grant_table_close(GrantTable *table, GrantName name) {
        GrantEntry *entry = grant_table_find(table, name);

        if (!entry)
                return STATUS_INVALID_HANDLE;
        switch (grant_word_close(grant_entry_word(entry), TRIES_MOST)) {
        case GRANT_CLOSE_OPEN:
                break;
        case GRANT_CLOSE_PARKED:
                end_parked(entry);
                break;
        case GRANT_CLOSE_REPORT:
        case GRANT_CLOSE_REPORT_WAIT:
                end_entry(entry);
                break;
        case GRANT_CLOSE_NONE:
                return STATUS_INVALID_HANDLE;
        }
        return STATUS_SUCCESS;
}

NTSTATUS grant_table_inherit(GrantTable *table, GrantTable *other, GrantName name, GrantName *ret) {
        GrantEntry *entry = grant_table_find(other, name);
        g_autoptr(Object) object = NULL;

        if (!entry || grant_entry_count_handles(entry) == 0)
                return STATUS_INVALID_HANDLE;
        object = object_ref(entry->object);
        if (!object_look(object) || object_exclusive_owner(object)) /* nobody else may have it */
                return STATUS_INVALID_HANDLE;
        return grant_table_open(table, object, entry->access, ret);
}

void grant_table_end(GrantTable *table) {
        table->ended = true;
        set_ending(table, has_any(table));
}

bool grant_tables_ending(void) {
        return n_ending > 0;
}

/*
 * The last slot first, so that what was allocated last is freed first: the heap then gives memory
 * back bit by bit, and not all at once when the oldest allocation goes.
 */
bool grant_table_drain(GrantTable *table, unsigned n_most) {
        while (has_any(table) && n_most-- > 0) {
                uint32_t slot = table->n_slots - 1;
                GrantEntry *entry = entry_at(table, slot);

                if (entry->viewed)
                        grant_entry_drop_viewed(entry);
                else if (entry->object)
                        end_entry(entry);
                table->n_slots = slot;
                if (slot % CHUNK_ENTRIES == 0)
                        g_free(table->chunks[--table->n_chunks]);
        }
        set_ending(table, has_any(table));
        return table->ending;
}
