#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-memory.h"
#include "pe-relocation.h"
#include "suite.h"

#define NEW_BASE 0x2A340000ull
#define DELTA    (NEW_BASE - PE_BUILD_BASE)
#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static PeBuild build;
static PeImage image;
static uint8_t *memory, *before;

static void begin(void) {
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
}

static void end(void) {
        pe_build_clear(&build);
        free(memory);
        free(before);
        memory = before = NULL;
}

static void lay_out(void) {
        PeBytes bytes = { .bytes = build.bytes, .size = build.size };
        PeFile file = pe_bytes_file(&bytes);

        free(memory);
        free(before);
        ck_assert_status(pe_image_parse(&file, &image), STATUS_SUCCESS);
        memory = pe_memory_new(&image, build.bytes);
        before = malloc(image.size);
        ck_assert(memory && before);
        memcpy(before, memory, image.size);
}

/* Every byte is what the textbook makes of it; only ImageBase is the test's own. */
static void check_relocated(uint64_t base) {
        lay_out();
        ck_assert_status(pe_relocate(memory, &image, base), STATUS_SUCCESS);
        pe_memory_relocate(before, image.relocations, base - image.base);
        if (image.base_field != 0)
                memcpy(before + image.base_field, &base, image.wide ? 8 : 4);
        ck_assert_mem_eq(memory, before, image.size);
}

static void check_refused(uint64_t base, NTSTATUS status) {
        lay_out();
        ck_assert_status(pe_relocate(memory, &image, base), status);
        ck_assert_mem_eq(memory, before, image.size);
}

static uint16_t entry(unsigned type, unsigned offset) {
        return (uint16_t) (type << 12 | offset);
}

static void drop_table(void) {
        build.directories[IMAGE_DIRECTORY_ENTRY_BASERELOC] = (IMAGE_DATA_DIRECTORY){ 0 };
}

START_TEST(each_type_changes_its_bytes_and_no_other) {
        const uint16_t text[] = {
                entry(IMAGE_REL_BASED_DIR64, 0x000),
                entry(IMAGE_REL_BASED_HIGHLOW, 0x013), /* aligned to nothing */
                entry(IMAGE_REL_BASED_HIGH, 0x020),
                entry(IMAGE_REL_BASED_LOW, 0x030),
                entry(IMAGE_REL_BASED_HIGHADJ, 0x040),
                0x8001, /* its operand, not an entry of type 8 */
                entry(IMAGE_REL_BASED_HIGHADJ, 0x050),
                0x7FFF,
                entry(IMAGE_REL_BASED_ABSOLUTE, 0x060),
        };
        const uint16_t data[] = { entry(IMAGE_REL_BASED_DIR64, 0xFF8), 0 };

        pe_build_add_block(&build, PE_BUILD_TEXT, text, COUNT(text));
        pe_build_add_block(&build, PE_BUILD_DATA, data, COUNT(data));
        check_relocated(NEW_BASE);
        ck_assert(memcmp(memory + PE_BUILD_TEXT + 0x20, before + 0x20, 2) != 0);
        check_relocated(0x7FFF12340000);
        check_relocated(0x10000);
        check_relocated(UINT64_C(0xFFFFFFFFFFFF0000));
}
END_TEST

