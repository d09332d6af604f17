#pragma once

/*
 * What libzw knows about each grant
 *
 * The process page says how many handles a grant has; this table says what it is for: the kind of
 * object, the rights, and for a section its size, protection and memory. It is private to the
 * process and filled from replies. Records are found by slot and are valid for one tag only.
 *
 * The immutable part is read without a lock: grant_info_read(). The rest of a record, and the lists
 * of parked grants and spare descriptors, are guarded by the table's lock.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "descriptor.h"
#include "ntdef.h"
#include "process-page.h"

/* A process keeps at most so many grants without a handle. */
#define PARKED_MAX 4096u

#define GRANT_CHUNK_RECORDS 2048u
#define GRANT_CHUNKS        (GRANT_SLOTS / GRANT_CHUNK_RECORDS)

/* What never changes about a grant, but that @access may grow, and so may @size of a file's
 * section: it was so large once. */
typedef struct GrantInfo {
        uint32_t tag;       /* never 0 */
        uint32_t kind;      /* an ObjectKind */
        ACCESS_MASK access; /* at least these rights are granted */
        ULONG attributes;   /* of a section: SEC_ flags, PAGE_ protection and size */
        ULONG protection;
        uint64_t size;
        uint64_t base;      /* of a section of SEC_BASED: where it is; 0: anywhere */
        uint64_t object_id; /* of the object, among all; 0: not known */
        bool exclusive;     /* another handle takes OBJ_EXCLUSIVE */
} GrantInfo;

/* The memory of a section, or nothing. */
typedef struct SectionMemory {
        FileIdentity file; /* what came: the program may close the descriptor and reuse it */
        int fd_plus_one;   /* 0: none */
} SectionMemory;

typedef struct GrantRecord {
        _Atomic uint32_t tag; /* 0 while the record is empty or being written */
        _Atomic uint32_t kind;
        _Atomic uint32_t access;
        _Atomic uint32_t attributes;
        _Atomic uint32_t protection;
        _Atomic uint64_t size;
        _Atomic uint64_t base;
        _Atomic uint64_t object_id;
        _Atomic bool exclusive;

        bool parked; /* is in the list of parked grants, whether it still is parked or not */
        bool spare;  /* memory is counted as spare: no handle needs it */
        struct FileDescriptor *file; /* of a File: what it has open (file-descriptor.h), or NULL */
        SectionMemory memory;
        struct SectionImage *image; /* of a section of an image: what is known of it, or NULL */
        SectionMemory commit;       /* of a reserved section: which pages are committed */
        uint32_t scan_index;        /* directory: index of the entry that @scan_cookie leads to */
        uint64_t scan_cookie;
} GrantRecord;

typedef struct ParkedGrant {
        uint32_t slot;
        uint32_t tag;
} ParkedGrant;

typedef struct GrantInfoTable {
        _Atomic(GrantRecord *) chunks[GRANT_CHUNKS];
        pthread_mutex_t lock;
        ParkedGrant parked[PARKED_MAX]; /* a ring, oldest first */
        uint32_t parked_first;
        uint32_t n_parked;
        uint32_t n_spare; /* descriptors of parked sections, and bytes behind them */
        uint64_t spare_bytes;
} GrantInfoTable;

/* NULL if there is no memory. */
GrantInfoTable *grant_info_table_new(void);

/*
 * Closes the descriptors that are still ours and gives up the memory. Takes no lock and calls no
 * allocator, so that a child of fork() can do it to the table of its parent.
 */
void grant_info_table_free(GrantInfoTable *table);

/* Gives up what Files have open, before that, where the allocator may be called. */
void grant_info_table_close_files(GrantInfoTable *table);

/* The record of @slot, whatever it holds; NULL if nothing near it was ever recorded. */
GrantRecord *grant_info_find(GrantInfoTable *table, uint32_t slot);

/**
 * grant_info_record() - note what a reply said about a grant
 * @slot: any value below GRANT_SLOTS
 * @info: if the grant is known already, only what may grow, and its object's number, are added
 * Return: STATUS_SUCCESS or STATUS_NO_MEMORY.
 */
NTSTATUS grant_info_record(GrantInfoTable *table, uint32_t slot, const GrantInfo *info);

/**
 * grant_info_read() - what is known of a grant
 * @tag: the grant's; what was recorded under another is not it
 * Return: false if nothing is. No lock, no message.
 */
bool grant_info_read(GrantInfoTable *table, uint32_t slot, uint32_t tag, GrantInfo *ret);
