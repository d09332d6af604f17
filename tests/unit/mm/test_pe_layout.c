/* Where the bytes of a program's file go; "by-tests" names rows of the behaviour tables. */

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-layout.h"
#include "pe-memory.h"
#include "suite.h"

static PeBuild build;
static PeImage image;
static PeLayout layout;

static void begin(void) {
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
}

static void end(void) {
        pe_build_clear(&build);
}

/* Parses, lays out, and checks what pe_layout() promises of any image. */
static void lay_out(bool no_execute) {
        PeBytes bytes = { .bytes = build.bytes, .size = build.size };
        PeFile file = pe_bytes_file(&bytes);
        uint32_t next = 0;

        ck_assert(NT_SUCCESS(pe_image_parse(&file, &image)));
        pe_layout(&image, no_execute, &layout);
        for (size_t i = 0; i < layout.n_pieces; i++) {
                const PePiece *piece = &layout.pieces[i];

                ck_assert_uint_eq(piece->rva, next);
                ck_assert_uint_gt(piece->size, 0);
                ck_assert_uint_eq(piece->size % PE_PAGE_SIZE, 0);
                ck_assert_uint_le(piece->file_size, piece->size);
                ck_assert_uint_le((uint64_t) piece->file_offset + piece->file_size, build.size);
                next += piece->size;
        }
        ck_assert_uint_eq(next, image.size);
}

static void check_piece(size_t index,
                uint32_t rva,
                uint32_t size,
                uint32_t file_offset,
                uint32_t file_size,
                ULONG protection) {
        const PePiece *piece = &layout.pieces[index];

        ck_assert_uint_lt(index, layout.n_pieces);
        ck_assert_uint_eq(piece->rva, rva);
        ck_assert_uint_eq(piece->size, size);
        ck_assert_uint_eq(piece->file_offset, file_offset);
        ck_assert_uint_eq(piece->file_size, file_size);
        ck_assert_uint_eq(piece->protection, protection);
}

/* by-tests 1.11: "header page READONLY" and "section flags -> initial Protect" */
START_TEST(headers_and_sections_follow_each_other) {
        lay_out(false);
        ck_assert_uint_eq(layout.n_pieces, 4);
        check_piece(0, 0, 0x1000, 0, 0x400, PAGE_READONLY);
        check_piece(1, 0x1000, 0x1000, 0x400, 0x400, PAGE_EXECUTE_READ);
        check_piece(2, 0x2000, 0x2000, 0x800, 0x200, PAGE_WRITECOPY);
        check_piece(3, 0x4000, 0x1000, 0xA00, 0x200, PAGE_READONLY);
}
END_TEST

/* by-tests 1.11: "bytes of the header page after SizeOfHeaders: zero" */
START_TEST(memory_behind_content_is_zero) {
        g_autofree uint8_t *memory = NULL;

        lay_out(false);
        memory = pe_memory_new(&image, build.bytes);
        for (uint32_t i = 0; i < 0x1000; i++)
                ck_assert_uint_eq(memory[i], i < 0x400 ? build.bytes[i] : 0);
        for (uint32_t i = 0; i < 0x1000; i++)
                ck_assert_uint_eq(memory[0x1000 + i], i < 0x400 ? pe_build_byte(0x400 + i) : 0);
        for (uint32_t i = 0; i < 0x2000; i++)
                ck_assert_uint_eq(memory[0x2000 + i], i < 0x200 ? pe_build_byte(0x800 + i) : 0);
}
END_TEST

START_TEST(nothing_can_be_executed_with_sec_image_no_execute) {
        build.sections[1].Characteristics |= IMAGE_SCN_MEM_EXECUTE;
        lay_out(false);
        ck_assert_uint_eq(layout.pieces[2].protection, PAGE_EXECUTE_WRITECOPY);
        lay_out(true);
        ck_assert_uint_eq(layout.pieces[1].protection, PAGE_READONLY);
        ck_assert_uint_eq(layout.pieces[2].protection, PAGE_WRITECOPY);
}
END_TEST

