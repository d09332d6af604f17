/*
 * Where memory may be (by-tests 1.12 and 1.15).
 */

#include "memory.h"
#include "view.h"

#define TOP 0x7FFFFFFF0000u

static NTSTATUS allocate_ex(
                PVOID *base, ULONG type, MEM_EXTENDED_PARAMETER *parameters, ULONG count) {
        SIZE_T size = GRANULE;

        return NtAllocateVirtualMemoryEx(
                        NtCurrentProcess(), base, &size, type, PAGE_READWRITE, parameters, count);
}

static NTSTATUS allocate_within(
                uintptr_t lowest, uintptr_t highest, SIZE_T alignment, ULONG type, PVOID *base) {
        MEM_ADDRESS_REQUIREMENTS wanted = { (PVOID) lowest, (PVOID) highest, alignment };
        MEM_EXTENDED_PARAMETER parameter = { .Type = MemExtendedParameterAddressRequirements };

        parameter.Pointer = &wanted;
        return allocate_ex(base, type, &parameter, 1);
}

/* by-tests 1.12 and 1.15. */
START_TEST(requirements_that_make_no_sense) {
        static const struct {
                uintptr_t lowest, highest;
                SIZE_T alignment;
        } wrong[] = {
                { 0x20001000, 0, 0 },          /* lowest: not a multiple of 64 KiB */
                { 0x20000001, 0x2FFFFFFF, 0 }, /* */
                { 0, 0x20001001, 0 },          /* highest: not the end of a page */
                { 0, 0x20000FFE, 0 },          /* */
                { 0, 0x200007FF, 0 },          /* */
                { 0, TOP + 0xFFF, 0 },         /* above the highest address */
                { 0x20000000, 0x1FFFFFFF, 0 }, /* not above lowest */
                { TOP, 0, 0 },                 /* no address */
                { 0, 0, 0x1000 },              /* alignment: too small */
                { 0, 0, 0x30000 },             /* not a power of two */
                { 0, 0, 0xFFFF },              /* */
                { 0, 0, (SIZE_T) 1 << 63 },    /* beyond all addresses */
        };
        PVOID base = NULL;

        ck_assert_status(allocate_within(wrong[_i].lowest, wrong[_i].highest, wrong[_i].alignment,
                                         MEM_RESERVE, &base),
                        STATUS_INVALID_PARAMETER);
        ck_assert_ptr_null(base);
}
END_TEST

/* The limits are a range that sanitizers let a program use. */
START_TEST(requirements_are_kept) {
        const uintptr_t lowest = 0x7E8000000000, highest = 0x7EFFFFFFFFFF;
        PVOID low = NULL, high = NULL, aligned = NULL, plain = NULL, top = NULL;

        api_assert_ok(allocate_within(0, 0, 0, MEM_RESERVE, &plain)); /* all zero: no wish */
        api_assert_ok(allocate_within(0, 0x20000FFF, 0, MEM_RESERVE, &low));
        ck_assert_uint_le((uintptr_t) low + GRANULE, 0x20001000);
        ck_assert_uint_eq((uintptr_t) low % GRANULE, 0);
        api_assert_ok(allocate_within(lowest, highest, 0, MEM_RESERVE, &high));
        ck_assert_uint_ge((uintptr_t) high, lowest);
        ck_assert_uint_le((uintptr_t) high + GRANULE - 1, highest);
        api_assert_ok(allocate_within(lowest, highest, 0, MEM_RESERVE | MEM_TOP_DOWN, &top));
        ck_assert_uint_gt((uintptr_t) top, (uintptr_t) high);
        api_assert_ok(allocate_within(0, 0, 0x4000000, MEM_RESERVE | MEM_COMMIT, &aligned));
        ck_assert_uint_eq((uintptr_t) aligned % 0x4000000, 0);
        *(uint8_t *) aligned = 1;
        api_assert_ok(memory_free(plain, 0, MEM_RELEASE));
        api_assert_ok(memory_free(low, 0, MEM_RELEASE));
        api_assert_ok(memory_free(high, 0, MEM_RELEASE));
        api_assert_ok(memory_free(top, 0, MEM_RELEASE));
        api_assert_ok(memory_free(aligned, 0, MEM_RELEASE));
        aligned = NULL;
        api_assert_ok(allocate_within(0, TOP - 1, 0, MEM_RESERVE, &aligned)); /* the highest */
        api_assert_ok(memory_free(aligned, 0, MEM_RELEASE));
}
END_TEST

/* From above too, when the highest place is taken and what is left there is too small. */
START_TEST(aligned_places_are_found_from_above) {
        MEM_ADDRESS_REQUIREMENTS wanted = { .Alignment = 0x1000000 };
        MEM_EXTENDED_PARAMETER parameter = { .Type = MemExtendedParameterAddressRequirements };
        PVOID places[3] = { NULL };

        parameter.Pointer = &wanted;
        for (unsigned i = 0; i < 3; i++) {
                SIZE_T size = 2 * wanted.Alignment;

                api_assert_ok(NtAllocateVirtualMemoryEx(NtCurrentProcess(), &places[i], &size,
                                MEM_RESERVE | MEM_TOP_DOWN, PAGE_READWRITE, &parameter, 1));
                ck_assert_uint_eq((uintptr_t) places[i] % wanted.Alignment, 0);
                ck_assert(i == 0 || places[i] < places[i - 1]);
        }
        for (unsigned i = 0; i < 3; i++)
                api_assert_ok(memory_free(places[i], 0, MEM_RELEASE));
}
END_TEST

