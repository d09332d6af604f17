#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zw/ntrtl.h>

#include "suite.h"

#define N_KEYS 200u

static size_t n_blocks;

static PVOID NTAPI allocate(RTL_GENERIC_TABLE *table, ULONG size) {
        (void) table;
        n_blocks++;
        return malloc(size);
}

static VOID NTAPI release(RTL_GENERIC_TABLE *table, PVOID block) {
        (void) table;
        n_blocks--;
        free(block);
}

static RTL_GENERIC_COMPARE_RESULTS compare(ULONG left, ULONG right) {
        return left < right ? GenericLessThan : left > right ? GenericGreaterThan : GenericEqual;
}

static RTL_GENERIC_COMPARE_RESULTS NTAPI order(RTL_GENERIC_TABLE *table, PVOID left, PVOID right) {
        (void) table;
        return compare(*(ULONG *) left, *(ULONG *) right);
}

static PVOID NTAPI allocate_avl(RTL_AVL_TABLE *table, ULONG size) {
        return allocate((RTL_GENERIC_TABLE *) table->TableContext, size);
}

static VOID NTAPI release_avl(RTL_AVL_TABLE *table, PVOID block) {
        release((RTL_GENERIC_TABLE *) table->TableContext, block);
}

static RTL_GENERIC_COMPARE_RESULTS NTAPI order_avl(RTL_AVL_TABLE *table, PVOID left, PVOID right) {
        (void) table;
        return compare(*(ULONG *) left, *(ULONG *) right);
}

START_TEST(structures_are_laid_out_as_the_wdk_has_them) {
        ck_assert_uint_eq(sizeof(RTL_SPLAY_LINKS), 24);
        ck_assert_uint_eq(sizeof(RTL_BALANCED_LINKS), 32);
        ck_assert_uint_eq(sizeof(RTL_GENERIC_TABLE), 72);
        ck_assert_uint_eq(sizeof(RTL_AVL_TABLE), 104);
        ck_assert_uint_eq(offsetof(RTL_AVL_TABLE, CompareRoutine), 72);
        ck_assert_uint_eq(sizeof(SLIST_HEADER), 16);
        ck_assert_uint_eq(sizeof(SLIST_ENTRY), 16);
}
END_TEST

START_TEST(a_generic_table_holds_what_was_put_in) {
        bool there[N_KEYS] = { false };
        RTL_GENERIC_TABLE table;
        ULONG n = 0;

        srand(2);
        RtlInitializeGenericTable(&table, order, allocate, release, NULL);
        for (int round = 0; round < 20000; round++) {
                ULONG key = (ULONG) rand() % N_KEYS, *element;
                BOOLEAN fresh = 0x55;

                switch (rand() % 3) {
                case 0:
                        element = RtlInsertElementGenericTable(&table, &key, sizeof(key), &fresh);
                        ck_assert_uint_eq(*element, key);
                        ck_assert_uint_eq(fresh, !there[key]);
                        n += !there[key];
                        there[key] = true;
                        break;
                case 1:
                        ck_assert_uint_eq(RtlDeleteElementGenericTable(&table, &key), there[key]);
                        n -= there[key];
                        there[key] = false;
                        break;
                default:
                        element = RtlLookupElementGenericTable(&table, &key);
                        ck_assert_uint_eq(element != NULL, there[key]);
                }
                ck_assert_uint_eq(RtlNumberGenericTableElements(&table), n);
                ck_assert_uint_eq(n_blocks, n);
                if (round % 500 == 0) {
                        PVOID place = NULL;
                        ULONG seen = 0, previous = 0;

                        while ((element = RtlEnumerateGenericTableWithoutSplaying(
                                                &table, &place))) {
                                ck_assert(there[*element]);
                                ck_assert(seen == 0 || *element > previous);
                                previous = *element;
                                seen++;
                        }
                        ck_assert_uint_eq(seen, n);
                        seen = 0;
                        for (element = RtlEnumerateGenericTable(&table, TRUE); element;
                                        element = RtlEnumerateGenericTable(&table, FALSE))
                                seen++;
                        ck_assert_uint_eq(seen, n);
                }
        }
        for (ULONG key = 0; key < N_KEYS; key++)
                RtlDeleteElementGenericTable(&table, &key);
        ck_assert(RtlIsGenericTableEmpty(&table));
        ck_assert_uint_eq(n_blocks, 0);
}
END_TEST