START_TEST(a_number_is_what_it_should_be) {
        const uint16_t text[] = {
                entry(IMAGE_REL_BASED_DIR64, 0x00),
                entry(IMAGE_REL_BASED_HIGHLOW, 0x08),
                entry(IMAGE_REL_BASED_HIGH, 0x10),
                entry(IMAGE_REL_BASED_LOW, 0x12),
                entry(IMAGE_REL_BASED_HIGHADJ, 0x14),
                0x9000,
        };
        const uint64_t address = PE_BUILD_BASE + 0x1234;
        const uint32_t narrow = PE_BUILD_BASE + 0x5678;
        const uint16_t halves[] = { 0x1000, 0x5678, 0x1001 };
        uint64_t got = 0;
        uint32_t got_narrow = 0;
        uint16_t got_halves[3];

        memcpy(build.bytes + 0x400, &address, 8);
        memcpy(build.bytes + 0x408, &narrow, 4);
        memcpy(build.bytes + 0x410, halves, 6);
        pe_build_add_block(&build, PE_BUILD_TEXT, text, COUNT(text));
        lay_out();
        ck_assert_status(pe_relocate(memory, &image, NEW_BASE), STATUS_SUCCESS);
        memcpy(&got, memory + 0x1000, 8);
        memcpy(&got_narrow, memory + 0x1008, 4);
        memcpy(got_halves, memory + 0x1010, 6);
        ck_assert_uint_eq(got, NEW_BASE + 0x1234);
        ck_assert_uint_eq(got_narrow, NEW_BASE + 0x5678);
        ck_assert_uint_eq(got_halves[0], 0x2A34);
        ck_assert_uint_eq(got_halves[1], 0x5678);
        ck_assert_uint_eq(got_halves[2], 0x2A35); /* 1000.9000 becomes 2A34.9000 */
        memcpy(&got, memory + image.base_field, 8);
        ck_assert_uint_eq(got, NEW_BASE);
}
END_TEST

START_TEST(narrow_images_have_a_narrow_base) {
        const uint16_t text[] = { entry(IMAGE_REL_BASED_HIGHLOW, 0x8), 0 };

        pe_build_clear(&build);
        pe_build_init(&build, IMAGE_FILE_MACHINE_I386);
        pe_build_add_block(&build, PE_BUILD_TEXT, text, COUNT(text));
        check_relocated(NEW_BASE);
        check_relocated(0xFFFF0000 - 0x10000);
        build.narrow->SizeOfImage = 0x10000;
        check_relocated(0xFFFF0000); /* to the last byte */
        build.narrow->SizeOfImage++;
        check_refused(0xFFFF0000, STATUS_CONFLICTING_ADDRESSES);
        check_refused(UINT64_C(0x100000000), STATUS_CONFLICTING_ADDRESSES);
        check_refused(UINT64_C(0x100000000) - 0x4000, STATUS_CONFLICTING_ADDRESSES);
        check_refused(UINT64_C(0xFFFFFFFFFFFF0000), STATUS_CONFLICTING_ADDRESSES);
}
END_TEST

START_TEST(at_its_own_base_nothing_changes) {
        const uint16_t text[] = { entry(IMAGE_REL_BASED_DIR64, 0), 0 };

        pe_build_add_block(&build, PE_BUILD_TEXT, text, COUNT(text));
        check_refused(PE_BUILD_BASE, STATUS_SUCCESS);
}
END_TEST

START_TEST(an_image_without_table_has_nothing_to_change_but_its_base) {
        check_relocated(NEW_BASE);
        ck_assert_uint_ne(image.base_field, 0);
}
END_TEST

START_TEST(an_image_stripped_of_relocations_cannot_be_moved) {
        build.file->Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
        check_refused(NEW_BASE, STATUS_CONFLICTING_ADDRESSES);
        check_refused(PE_BUILD_BASE, STATUS_SUCCESS);
}
END_TEST

START_TEST(targets_beyond_the_image_are_refused_before_anything_changes) {
        const uint16_t good[] = { entry(IMAGE_REL_BASED_DIR64, 0), 0 };
        const struct {
                uint32_t page;
                uint16_t entry;
        } bad[] = {
                { PE_BUILD_IMAGE_SIZE - 0x1000, entry(IMAGE_REL_BASED_DIR64, 0xFF9) },
                { PE_BUILD_IMAGE_SIZE - 0x1000, entry(IMAGE_REL_BASED_HIGHLOW, 0xFFD) },
                { PE_BUILD_IMAGE_SIZE - 0x1000, entry(IMAGE_REL_BASED_LOW, 0xFFF) },
                { PE_BUILD_IMAGE_SIZE, entry(IMAGE_REL_BASED_HIGH, 0) },
                { 0xFFFFFFFF, entry(IMAGE_REL_BASED_DIR64, 0x1) },
                { 0xFFFFF000, entry(IMAGE_REL_BASED_DIR64, 0xFFF) },
        };

        for (size_t i = 0; i < COUNT(bad); i++) {
                drop_table();
                pe_build_add_block(&build, PE_BUILD_TEXT, good, COUNT(good));
                pe_build_add_block(&build, bad[i].page, &bad[i].entry, 1);
                check_refused(NEW_BASE, STATUS_INVALID_IMAGE_FORMAT);
        }
        drop_table();
        pe_build_add_block(&build, PE_BUILD_IMAGE_SIZE - 0x1000,
                        (const uint16_t[]){ entry(IMAGE_REL_BASED_DIR64, 0xFF8) }, 1);
        check_relocated(NEW_BASE);
}
END_TEST

