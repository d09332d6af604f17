#pragma once

/*
 * Run-time library: splay trees, tables
 *
 * A table is a tree that copies its elements into memory of the caller's allocation: a generic
 * table a splay tree, an AVL table a balanced one. Nothing here locks: the caller does. Structures
 * are laid out as the WDK has them. Sources that define RTL_USE_AVL_TABLES before the first include
 * get AVL tables under the generic names, as with the WDK.
 */

#include "ntdef.h"
#include "ntlist.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* Splay trees. */

typedef struct _RTL_SPLAY_LINKS {
        struct _RTL_SPLAY_LINKS *Parent; /* the root's is itself */
        struct _RTL_SPLAY_LINKS *LeftChild;
        struct _RTL_SPLAY_LINKS *RightChild;
} RTL_SPLAY_LINKS, *PRTL_SPLAY_LINKS;

/* Brings a node to the root. Return: the root. */
PRTL_SPLAY_LINKS NTAPI RtlSplay(PRTL_SPLAY_LINKS Links);

/* Takes a node out, and brings its parent to the root. Return: the root, NULL for an empty tree. */
PRTL_SPLAY_LINKS NTAPI RtlDelete(PRTL_SPLAY_LINKS Links);

/* The same without splaying; @Root is changed if need be. */
VOID NTAPI RtlDeleteNoSplay(PRTL_SPLAY_LINKS Links, PRTL_SPLAY_LINKS *Root);

/* The next and the previous node, in the tree or below @Links; NULL if there is none. */
PRTL_SPLAY_LINKS NTAPI RtlRealSuccessor(PRTL_SPLAY_LINKS Links);
PRTL_SPLAY_LINKS NTAPI RtlRealPredecessor(PRTL_SPLAY_LINKS Links);
PRTL_SPLAY_LINKS NTAPI RtlSubtreeSuccessor(PRTL_SPLAY_LINKS Links);
PRTL_SPLAY_LINKS NTAPI RtlSubtreePredecessor(PRTL_SPLAY_LINKS Links);

#define RtlInitializeSplayLinks(links)                                                             \
        do {                                                                                       \
                PRTL_SPLAY_LINKS zw_links = (PRTL_SPLAY_LINKS) (links);                            \
                                                                                                   \
                zw_links->Parent = zw_links;                                                       \
                zw_links->LeftChild = NULL;                                                        \
                zw_links->RightChild = NULL;                                                       \
        } while (0)
#define RtlParent(links)       ((PRTL_SPLAY_LINKS) (links)->Parent)
#define RtlLeftChild(links)    ((PRTL_SPLAY_LINKS) (links)->LeftChild)
#define RtlRightChild(links)   ((PRTL_SPLAY_LINKS) (links)->RightChild)
#define RtlIsRoot(links)       (RtlParent(links) == (PRTL_SPLAY_LINKS) (links))
#define RtlIsLeftChild(links)  (RtlLeftChild(RtlParent(links)) == (PRTL_SPLAY_LINKS) (links))
#define RtlIsRightChild(links) (RtlRightChild(RtlParent(links)) == (PRTL_SPLAY_LINKS) (links))
#define RtlInsertAsLeftChild(parent, child)                                                        \
        do {                                                                                       \
                PRTL_SPLAY_LINKS zw_parent = (PRTL_SPLAY_LINKS) (parent);                          \
                PRTL_SPLAY_LINKS zw_child = (PRTL_SPLAY_LINKS) (child);                            \
                                                                                                   \
                zw_parent->LeftChild = zw_child;                                                   \
                zw_child->Parent = zw_parent;                                                      \
        } while (0)
#define RtlInsertAsRightChild(parent, child)                                                       \
        do {                                                                                       \
                PRTL_SPLAY_LINKS zw_parent = (PRTL_SPLAY_LINKS) (parent);                          \
                PRTL_SPLAY_LINKS zw_child = (PRTL_SPLAY_LINKS) (child);                            \
                                                                                                   \
                zw_parent->RightChild = zw_child;                                                  \
                zw_child->Parent = zw_parent;                                                      \
        } while (0)