START_TEST(elements_are_numbered_as_they_were_inserted) {
        static const ULONG keys[] = { 5, 1, 9, 3 };
        RTL_GENERIC_TABLE table;
        ULONG key = 1;

        RtlInitializeGenericTable(&table, order, allocate, release, NULL);
        for (size_t i = 0; i < RTL_NUMBER_OF(keys); i++)
                RtlInsertElementGenericTable(&table, (PVOID) &keys[i], sizeof(keys[i]), NULL);
        ck_assert_uint_eq(*(ULONG *) RtlGetElementGenericTable(&table, 3), 3);
        ck_assert_uint_eq(*(ULONG *) RtlGetElementGenericTable(&table, 0), 5);
        ck_assert_uint_eq(*(ULONG *) RtlGetElementGenericTable(&table, 2), 9);
        ck_assert_ptr_null(RtlGetElementGenericTable(&table, 4));
        ck_assert(RtlDeleteElementGenericTable(&table, &key));
        ck_assert_uint_eq(*(ULONG *) RtlGetElementGenericTable(&table, 1), 9);
        for (size_t i = 0; i < RTL_NUMBER_OF(keys); i++)
                RtlDeleteElementGenericTable(&table, (PVOID) &keys[i]);
}
END_TEST

/* Height of a subtree; -1 if a node is higher on one side than it says, or by more than one. */
static int height(const RTL_BALANCED_LINKS *node, const RTL_BALANCED_LINKS *parent) {
        int left, right;

        if (!node)
                return 0;
        left = height(node->LeftChild, node);
        right = height(node->RightChild, node);
        if (left < 0 || right < 0 || node->Parent != parent || node->Balance != right - left ||
                        abs(right - left) > 1)
                return -1;
        return 1 + (left > right ? left : right);
}

START_TEST(an_avl_table_stays_balanced) {
        bool there[N_KEYS] = { false };
        RTL_AVL_TABLE table;
        ULONG n = 0;

        srand(3);
        RtlInitializeGenericTableAvl(&table, order_avl, allocate_avl, release_avl, NULL);
        for (int round = 0; round < 20000; round++) {
                ULONG key = (ULONG) rand() % N_KEYS, *element;
                BOOLEAN fresh = 0x55;

                if (rand() % 2) {
                        element = RtlInsertElementGenericTableAvl(
                                        &table, &key, sizeof(key), &fresh);
                        ck_assert_uint_eq(*element, key);
                        ck_assert_uint_eq(fresh, !there[key]);
                        n += !there[key];
                        there[key] = true;
                } else {
                        ck_assert_uint_eq(
                                        RtlDeleteElementGenericTableAvl(&table, &key), there[key]);
                        n -= there[key];
                        there[key] = false;
                }
                ck_assert_uint_eq(RtlNumberGenericTableElementsAvl(&table), n);
                ck_assert_int_eq(height(table.BalancedRoot.RightChild, &table.BalancedRoot),
                                (int) table.DepthOfTree);
                key = (ULONG) rand() % N_KEYS;
                ck_assert_uint_eq(
                                RtlLookupElementGenericTableAvl(&table, &key) != NULL, there[key]);
        }
        for (ULONG key = 0, at = 0; key < N_KEYS; key++) {
                if (there[key])
                        ck_assert_uint_eq(
                                        *(ULONG *) RtlGetElementGenericTableAvl(&table, at++), key);
        }
        for (ULONG key = 0; key < N_KEYS; key++)
                RtlDeleteElementGenericTableAvl(&table, &key);
        ck_assert(RtlIsGenericTableEmptyAvl(&table));
        ck_assert_uint_eq(n_blocks, 0);
}
END_TEST

START_TEST(an_enumeration_goes_on_behind_what_was_deleted) {
        RTL_AVL_TABLE table;
        ULONG *element, seen = 0;

        RtlInitializeGenericTableAvl(&table, order_avl, allocate_avl, release_avl, NULL);
        for (ULONG key = 0; key < 50; key++)
                RtlInsertElementGenericTableAvl(&table, &key, sizeof(key), NULL);
        for (element = RtlEnumerateGenericTableAvl(&table, TRUE); element;
                        element = RtlEnumerateGenericTableAvl(&table, FALSE)) {
                ULONG key = *element;

                ck_assert_uint_eq(key, seen);
                seen++;
                ck_assert(RtlDeleteElementGenericTableAvl(&table, &key));
        }
        ck_assert_uint_eq(seen, 50);
        ck_assert_uint_eq(n_blocks, 0);
}
END_TEST

