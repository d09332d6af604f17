#include "grant-info.h"

#include <sys/mman.h>

#include "file-descriptor.h"
#include "ntstatus.h"
#include "section-image.h"
#include "section-memory.h"

/*
 * Memory comes from mmap() and not from malloc(): a child that was made by clone() or _Fork()
 * without the C library's knowledge must be able to attach although a thread that does not exist
 * any more may have held the allocator's locks.
 */
static void *memory_new(size_t size) {
        void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

        return memory == MAP_FAILED ? NULL : memory;
}

GrantInfoTable *grant_info_table_new(void) {
        GrantInfoTable *table = memory_new(sizeof(*table));

        if (table)
                pthread_mutex_init(&table->lock, NULL);
        return table;
}

void grant_info_table_close_files(GrantInfoTable *table) {
        for (unsigned i = 0; table && i < GRANT_CHUNKS; i++) {
                GrantRecord *chunk = atomic_load(&table->chunks[i]);

                for (unsigned at = 0; chunk && at < GRANT_CHUNK_RECORDS; at++)
                        file_descriptor_unref(file_descriptor_forget(&chunk[at]));
        }
}

void grant_info_table_free(GrantInfoTable *table) {
        if (!table)
                return;
        for (unsigned i = 0; i < GRANT_CHUNKS; i++) {
                GrantRecord *chunk = atomic_load(&table->chunks[i]);

                if (!chunk)
                        continue;
                for (unsigned at = 0; at < GRANT_CHUNK_RECORDS; at++) {
                        section_memory_close(&chunk[at].memory);
                        section_image_forget(&chunk[at]);
                        section_memory_close(&chunk[at].commit);
                        file_descriptor_abandon(&chunk[at]);
                }
                munmap(chunk, GRANT_CHUNK_RECORDS * sizeof(*chunk));
        }
        munmap(table, sizeof(*table));
}

GrantRecord *grant_info_find(GrantInfoTable *table, uint32_t slot) {
        GrantRecord *chunk = NULL;

        if (slot < GRANT_SLOTS)
                chunk = atomic_load_explicit(
                                &table->chunks[slot / GRANT_CHUNK_RECORDS], memory_order_acquire);
        return chunk ? &chunk[slot % GRANT_CHUNK_RECORDS] : NULL;
}

/* The record of @slot, made if it is missing. The table is locked. */
static GrantRecord *record_get(GrantInfoTable *table, uint32_t slot) {
        GrantRecord *chunk;

        if (!grant_info_find(table, slot)) {
                chunk = memory_new(GRANT_CHUNK_RECORDS * sizeof(*chunk));
                if (!chunk)
                        return NULL;
                atomic_store_explicit(&table->chunks[slot / GRANT_CHUNK_RECORDS], chunk,
                                memory_order_release);
        }
        return grant_info_find(table, slot);
}

/*
 * Gives the record to another grant. Its tag is 0 meanwhile, so that nobody takes a mixture of both
 * for either: who reads a new value here, which is released, reads the tag after it, and so finds
 * it 0 or new.
 */
static void record_replace(GrantInfoTable *table, GrantRecord *record, const GrantInfo *info) {
        section_memory_forget(table, record);
        file_descriptor_unref(file_descriptor_forget(record));
        atomic_store_explicit(&record->tag, 0, memory_order_relaxed);
        atomic_store_explicit(&record->kind, info->kind, memory_order_release);
        atomic_store_explicit(&record->access, info->access, memory_order_release);
        atomic_store_explicit(&record->attributes, info->attributes, memory_order_release);
        atomic_store_explicit(&record->protection, info->protection, memory_order_release);
        atomic_store_explicit(&record->size, info->size, memory_order_release);
        atomic_store_explicit(&record->base, info->base, memory_order_release);
        atomic_store_explicit(&record->object_id, info->object_id, memory_order_release);
        atomic_store_explicit(&record->exclusive, info->exclusive, memory_order_release);
        record->scan_index = 0;
        record->scan_cookie = 0;
        record->parked = false;

        atomic_store_explicit(&record->tag, info->tag, memory_order_release);
}

NTSTATUS grant_info_record(GrantInfoTable *table, uint32_t slot, const GrantInfo *info) {
        GrantRecord *record;

        pthread_mutex_lock(&table->lock);
        record = record_get(table, slot);
        if (record && atomic_load_explicit(&record->tag, memory_order_relaxed) != info->tag)
                record_replace(table, record, info);
        else if (record) {
                atomic_fetch_or_explicit(&record->access, info->access, memory_order_relaxed);
                if (info->object_id != 0)
                        atomic_store_explicit(
                                        &record->object_id, info->object_id, memory_order_relaxed);
                section_memory_wanted(table, record);
                if (info->size > atomic_load_explicit(&record->size, memory_order_relaxed))
                        atomic_store_explicit(&record->size, info->size, memory_order_release);
        }
        pthread_mutex_unlock(&table->lock);

        return record ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

bool grant_info_read(GrantInfoTable *table, uint32_t slot, uint32_t tag, GrantInfo *ret) {
        GrantRecord *record = grant_info_find(table, slot);

        if (!record || tag == 0 || atomic_load_explicit(&record->tag, memory_order_acquire) != tag)
                return false;

        *ret = (GrantInfo){
                .tag = tag,
                .kind = atomic_load_explicit(&record->kind, memory_order_acquire),
                .access = atomic_load_explicit(&record->access, memory_order_acquire),
                .attributes = atomic_load_explicit(&record->attributes, memory_order_acquire),
                .protection = atomic_load_explicit(&record->protection, memory_order_acquire),
                .size = atomic_load_explicit(&record->size, memory_order_acquire),
                .base = atomic_load_explicit(&record->base, memory_order_acquire),
                .object_id = atomic_load_explicit(&record->object_id, memory_order_acquire),
                .exclusive = atomic_load_explicit(&record->exclusive, memory_order_acquire),
        };
        return atomic_load_explicit(&record->tag, memory_order_relaxed) == tag;
}