/* What tables share. */

typedef enum _TABLE_SEARCH_RESULT {
        TableEmptyTree,
        TableFoundNode,
        TableInsertAsLeft,
        TableInsertAsRight,
} TABLE_SEARCH_RESULT;

typedef enum _RTL_GENERIC_COMPARE_RESULTS {
        GenericLessThan,
        GenericGreaterThan,
        GenericEqual,
} RTL_GENERIC_COMPARE_RESULTS;

/* Generic tables. */

struct _RTL_GENERIC_TABLE;
typedef RTL_GENERIC_COMPARE_RESULTS NTAPI RTL_GENERIC_COMPARE_ROUTINE(
                struct _RTL_GENERIC_TABLE *Table, PVOID FirstStruct, PVOID SecondStruct);
typedef PVOID NTAPI RTL_GENERIC_ALLOCATE_ROUTINE(struct _RTL_GENERIC_TABLE *Table, ULONG ByteSize);
typedef VOID NTAPI RTL_GENERIC_FREE_ROUTINE(struct _RTL_GENERIC_TABLE *Table, PVOID Buffer);
typedef RTL_GENERIC_COMPARE_ROUTINE *PRTL_GENERIC_COMPARE_ROUTINE;
typedef RTL_GENERIC_ALLOCATE_ROUTINE *PRTL_GENERIC_ALLOCATE_ROUTINE;
typedef RTL_GENERIC_FREE_ROUTINE *PRTL_GENERIC_FREE_ROUTINE;

typedef struct _RTL_GENERIC_TABLE {
        PRTL_SPLAY_LINKS TableRoot;
        LIST_ENTRY InsertOrderList;
        PLIST_ENTRY OrderedPointer;
        ULONG WhichOrderedElement;
        ULONG NumberGenericTableElements;
        PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine;
        PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine;
        PRTL_GENERIC_FREE_ROUTINE FreeRoutine;
        PVOID TableContext;
} RTL_GENERIC_TABLE, *PRTL_GENERIC_TABLE;

/**
 * RtlInitializeGenericTable() - make an empty table
 * @CompareRoutine:  orders two elements; its first is the one that is looked for
 * @AllocateRoutine: memory for an element of which the first 40 bytes are the table's
 * @FreeRoutine:     takes it back
 * @TableContext:    the caller's own
 */
VOID NTAPI RtlInitializeGenericTable(PRTL_GENERIC_TABLE Table,
                PRTL_GENERIC_COMPARE_ROUTINE CompareRoutine,
                PRTL_GENERIC_ALLOCATE_ROUTINE AllocateRoutine,
                PRTL_GENERIC_FREE_ROUTINE FreeRoutine,
                PVOID TableContext);

/**
 * RtlInsertElementGenericTable() - put a copy in, unless there is one that is equal
 * @NewElement: says whether it was put in; may be NULL
 * Return: the element in the table; NULL without memory.
 */
PVOID NTAPI RtlInsertElementGenericTable(
                PRTL_GENERIC_TABLE Table, PVOID Buffer, ULONG BufferSize, PBOOLEAN NewElement);

/* The same in two steps: the first searches and says where it would go, the second trusts that. */
PVOID NTAPI RtlLookupElementGenericTableFull(PRTL_GENERIC_TABLE Table,
                PVOID Buffer,
                PVOID *NodeOrParent,
                TABLE_SEARCH_RESULT *SearchResult);
PVOID NTAPI RtlInsertElementGenericTableFull(PRTL_GENERIC_TABLE Table,
                PVOID Buffer,
                ULONG BufferSize,
                PBOOLEAN NewElement,
                PVOID NodeOrParent,
                TABLE_SEARCH_RESULT SearchResult);

/* FALSE if there is none that is equal. */
BOOLEAN NTAPI RtlDeleteElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer);

