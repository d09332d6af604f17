#include "parked.h"

#include "file-descriptor.h"
#include "grant-info.h"
#include "grant-word.h"
#include "ntstatus.h"
#include "section-memory.h"

/* An eighth is let go at once: at most so many. */
#define LET_GO_MAX (PARKED_MAX / 8)

void parked_forget(const Client *client, uint32_t slot, uint32_t tag) {
        GrantInfoTable *table = client->grants;
        GrantRecord *record = grant_info_find(table, slot);
        FileDescriptor *file = NULL;
        SectionMemory memory = { 0 };

        pthread_mutex_lock(&table->lock);
        if (record && atomic_load(&record->tag) == tag) {
                memory = section_memory_take(table, record);
                file = file_descriptor_forget(record);
        }
        pthread_mutex_unlock(&table->lock);
        section_memory_close(&memory); /* these can take as long as a file system likes */
        file_descriptor_unref(file);
}

/* The record of a grant if it still is that grant's. The table is locked. */
static GrantRecord *record_of(GrantInfoTable *table, uint32_t slot, uint32_t tag) {
        GrantRecord *record = grant_info_find(table, slot);

        return record && atomic_load(&record->tag) == tag ? record : NULL;
}

/*
 * Takes the oldest entry out of the list. It may have been opened again meanwhile, or be over.
 * Return: whether the grant has been ended here, so that the daemon has to hear of it.
 */
static bool parked_pop(const Client *client, ParkedGrant *ret) {
        GrantInfoTable *table = client->grants;
        ParkedGrant grant = table->parked[table->parked_first];
        GrantRecord *record = record_of(table, grant.slot, grant.tag);
        uint64_t was;

        table->parked_first = (table->parked_first + 1) % PARKED_MAX;
        table->n_parked--;
        if (record)
                record->parked = false;
        if (!grant_word_end_parked(&client->page->grants[grant.slot], grant.tag, &was))
                return false;

        if (record)
                section_memory_forget(table, record);
        *ret = grant;
        return true;
}

static void parked_push(GrantInfoTable *table, uint32_t slot, uint32_t tag) {
        GrantRecord *record = record_of(table, slot, tag);

        if (!record)
                return;
        section_memory_spare(table, record);
        if (record->parked)
                return; /* it still has its place from last time */
        record->parked = true;
        table->parked[(table->parked_first + table->n_parked) % PARKED_MAX] =
                        (ParkedGrant){ .slot = slot, .tag = tag };
        table->n_parked++;
}

/* Tells the daemon which grants it may forget; their words say so already. */
static NTSTATUS parked_send(const Client *client, const ParkedGrant *parked, size_t n_parked) {
        Nt__ReleaseParkedRequest body = NT__RELEASE_PARKED_REQUEST__INIT;
        Nt__Request request = NT__REQUEST__INIT;
        Nt__Grant grants[LET_GO_MAX];
        Nt__Grant *pointers[LET_GO_MAX];

        for (size_t i = 0; i < n_parked; i++) {
                nt__grant__init(&grants[i]);
                grants[i].slot = parked[i].slot;
                grants[i].tag = parked[i].tag;
                pointers[i] = &grants[i];
        }
        body.n_grants = n_parked;
        body.grants = pointers;
        request.body_case = NT__REQUEST__BODY_RELEASE_PARKED;
        request.release_parked = &body;
        return connection_send(client, &request);
}

/* Takes the oldest @n entries out. Return: how many of them have to be told to the daemon. */
static size_t parked_trim(const Client *client, size_t n, ParkedGrant *ret) {
        size_t n_ended = 0;

        for (size_t i = 0; i < n && client->grants->n_parked > 0; i++)
                n_ended += parked_pop(client, &ret[n_ended]);
        return n_ended;
}

NTSTATUS parked_add(const Client *client, uint32_t slot, uint32_t tag) {
        GrantInfoTable *table = client->grants;
        size_t n_most = client->parked_most < PARKED_MAX ? client->parked_most : PARKED_MAX;
        ParkedGrant ended[LET_GO_MAX];
        size_t n_ended = 0;

        pthread_mutex_lock(&table->lock);
        if (table->n_parked >= n_most)
                n_ended = parked_trim(client, n_most < 8 ? 1 : n_most / 8, ended);
        parked_push(table, slot, tag);
        if (n_most == 0)
                n_ended = parked_trim(client, 1, ended);
        atomic_store(&client->page->n_parked, table->n_parked);
        pthread_mutex_unlock(&table->lock);

        return n_ended > 0 ? parked_send(client, ended, n_ended) : STATUS_SUCCESS;
}
