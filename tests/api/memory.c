#include "memory.h"

NTSTATUS memory_allocate(PVOID *base, SIZE_T *size, ULONG type, ULONG protection) {
        PVOID asked = *base;
        SIZE_T asked_size = *size;
        NTSTATUS status;

        status = NtAllocateVirtualMemory(NtCurrentProcess(), base, 0, size, type, protection);
        if (!NT_SUCCESS(status)) {
                ck_assert_ptr_eq(*base, asked);
                ck_assert_uint_eq(*size, asked_size);
        }
        return status;
}

uint8_t *memory_new(SIZE_T size, ULONG type, ULONG protection) {
        PVOID base = NULL;

        api_assert_ok(memory_allocate(&base, &size, MEM_RESERVE | type, protection));
        ck_assert_uint_eq((uintptr_t) base % GRANULE, 0);
        return base;
}

NTSTATUS memory_free(void *base, SIZE_T size, ULONG type) {
        return NtFreeVirtualMemory(NtCurrentProcess(), &base, &size, type);
}

NTSTATUS memory_protect(void *base, SIZE_T size, ULONG protection, ULONG *old) {
        ULONG before = 0;
        NTSTATUS status;

        status = NtProtectVirtualMemory(NtCurrentProcess(), &base, &size, protection, &before);
        if (old)
                *old = before;
        return status;
}

MEMORY_BASIC_INFORMATION memory_at(const void *address) {
        MEMORY_BASIC_INFORMATION basic;
        SIZE_T length = 0;

        api_assert_ok(NtQueryVirtualMemory(NtCurrentProcess(), (PVOID) (uintptr_t) address,
                        MemoryBasicInformation, &basic, sizeof(basic), &length));
        ck_assert_uint_eq(length, sizeof(basic));
        ck_assert_uint_eq((uintptr_t) basic.BaseAddress, (uintptr_t) address & ~0xFFFul);
        return basic;
}

void memory_expect_committed(const void *address, SIZE_T size, ULONG protection) {
        MEMORY_BASIC_INFORMATION basic = memory_at(address);

        ck_assert_uint_eq(basic.State, MEM_COMMIT);
        ck_assert_uint_eq(basic.Protect, protection);
        ck_assert_uint_eq(basic.RegionSize, size);
}

void memory_expect_reserved(const void *address, SIZE_T size) {
        MEMORY_BASIC_INFORMATION basic = memory_at(address);

        ck_assert_uint_eq(basic.State, MEM_RESERVE);
        ck_assert_uint_eq(basic.Protect, 0);
        ck_assert_uint_eq(basic.RegionSize, size);
        ck_assert(!api_readable(address));
}

void memory_expect_free(const void *address) {
        MEMORY_BASIC_INFORMATION basic = memory_at(address);

        ck_assert_uint_eq(basic.State, MEM_FREE);
        ck_assert_uint_eq(basic.Protect, PAGE_NOACCESS);
        ck_assert_ptr_null(basic.AllocationBase);
        ck_assert_uint_eq(basic.AllocationProtect, 0);
        ck_assert_uint_eq(basic.Type, 0);
}

static unsigned rights_of(ULONG protection) {
        switch (protection) {
        case PAGE_READONLY:
        case PAGE_WRITECOPY:
                return 1;
        case PAGE_READWRITE:
                return 3;
        case PAGE_EXECUTE:
        case PAGE_EXECUTE_READ:
        case PAGE_EXECUTE_WRITECOPY:
                return 5;
        case PAGE_EXECUTE_READWRITE:
                return 7;
        default:
                return 0;
        }
}

bool memory_may_become(ULONG mapped, ULONG wanted) {
        return (rights_of(wanted) & ~rights_of(mapped)) == 0;
}
