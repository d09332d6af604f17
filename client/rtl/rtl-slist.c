#include <stdbool.h>

#define SEQUENCE_MAX ((1ull << 48) - 1)

#include "ntrtlslist.h"

/* A plain read of the two halves may be of different moments: the exchange then fails. */
static SLIST_HEADER look(const SLIST_HEADER *head) {
        SLIST_HEADER seen;

        seen.Alignment = __atomic_load_n(&head->Alignment, __ATOMIC_ACQUIRE);
        seen.Region = __atomic_load_n(&head->Region, __ATOMIC_ACQUIRE);
        return seen;
}

static __int128 both(const SLIST_HEADER *header) {
        return (__int128) ((unsigned __int128) header->Region << 64 | header->Alignment);
}

static bool exchange(SLIST_HEADER *head, const SLIST_HEADER *seen, const SLIST_HEADER *want) {
        return __sync_bool_compare_and_swap((__int128 *) (void *) head, both(seen), both(want));
}

static SLIST_ENTRY *first_of(const SLIST_HEADER *header) {
        return (SLIST_ENTRY *) (uintptr_t) (header->Region & ~(ULONGLONG) 15);
}

/* What the head becomes when @first is its first entry and it has @depth. */
static SLIST_HEADER make(const SLIST_HEADER *seen, const SLIST_ENTRY *first, ULONGLONG depth) {
        SLIST_HEADER want = *seen;

        want.HeaderX64.Depth = depth & 0xFFFF;
        want.HeaderX64.Sequence = (seen->HeaderX64.Sequence + 1ull) & SEQUENCE_MAX;
        want.Region = (uintptr_t) first; /* aligned, so that Reserved is 0 */
        return want;
}

VOID NTAPI RtlInitializeSListHead(PSLIST_HEADER ListHead) {
        ListHead->Alignment = 0;
        ListHead->Region = 0;
}

PSLIST_ENTRY NTAPI RtlFirstEntrySList(const SLIST_HEADER *ListHead) {
        SLIST_HEADER seen = look(ListHead);

        return first_of(&seen);
}

WORD NTAPI RtlQueryDepthSList(PSLIST_HEADER ListHead) {
        SLIST_HEADER seen = look(ListHead);

        return (WORD) seen.HeaderX64.Depth;
}

static SLIST_ENTRY *push(SLIST_HEADER *head, SLIST_ENTRY *first, SLIST_ENTRY *last, ULONG n) {
        SLIST_HEADER seen, want;

        do {
                seen = look(head);
                __atomic_store_n(&last->Next, first_of(&seen), __ATOMIC_RELAXED);
                want = make(&seen, first, seen.HeaderX64.Depth + n);
        } while (!exchange(head, &seen, &want));
        return first_of(&seen);
}

PSLIST_ENTRY NTAPI RtlInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry) {
        return push(ListHead, ListEntry, ListEntry, 1);
}

PSLIST_ENTRY NTAPI RtlInterlockedPushListSListEx(
                PSLIST_HEADER ListHead, PSLIST_ENTRY List, PSLIST_ENTRY ListEnd, DWORD Count) {
        return push(ListHead, List, ListEnd, Count);
}

/* The entry may belong to somebody else by now; the sequence number then tells. */
__attribute__((no_sanitize("address"))) static SLIST_ENTRY *next_of(const SLIST_ENTRY *entry) {
        return __atomic_load_n(&entry->Next, __ATOMIC_RELAXED);
}

static SLIST_ENTRY *pop(SLIST_HEADER *head) {
        SLIST_HEADER seen, want;

        do {
                seen = look(head);
                if (!first_of(&seen))
                        return NULL;
                want = make(&seen, next_of(first_of(&seen)), seen.HeaderX64.Depth - 1ull);
        } while (!exchange(head, &seen, &want));
        return first_of(&seen);
}

PSLIST_ENTRY NTAPI RtlInterlockedPopEntrySList(PSLIST_HEADER ListHead) {
        return pop(ListHead);
}

PSLIST_ENTRY NTAPI RtlInterlockedFlushSList(PSLIST_HEADER ListHead) {
        SLIST_HEADER seen, want;

        do {
                seen = look(ListHead);
                if (!first_of(&seen))
                        return NULL;
                want = make(&seen, NULL, 0);
        } while (!exchange(ListHead, &seen, &want));
        return first_of(&seen);
}
