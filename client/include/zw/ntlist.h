#pragma once

/*
 * Lists, linked in both directions and in one
 *
 * A list is a ring that its head is part of: an empty one's head points to itself. As on Windows,
 * a list whose links do not fit together ends the program (__fastfail) rather than being followed.
 * None of these functions is for several threads at once.
 */

#include "ntcompiler.h"
#include "nttypes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FAST_FAIL_CORRUPT_LIST_ENTRY 3

#define InitializeListHead32(head) ((head)->Flink = (head)->Blink = (ULONG) (ULONG_PTR) (head))

FORCEINLINE VOID RtlFailFast(ULONG Code) {
        __fastfail(Code);
}

FORCEINLINE VOID InitializeListHead(PLIST_ENTRY ListHead) {
        ListHead->Flink = ListHead->Blink = ListHead;
}

FORCEINLINE BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead) {
        return ListHead->Flink == ListHead;
}

FORCEINLINE VOID RtlpCheckListEntry(PLIST_ENTRY Entry) {
        if (Entry->Flink->Blink != Entry || Entry->Blink->Flink != Entry)
                RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
}

/* Whether the list is empty then. */
FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry) {
        PLIST_ENTRY Next = Entry->Flink;
        PLIST_ENTRY Previous = Entry->Blink;

        if (Next->Blink != Entry || Previous->Flink != Entry)
                RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
        Previous->Flink = Next;
        Next->Blink = Previous;
        return Next == Previous;
}

FORCEINLINE PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead) {
        PLIST_ENTRY Entry = ListHead->Flink;
        PLIST_ENTRY Next = Entry->Flink;

        if (Entry->Blink != ListHead || Next->Blink != Entry)
                RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
        ListHead->Flink = Next;
        Next->Blink = ListHead;
        return Entry;
}

FORCEINLINE PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead) {
        PLIST_ENTRY Entry = ListHead->Blink;
        PLIST_ENTRY Previous = Entry->Blink;

        if (Entry->Flink != ListHead || Previous->Flink != Entry)
                RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
        ListHead->Blink = Previous;
        Previous->Flink = ListHead;
        return Entry;
}

FORCEINLINE VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry) {
        PLIST_ENTRY Previous = ListHead->Blink;

        if (Previous->Flink != ListHead)
                RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
        Entry->Flink = ListHead;
        Entry->Blink = Previous;
        Previous->Flink = Entry;
        ListHead->Blink = Entry;
}

FORCEINLINE VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry) {
        PLIST_ENTRY Next = ListHead->Flink;

        if (Next->Blink != ListHead)
                RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
        Entry->Flink = Next;
        Entry->Blink = ListHead;
        Next->Blink = Entry;
        ListHead->Flink = Entry;
}

/* Puts the ring that @ListToAppend is part of, which may have no head, at the end of the list. */
FORCEINLINE VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend) {
        PLIST_ENTRY End = ListHead->Blink;

        RtlpCheckListEntry(ListHead);
        RtlpCheckListEntry(ListToAppend);
        ListHead->Blink->Flink = ListToAppend;
        ListHead->Blink = ListToAppend->Blink;
        ListToAppend->Blink->Flink = ListHead;
        ListToAppend->Blink = End;
}

/* A list in one direction is a stack. NULL from an empty one. */
FORCEINLINE PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead) {
        PSINGLE_LIST_ENTRY First = ListHead->Next;

        if (First)
                ListHead->Next = First->Next;
        return First;
}

FORCEINLINE VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry) {
        Entry->Next = ListHead->Next;
        ListHead->Next = Entry;
}

#ifdef __cplusplus
}
#endif