START_TEST(range_without_room_and_range_with_a_base) {
        uint8_t *place = view_free_range(2);
        uintptr_t lowest = (uintptr_t) place;
        PVOID base = NULL, fixed = place;

        api_assert_ok(allocate_within(lowest, lowest + GRANULE - 1, 0, MEM_RESERVE, &base));
        ck_assert_ptr_eq(base, place);
        base = NULL;
        ck_assert_status(allocate_within(lowest, lowest + GRANULE - 1, 0, MEM_RESERVE, &base),
                        STATUS_NO_MEMORY);
        ck_assert_status(allocate_within(lowest, 0, 0, MEM_RESERVE, &fixed),
                        STATUS_INVALID_PARAMETER);
        api_assert_ok(memory_free(place, 0, MEM_RELEASE));
}
END_TEST

/* by-tests 1.12: the array. */
START_TEST(parameters_that_make_no_sense) {
        MEM_ADDRESS_REQUIREMENTS none = { 0 };
        MEM_EXTENDED_PARAMETER parameters[2] = { 0 };
        PVOID base = NULL;

        ck_assert_status(allocate_ex(&base, MEM_RESERVE, NULL, 1), STATUS_INVALID_PARAMETER);
        ck_assert_status(allocate_ex(&base, MEM_RESERVE, parameters, 1), STATUS_INVALID_PARAMETER);
        parameters[0].Type = MemExtendedParameterMax;
        ck_assert_status(allocate_ex(&base, MEM_RESERVE, parameters, 1), STATUS_INVALID_PARAMETER);
        parameters[0].Type = MemExtendedParameterAddressRequirements;
        ck_assert_status(allocate_ex(&base, MEM_RESERVE, parameters, 1), STATUS_ACCESS_VIOLATION);
        parameters[0].Pointer = &none;
        parameters[1] = parameters[0];
        ck_assert_status(allocate_ex(&base, MEM_RESERVE, parameters, 2), STATUS_INVALID_PARAMETER);
        parameters[1].Type = MemExtendedParameterNumaNode;
        ck_assert_status(allocate_ex(&base, MEM_RESERVE, parameters, 2), STATUS_NOT_SUPPORTED);
        ck_assert_ptr_null(base);
        api_assert_ok(allocate_ex(&base, MEM_RESERVE, NULL, 0));
        api_assert_ok(memory_free(base, 0, MEM_RELEASE));
}
END_TEST

/* by-kernel 1.15: no room is NO_MEMORY, however much was asked for. */
START_TEST(more_than_all_addresses_are_not_there) {
        PVOID base = NULL;
        SIZE_T size = TOP;

        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE, PAGE_READWRITE),
                        STATUS_NO_MEMORY);
        ck_assert_status(memory_allocate(&base, &size, MEM_RESERVE | MEM_TOP_DOWN, PAGE_READWRITE),
                        STATUS_NO_MEMORY);
}
END_TEST

/* A region of which every second page is another's sort. */
START_TEST(pages_of_one_region_may_all_be_different) {
        enum { PAGES = 6000 };
        uint8_t *memory = memory_new(PAGES * 0x1000, 0, PAGE_READWRITE);

        for (unsigned i = 0; i < PAGES; i += 2) {
                PVOID base = memory + i * 0x1000;
                SIZE_T size = 1;

                api_assert_ok(memory_allocate(&base, &size, MEM_COMMIT, PAGE_READWRITE));
        }
        for (unsigned i = 0; i < PAGES; i += 2) {
                memory[i * 0x1000] = 1;
                memory_expect_committed(memory + i * 0x1000, 0x1000, PAGE_READWRITE);
                ck_assert_uint_eq(memory_at(memory + (i + 1) * 0x1000).State, MEM_RESERVE);
        }
        api_assert_ok(memory_free(memory, 0, MEM_DECOMMIT));
        memory_expect_reserved(memory, PAGES * 0x1000);
        api_assert_ok(memory_free(memory, 0, MEM_RELEASE));
}
END_TEST

static void add(TCase *tests) {
        tcase_add_loop_test(tests, requirements_that_make_no_sense, 0, 12);
        tcase_add_test(tests, requirements_are_kept);
        tcase_add_test(tests, aligned_places_are_found_from_above);
        tcase_add_test(tests, range_without_room_and_range_with_a_base);
        tcase_add_test(tests, parameters_that_make_no_sense);
        tcase_add_test(tests, more_than_all_addresses_are_not_there);
        tcase_add_test(tests, pages_of_one_region_may_all_be_different);
}

int main(void) {
        return api_main("virtual-limits", 120, add);
}
