#include <stdbool.h>
#include <string.h>

#include "ntrtltable.h"

/* What lies before each element; sizeof() would count what fills it up. */
typedef struct Entry {
        RTL_SPLAY_LINKS links;
        LIST_ENTRY order;
        LONGLONG data;
} Entry;

#define HEADER_SIZE offsetof(Entry, data)

static PVOID data_of(RTL_SPLAY_LINKS *links) {
        return &((Entry *) links)->data;
}

VOID NTAPI RtlInitializeGenericTable(PRTL_GENERIC_TABLE Table,
                PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine,
                PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
                PRTL_GENERIC_FREE_ROUTINE FreeRoutine,
                PVOID TableContext) {
        *Table = (RTL_GENERIC_TABLE){
                .CompareRoutine = CompareRoutine,
                .AllocateRoutine = AllocateRoutine,
                .FreeRoutine = FreeRoutine,
                .TableContext = TableContext,
        };
        InitializeListHead(&Table->InsertOrderList);
        Table->OrderedPointer = &Table->InsertOrderList;
}

static TABLE_SEARCH_RESULT search(RTL_GENERIC_TABLE *table, PVOID key, RTL_SPLAY_LINKS **ret) {
        RTL_SPLAY_LINKS *node = table->TableRoot;

        *ret = NULL;
        if (!node)
                return TableEmptyTree;
        for (;;) {
                RTL_SPLAY_LINKS *next;
                RTL_GENERIC_COMPARE_RESULTS order =
                                table->CompareRoutine(table, key, data_of(node));

                *ret = node;
                if (order == GenericEqual)
                        return TableFoundNode;
                next = order == GenericLessThan ? node->LeftChild : node->RightChild;
                if (!next)
                        return order == GenericLessThan ? TableInsertAsLeft : TableInsertAsRight;
                node = next;
        }
}

PVOID NTAPI RtlLookupElementGenericTableFull(PRTL_GENERIC_TABLE Table,
                PVOID Buffer,
                PVOID *NodeOrParent,
                TABLE_SEARCH_RESULT *SearchResult) {
        RTL_SPLAY_LINKS *node;

        *SearchResult = search(Table, Buffer, &node);
        *NodeOrParent = node;
        if (*SearchResult != TableFoundNode)
                return NULL;
        Table->TableRoot = RtlSplay(node);
        return data_of(node);
}

PVOID NTAPI RtlInsertElementGenericTableFull(PRTL_GENERIC_TABLE Table,
                PVOID Buffer,
                ULONG BufferSize,
                PBOOLEAN NewElement,
                PVOID NodeOrParent,
                TABLE_SEARCH_RESULT SearchResult) {
        RTL_SPLAY_LINKS *node = NodeOrParent;

        if (SearchResult != TableFoundNode) {
                Entry *entry;

                if (BufferSize > UINT32_MAX - HEADER_SIZE)
                        return NULL;
                entry = Table->AllocateRoutine(Table, (ULONG) HEADER_SIZE + BufferSize);
                if (!entry)
                        return NULL;
                memcpy(&entry->data, Buffer, BufferSize);
                RtlInitializeSplayLinks(&entry->links);
                InsertTailList(&Table->InsertOrderList, &entry->order);
                Table->NumberGenericTableElements++;
                if (SearchResult == TableInsertAsLeft)
                        RtlInsertAsLeftChild(node, &entry->links);
                else if (SearchResult == TableInsertAsRight)
                        RtlInsertAsRightChild(node, &entry->links);
                node = &entry->links;
        }

        Table->TableRoot = RtlSplay(node);
        if (NewElement)
                *NewElement = SearchResult != TableFoundNode;
        return data_of(node);
}

PVOID NTAPI RtlInsertElementGenericTable(
                PRTL_GENERIC_TABLE Table, PVOID Buffer, ULONG BufferSize, PBOOLEAN NewElement) {
        RTL_SPLAY_LINKS *node;
        TABLE_SEARCH_RESULT result = search(Table, Buffer, &node);

        return RtlInsertElementGenericTableFull(
                        Table, Buffer, BufferSize, NewElement, node, result);
}

BOOLEAN NTAPI RtlDeleteElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
        RTL_SPLAY_LINKS *node;

        if (search(Table, Buffer, &node) != TableFoundNode)
                return FALSE;

        Table->TableRoot = RtlDelete(node);
        RemoveEntryList(&((Entry *) node)->order);
        Table->NumberGenericTableElements--;
        Table->WhichOrderedElement = 0;
        Table->OrderedPointer = &Table->InsertOrderList;
        Table->FreeRoutine(Table, node);
        return TRUE;
}

PVOID NTAPI RtlLookupElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer) {
        TABLE_SEARCH_RESULT result;
        PVOID node;

        return RtlLookupElementGenericTableFull(Table, Buffer, &node, &result);
}

static RTL_SPLAY_LINKS *first(RTL_SPLAY_LINKS *node) {
        while (node && node->LeftChild)
                node = node->LeftChild;
        return node;
}

/* The place is the root: it is where the last call splayed its element to. */
PVOID NTAPI RtlEnumerateGenericTable(PRTL_GENERIC_TABLE Table, BOOLEAN Restart) {
        RTL_SPLAY_LINKS *node;

        if (!Table->TableRoot)
                return NULL;
        node = Restart ? first(Table->TableRoot) : RtlRealSuccessor(Table->TableRoot);
        if (!node)
                return NULL;
        Table->TableRoot = RtlSplay(node);
        return data_of(node);
}

PVOID NTAPI RtlEnumerateGenericTableWithoutSplaying(PRTL_GENERIC_TABLE Table, PVOID *RestartKey) {
        RTL_SPLAY_LINKS *node;

        if (!Table->TableRoot)
                return NULL;
        node = *RestartKey ? RtlRealSuccessor(*RestartKey) : first(Table->TableRoot);
        if (!node)
                return NULL;
        *RestartKey = node;
        return data_of(node);
}

/* WhichOrderedElement and OrderedPointer are where the last call stood, counted from 1. */
PVOID NTAPI RtlGetElementGenericTable(PRTL_GENERIC_TABLE Table, ULONG I) {
        ULONG at = Table->WhichOrderedElement;
        LIST_ENTRY *entry = Table->OrderedPointer;

        if (I >= Table->NumberGenericTableElements)
                return NULL;
        for (; at < I + 1; at++)
                entry = entry->Flink;
        for (; at > I + 1; at--)
                entry = entry->Blink;
        Table->OrderedPointer = entry;
        Table->WhichOrderedElement = I + 1;
        return &CONTAINING_RECORD(entry, Entry, order)->data;
}

ULONG NTAPI RtlNumberGenericTableElements(PRTL_GENERIC_TABLE Table) {
        return Table->NumberGenericTableElements;
}

BOOLEAN NTAPI RtlIsGenericTableEmpty(PRTL_GENERIC_TABLE Table) {
        return Table->TableRoot == NULL;
}