START_TEST(shared_sections_are_told_apart) {
        build.sections[1].Characteristics |= IMAGE_SCN_MEM_SHARED;
        lay_out(false);
        ck_assert_uint_eq(layout.pieces[2].protection, PAGE_READWRITE);
        ck_assert(layout.pieces[2].shared);
        ck_assert(!layout.pieces[1].shared);
}
END_TEST

/* by-tests 1.11: "SectionAlignment < page size: one flat EXECUTE_WRITECOPY region" */
START_TEST(a_flat_image_is_its_file) {
        g_autofree uint8_t *memory = NULL;

        pe_build_clear(&build);
        pe_build_init_flat(&build, IMAGE_FILE_MACHINE_I386);
        lay_out(false);
        ck_assert_uint_eq(layout.n_pieces, 1);
        check_piece(0, 0, 0x1000, 0, PE_BUILD_SIZE, PAGE_EXECUTE_WRITECOPY);
        memory = pe_memory_new(&image, build.bytes);
        ck_assert_mem_eq(memory, build.bytes, PE_BUILD_SIZE);
        for (uint32_t i = PE_BUILD_SIZE; i < 0x1000; i++)
                ck_assert_uint_eq(memory[i], 0);
        lay_out(true);
        check_piece(0, 0, 0x1000, 0, PE_BUILD_SIZE, PAGE_WRITECOPY);
}
END_TEST

START_TEST(wide_alignment_leaves_room_that_belongs_to_nothing) {
        build.wide->SectionAlignment = 0x4000;
        build.wide->SizeOfImage = 0x10000;
        for (unsigned i = 0; i < 3; i++)
                build.sections[i].VirtualAddress = 0x4000 * (i + 1);
        lay_out(false);
        ck_assert_uint_eq(layout.n_pieces, 8);
        check_piece(0, 0, 0x1000, 0, 0x400, PAGE_READONLY);
        check_piece(1, 0x1000, 0x3000, 0, 0, PAGE_NOACCESS);
        check_piece(2, 0x4000, 0x1000, 0x400, 0x400, PAGE_EXECUTE_READ);
        check_piece(3, 0x5000, 0x3000, 0, 0, PAGE_NOACCESS);
        check_piece(4, 0x8000, 0x2000, 0x800, 0x200, PAGE_WRITECOPY);
        check_piece(7, 0xD000, 0x3000, 0, 0, PAGE_NOACCESS);
}
END_TEST

START_TEST(content_is_cut_at_the_last_page_but_not_before) {
        build.sections[0].Misc.VirtualSize = 1; /* the rest of its page is content all the same */
        lay_out(false);
        check_piece(1, 0x1000, 0x1000, 0x400, 0x400, PAGE_EXECUTE_READ);
        build.bytes = realloc(build.bytes, 0x3000);
        memset(build.bytes + PE_BUILD_SIZE, 0xEE, 0x3000 - PE_BUILD_SIZE);
        build.size = 0x3000;
        build.sections = (IMAGE_SECTION_HEADER *) (void *) (build.bytes + 0x188);
        build.sections[0].SizeOfRawData = 0x2000;
        lay_out(false);
        check_piece(1, 0x1000, 0x1000, 0x400, 0x1000, PAGE_EXECUTE_READ);
}
END_TEST

START_TEST(content_begins_at_a_sector_and_ends_where_the_file_aligns) {
        build.sections[0].PointerToRawData = 0x410;
        build.sections[0].SizeOfRawData = 0x201;
        lay_out(false);
        check_piece(1, 0x1000, 0x1000, 0x400, 0x400, PAGE_EXECUTE_READ);
        build.sections[2].SizeOfRawData = 0x1F0; /* the file ends before its alignment */
        build.size = PE_BUILD_SIZE - 8;
        lay_out(false);
        check_piece(3, 0x4000, 0x1000, 0xA00, 0x1F8, PAGE_READONLY);
}
END_TEST

