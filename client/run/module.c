#include "module.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "module-range.h"
#include "text.h"
#include "upcase.h"
#include "zw.h"

#define NAME_HASH_FACTOR 65599u

/* The table: all modules, and the lock of those who look. */
static struct {
        pthread_rwlock_t lock;
        Module *first;
} table = { .lock = PTHREAD_RWLOCK_INITIALIZER };

/* Makes a counted string with a NUL behind it. Return: false if there is no memory, or it is too
 * long. */
static bool make_string(const char *text, UNICODE_STRING *ret) {
        size_t length = strlen(text), n;
        WCHAR *units;

        if (length > UINT16_MAX / sizeof(*units) - 1)
                return false;
        units = malloc((length + 1) * sizeof(*units));
        if (!units)
                return false;
        n = text_decode(text, length, units);
        units[n] = 0;
        *ret = (UNICODE_STRING){
                .Length = (USHORT) (n * sizeof(*units)),
                .MaximumLength = (USHORT) ((n + 1) * sizeof(*units)),
                .Buffer = units,
        };
        return true;
}

/* What follows the last backslash. */
static UNICODE_STRING base_name(const UNICODE_STRING *name) {
        size_t n_units = name->Length / sizeof(WCHAR), at = n_units;

        while (at > 0 && name->Buffer[at - 1] != '\\')
                at--;
        return (UNICODE_STRING){
                .Length = (USHORT) ((n_units - at) * sizeof(WCHAR)),
                .MaximumLength = (USHORT) ((n_units - at + 1) * sizeof(WCHAR)),
                .Buffer = name->Buffer + at,
        };
}

static const char *leaf_of(const char *full_name) {
        const char *backslash = strrchr(full_name, '\\');

        return backslash ? backslash + 1 : full_name;
}

/* Of names without case; the algorithm is RtlHashUnicodeString()'s. */
static ULONG hash_name(const UNICODE_STRING *name) {
        ULONG hash = 0;

        for (size_t i = 0; i < name->Length / sizeof(WCHAR); i++)
                hash = hash * NAME_HASH_FACTOR + nt_upcase(name->Buffer[i]);
        return hash;
}

static void ring_init(ListLink *link) {
        link->next = link->previous = link;
}

static void ring_append(ListLink *head, ListLink *link) {
        link->next = head;
        link->previous = head->previous;
        head->previous->next = link;
        head->previous = link;
}

static void ring_remove(ListLink *link) {
        link->previous->next = link->next;
        link->next->previous = link->previous;
        ring_init(link);
}

static void fill_entry(Module *module) {
        const IMAGE_OPTIONAL_HEADER64 *optional = &module->image.optional;
        LdrEntry *entry = &module->entry;

        ring_init(&entry->in_load_order);
        ring_init(&entry->in_memory_order);
        ring_init(&entry->in_initialization_order);
        ring_init(&entry->hash_links);
        ring_init(&entry->node_module_link);
        entry->base = (PVOID) (uintptr_t) module->image.bytes;
        if (optional->AddressOfEntryPoint != 0)
                entry->entry_point = (uint8_t *) entry->base + optional->AddressOfEntryPoint;
        entry->size_of_image = module->image.size;
        entry->base_name = base_name(&entry->full_name);
        entry->base_name_hash = hash_name(&entry->base_name);
        entry->time_date_stamp = module->image.file.TimeDateStamp;
        entry->original_base = optional->ImageBase;
        entry->flags = LDR_IN_LEGACY_LISTS;
        if (module->image.file.Characteristics & IMAGE_FILE_DLL)
                entry->flags |= LDR_IMAGE_DLL;
}

static void free_names(Module *module) {
        free(module->entry.full_name.Buffer);
        free(module->path);
        free(module->name);
        free(module->needs);
        free(module->builtin);
        free(module);
}

Module *module_new(const Image *image, const char *path, const char *full_name) {
        Module *module = calloc(1, sizeof(*module));

        if (!module)
                return NULL;
        module->image = *image;
        module->name = strdup(leaf_of(full_name));
        module->path = path ? strdup(path) : NULL;
        if (!module->name || (path && !module->path) ||
                        !make_string(full_name, &module->entry.full_name)) {
                free_names(module);
                return NULL;
        }
        fill_entry(module);
        return module;
}

void module_free(Module *module) {
        if (!module)
                return;
        if (module->builtin)
                builtin_image_free(&module->image);
        else
                zw_unmap_view_of_section(NtCurrentProcess(), module->entry.base);
        free_names(module);
}

bool module_add_need(Module *module, Module *used) {
        Module **needs = module->needs;

        for (size_t i = 0; i < module->n_needs; i++)
                if (needs[i] == used)
                        return true;
        if (module->n_needs == module->n_needs_room) {
                size_t room = module->n_needs_room ? 2 * module->n_needs_room : 8;

                needs = reallocarray(needs, room, sizeof(*needs));
                if (!needs)
                        return false;
                module->needs = needs;
                module->n_needs_room = room;
        }
        needs[module->n_needs++] = used;
        return true;
}

bool module_table_add(Module *module, LdrData *lists) {
        Module **last = &table.first;

        module->mark = module_mark_new(module->name, module_base(module), module->image.size);
        if (!module->mark)
                return false;
        pthread_rwlock_wrlock(&table.lock);
        while (*last)
                last = &(*last)->next;
        *last = module;
        ring_append(&lists->in_load_order, &module->entry.in_load_order);
        ring_append(&lists->in_memory_order, &module->entry.in_memory_order);
        pthread_rwlock_unlock(&table.lock);
        return true;
}

void module_table_remove(Module *module) {
        Module **link = &table.first;

        module_mark_end(module->mark);
        pthread_rwlock_wrlock(&table.lock);
        while (*link && *link != module)
                link = &(*link)->next;
        if (*link)
                *link = module->next;
        ring_remove(&module->entry.in_load_order);
        ring_remove(&module->entry.in_memory_order);
        ring_remove(&module->entry.in_initialization_order);
        pthread_rwlock_unlock(&table.lock);
}

void module_table_lock(void) {
        pthread_rwlock_rdlock(&table.lock);
}

void module_table_unlock(void) {
        pthread_rwlock_unlock(&table.lock);
}

Module *module_first(void) {
        return table.first;
}

Module *module_find_base(const void *base) {
        for (Module *module = table.first; module; module = module->next)
                if (module->entry.base == base)
                        return module;
        return NULL;
}

Module *module_find_address(const void *address) {
        for (Module *module = table.first; module; module = module->next)
                if ((uintptr_t) address - module_base(module) < module->image.size)
                        return module;
        return NULL;
}

Module *module_find_name(const WCHAR *name, size_t n_units) {
        for (Module *module = table.first; module; module = module->next) {
                const UNICODE_STRING *own = &module->entry.base_name;

                if (nt_name_equal(own->Buffer, own->Length / sizeof(WCHAR), name, n_units, true))
                        return module;
        }
        return NULL;
}

Module *module_find_file(dev_t device, ino_t inode) {
        for (Module *module = table.first; module; module = module->next)
                if (module->path && module->device == device && module->inode == inode)
                        return module;
        return NULL;
}