#define N_THREADS 4
#define N_ENTRIES 64

typedef struct Item {
        SLIST_ENTRY entry;
        int owners; /* how many have it now */
} Item;

static SLIST_HEADER list;
static Item items[N_ENTRIES];

static void *pop_and_push(void *unused) {
        (void) unused;
        for (int i = 0; i < 50000; i++) {
                Item *item = (Item *) RtlInterlockedPopEntrySList(&list);

                if (!item)
                        continue;
                if (__atomic_add_fetch(&item->owners, 1, __ATOMIC_RELAXED) != 1)
                        return item; /* two have it */
                __atomic_sub_fetch(&item->owners, 1, __ATOMIC_RELAXED);
                RtlInterlockedPushEntrySList(&list, &item->entry);
        }
        return NULL;
}

START_TEST(an_entry_is_popped_by_one_thread_only) {
        pthread_t threads[N_THREADS];
        PSLIST_ENTRY entry;
        int n = 0;

        RtlInitializeSListHead(&list);
        ck_assert_ptr_null(RtlInterlockedPopEntrySList(&list));
        for (int i = 0; i < N_ENTRIES; i++)
                ck_assert_ptr_eq(RtlInterlockedPushEntrySList(&list, &items[i].entry),
                                i ? &items[i - 1].entry : NULL);
        ck_assert_uint_eq(RtlQueryDepthSList(&list), N_ENTRIES);
        for (int i = 0; i < N_THREADS; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, pop_and_push, NULL), 0);
        for (int i = 0; i < N_THREADS; i++) {
                void *result;

                pthread_join(threads[i], &result);
                ck_assert_ptr_null(result);
        }
        ck_assert_uint_eq(RtlQueryDepthSList(&list), N_ENTRIES);
        for (entry = RtlInterlockedFlushSList(&list); entry; entry = entry->Next)
                n++;
        ck_assert_int_eq(n, N_ENTRIES);
        ck_assert_ptr_null(RtlFirstEntrySList(&list));
        ck_assert_uint_eq(RtlQueryDepthSList(&list), 0);
        items[0].entry.Next = &items[1].entry;
        ck_assert_ptr_null(
                        RtlInterlockedPushListSListEx(&list, &items[0].entry, &items[1].entry, 2));
        ck_assert_uint_eq(RtlQueryDepthSList(&list), 2);
        ck_assert_ptr_eq(RtlInterlockedPopEntrySList(&list), &items[0].entry);
        ck_assert_ptr_eq(RtlFirstEntrySList(&list), &items[1].entry);
}
END_TEST

START_TEST(lists_are_circles_through_their_heads) {
        LIST_ENTRY head, other, entries[4];

        InitializeListHead(&head);
        InitializeListHead(&other);
        ck_assert(IsListEmpty(&head));
        InsertTailList(&head, &entries[0]);
        InsertHeadList(&head, &entries[1]);
        InsertTailList(&other, &entries[2]);
        InsertTailList(&other, &entries[3]);
        RemoveEntryList(&other);
        AppendTailList(&head, &entries[2]);
        ck_assert_ptr_eq(RemoveHeadList(&head), &entries[1]);
        ck_assert_ptr_eq(RemoveTailList(&head), &entries[3]);
        ck_assert(!RemoveEntryList(&entries[0]));
        ck_assert(RemoveEntryList(&entries[2]));
        ck_assert(IsListEmpty(&head));
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, structures_are_laid_out_as_the_wdk_has_them);
        tcase_add_test(tests, a_generic_table_holds_what_was_put_in);
        tcase_add_test(tests, elements_are_numbered_as_they_were_inserted);
        tcase_add_test(tests, an_avl_table_stays_balanced);
        tcase_add_test(tests, an_enumeration_goes_on_behind_what_was_deleted);
        tcase_add_test(tests, an_entry_is_popped_by_one_thread_only);
        tcase_add_test(tests, lists_are_circles_through_their_heads);
}

int main(void) {
        return suite_main("rtl-table", 30, add_tests);
}
