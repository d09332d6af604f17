#include <stdbool.h>
#include <string.h>

#include "avl.h"
#include "ntrtltable.h"

typedef struct Entry {
        RTL_BALANCED_LINKS links;
        LONGLONG data;
} Entry;

#define HEADER_SIZE offsetof(Entry, data)

static PVOID data_of(RTL_BALANCED_LINKS *links) {
        return &((Entry *) links)->data;
}

static RTL_BALANCED_LINKS *root_of(RTL_AVL_TABLE *table) {
        return table->BalancedRoot.RightChild;
}

VOID NTAPI RtlInitializeGenericTableAvl(PRTL_AVL_TABLE Table,
                PRTL_AVL_COMPARE_ROUTINE CompareRoutine,
                PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
                PRTL_AVL_FREE_ROUTINE FreeRoutine,
                PVOID TableContext) {
        *Table = (RTL_AVL_TABLE){
                .CompareRoutine = CompareRoutine,
                .AllocateRoutine = AllocateRoutine,
                .FreeRoutine = FreeRoutine,
                .TableContext = TableContext,
        };
        Table->BalancedRoot.Parent = &Table->BalancedRoot;
}

static TABLE_SEARCH_RESULT search(RTL_AVL_TABLE *table, PVOID key, RTL_BALANCED_LINKS **ret) {
        RTL_BALANCED_LINKS *node = root_of(table);

        *ret = &table->BalancedRoot;
        if (!node)
                return TableEmptyTree;
        for (;;) {
                RTL_BALANCED_LINKS *next;
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

PVOID NTAPI RtlLookupElementGenericTableFullAvl(PRTL_AVL_TABLE Table,
                PVOID Buffer,
                PVOID *NodeOrParent,
                TABLE_SEARCH_RESULT *SearchResult) {
        RTL_BALANCED_LINKS *node;

        *SearchResult = search(Table, Buffer, &node);
        *NodeOrParent = node;
        return *SearchResult == TableFoundNode ? data_of(node) : NULL;
}

PVOID NTAPI RtlInsertElementGenericTableFullAvl(PRTL_AVL_TABLE Table,
                PVOID Buffer,
                ULONG BufferSize,
                PBOOLEAN NewElement,
                PVOID NodeOrParent,
                TABLE_SEARCH_RESULT SearchResult) {
        RTL_BALANCED_LINKS *node = NodeOrParent;

        if (SearchResult != TableFoundNode) {
                Entry *entry;

                if (BufferSize > UINT32_MAX - HEADER_SIZE)
                        return NULL;
                entry = Table->AllocateRoutine(Table, (ULONG) HEADER_SIZE + BufferSize);
                if (!entry)
                        return NULL;
                memset(&entry->links, 0, sizeof(entry->links));
                memcpy(&entry->data, Buffer, BufferSize);
                avl_insert(Table, SearchResult == TableEmptyTree ? &Table->BalancedRoot : node,
                                &entry->links, SearchResult == TableInsertAsLeft);
                node = &entry->links;
        }
        if (NewElement)
                *NewElement = SearchResult != TableFoundNode;
        return data_of(node);
}

PVOID NTAPI RtlInsertElementGenericTableAvl(
                PRTL_AVL_TABLE Table, PVOID Buffer, ULONG BufferSize, PBOOLEAN NewElement) {
        RTL_BALANCED_LINKS *node;
        TABLE_SEARCH_RESULT result = search(Table, Buffer, &node);

        return RtlInsertElementGenericTableFullAvl(
                        Table, Buffer, BufferSize, NewElement, node, result);
}

static void remove_node(RTL_AVL_TABLE *table, RTL_BALANCED_LINKS *node) {
        /* An enumeration that stands here goes on with what follows. */
        if (table->RestartKey == node)
                table->RestartKey = avl_previous(node);
        avl_remove(table, node);
        table->DeleteCount++;
        table->FreeRoutine(table, node);
}

BOOLEAN NTAPI RtlDeleteElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer) {
        RTL_BALANCED_LINKS *node;

        if (search(Table, Buffer, &node) != TableFoundNode)
                return FALSE;
        remove_node(Table, node);
        return TRUE;
}

VOID NTAPI RtlDeleteElementGenericTableAvlEx(PRTL_AVL_TABLE Table, PVOID NodeOrParent) {
        remove_node(Table, NodeOrParent);
}

PVOID NTAPI RtlLookupElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer) {
        RTL_BALANCED_LINKS *node;

        return search(Table, Buffer, &node) == TableFoundNode ? data_of(node) : NULL;
}

PVOID NTAPI RtlLookupFirstMatchingElementGenericTableAvl(
                PRTL_AVL_TABLE Table, PVOID Buffer, PVOID *RestartKey) {
        RTL_BALANCED_LINKS *node, *previous;

        *RestartKey = NULL;
        if (search(Table, Buffer, &node) != TableFoundNode)
                return NULL;
        while ((previous = avl_previous(node)) &&
                        Table->CompareRoutine(Table, Buffer, data_of(previous)) == GenericEqual)
                node = previous;
        *RestartKey = node;
        return data_of(node);
}

static PVOID enumerate(RTL_AVL_TABLE *table, RTL_BALANCED_LINKS *from, RTL_BALANCED_LINKS **ret) {
        RTL_BALANCED_LINKS *node = from ? avl_next(from) : avl_first(table);

        if (!node)
                return NULL;
        *ret = node;
        return data_of(node);
}

PVOID NTAPI RtlEnumerateGenericTableAvl(PRTL_AVL_TABLE Table, BOOLEAN Restart) {
        return enumerate(Table, Restart ? NULL : Table->RestartKey, &Table->RestartKey);
}

PVOID NTAPI RtlEnumerateGenericTableWithoutSplayingAvl(PRTL_AVL_TABLE Table, PVOID *RestartKey) {
        RTL_BALANCED_LINKS *node = *RestartKey;
        PVOID data = enumerate(Table, node, &node);

        if (data)
                *RestartKey = node;
        return data;
}

/* WhichOrderedElement and OrderedPointer are where the last call stood, counted from 1; a change of
 * the tree forgets them. */
PVOID NTAPI RtlGetElementGenericTableAvl(PRTL_AVL_TABLE Table, ULONG I) {
        RTL_BALANCED_LINKS *node = Table->OrderedPointer;
        ULONG at = Table->WhichOrderedElement;

        if (I >= Table->NumberGenericTableElements)
                return NULL;
        if (at == 0) {
                node = avl_first(Table);
                at = 1;
        }
        for (; at < I + 1; at++)
                node = avl_next(node);
        for (; at > I + 1; at--)
                node = avl_previous(node);
        Table->OrderedPointer = node;
        Table->WhichOrderedElement = at;
        return data_of(node);
}

ULONG NTAPI RtlNumberGenericTableElementsAvl(PRTL_AVL_TABLE Table) {
        return Table->NumberGenericTableElements;
}

BOOLEAN NTAPI RtlIsGenericTableEmptyAvl(PRTL_AVL_TABLE Table) {
        return Table->NumberGenericTableElements == 0;
}