/* Else the second walk would not see what the first has checked. */
START_TEST(targets_within_the_table_are_refused) {
        const struct {
                unsigned offset;
                NTSTATUS status;
        } rows[] = {
                { 0x000, STATUS_INVALID_IMAGE_FORMAT },
                { 0x009, STATUS_INVALID_IMAGE_FORMAT }, /* its last byte */
                { 0x00A, STATUS_SUCCESS },
        };

        for (size_t i = 0; i < COUNT(rows); i++) {
                const uint16_t word = entry(IMAGE_REL_BASED_HIGHLOW, rows[i].offset);

                drop_table();
                pe_build_add_block(&build, PE_BUILD_TABLE, &word, 1);
                lay_out();
                ck_assert_status(pe_relocate(memory, &image, NEW_BASE), rows[i].status);
        }
        drop_table();
        pe_build_add_block(&build, PE_BUILD_TABLE - 0x1000,
                        (const uint16_t[]){ entry(IMAGE_REL_BASED_HIGHLOW, 0xFFD) }, 1);
        check_refused(NEW_BASE, STATUS_INVALID_IMAGE_FORMAT);
        drop_table();
        pe_build_add_block(&build, PE_BUILD_TABLE - 0x1000,
                        (const uint16_t[]){ entry(IMAGE_REL_BASED_HIGHLOW, 0xFFC) }, 1);
        check_relocated(NEW_BASE);
}
END_TEST

START_TEST(types_of_other_machines_and_unknown_ones_are_refused) {
        for (unsigned type = 0; type < 16; type++) {
                const uint16_t words[] = { entry(type, 0), 0 };
                bool known = type <= IMAGE_REL_BASED_HIGHADJ || type == IMAGE_REL_BASED_DIR64;

                drop_table();
                pe_build_add_block(&build, PE_BUILD_TEXT, words, COUNT(words));
                if (known)
                        check_relocated(NEW_BASE);
                else
                        check_refused(NEW_BASE, STATUS_INVALID_IMAGE_FORMAT);
        }
}
END_TEST

