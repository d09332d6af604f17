#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zw/ntrtlheap.h>
#include <zw/zw.h>

#include "assert-status.h"
#include "suite.h"

#define NO_SIZE ((SIZE_T) -1)

static bool all_are(const unsigned char *bytes, size_t from, size_t to, unsigned char value) {
        for (size_t i = from; i < to; i++) {
                if (bytes[i] != value)
                        return false;
        }
        return true;
}

static PVOID growable(void) {
        PVOID heap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);

        ck_assert_ptr_nonnull(heap);
        return heap;
}

START_TEST(blocks_are_aligned_and_know_their_size) {
        PVOID heap = zw_process_heap();

        for (SIZE_T size = 0; size < 5000; size += 37) {
                unsigned char *block = RtlAllocateHeap(heap, 0, size);

                ck_assert_ptr_nonnull(block);
                ck_assert_uint_eq((uintptr_t) block % 16, 0);
                ck_assert_uint_eq(RtlSizeHeap(heap, 0, block), size);
                memset(block, 0xAA, size);
                ck_assert(RtlValidateHeap(heap, 0, block));
                ck_assert(RtlFreeHeap(heap, 0, block));
        }
        ck_assert(RtlValidateHeap(heap, 0, NULL));
}
END_TEST

START_TEST(memory_is_zero_where_that_is_asked_for) {
        PVOID heap = growable();
        unsigned char *block = RtlAllocateHeap(heap, HEAP_ZERO_MEMORY, 1000);

        ck_assert(all_are(block, 0, 1000, 0));
        memset(block, 0xAA, 1000);
        block = RtlReAllocateHeap(heap, HEAP_ZERO_MEMORY, block, 600);
        block = RtlReAllocateHeap(heap, HEAP_ZERO_MEMORY, block, 100000);
        ck_assert(all_are(block, 0, 600, 0xAA));
        ck_assert(all_are(block, 600, 100000, 0));
        ck_assert_uint_eq(RtlSizeHeap(heap, 0, block), 100000);
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(blocks_change_their_size_in_place_only_where_there_is_room) {
        PVOID heap = growable();
        unsigned char *block = RtlAllocateHeap(heap, 0, 1000);
        ULONG flags = HEAP_REALLOC_IN_PLACE_ONLY;

        memset(block, 0x55, 1000);
        ck_assert_ptr_null(RtlReAllocateHeap(heap, flags, block, 1 << 24));
        ck_assert_uint_eq(RtlSizeHeap(heap, 0, block), 1000);
        ck_assert(all_are(block, 0, 1000, 0x55));
        ck_assert_ptr_eq(RtlReAllocateHeap(heap, flags, block, 10), block);
        ck_assert_uint_eq(RtlSizeHeap(heap, 0, block), 10);
        ck_assert_ptr_null(RtlReAllocateHeap(heap, 0, NULL, 10));
        ck_assert_ptr_null(RtlReAllocateHeap(heap, 0, block + 16, 10));
        ck_assert_ptr_null(RtlReAllocateHeap(heap, 0, block, SIZE_MAX - 100));
        ck_assert_uint_eq(RtlSizeHeap(heap, 0, block), 10);
        ck_assert(RtlValidateHeap(heap, 0, NULL));
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(what_is_no_block_is_refused) {
        PVOID heap = growable(), other = growable();
        unsigned char *block = RtlAllocateHeap(heap, 0, 64), on_stack[128] = { 0 };
        void *wild[] = { on_stack + 64 - (uintptr_t) on_stack % 16, block + 16, block + 1,
                (void *) 0x10, (void *) UINTPTR_MAX, (void *) 0x8000000000000000ull };

        ck_assert(RtlFreeHeap(heap, 0, NULL));
        ck_assert(!RtlFreeHeap(other, 0, block));
        ck_assert_uint_eq(RtlSizeHeap(other, 0, block), NO_SIZE);
        ck_assert(!RtlValidateHeap(other, 0, block));
        for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
                ck_assert(!RtlFreeHeap(heap, 0, wild[i]));
                ck_assert_uint_eq(RtlSizeHeap(heap, 0, wild[i]), NO_SIZE);
                ck_assert(!RtlValidateHeap(heap, 0, wild[i]));
        }
        /* Memory that is not there is answered for by this one only. */
        ck_assert(!RtlValidateHeap(heap, 0, (void *) 0x123456780));
        ck_assert(RtlValidateHeap(heap, 0, block));
        ck_assert(RtlFreeHeap(heap, 0, block));
        RtlDestroyHeap(heap);
        RtlDestroyHeap(other);
}
END_TEST

static bool under_valgrind(void) {
        const char *preloaded = getenv("LD_PRELOAD");

        return preloaded && strstr(preloaded, "vgpreload");
}

/* Valgrind says of the second one what it has to say. */
START_TEST(a_block_is_freed_once) {
        PVOID heap = growable();

        for (SIZE_T size = 0; size < 2000; size += 100) {
                unsigned char *block = RtlAllocateHeap(heap, 0, size);

                ck_assert(RtlFreeHeap(heap, 0, block));
                if (!under_valgrind())
                        ck_assert(!RtlFreeHeap(heap, 0, block));
        }
        ck_assert(RtlValidateHeap(heap, 0, NULL));
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(what_is_no_heap_is_refused) {
        uint64_t rubbish[64] __attribute__((aligned(16))) = { 0 };

        ck_assert_ptr_null(RtlAllocateHeap(NULL, 0, 1));
        ck_assert_ptr_null(RtlAllocateHeap(rubbish, 0, 1));
        ck_assert(!RtlValidateHeap(rubbish, 0, NULL));
        ck_assert(!RtlLockHeap(NULL));
        ck_assert_ptr_eq(RtlDestroyHeap(rubbish), rubbish);
        ck_assert_ptr_eq(RtlDestroyHeap(zw_process_heap()), zw_process_heap());
}
END_TEST

START_TEST(a_header_that_was_written_over_is_no_block) {
        PVOID heap = growable();
        unsigned char *first = RtlAllocateHeap(heap, 0, 64), *second = RtlAllocateHeap(heap, 0, 64);

        second[-25] ^= 1; /* of the header's first 8 bytes */
        ck_assert(!RtlValidateHeap(heap, 0, second));
        ck_assert(!RtlValidateHeap(heap, 0, NULL));
        ck_assert(!RtlFreeHeap(heap, 0, second));
        ck_assert(RtlValidateHeap(heap, 0, first));
        second[-25] ^= 1;
        ck_assert(RtlValidateHeap(heap, 0, NULL));
        ck_assert(RtlFreeHeap(heap, 0, second));
        ck_assert(RtlFreeHeap(heap, 0, first));
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(heaps_that_cannot_grow_end_at_their_limit) {
        PVOID heap = RtlCreateHeap(0, NULL, 0x100000, 0, NULL, NULL);
        PVOID blocks[64];
        unsigned n = 0;

        ck_assert_ptr_nonnull(heap);
        ck_assert_ptr_null(RtlAllocateHeap(heap, 0, 0x100000));
        while (n < 64 && (blocks[n] = RtlAllocateHeap(heap, 0, 0x10000)))
                n++;
        ck_assert_uint_eq(n, 15); /* with their headers, 16 do not fit */
        ck_assert_ptr_null(RtlReAllocateHeap(heap, 0, blocks[0], 0x40000));
        ck_assert(RtlFreeHeap(heap, 0, blocks[1]));
        ck_assert_ptr_nonnull(RtlReAllocateHeap(heap, 0, blocks[0], 0x1F000));
        ck_assert(RtlValidateHeap(heap, 0, NULL));
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(heaps_that_are_not_to_be_had_are_not_made) {
        static uint64_t memory[0x10000];
        RTL_HEAP_PARAMETERS parameters = { .Length = sizeof(parameters),
                .MaximumAllocationSize = 100 };
        PVOID heap;

        ck_assert_ptr_null(RtlCreateHeap(0, memory, sizeof(memory), 0, NULL, NULL));
        ck_assert_ptr_null(RtlCreateHeap(HEAP_CREATE_ENABLE_EXECUTE, NULL, 0, 0, NULL, NULL));
        heap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, &parameters);
        ck_assert_ptr_nonnull(RtlAllocateHeap(heap, 0, 100));
        ck_assert_ptr_null(RtlAllocateHeap(heap, 0, 101));
        ck_assert_ptr_null(RtlDestroyHeap(heap));
        parameters.Length = 1;
        ck_assert_ptr_null(RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, &parameters));
}
END_TEST

START_TEST(blocks_have_a_value_and_flags_of_the_programs) {
        PVOID heap = growable(), value = NULL;
        ULONG flags = 1;
        unsigned char *block = RtlAllocateHeap(
                        heap, HEAP_SETTABLE_USER_VALUE | HEAP_SETTABLE_USER_FLAG2, 21);
        unsigned char *plain = RtlAllocateHeap(heap, 0, 21);

        ck_assert(RtlGetUserInfoHeap(heap, 0, block, &value, &flags));
        ck_assert_ptr_null(value);
        ck_assert_uint_eq(flags, HEAP_SETTABLE_USER_FLAG2);
        ck_assert(RtlSetUserValueHeap(heap, 0, block, &flags));
        ck_assert(!RtlSetUserValueHeap(heap, 0, plain, &flags));
        ck_assert(RtlSetUserFlagsHeap(heap, 0, block, HEAP_SETTABLE_USER_FLAG2,
                        HEAP_SETTABLE_USER_FLAG1 | HEAP_SETTABLE_USER_FLAG3));
        ck_assert(!RtlSetUserFlagsHeap(heap, 0, block, 0, 1));
        memset(block, 0xFF, 21);
        block = RtlReAllocateHeap(heap, 0, block, 5000);
        block = RtlReAllocateHeap(heap, 0, block, 9);
        ck_assert_uint_eq(RtlSizeHeap(heap, 0, block), 9);
        ck_assert(RtlGetUserInfoHeap(heap, 0, block, &value, &flags));
        ck_assert_ptr_eq(value, &flags);
        ck_assert_uint_eq(flags, HEAP_SETTABLE_USER_FLAG1 | HEAP_SETTABLE_USER_FLAG3);
        ck_assert(RtlFreeHeap(heap, 0, block));
        ck_assert(!RtlGetUserInfoHeap(heap, 0, plain + 16, &value, &flags));
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(a_walk_meets_every_block_once) {
        PVOID heap = growable(), blocks[3];
        RTL_HEAP_WALK_ENTRY entry = { 0 };

        for (SIZE_T i = 0; i < 3; i++)
                blocks[i] = RtlAllocateHeap(heap, HEAP_SETTABLE_USER_VALUE, 10 + i);
        ck_assert(RtlSetUserValueHeap(heap, 0, blocks[1], heap));
        ck_assert(RtlLockHeap(heap));
        for (SIZE_T i = 0; i < 3; i++) {
                ck_assert_status(RtlWalkHeap(heap, &entry), STATUS_SUCCESS);
                ck_assert_ptr_eq(entry.DataAddress, blocks[i]);
                ck_assert_uint_eq(entry.DataSize, 10 + i);
                ck_assert_uint_eq(entry.Flags, RTL_HEAP_BUSY | RTL_HEAP_SETTABLE_VALUE);
                ck_assert_uint_eq(entry.Block.Settable, i == 1 ? (SIZE_T) heap : 0);
        }
        ck_assert_status(RtlWalkHeap(heap, &entry), STATUS_NO_MORE_ENTRIES);
        entry.DataAddress = &entry;
        ck_assert_status(RtlWalkHeap(heap, &entry), STATUS_INVALID_PARAMETER);
        ck_assert(RtlUnlockHeap(heap));
        ck_assert(!RtlUnlockHeap(heap));
        ck_assert_status(RtlWalkHeap(NULL, &entry), STATUS_INVALID_HANDLE);
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(heaps_are_listed_with_the_process_heap_first) {
        PVOID heap = growable(), heaps[2] = { 0 };

        ck_assert_uint_eq(RtlGetProcessHeaps(0, NULL), 2);
        ck_assert_uint_eq(RtlGetProcessHeaps(2, heaps), 2);
        ck_assert_ptr_eq(heaps[0], zw_process_heap());
        ck_assert_ptr_eq(heaps[1], heap);
        ck_assert(RtlValidateProcessHeaps());
        ck_assert_ptr_null(RtlDestroyHeap(heap));
        ck_assert_uint_eq(RtlGetProcessHeaps(1, heaps), 1);
}
END_TEST

START_TEST(many_blocks_come_and_go_in_one_call) {
        PVOID heap = growable(), blocks[10];

        ck_assert_uint_eq(RtlMultipleAllocateHeap(heap, 0, 40, 10, blocks), 10);
        ck_assert_uint_eq(RtlSizeHeap(heap, 0, blocks[9]), 40);
        ck_assert_uint_eq(RtlMultipleFreeHeap(heap, 0, 10, blocks), 10);
        blocks[0] = &heap;
        ck_assert_uint_eq(RtlMultipleFreeHeap(heap, 0, 1, blocks), 0);
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

START_TEST(growable_heaps_are_of_low_fragmentation) {
        PVOID heap = growable(), unlocked = RtlCreateHeap(3, NULL, 0, 0, NULL, NULL);
        HEAP_OPTIMIZE_RESOURCES_INFORMATION resources = { .Version = 1 };
        ULONG kind = 77;
        SIZE_T length = 0;

        ck_assert_status(RtlQueryHeapInformation(
                                         heap, HeapCompatibilityInformation, &kind, 3, &length),
                        STATUS_BUFFER_TOO_SMALL);
        ck_assert_uint_eq(length, 4);
        ck_assert_uint_eq(kind, 77);
        ck_assert_status(
                        RtlQueryHeapInformation(heap, HeapCompatibilityInformation, &kind, 4, NULL),
                        STATUS_SUCCESS);
        ck_assert_uint_eq(kind, 2);
        ck_assert_status(RtlSetHeapInformation(heap, HeapCompatibilityInformation, &kind, 4),
                        STATUS_SUCCESS);
        ck_assert_status(RtlSetHeapInformation(unlocked, HeapCompatibilityInformation, &kind, 4),
                        STATUS_INVALID_PARAMETER);
        ck_assert_status(RtlSetHeapInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0),
                        STATUS_NOT_SUPPORTED);
        ck_assert_status(RtlSetHeapInformation(NULL, HeapOptimizeResources, &resources,
                                         sizeof(resources)),
                        STATUS_SUCCESS);
        ck_assert_status(RtlSetHeapInformation(heap, (HEAP_INFORMATION_CLASS) 9, &kind, 4),
                        STATUS_INVALID_INFO_CLASS);
        ck_assert(!RtlLockHeap(unlocked));
        RtlDestroyHeap(heap);
        RtlDestroyHeap(unlocked);
}
END_TEST

static void *work(void *heap) {
        unsigned char *blocks[16] = { 0 };

        for (unsigned i = 0; i < 4000; i++) {
                unsigned char **block = &blocks[i % 16];
                SIZE_T size = i * 7 % 700;

                if (*block && i % 3 == 0)
                        *block = RtlReAllocateHeap(heap, 0, *block, size);
                else if (!RtlFreeHeap(heap, 0, *block) ||
                                !(*block = RtlAllocateHeap(heap, 0, size)))
                        return NULL;
                if (i % 500 == 0 && !RtlValidateHeap(heap, 0, NULL))
                        return NULL;
        }
        for (unsigned i = 0; i < 16; i++) {
                if (!RtlFreeHeap(heap, 0, blocks[i]))
                        return NULL;
        }
        return heap;
}

START_TEST(threads_share_a_heap) {
        PVOID heap = growable();
        RTL_HEAP_WALK_ENTRY entry = { 0 };
        pthread_t threads[4];

        for (unsigned i = 0; i < 4; i++)
                ck_assert_int_eq(pthread_create(&threads[i], NULL, work, heap), 0);
        for (unsigned i = 0; i < 4; i++) {
                void *result = NULL;

                pthread_join(threads[i], &result);
                ck_assert_ptr_eq(result, heap);
        }
        ck_assert_status(RtlWalkHeap(heap, &entry), STATUS_NO_MORE_ENTRIES);
        ck_assert_ptr_null(RtlDestroyHeap(heap));
}
END_TEST

static void *allocate_until_stopped(void *stop) {
        while (!__atomic_load_n((int *) stop, __ATOMIC_RELAXED))
                RtlFreeHeap(zw_process_heap(), 0, RtlAllocateHeap(zw_process_heap(), 0, 10));
        return NULL;
}

/* What the other thread had in its hand is lost to a child, which valgrind calls a leak. */
START_TEST(a_forked_child_has_the_process_heap_whatever_others_did) {
        unsigned n_children = under_valgrind() ? 0 : 50;
        pthread_t thread;
        int stop = 0;

        ck_assert_int_eq(pthread_create(&thread, NULL, allocate_until_stopped, &stop), 0);
        for (unsigned i = 0; i < n_children; i++) {
                int status = -1;
                pid_t child = fork();

                if (child == 0) {
                        PVOID block = RtlAllocateHeap(zw_process_heap(), 0, 100);

                        _exit(block && RtlFreeHeap(zw_process_heap(), 0, block) ? 0 : 1);
                }
                ck_assert_int_eq(waitpid(child, &status, 0), child);
                ck_assert_int_eq(status, 0);
        }
        __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
        pthread_join(thread, NULL);
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, blocks_are_aligned_and_know_their_size);
        tcase_add_test(tests, memory_is_zero_where_that_is_asked_for);
        tcase_add_test(tests, blocks_change_their_size_in_place_only_where_there_is_room);
        tcase_add_test(tests, what_is_no_block_is_refused);
        tcase_add_test(tests, a_block_is_freed_once);
        tcase_add_test(tests, what_is_no_heap_is_refused);
        tcase_add_test(tests, a_header_that_was_written_over_is_no_block);
        tcase_add_test(tests, heaps_that_cannot_grow_end_at_their_limit);
        tcase_add_test(tests, heaps_that_are_not_to_be_had_are_not_made);
        tcase_add_test(tests, blocks_have_a_value_and_flags_of_the_programs);
        tcase_add_test(tests, a_walk_meets_every_block_once);
        tcase_add_test(tests, heaps_are_listed_with_the_process_heap_first);
        tcase_add_test(tests, many_blocks_come_and_go_in_one_call);
        tcase_add_test(tests, growable_heaps_are_of_low_fragmentation);
        tcase_add_test(tests, threads_share_a_heap);
        tcase_add_test(tests, a_forked_child_has_the_process_heap_whatever_others_did);
}

int main(void) {
        return suite_main("rtl-heap", 30, add_tests);
}