/* The element that is equal, or NULL. */
PVOID NTAPI RtlLookupElementGenericTable(PRTL_GENERIC_TABLE Table, PVOID Buffer);

/* The elements in order, one a call, then NULL; @Restart begins anew. */
PVOID NTAPI RtlEnumerateGenericTable(PRTL_GENERIC_TABLE Table, BOOLEAN Restart);

/* The same with the caller's own place, NULL at first, and without splaying. */
PVOID NTAPI RtlEnumerateGenericTableWithoutSplaying(PRTL_GENERIC_TABLE Table, PVOID *RestartKey);

/* The element that was inserted as the @I-th, counted from 0, of those that are left; or NULL. */
PVOID NTAPI RtlGetElementGenericTable(PRTL_GENERIC_TABLE Table, ULONG I);
ULONG NTAPI RtlNumberGenericTableElements(PRTL_GENERIC_TABLE Table);
BOOLEAN NTAPI RtlIsGenericTableEmpty(PRTL_GENERIC_TABLE Table);

/* AVL tables: the same functions; elements have 32 bytes of the table's first. */

typedef struct _RTL_BALANCED_LINKS {
        struct _RTL_BALANCED_LINKS *Parent;
        struct _RTL_BALANCED_LINKS *LeftChild;
        struct _RTL_BALANCED_LINKS *RightChild;
        CHAR Balance; /* height of the right child less that of the left */
        UCHAR Reserved[3];
} RTL_BALANCED_LINKS, *PRTL_BALANCED_LINKS;

struct _RTL_AVL_TABLE;
typedef RTL_GENERIC_COMPARE_RESULTS NTAPI RTL_AVL_COMPARE_ROUTINE(
                struct _RTL_AVL_TABLE *Table, PVOID FirstStruct, PVOID SecondStruct);
typedef PVOID NTAPI RTL_AVL_ALLOCATE_ROUTINE(struct _RTL_AVL_TABLE *Table, ULONG ByteSize);
typedef VOID NTAPI RTL_AVL_FREE_ROUTINE(struct _RTL_AVL_TABLE *Table, PVOID Buffer);
typedef NTSTATUS NTAPI RTL_AVL_MATCH_FUNCTION(
                struct _RTL_AVL_TABLE *Table, PVOID UserData, PVOID MatchData);
typedef RTL_AVL_COMPARE_ROUTINE *PRTL_AVL_COMPARE_ROUTINE;
typedef RTL_AVL_ALLOCATE_ROUTINE *PRTL_AVL_ALLOCATE_ROUTINE;
typedef RTL_AVL_FREE_ROUTINE *PRTL_AVL_FREE_ROUTINE;
typedef RTL_AVL_MATCH_FUNCTION *PRTL_AVL_MATCH_FUNCTION;

typedef struct _RTL_AVL_TABLE {
        RTL_BALANCED_LINKS BalancedRoot; /* the tree is its right child */
        PVOID OrderedPointer;
        ULONG WhichOrderedElement;
        ULONG NumberGenericTableElements;
        ULONG DepthOfTree;
        PRTL_BALANCED_LINKS RestartKey;
        ULONG DeleteCount;
        PRTL_AVL_COMPARE_ROUTINE CompareRoutine;
        PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine;
        PRTL_AVL_FREE_ROUTINE FreeRoutine;
        PVOID TableContext;
} RTL_AVL_TABLE, *PRTL_AVL_TABLE;

VOID NTAPI RtlInitializeGenericTableAvl(PRTL_AVL_TABLE Table,
                PRTL_AVL_COMPARE_ROUTINE CompareRoutine,
                PRTL_AVL_ALLOCATE_ROUTINE AllocateRoutine,
                PRTL_AVL_FREE_ROUTINE FreeRoutine,
                PVOID TableContext);
PVOID NTAPI RtlInsertElementGenericTableAvl(
                PRTL_AVL_TABLE Table, PVOID Buffer, ULONG BufferSize, PBOOLEAN NewElement);
