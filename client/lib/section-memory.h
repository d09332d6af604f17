#pragma once

/*
 * Memory of sections
 *
 * The daemon hands out the memory of a section as a descriptor, when the first view is mapped. It
 * is kept with the grant while the grant has a handle; of grants without one, a few small ones are
 * kept, in case the section is opened again. The program that we live in may close any descriptor
 * at any time and open its own under the same number: so none is used, or closed, before it is
 * known to be ours.
 */

#include "connection.h"
#include "grant-info.h"

#define SPARE_MAX   64u
#define SPARE_BYTES (16ull << 20)

/* What is done with the descriptor; it may not be kept. */
typedef NTSTATUS (*SectionMemoryUse)(int fd, void *context);

/**
 * section_memory_use() - do something with a section's memory
 * @client: from client_enter()
 * @slot:   a grant that the caller keeps from ending, with its
 * @tag:    generation
 * @use:    called with the table locked
 * Return: what @use returned; why there is no memory: the answer to the request for it, or
 * STATUS_INSUFFICIENT_RESOURCES if the program has no descriptor left.
 */
NTSTATUS section_memory_use(const Client *client,
                uint32_t slot,
                uint32_t tag,
                SectionMemoryUse use,
                void *context);

/**
 * section_memory_fetch_both() - the memory of an image with parts that all views share
 * @ret_fd:        the memory; the caller owns it
 * @ret_shared_fd: the parts that are shared; untouched if there are none
 * Return: as the request for it; nothing of it is kept.
 */
NTSTATUS section_memory_fetch_both(
                const Client *client, uint32_t slot, uint32_t tag, int *ret_fd, int *ret_shared_fd);

/* All below but the last: the table is locked. */

/* For use in @use: where the section has its bits of committed pages (view-commit.h), or -1. */
int section_memory_commit_fd(const Client *client, uint32_t slot);

/* The grant has no handle any more: keep its memory as a spare one, if it is worth it. */
void section_memory_spare(GrantInfoTable *table, GrantRecord *record);

/* It has one again. */
void section_memory_wanted(GrantInfoTable *table, GrantRecord *record);

/* The grant is over. Return: what is to be closed once the table is unlocked, since to close a file
 * can take as long as its file system likes. */
SectionMemory section_memory_take(GrantInfoTable *table, GrantRecord *record);

/* The same for memory that is no file's, which is closed at once. */
void section_memory_forget(GrantInfoTable *table, GrantRecord *record);

/* Closes the descriptor, if there is one and it still is ours. */
void section_memory_close(SectionMemory *memory);
