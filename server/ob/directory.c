#include "directory.h"

#include <sodium/crypto_shorthash.h>
#include <string.h>

#include "ntstatus.h"
#include "upcase.h"

#define NAME_BYTES_MOST 65532u

static void directory_finalize(Object *object) {
        Directory *directory = (Directory *) object;

        g_assert(!directory->entries.first);
        entry_list_clear(&directory->entries);
        hash_index_clear(&directory->index);
        if (directory->shadow)
                object_unref(&directory->shadow->object);
}

const ObjectType directory_type = {
        .rules = &object_types[KIND_DIRECTORY],
        .kind = KIND_DIRECTORY,
        .size = sizeof(Directory),
        .finalize = directory_finalize,
};

NTSTATUS directory_new(NameSeed *seed, Quota *quota, Directory **ret) {
        Object *object = NULL;
        Directory *directory = NULL;
        NTSTATUS status = object_new(&directory_type, quota, &object);

        if (!NT_SUCCESS(status))
                return status;
        directory = (Directory *) object;
        directory->seed = seed;
        directory->id = ++seed->next_directory_id;
        hash_index_init(&directory->index);
        *ret = directory;
        return STATUS_SUCCESS;
}

NTSTATUS directory_set_shadow(Directory *directory, Directory *shadow) {
        if (shadow->n_shadows >= SHADOWS_MOST)
                return STATUS_INVALID_PARAMETER;
        directory->shadow = (Directory *) object_ref(&shadow->object);
        directory->n_shadows = (uint8_t) (shadow->n_shadows + 1);
        return STATUS_SUCCESS;
}

static uint64_t name_hash(NameSeed *seed, const WCHAR *name, size_t n_units) {
        uint64_t hash = 0;

        for (size_t i = 0; i < n_units; i++)
                seed->folded[i] = nt_upcase(name[i]);
        crypto_shorthash((unsigned char *) &hash, (const unsigned char *) seed->folded,
                        n_units * sizeof(WCHAR), seed->key);
        return hash;
}

/* Keys of the generation counters: of a name in a directory, and of a directory itself. */
static uint64_t name_key(const Directory *directory, uint64_t hash) {
        return hash ^ directory->id * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
}

static uint64_t directory_key(const Directory *directory) {
        return directory->id * G_GUINT64_CONSTANT(0xD6E8FEB86659FD93);
}

static DirectoryEntry *find(const Directory *directory,
                uint64_t hash,
                const WCHAR *name,
                size_t n_units,
                bool ignore_case) {
        HashLink *link = hash_index_first(&directory->index, hash);
        DirectoryEntry *found = NULL;

        /* Names that differ in case only may coexist: the exact one is the better answer. */
        for (; link; link = hash_index_next(link)) {
                DirectoryEntry *entry = (DirectoryEntry *) link;

                if (nt_name_equal(entry->name, entry->n_units, name, n_units, false))
                        return entry;
                if (ignore_case && nt_name_equal(entry->name, entry->n_units, name, n_units, true))
                        found = entry;
        }
        return found;
}

DirectoryEntry *directory_lookup(Directory *directory,
                const WCHAR *name,
                size_t n_units,
                unsigned how,
                Dependencies *dependencies) {
        uint64_t hash = name_hash(directory->seed, name, n_units);

        for (Directory *here = directory; here; here = here->shadow) {
                DirectoryEntry *entry = find(here, hash, name, n_units, how & LOOKUP_IGNORES_CASE);

                if (dependencies) {
                        dependencies_add(dependencies, name_key(here, hash));
                        dependencies_add(dependencies, directory_key(here));
                }
                if (entry || how & LOOKUP_NO_SHADOW)
                        return entry;
        }
        return NULL;
}

/* Whatever was said of the name, and of what lies below it, must be asked anew. */
static void bump(const DirectoryEntry *entry) {
        GenerationCounters *generation = entry->directory->seed->generation;

        generation_bump(generation, name_key(entry->directory, entry->link.hash));
        if (entry->object->type == &directory_type)
                generation_bump(generation, directory_key((const Directory *) entry->object));
}

