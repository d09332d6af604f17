#include "view.h"

#include <check.h>
#include <sys/mman.h>

#include "api.h"

NTSTATUS view_map(HANDLE section, ULONG protection, PVOID *base, ViewOptions *options) {
        ViewOptions none = { 0 };
        ViewOptions *with = options ? options : &none;
        LARGE_INTEGER offset = { .QuadPart = with->offset };
        PVOID asked = *base;
        SIZE_T asked_size = with->size;
        NTSTATUS status;

        status = NtMapViewOfSection(section, with->process ? with->process : NtCurrentProcess(),
                        base, with->zero_bits, with->commit, &offset, &with->size,
                        with->inherit ? (SECTION_INHERIT) with->inherit : ViewUnmap, with->type,
                        protection);
        if (!NT_SUCCESS(status)) {
                ck_assert_ptr_eq(*base, asked);
                ck_assert_uint_eq(with->size, asked_size);
        }
        return status;
}

HANDLE view_section(SIZE_T size, ULONG protection, ACCESS_MASK access) {
        LARGE_INTEGER maximum = { .QuadPart = (LONGLONG) size };
        HANDLE section = NULL;

        api_assert_ok(NtCreateSection(
                        &section, access, NULL, &maximum, protection, SEC_COMMIT, NULL));
        return section;
}

void view_unmap(PVOID base) {
        api_assert_ok(NtUnmapViewOfSection(NtCurrentProcess(), base));
}

/*
 * Far from where anybody else would make mappings by themselves, if such a place is free: the first
 * is the address sanitizer's own, the second one that the thread sanitizer lets nobody have.
 */
uint8_t *view_free_range(size_t n_granules) {
        static const uintptr_t remote[] = { 0x1000000000, 0x670000000000 };
        size_t size = n_granules * VIEW_GRANULE;

        for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
                void *at = (void *) remote[i];
                void *memory = mmap(at, size, PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
                                -1, 0);

                if (memory == MAP_FAILED)
                        continue;
                ck_assert_int_eq(munmap(memory, size), 0);
                if (memory == at)
                        return memory;
        }
        ck_abort_msg("no place is free");
        return NULL;
}