START_TEST(a_section_without_content_is_zero_whatever_its_sizes_say) {
        build.sections[1].PointerToRawData = 0;
        build.sections[1].SizeOfRawData = 0x80000000;
        lay_out(false);
        check_piece(2, 0x2000, 0x2000, 0, 0, PAGE_WRITECOPY);
        build.sections[1].PointerToRawData = 0x80000000;
        build.sections[1].SizeOfRawData = 0;
        lay_out(false);
        check_piece(2, 0x2000, 0x2000, 0, 0, PAGE_WRITECOPY);
}
END_TEST

START_TEST(a_section_without_size_has_that_of_its_content) {
        build.sections[0].Misc.VirtualSize = 0;
        lay_out(false);
        ck_assert_uint_eq(image.sections[0].size, 0x400);
        check_piece(1, 0x1000, 0x1000, 0x400, 0x400, PAGE_EXECUTE_READ);
}
END_TEST

START_TEST(headers_may_be_longer_than_the_file_or_be_none) {
        build.wide->SizeOfHeaders = PE_BUILD_SIZE + 0x100;
        lay_out(false);
        check_piece(0, 0, 0x1000, 0, PE_BUILD_SIZE, PAGE_READONLY);
        build.wide->SizeOfHeaders = 0;
        build.wide->SizeOfImage = 0x3000;
        build.file->NumberOfSections = 0;
        lay_out(false);
        ck_assert_uint_eq(layout.n_pieces, 1);
        check_piece(0, 0, 0x3000, 0, 0, PAGE_NOACCESS);
}
END_TEST

START_TEST(as_many_sections_as_there_may_be_have_room_each) {
        IMAGE_SECTION_HEADER text = build.sections[0];

        build.bytes = realloc(build.bytes, 0x2000);
        memset(build.bytes + PE_BUILD_SIZE, 0, 0x2000 - PE_BUILD_SIZE);
        build.size = 0x2000;
        build.file = (IMAGE_FILE_HEADER *) (void *) (build.bytes + PE_BUILD_NEW_HEADER + 4);
        build.wide = (IMAGE_OPTIONAL_HEADER64 *) (void *) (build.file + 1);
        build.sections = (IMAGE_SECTION_HEADER *) (void *) (build.wide + 1);
        build.file->NumberOfSections = PE_SECTIONS_MOST;
        build.wide->SectionAlignment = 0x2000;
        build.wide->SizeOfImage = 0x2000 * (PE_SECTIONS_MOST + 1);
        for (unsigned i = 0; i < PE_SECTIONS_MOST; i++) {
                build.sections[i] = text;
                build.sections[i].VirtualAddress = 0x2000 * (i + 1);
        }
        lay_out(false);
        ck_assert_uint_eq(layout.n_pieces, PE_PIECES_MOST);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, headers_and_sections_follow_each_other);
        tcase_add_test(tests, memory_behind_content_is_zero);
        tcase_add_test(tests, nothing_can_be_executed_with_sec_image_no_execute);
        tcase_add_test(tests, shared_sections_are_told_apart);
        tcase_add_test(tests, a_flat_image_is_its_file);
        tcase_add_test(tests, wide_alignment_leaves_room_that_belongs_to_nothing);
        tcase_add_test(tests, content_is_cut_at_the_last_page_but_not_before);
        tcase_add_test(tests, content_begins_at_a_sector_and_ends_where_the_file_aligns);
        tcase_add_test(tests, a_section_without_content_is_zero_whatever_its_sizes_say);
        tcase_add_test(tests, a_section_without_size_has_that_of_its_content);
        tcase_add_test(tests, headers_may_be_longer_than_the_file_or_be_none);
        tcase_add_test(tests, as_many_sections_as_there_may_be_have_room_each);
}

int main(void) {
        return suite_main("pe-layout", 20, add);
}