PVOID NTAPI RtlInsertElementGenericTableFullAvl(PRTL_AVL_TABLE Table,
                PVOID Buffer,
                ULONG BufferSize,
                PBOOLEAN NewElement,
                PVOID NodeOrParent,
                TABLE_SEARCH_RESULT SearchResult);
BOOLEAN NTAPI RtlDeleteElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer);

/* Takes out what RtlLookupElementGenericTableFullAvl() found. */
VOID NTAPI RtlDeleteElementGenericTableAvlEx(PRTL_AVL_TABLE Table, PVOID NodeOrParent);
PVOID NTAPI RtlLookupElementGenericTableAvl(PRTL_AVL_TABLE Table, PVOID Buffer);
PVOID NTAPI RtlLookupElementGenericTableFullAvl(PRTL_AVL_TABLE Table,
                PVOID Buffer,
                PVOID *NodeOrParent,
                TABLE_SEARCH_RESULT *SearchResult);

/* The first in order of those that are equal; @RestartKey gets the place. */
PVOID NTAPI RtlLookupFirstMatchingElementGenericTableAvl(
                PRTL_AVL_TABLE Table, PVOID Buffer, PVOID *RestartKey);
PVOID NTAPI RtlEnumerateGenericTableAvl(PRTL_AVL_TABLE Table, BOOLEAN Restart);
PVOID NTAPI RtlEnumerateGenericTableWithoutSplayingAvl(PRTL_AVL_TABLE Table, PVOID *RestartKey);

/* The @I-th element in order, counted from 0. */
PVOID NTAPI RtlGetElementGenericTableAvl(PRTL_AVL_TABLE Table, ULONG I);
ULONG NTAPI RtlNumberGenericTableElementsAvl(PRTL_AVL_TABLE Table);
BOOLEAN NTAPI RtlIsGenericTableEmptyAvl(PRTL_AVL_TABLE Table);

#pragma GCC visibility pop

#ifdef RTL_USE_AVL_TABLES
#define RTL_GENERIC_TABLE                       RTL_AVL_TABLE
#define PRTL_GENERIC_TABLE                      PRTL_AVL_TABLE
#define RTL_GENERIC_COMPARE_ROUTINE             RTL_AVL_COMPARE_ROUTINE
#define PRTL_GENERIC_COMPARE_ROUTINE            PRTL_AVL_COMPARE_ROUTINE
#define RTL_GENERIC_ALLOCATE_ROUTINE            RTL_AVL_ALLOCATE_ROUTINE
#define PRTL_GENERIC_ALLOCATE_ROUTINE           PRTL_AVL_ALLOCATE_ROUTINE
#define RTL_GENERIC_FREE_ROUTINE                RTL_AVL_FREE_ROUTINE
#define PRTL_GENERIC_FREE_ROUTINE               PRTL_AVL_FREE_ROUTINE
#define RtlInitializeGenericTable               RtlInitializeGenericTableAvl
#define RtlInsertElementGenericTable            RtlInsertElementGenericTableAvl
#define RtlInsertElementGenericTableFull        RtlInsertElementGenericTableFullAvl
#define RtlDeleteElementGenericTable            RtlDeleteElementGenericTableAvl
#define RtlLookupElementGenericTable            RtlLookupElementGenericTableAvl
#define RtlLookupElementGenericTableFull        RtlLookupElementGenericTableFullAvl
#define RtlEnumerateGenericTable                RtlEnumerateGenericTableAvl
#define RtlEnumerateGenericTableWithoutSplaying RtlEnumerateGenericTableWithoutSplayingAvl
#define RtlGetElementGenericTable               RtlGetElementGenericTableAvl
#define RtlNumberGenericTableElements           RtlNumberGenericTableElementsAvl
#define RtlIsGenericTableEmpty                  RtlIsGenericTableEmptyAvl
#endif

#ifdef __cplusplus
}
#endif
