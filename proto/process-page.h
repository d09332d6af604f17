#pragma once

/*
 * The process page: where a process names its grants
 *
 * A sealed memfd that the server makes when a process attaches and that both sides map. It holds
 * the process's handle table, one word per grant (grant-word.h), a count of views per grant, and
 * room for unnamed waitable objects. It is sparse: untouched parts cost address space only.
 *
 * There is no lock in it and nobody waits for a word in it. A process may write anything here; the
 * server believes none of it beyond what concerns this process, and gives up after a bounded number
 * of tries. The layout is fixed under PROCESS_PAGE_VERSION, which is negotiated at attach.
 *
 * Handle entries. A handle's value is its index times four; the low two bits of a value are
 * ignored. Index 0 is never given out. An entry is 0 while free, and otherwise says everything
 * about the handle in one word, so that it appears and disappears in one step:
 *
 *     bits  0-24  granted access, a subset of the grant's
 *     bit     25  OBJ_INHERIT: a child gets the handle
 *     bit     26  protected from close
 *     bits 27-47  grant slot, never 0
 *     bits 48-63  low 16 bits of the grant's tag
 *
 * Finding the lowest free entry must not cost a walk over a million of them. Entries come in groups
 * of 64; a bit in @full says that a group had no free entry when somebody looked, a bit in
 * @full_summary that all 64 groups of a word of @full are full. The bits are hints,
 * the entries are the truth. Whoever takes or frees an entry looks afterwards whether the bits say
 * what the entries say, corrects them, and looks again: while nobody is active they are right, and
 * then it is the lowest free entry that a claim takes.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ntdef.h"

#define PROCESS_PAGE_MAGIC   0x6762706Fu /* "opbg" */
#define PROCESS_PAGE_VERSION 1u

#define HANDLE_ENTRIES (1u << 20)
#define HANDLE_GROUP   64u
#define GRANT_SLOTS    (1u << 21)
#define LOCAL_OBJECTS  (1u << 16)

/*
 * Never granted. A handle that names this slot was made by a daemon that is gone: it stays taken,
 * so that its value does not come to mean something else, until the program closes it.
 */
#define GRANT_SLOT_LOST (GRANT_SLOTS - 1)

/*
 * An unnamed waitable object that only this process uses. Its layout is fixed now, its rules come
 * with the waitable types: @futex is the word that waiters sleep on (shared futex), the rest is the
 * object's state under it.
 */
typedef struct LocalObject {
        _Atomic uint32_t futex;
        _Atomic uint32_t type;
        _Atomic uint64_t state;
        _Atomic uint32_t owner;
        _Atomic uint32_t n_waiters;
        uint64_t reserved[5];
} LocalObject;

typedef struct ProcessPage {
        uint32_t magic; /* 0 once the server has ended the process: calls without a message look */
        uint32_t version;
        uint64_t size;       /* of the whole mapping, in bytes */
        uint32_t process_id; /* NT client id, a multiple of four */
        uint32_t session_id;
        _Atomic uint32_t n_inheritable; /* entries with the inherit bit; 0: fork() needs no heir */
        _Atomic uint32_t n_parked;      /* grants with no handle that the process keeps */
        _Atomic uint32_t watches_threads; /* set by the server: who ends as a thread says so */
        _Atomic int32_t exit_status;      /* NTSTATUS that stays when the process has ended */
        uint64_t reserved[507];

        _Atomic uint64_t full_summary[HANDLE_ENTRIES / HANDLE_GROUP / 64 / 64];
        _Atomic uint64_t full[HANDLE_ENTRIES / HANDLE_GROUP / 64];
        uint64_t reserved_to_64k[7420];

        _Atomic uint64_t handles[HANDLE_ENTRIES];
        _Atomic uint64_t grants[GRANT_SLOTS];
        _Atomic uint32_t views[GRANT_SLOTS];
        LocalObject locals[LOCAL_OBJECTS];
} ProcessPage;

_Static_assert(sizeof(LocalObject) == 64, "layout is fixed");
_Static_assert(offsetof(ProcessPage, full_summary) == 4096, "layout is fixed");
_Static_assert(offsetof(ProcessPage, handles) == 65536, "layout is fixed");
_Static_assert(offsetof(ProcessPage, grants) == 65536 + 8u * HANDLE_ENTRIES, "layout is fixed");
_Static_assert(sizeof(ProcessPage) % 4096 == 0, "whole pages");

#define HANDLE_ENTRY_ACCESS  0x0000000001FFFFFFull
#define HANDLE_ENTRY_INHERIT 0x0000000002000000ull
#define HANDLE_ENTRY_PROTECT 0x0000000004000000ull

static inline uint64_t handle_entry(uint32_t slot, uint32_t tag, ACCESS_MASK access, bool inherit) {
        return (access & HANDLE_ENTRY_ACCESS) | (inherit ? HANDLE_ENTRY_INHERIT : 0) |
               (uint64_t) slot << 27 | (uint64_t) (tag & 0xFFFF) << 48;
}

static inline ACCESS_MASK handle_entry_access(uint64_t entry) {
        return (ACCESS_MASK) (entry & HANDLE_ENTRY_ACCESS);
}

static inline uint32_t handle_entry_slot(uint64_t entry) {
        return (uint32_t) (entry >> 27) & (GRANT_SLOTS - 1);
}

static inline uint32_t handle_entry_tag(uint64_t entry) {
        return (uint32_t) (entry >> 48);
}

/**
 * handle_table_claim() - make a handle
 * @page:    the process's page
 * @entry:   what the handle is to say; not 0
 * @n_tries: how many entries may be lost to others before giving up; a group without a free
 *           entry whose bit said that it had one is a loss too. It bounds what a hostile page can
 *           cost the server; a process may pass UINT_MAX for its own page
 *
 * Takes the lowest free entry by compare-and-swap, and counts it in n_inheritable if it has that
 * bit.
 *
 * Return: index of the entry, or 0 if the table is full or too many tries were lost.
 */
uint32_t handle_table_claim(ProcessPage *page, uint64_t entry, unsigned n_tries);

/**
 * handle_table_claim_at() - make a handle at a given place, for an heir
 * Return: false if the entry is taken.
 */
bool handle_table_claim_at(ProcessPage *page, uint32_t index, uint64_t entry);

/**
 * handle_table_free() - end a handle
 * @page:   the process's page
 * @index:  any value is safe
 * @entry:  what the entry is expected to say
 *
 * Return: false if the entry says something else by now; then nothing changed.
 */
bool handle_table_free(ProcessPage *page, uint32_t index, uint64_t entry);

/* Reads an entry; 0 for a free one and for an index outside the table. */
static inline uint64_t handle_table_read(const ProcessPage *page, uint32_t index) {
        if (index == 0 || index >= HANDLE_ENTRIES)
                return 0;
        return atomic_load(&page->handles[index]);
}

/**
 * handle_table_change() - set or clear the inherit and protect bits of a handle
 * @entry: what the entry is expected to say; the new one differs from it in these two bits only
 * Return: false if the entry says something else by now; then nothing changed.
 */
bool handle_table_change(ProcessPage *page, uint32_t index, uint64_t entry, uint64_t changed);