START_TEST(highadj_without_its_second_entry_is_refused) {
        const uint16_t words[] = { entry(IMAGE_REL_BASED_HIGHADJ, 0) };
        const uint16_t next[] = { entry(IMAGE_REL_BASED_DIR64, 0), 0 };

        pe_build_add_block(&build, PE_BUILD_TEXT, words, COUNT(words));
        pe_build_add_block(&build, PE_BUILD_TEXT, next, COUNT(next));
        check_refused(NEW_BASE, STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

static void set_block_size(uint32_t size) {
        memcpy(build.bytes + PE_BUILD_TABLE_PLACE + 4, &size, sizeof(size));
}

START_TEST(blocks_of_wrong_length_are_refused) {
        const uint32_t sizes[] = { 1, 2, 4, 6, 7, 9, 11, 13, 14, 0x80000000, UINT32_MAX };
        const uint16_t words[] = { entry(IMAGE_REL_BASED_DIR64, 0), 0 };

        pe_build_add_block(&build, PE_BUILD_TEXT, words, COUNT(words));
        for (size_t i = 0; i < COUNT(sizes); i++) {
                set_block_size(sizes[i]);
                check_refused(NEW_BASE, STATUS_INVALID_IMAGE_FORMAT);
        }
        set_block_size(10);
        check_relocated(NEW_BASE);
}
END_TEST

START_TEST(padding_ends_the_table) {
        IMAGE_DATA_DIRECTORY *table = &build.directories[IMAGE_DIRECTORY_ENTRY_BASERELOC];
        const uint16_t words[] = { entry(IMAGE_REL_BASED_DIR64, 0), 0 };

        pe_build_add_block(&build, PE_BUILD_TEXT, words, COUNT(words));
        table->Size += 7;
        check_relocated(NEW_BASE);
        table->Size = 0x200;
        check_relocated(NEW_BASE);
        ck_assert(memcmp(memory + PE_BUILD_TEXT, build.bytes + 0x400, 8) != 0);
}
END_TEST

START_TEST(a_table_that_is_not_within_the_image_is_refused) {
        IMAGE_DATA_DIRECTORY *table = &build.directories[IMAGE_DIRECTORY_ENTRY_BASERELOC];
        const IMAGE_DATA_DIRECTORY bad[] = {
                { PE_BUILD_TABLE, 0x1001 },
                { PE_BUILD_IMAGE_SIZE, 1 },
                { UINT32_MAX, UINT32_MAX },
                { 1, UINT32_MAX },
        };

        for (size_t i = 0; i < COUNT(bad); i++) {
                *table = bad[i];
                check_refused(NEW_BASE, STATUS_INVALID_IMAGE_FORMAT);
                check_refused(PE_BUILD_BASE, STATUS_INVALID_IMAGE_FORMAT);
        }
        *table = (IMAGE_DATA_DIRECTORY){ PE_BUILD_TABLE, 0x1000 };
        check_relocated(NEW_BASE);
}
END_TEST

/* MOVW r3, #5678 and MOVT r3, #1000 of the ARM manual's encodings T3 and T1 */
START_TEST(pairs_of_movw_and_movt_of_32_bit_arm_are_moved) {
        const uint16_t code[] = { 0xF245, 0x6378, 0xF2C1, 0x0300 };
        const uint16_t want[] = { 0xF245, 0x6378, 0xF6C2, 0x2334 }; /* #5678, #2A34 */
        const uint16_t words[] = { entry(IMAGE_REL_BASED_THUMB_MOV32, 0), 0 };

        pe_build_clear(&build);
        pe_build_init(&build, IMAGE_FILE_MACHINE_ARMNT);
        memcpy(build.bytes + 0x400, code, sizeof(code));
        pe_build_add_block(&build, PE_BUILD_TEXT, words, COUNT(words));
        lay_out();
        ck_assert_status(pe_relocate(memory, &image, NEW_BASE), STATUS_SUCCESS);
        ck_assert_mem_eq(memory + PE_BUILD_TEXT, want, sizeof(want));
        ck_assert_mem_eq(memory + PE_BUILD_TEXT + 8, build.bytes + 0x408, 0x200);
}
END_TEST

START_TEST(flat_images_are_moved_too) {
        const uint16_t words[] = { entry(IMAGE_REL_BASED_DIR64, 0x500), 0 };

        pe_build_clear(&build);
        pe_build_init_flat(&build, IMAGE_FILE_MACHINE_AMD64);
        pe_build_add_block(&build, 0, words, COUNT(words));
        check_relocated(NEW_BASE);
        ck_assert(memcmp(memory + 0x500, build.bytes + 0x500, 8) != 0);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, each_type_changes_its_bytes_and_no_other);
        tcase_add_test(tests, a_number_is_what_it_should_be);
        tcase_add_test(tests, narrow_images_have_a_narrow_base);
        tcase_add_test(tests, at_its_own_base_nothing_changes);
        tcase_add_test(tests, an_image_without_table_has_nothing_to_change_but_its_base);
        tcase_add_test(tests, an_image_stripped_of_relocations_cannot_be_moved);
        tcase_add_test(tests, targets_beyond_the_image_are_refused_before_anything_changes);
        tcase_add_test(tests, targets_within_the_table_are_refused);
        tcase_add_test(tests, types_of_other_machines_and_unknown_ones_are_refused);
        tcase_add_test(tests, highadj_without_its_second_entry_is_refused);
        tcase_add_test(tests, blocks_of_wrong_length_are_refused);
        tcase_add_test(tests, padding_ends_the_table);
        tcase_add_test(tests, a_table_that_is_not_within_the_image_is_refused);
        tcase_add_test(tests, pairs_of_movw_and_movt_of_32_bit_arm_are_moved);
        tcase_add_test(tests, flat_images_are_moved_too);
}

int main(void) {
        return suite_main("pe-relocation", 20, add);
}
