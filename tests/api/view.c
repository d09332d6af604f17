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

/* Far from where anybody else would make mappings by themselves, if that place is free. */
uint8_t *view_free_range(size_t n_granules) {
        void *const remote = (void *) 0x1000000000;
        size_t size = (n_granules + 1) * VIEW_GRANULE;
        uint8_t *memory = mmap(remote, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                        -1, 0);

        ck_assert_ptr_ne(memory, MAP_FAILED);
        ck_assert_int_eq(munmap(memory, size), 0);
        return (uint8_t *) (((uintptr_t) memory + VIEW_GRANULE - 1) &
                            ~(uintptr_t) (VIEW_GRANULE - 1));
}
