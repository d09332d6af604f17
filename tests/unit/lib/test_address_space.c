#include <stdlib.h>
#include <sys/mman.h>

#include "address-space.h"
#include "suite.h"

#define PAGE 4096u

/* What newer kernels tell at once, older ones list: both say the same. */
static void setup(void) {
        ck_assert_int_eq(unsetenv("NTOBJ_TEST_KERNEL"), 0);
}

static Mapping find(uintptr_t address) {
        Mapping mapping, listed;

        ck_assert(address_space_find(address, &mapping));
        ck_assert_int_eq(setenv("NTOBJ_TEST_KERNEL", "6.1", 1), 0);
        ck_assert(address_space_find(address, &listed));
        ck_assert_int_eq(unsetenv("NTOBJ_TEST_KERNEL"), 0);
        if (address < UINTPTR_MAX / 2 && listed.start < UINTPTR_MAX / 2) {
                ck_assert_uint_eq(mapping.start, listed.start);
                ck_assert_uint_eq(mapping.end, listed.end);
                ck_assert_uint_eq(mapping.protection, listed.protection);
        }
        return mapping;
}

static const struct {
        int protection;
        ULONG reported;
} protections[] = {
        { PROT_NONE, PAGE_NOACCESS },
        { PROT_READ, PAGE_READONLY },
        { PROT_READ | PROT_WRITE, PAGE_READWRITE },
        { PROT_READ | PROT_EXEC, PAGE_EXECUTE_READ },
        { PROT_READ | PROT_WRITE | PROT_EXEC, PAGE_EXECUTE_READWRITE },
};

/* Pages around the mapping are free, and stay so: nobody's place, far from where Linux puts things.
 */
START_TEST(mapping_is_found_from_within_and_from_below) {
        uintptr_t base = (uintptr_t) mmap((void *) 0x1000000000, 5 * PAGE, PROT_NONE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        ULONG protection = 0;
        Mapping mapping;

        ck_assert_uint_ne(base, (uintptr_t) MAP_FAILED);
        ck_assert_int_eq(munmap((void *) base, PAGE), 0);
        ck_assert_int_eq(munmap((void *) (base + 4 * PAGE), PAGE), 0);
        base += PAGE;
        ck_assert_int_eq(mprotect((void *) base, 3 * PAGE, protections[_i].protection), 0);
        mapping = find(base + PAGE + 5);
        ck_assert_uint_eq(mapping.start, base);
        ck_assert_uint_eq(mapping.end, base + 3 * PAGE);
        ck_assert_uint_eq(mapping.protection, protections[_i].reported);
        ck_assert_uint_eq(find(base - 1).start, base);
        ck_assert_uint_eq(find(base + 3 * PAGE - 1).start, base);
        ck_assert_uint_gt(find(base + 3 * PAGE).start, base + 3 * PAGE);
        ck_assert(address_space_is_mapped(base, base + 3 * PAGE, &protection));
        ck_assert_uint_eq(protection, protections[_i].reported);
        ck_assert(!address_space_is_mapped(base, base + 3 * PAGE + 1, &protection));
        ck_assert(!address_space_is_mapped(base - 1, base + 1, &protection));
        ck_assert_int_eq(munmap((void *) base, 3 * PAGE), 0);
}
END_TEST

START_TEST(above_everything_there_is_nothing) {
        ck_assert_uint_gt(find(0x7FFFFFFFF000).start, 0x7FFFFFFFF000);
}
END_TEST

START_TEST(protections_are_linuxes) {
        for (unsigned i = 0; i < 5; i++)
                ck_assert_int_eq(address_space_protection(protections[i].reported),
                                protections[i].protection);
        ck_assert_int_eq(address_space_protection(PAGE_WRITECOPY), PROT_READ | PROT_WRITE);
        ck_assert_int_eq(address_space_protection(0), PROT_NONE);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, NULL);
        tcase_add_loop_test(tests, mapping_is_found_from_within_and_from_below, 0, 5);
        tcase_add_test(tests, above_everything_there_is_nothing);
        tcase_add_test(tests, protections_are_linuxes);
}

int main(void) {
        return suite_main("address-space", 20, add);
}
