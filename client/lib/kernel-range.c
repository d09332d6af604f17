#include "kernel-range.h"

#include "ntstatus.h"
#include "previous-mode.h"
#include "zw.h"

/*
 * Read without a lock, by every service of every thread: an entry is taken by its base, counts from
 * its end on, and is given back in the opposite order. Nobody passes a pointer into memory that is
 * just becoming the kernel's, or was until now, so what a reader sees in between does not matter.
 */
typedef struct KernelRange {
        _Atomic uintptr_t base; /* 0: free */
        _Atomic uintptr_t end;  /* first address past it; 0: does not count */
} KernelRange;

static KernelRange ranges[KERNEL_RANGES_MAX];

_Atomic uint32_t kernel_ranges_used;

bool kernel_range_refuses(uintptr_t start, size_t size) {
        uint32_t n = atomic_load(&kernel_ranges_used);

        if (!previous_mode_is_played())
                return false;
        for (uint32_t i = 0; i < n; i++) {
                uintptr_t base = atomic_load(&ranges[i].base), end = atomic_load(&ranges[i].end);

                if (start < end && (start >= base || size > base - start))
                        return true;
        }
        return false;
}

static void used_at_least(uint32_t n) {
        uint32_t used = atomic_load(&kernel_ranges_used);

        while (used < n && !atomic_compare_exchange_weak(&kernel_ranges_used, &used, n))
                ;
}

NTSTATUS zw_add_kernel_range(PVOID base, SIZE_T size) {
        uintptr_t start = (uintptr_t) base, end;

        if (!base || size == 0 || __builtin_add_overflow(start, size, &end))
                return STATUS_INVALID_PARAMETER;
        for (uint32_t i = 0; i < KERNEL_RANGES_MAX; i++) {
                uintptr_t nobody = 0;

                if (!atomic_compare_exchange_strong(&ranges[i].base, &nobody, start))
                        continue;
                used_at_least(i + 1);
                atomic_store(&ranges[i].end, end);
                return STATUS_SUCCESS;
        }
        return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS zw_remove_kernel_range(PVOID base) {
        uint32_t n = atomic_load(&kernel_ranges_used);

        for (uint32_t i = 0; i < n && base; i++) {
                uintptr_t end = atomic_load(&ranges[i].end);

                if (atomic_load(&ranges[i].base) != (uintptr_t) base || end == 0 ||
                                !atomic_compare_exchange_strong(&ranges[i].end, &end, 0))
                        continue;
                atomic_store(&ranges[i].base, 0);
                return STATUS_SUCCESS;
        }
        return STATUS_INVALID_PARAMETER;
}