void directory_touch(const Object *object) {
        if (object->entry)
                bump(object->entry);
        else if (object->type == &directory_type)
                generation_bump(((const Directory *) object)->seed->generation,
                                directory_key((const Directory *) object));
}

NTSTATUS directory_insert(Directory *directory,
                Object *object,
                const WCHAR *name,
                size_t n_units,
                Quota *quota) {
        DirectoryEntry *entry = g_try_malloc0(sizeof(*entry) + n_units * sizeof(WCHAR));
        NTSTATUS status = STATUS_SUCCESS;

        if (!entry)
                return STATUS_NO_MEMORY;
        if (quota)
                status = quota_charge(
                                quota, QUOTA_NAME_BYTES, n_units * sizeof(WCHAR), &entry->charge);
        if (NT_SUCCESS(status) && hash_index_insert(&directory->index, &entry->link,
                                                  name_hash(directory->seed, name, n_units)) < 0) {
                quota_charge_release(&entry->charge);
                status = STATUS_NO_MEMORY;
        }
        if (!NT_SUCCESS(status)) {
                g_free(entry);
                return status;
        }

        entry->n_units = (uint16_t) n_units;
        memcpy(entry->name, name, n_units * sizeof(WCHAR));
        entry->directory = (Directory *) object_ref(&directory->object);
        entry->object = object_ref(object);
        entry_list_append(&directory->entries, entry);
        object->entry = entry;
        if (object->permanent && !object->startup)
                directory->seed->n_permanent++;
        bump(entry);
        return STATUS_SUCCESS;
}

void directory_remove(DirectoryEntry *entry) {
        Directory *directory = entry->directory;
        Object *object = entry->object;

        bump(entry);
        hash_index_remove(&directory->index, &entry->link);
        entry_list_remove(&directory->entries, entry);

        object->entry = NULL;
        if (object->permanent && !object->startup)
                directory->seed->n_permanent--;
        quota_charge_release(&entry->charge);
        g_free(entry);
        object_unref(object);
        object_unref(&directory->object);
}

DirectoryEntry *directory_next(Directory *directory, uint64_t sequence) {
        return entry_list_next(&directory->entries, sequence);
}

/* Names in a hidden directory are for finding things, not for showing them. */
static bool is_named(const Object *object) {
        return object->entry && !object->entry->directory->hidden;
}

/* Units of the path, or of what is visible of it: a directory that lost its name shows as `\...`.
 */
static size_t path_units(const Object *object, const Directory *root) {
        size_t n = 0;

        while (is_named(object)) {
                n += 1 + object->entry->n_units;
                object = &object->entry->directory->object;
        }
        if (object != &root->object)
                n += 4;
        return n;
}

NTSTATUS directory_full_name(
                const Object *object, const Directory *root, WCHAR **ret, size_t *ret_units) {
        static const WCHAR detached[] = u"\\...";
        size_t n_units = 0, end = 0;
        WCHAR *path = NULL;

        if (object == &root->object) {
                path = g_try_new0(WCHAR, 1);
                if (path)
                        path[0] = '\\';
                n_units = 1;
        } else if (!is_named(object)) {
                path = g_try_new0(WCHAR, 1);
        } else {
                n_units = path_units(object, root);
                if (n_units * sizeof(WCHAR) > NAME_BYTES_MOST)
                        return STATUS_NAME_TOO_LONG;
                path = g_try_new(WCHAR, n_units);
        }
        if (!path)
                return STATUS_NO_MEMORY;

        end = is_named(object) ? n_units : 0;
        for (; is_named(object); object = &object->entry->directory->object) {
                end -= object->entry->n_units;
                memcpy(path + end, object->entry->name, object->entry->n_units * sizeof(WCHAR));
                path[--end] = '\\';
        }
        if (end > 0)
                memcpy(path, detached, 4 * sizeof(WCHAR));

        *ret = path;
        *ret_units = n_units;
        return STATUS_SUCCESS;
}
