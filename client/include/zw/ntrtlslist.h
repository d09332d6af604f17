#pragma once

/*
 * Run-time library: lists that many threads push to and pop from at once
 *
 * Nobody waits: each change is one exchange of the 16-byte header, whose sequence number tells that
 * another one was faster. Heads and entries are aligned to 16 bytes. Whoever pops looks into an
 * entry that another thread may just have popped, so an entry's memory may be used for something
 * else then, but must stay mapped while anybody may be popping.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct __attribute__((aligned(16))) _SLIST_ENTRY {
        struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

typedef union __attribute__((aligned(16))) _SLIST_HEADER {
        __extension__ struct {
                ULONGLONG Alignment;
                ULONGLONG Region;
        };
        struct {
                ULONGLONG Depth : 16;
                ULONGLONG Sequence : 48;
                ULONGLONG Reserved : 4;
                ULONGLONG NextEntry : 60; /* address / 16 */
        } HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;

VOID NTAPI RtlInitializeSListHead(PSLIST_HEADER ListHead);

/* The first entry, which may be gone when the caller looks at it; NULL for an empty list. */
PSLIST_ENTRY NTAPI RtlFirstEntrySList(const SLIST_HEADER *ListHead);

/* Number of entries modulo 65,536. */
WORD NTAPI RtlQueryDepthSList(PSLIST_HEADER ListHead);

/* Return: what was the first entry before. */
PSLIST_ENTRY NTAPI RtlInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry);

/* Pushes @Count entries that are linked from @List to @ListEnd. */
PSLIST_ENTRY NTAPI RtlInterlockedPushListSListEx(
                PSLIST_HEADER ListHead, PSLIST_ENTRY List, PSLIST_ENTRY ListEnd, DWORD Count);

/* Takes the first entry; NULL from an empty list. */
PSLIST_ENTRY NTAPI RtlInterlockedPopEntrySList(PSLIST_HEADER ListHead);

/* Takes all entries. Return: the first, linked to the others. */
PSLIST_ENTRY NTAPI RtlInterlockedFlushSList(PSLIST_HEADER ListHead);

#pragma GCC visibility pop

#define InitializeSListHead(head)                      RtlInitializeSListHead(head)
#define FirstEntrySList(head)                          RtlFirstEntrySList(head)
#define QueryDepthSList(head)                          RtlQueryDepthSList(head)
#define InterlockedPushEntrySList(head, entry)         RtlInterlockedPushEntrySList((head), (entry))
#define InterlockedPopEntrySList(head)                 RtlInterlockedPopEntrySList(head)
#define InterlockedFlushSList(head)                    RtlInterlockedFlushSList(head)
#define ExInitializeSListHead(head)                    RtlInitializeSListHead(head)
#define ExQueryDepthSList(head)                        RtlQueryDepthSList(head)
#define ExInterlockedPushEntrySList(head, entry, lock) RtlInterlockedPushEntrySList((head), (entry))
#define ExInterlockedPopEntrySList(head, lock)         RtlInterlockedPopEntrySList(head)
#define ExInterlockedFlushSList(head)                  RtlInterlockedFlushSList(head)

#ifdef __cplusplus
}
#endif
