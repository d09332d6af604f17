#include <pthread.h>
#include <stdlib.h>

#include "heap-block.h"
#include "ntstatus.h"
#include "rtl-critical-section.h"
#include "rtl-heap.h"
#include "rtl-srw-lock.h"
#include "thread-id.h"
#include "zw.h"

/* What Windows takes where it is told nothing, and the longest block of a heap with a limit: longer
 * ones would be pages of their own, which such a heap does not have. */
#define RESERVE_DEFAULT 0x40000u
#define GRANULARITY     0x10000u
#define FIXED_BLOCK_MAX 0xFF000u
#define HEAP_FLAGS_MEANT                                                                           \
        (HEAP_NO_SERIALIZE | HEAP_GROWABLE | HEAP_GENERATE_EXCEPTIONS | HEAP_CLASS_MASK |          \
                        HEAP_CREATE_ALIGN_16)

Heap process_heap __attribute__((aligned(16))) = {
        .segment_signature = HEAP_SEGMENT_SIGNATURE,
        .flags = HEAP_GROWABLE,
        .signature = HEAP_SIGNATURE,
        .ring = { .next = &process_heap.ring, .previous = &process_heap.ring },
        .lock = &process_heap.own_lock,
        .own_lock = { .DebugInfo = (PVOID) UINTPTR_MAX, .LockCount = -1 },
        .limit = UINT64_MAX,
        .block_max = BLOCK_SIZE_MAX / 2,
};

/* Guards the list that begins with the process heap. */
static RTL_SRWLOCK list_lock;

PVOID rtl_process_heap(void) {
        return &process_heap;
}

PVOID zw_process_heap(void) {
        return &process_heap;
}

/* A forked child has the process heap as the parent had it between two calls. */
static void before_fork(void) {
        srw_lock_acquire(&list_lock, false);
        critical_section_enter(&process_heap.own_lock);
}

static void after_fork(void) {
        critical_section_leave(&process_heap.own_lock);
        srw_lock_release(&list_lock, false);
}

static void after_fork_in_child(void) {
        after_fork();
        thread_id_cached = 0; /* it is another thread, see thread-id.h */
}

static __attribute__((constructor)) void watch_forks(void) {
        pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static uint64_t limit_of(ULONG flags, uint64_t reserve, uint64_t commit) {
        if (flags & HEAP_GROWABLE)
                return UINT64_MAX;
        if (reserve < commit)
                reserve = commit;
        if (reserve == 0)
                return RESERVE_DEFAULT;
        return reserve > BLOCK_SIZE_MAX ? BLOCK_SIZE_MAX
                                        : (reserve + GRANULARITY - 1) / GRANULARITY * GRANULARITY;
}

static void heap_init(Heap *heap, ULONG flags, uint64_t limit, RTL_CRITICAL_SECTION *lock) {
        *heap = (Heap){
                .segment_signature = HEAP_SEGMENT_SIGNATURE,
                .flags = flags & HEAP_FLAGS_MEANT,
                .signature = HEAP_SIGNATURE,
                .ring = { .next = &heap->ring, .previous = &heap->ring },
                .lock = lock ? lock : &heap->own_lock,
                .limit = limit,
                .block_max = flags & HEAP_GROWABLE ? BLOCK_SIZE_MAX / 2 : FIXED_BLOCK_MAX,
        };
        critical_section_init(&heap->own_lock, 0);
        if (flags & HEAP_NO_SERIALIZE)
                heap->lock = NULL;
}

static Heap *heap_new(ULONG flags,
                uint64_t limit,
                RTL_CRITICAL_SECTION *lock,
                const RTL_HEAP_PARAMETERS *parameters) {
        Heap *heap = aligned_alloc(16, (sizeof(*heap) + 15) / 16 * 16);

        if (!heap)
                return NULL;
        heap_init(heap, flags, limit, lock);
        if (parameters && parameters->MaximumAllocationSize > 0 &&
                        parameters->MaximumAllocationSize < heap->block_max)
                heap->block_max = parameters->MaximumAllocationSize;

        srw_lock_acquire(&list_lock, false);
        heap->next = process_heap.next;
        process_heap.next = heap;
        srw_lock_release(&list_lock, false);
        return heap;
}

PVOID NTAPI RtlCreateHeap(ULONG Flags,
                PVOID HeapBase,
                SIZE_T ReserveSize,
                SIZE_T CommitSize,
                PVOID Lock,
                PRTL_HEAP_PARAMETERS Parameters) {
        if (HeapBase || Flags & HEAP_CREATE_ENABLE_EXECUTE)
                return NULL;
        if (Parameters && (Parameters->Length != sizeof(*Parameters) || Parameters->CommitRoutine))
                return NULL;
        if (Lock && Flags & HEAP_NO_SERIALIZE)
                return NULL;
        return heap_new(Flags, limit_of(Flags, ReserveSize, CommitSize), Lock, Parameters);
}

static bool take_off_list(Heap *heap) {
        Heap *before = &process_heap;

        srw_lock_acquire(&list_lock, false);
        while (before->next && before->next != heap)
                before = before->next;
        if (before->next)
                before->next = heap->next;
        else
                before = NULL;
        srw_lock_release(&list_lock, false);
        return before != NULL;
}

static void free_blocks(Heap *heap) {
        Block *block = heap->ring.next;

        while (block != &heap->ring) {
                Block *next = block->next;

                block_unset(block);
                free(block);
                block = next;
        }
}

/* A heap is what is on the list: this call need not believe what memory looks like. */
PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle) {
        Heap *heap = HeapHandle;

        if (!take_off_list(heap))
                return HeapHandle;
        heap->signature = 0;
        free_blocks(heap);
        free(heap);
        return NULL;
}

ULONG NTAPI RtlGetProcessHeaps(ULONG NumberOfHeaps, PVOID *ProcessHeaps) {
        ULONG n = 0;

        srw_lock_acquire(&list_lock, true);
        for (Heap *heap = &process_heap; heap; heap = heap->next) {
                if (n < NumberOfHeaps)
                        ProcessHeaps[n] = heap;
                n++;
        }
        srw_lock_release(&list_lock, true);
        return n;
}

NTSTATUS NTAPI RtlEnumProcessHeaps(PRTL_ENUM_HEAPS_ROUTINE Routine, PVOID Parameter) {
        NTSTATUS status = STATUS_SUCCESS;

        for (Heap *heap = &process_heap; heap && NT_SUCCESS(status); heap = heap->next)
                status = Routine(heap, Parameter);
        return status;
}

BOOLEAN NTAPI RtlValidateProcessHeaps(VOID) {
        bool valid = true;

        srw_lock_acquire(&list_lock, true);
        for (Heap *heap = &process_heap; heap && valid; heap = heap->next)
                valid = RtlValidateHeap(heap, 0, NULL);
        srw_lock_release(&list_lock, true);
        return valid;
}
