/* What the headers of a sound program say; "by-tests" names rows of the behaviour tables. */

#include <string.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-memory.h"
#include "suite.h"

static PeBuild build;

static const uint16_t machines[] = {
        IMAGE_FILE_MACHINE_AMD64,
        IMAGE_FILE_MACHINE_I386,
        IMAGE_FILE_MACHINE_ARM64,
        IMAGE_FILE_MACHINE_ARMNT,
};

static void begin(void) {
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
}

static void end(void) {
        pe_build_clear(&build);
}

static PeImage parse(const PeBuild *of) {
        PeBytes bytes = { .bytes = of->bytes, .size = of->size };
        PeFile file = pe_bytes_file(&bytes);
        PeImage image;

        ck_assert_status(pe_image_parse(&file, &image), STATUS_SUCCESS);
        return image;
}

/* by-tests 1.10, "Image information values", the fields straight from the headers */
START_TEST(every_field_that_is_reported_comes_from_its_place) {
        PeBuild of;
        PeImage image;

        pe_build_init(&of, machines[_i]);
        image = parse(&of);
        ck_assert_uint_eq(image.machine, machines[_i]);
        ck_assert_int_eq(image.wide, of.wide != NULL);
        ck_assert_uint_eq(image.base, PE_BUILD_BASE);
        ck_assert_uint_eq(image.size, PE_BUILD_IMAGE_SIZE);
        ck_assert_uint_eq(image.headers_size, PE_BUILD_HEADERS);
        ck_assert_uint_eq(image.file_size, PE_BUILD_SIZE);
        ck_assert_uint_eq(image.entry_point, PE_BUILD_TEXT + 0x10);
        ck_assert_uint_eq(image.stack_reserve, 0x200000);
        ck_assert_uint_eq(image.stack_commit, 0x3000);
        ck_assert_uint_eq(image.checksum, 0x12345678);
        ck_assert_uint_eq(image.subsystem, 3);
        ck_assert_uint_eq(image.subsystem_major, 5);
        ck_assert_uint_eq(image.subsystem_minor, 2);
        ck_assert_uint_eq(image.system_major, 4);
        ck_assert_uint_eq(image.system_minor, 1);
        ck_assert_uint_eq(image.characteristics, IMAGE_FILE_EXECUTABLE_IMAGE | IMAGE_FILE_DLL);
        ck_assert_uint_eq(image.dll_characteristics, IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE);
        ck_assert_uint_eq(image.loader_flags, 0);
        ck_assert_uint_eq(image.n_sections, 3);
        pe_build_clear(&of);
}
END_TEST

START_TEST(numbers_of_64_bits_are_taken_whole) {
        PeImage image;

        build.wide->ImageBase = 0x7FFE12340000;
        build.wide->SizeOfStackReserve = 0x123456789A;
        build.wide->SizeOfStackCommit = 0xABCDEF0123;
        image = parse(&build);
        ck_assert_uint_eq(image.base, 0x7FFE12340000);
        ck_assert_uint_eq(image.stack_reserve, 0x123456789A);
        ck_assert_uint_eq(image.stack_commit, 0xABCDEF0123);
}
END_TEST

/* by-tests 1.9: "image of a foreign but supported machine: section ok; mapping 4000000E" */
START_TEST(images_of_other_machines_are_data) {
        PeImage image = parse(&build);

        ck_assert_status(pe_image_map_status(&image), STATUS_SUCCESS);
        for (unsigned i = 1; i < 4; i++) {
                PeBuild other;

                pe_build_init(&other, machines[i]);
                image = parse(&other);
                ck_assert_status(pe_image_map_status(&image), STATUS_IMAGE_MACHINE_TYPE_MISMATCH);
                pe_build_clear(&other);
        }
}
END_TEST

/* by-tests 1.10: "ImageContainsCode = 1 if SizeOfCode, or an entry point, or ..." */
START_TEST(an_image_contains_code_for_any_of_four_reasons) {
        build.wide->SizeOfCode = 0;
        build.wide->AddressOfEntryPoint = 0;
        build.sections[0].Characteristics = IMAGE_SCN_MEM_READ | IMAGE_SCN_CNT_CODE;
        ck_assert(!parse(&build).contains_code);
        ck_assert_uint_eq(parse(&build).image_flags, 0);
        build.wide->SizeOfCode = 1;
        ck_assert(parse(&build).contains_code);
        build.wide->SizeOfCode = 0;
        build.wide->AddressOfEntryPoint = 1;
        ck_assert(parse(&build).contains_code);
        build.wide->AddressOfEntryPoint = 0;
        build.sections[2].Characteristics |= IMAGE_SCN_MEM_EXECUTE;
        ck_assert(parse(&build).contains_code);
        pe_build_clear(&build);
        pe_build_init_flat(&build, IMAGE_FILE_MACHINE_AMD64);
        build.wide->SizeOfCode = 0;
        build.wide->AddressOfEntryPoint = 0;
        build.sections[0].Characteristics = IMAGE_SCN_MEM_READ;
        ck_assert(parse(&build).contains_code);
}
END_TEST

/* by-tests 1.10: ImageDynamicallyRelocated, ImageMappedFlat */
START_TEST(flags_tell_of_moving_and_of_flatness) {
        PeBuild flat;

        ck_assert_uint_eq(parse(&build).image_flags, IMAGE_INFO_IMAGE_DYNAMICALLY_RELOCATED);
        build.wide->DllCharacteristics = 0x8140 & ~IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE;
        ck_assert_uint_eq(parse(&build).image_flags, 0);
        pe_build_init_flat(&flat, IMAGE_FILE_MACHINE_AMD64);
        ck_assert_uint_eq(parse(&flat).image_flags, IMAGE_INFO_IMAGE_MAPPED_FLAT);
        ck_assert(parse(&flat).flat);
        pe_build_clear(&flat);
}
END_TEST

static unsigned clr_flags(PeBuild *of, uint16_t minor, uint32_t flags) {
        IMAGE_COR20_HEADER clr = {
                .cb = sizeof(clr),
                .MajorRuntimeVersion = 2,
                .MinorRuntimeVersion = minor,
                .Flags = flags,
        };
        PeImage image;

        memcpy(of->bytes + 0x500, &clr, sizeof(clr));
        of->directories[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR] =
                        (IMAGE_DATA_DIRECTORY){ PE_BUILD_CLR, sizeof(clr) };
        image = parse(of);
        ck_assert_uint_eq(image.loader_flags, 1);
        ck_assert_uint_eq(image.clr.rva, PE_BUILD_CLR);
        return image.image_flags;
}

/* by-tests 1.10: "LoaderFlags = 1 iff a CLR header exists", flags 01, 02, 20 */
START_TEST(programs_of_dot_net_say_what_they_wish_to_be) {
        const unsigned only = IMAGE_INFO_COM_PLUS_IL_ONLY;
        PeBuild narrow;

        pe_build_init(&narrow, IMAGE_FILE_MACHINE_I386);
        ck_assert_uint_eq(clr_flags(&narrow, 5, 0), 0);
        ck_assert_uint_eq(clr_flags(&narrow, 4, COMIMAGE_FLAGS_ILONLY), only);
        ck_assert_uint_eq(clr_flags(&narrow, 5, COMIMAGE_FLAGS_ILONLY),
                        only | IMAGE_INFO_COM_PLUS_NATIVE_READY);
        ck_assert_uint_eq(
                        clr_flags(&narrow, 5, COMIMAGE_FLAGS_ILONLY | COMIMAGE_FLAGS_32BITREQUIRED),
                        only);
        ck_assert_uint_eq(clr_flags(&narrow, 5,
                                          COMIMAGE_FLAGS_ILONLY | COMIMAGE_FLAGS_32BITREQUIRED |
                                                          COMIMAGE_FLAGS_32BITPREFERRED),
                        only | IMAGE_INFO_COM_PLUS_PREFER_32BIT);
        ck_assert_uint_eq(clr_flags(&build, 5, COMIMAGE_FLAGS_ILONLY), only);
        pe_build_clear(&narrow);
}
END_TEST

START_TEST(a_dot_net_header_that_is_nowhere_sets_no_flag) {
        IMAGE_DATA_DIRECTORY *clr = &build.directories[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR];
        /* zeros behind .data's content, across the end of .text's, beyond the image, wrapping */
        const ULONG places[] = { PE_BUILD_DATA + 0x200, PE_BUILD_TEXT + 0x3F0, 0x7000, UINT32_MAX };

        memset(build.bytes + 0x400, 0xFF, 0x600);
        for (unsigned i = 0; i < 4; i++) {
                *clr = (IMAGE_DATA_DIRECTORY){ places[i], 72 };
                ck_assert_uint_eq(parse(&build).image_flags, 0);
                ck_assert_uint_eq(parse(&build).loader_flags, 1);
        }
}
END_TEST

START_TEST(directories_count_as_far_as_the_headers_reach) {
        IMAGE_DATA_DIRECTORY *table = &build.directories[IMAGE_DIRECTORY_ENTRY_BASERELOC];
        PeImage image;

        *table = (IMAGE_DATA_DIRECTORY){ PE_BUILD_TABLE, 12 };
        image = parse(&build);
        ck_assert_uint_eq(image.relocations.rva, PE_BUILD_TABLE);
        ck_assert_uint_eq(image.relocations.size, 12);
        build.wide->NumberOfRvaAndSizes = IMAGE_DIRECTORY_ENTRY_BASERELOC;
        ck_assert_uint_eq(parse(&build).relocations.size, 0);
        build.wide->NumberOfRvaAndSizes = UINT32_MAX;
        ck_assert_uint_eq(parse(&build).relocations.size, 12);
        *table = (IMAGE_DATA_DIRECTORY){ 0, 12 };
        ck_assert_uint_eq(parse(&build).relocations.size, 0);
        *table = (IMAGE_DATA_DIRECTORY){ PE_BUILD_TABLE, 0 };
        ck_assert_uint_eq(parse(&build).relocations.rva, 0);
        /* The table of sections begins where the sixth directory would. */
        *table = (IMAGE_DATA_DIRECTORY){ 0 };
        build.file->SizeOfOptionalHeader = 112 + 5 * 8;
        memmove(table, build.sections, 3 * sizeof(build.sections[0]));
        ck_assert_uint_eq(parse(&build).relocations.rva, 0);
        ck_assert_uint_eq(parse(&build).n_sections, 3);
}
END_TEST

START_TEST(sizes_of_image_are_reported_in_pages) {
        build.wide->SizeOfImage = PE_BUILD_IMAGE_SIZE - 0xFFF;
        ck_assert_uint_eq(parse(&build).size, PE_BUILD_IMAGE_SIZE);
        build.wide->SizeOfImage = PE_BUILD_IMAGE_SIZE + 1;
        ck_assert_uint_eq(parse(&build).size, PE_BUILD_IMAGE_SIZE + 0x1000);
}
END_TEST

START_TEST(headers_may_stand_anywhere_in_the_file) {
        memmove(build.bytes + 4, build.bytes + PE_BUILD_NEW_HEADER, 0x200); /* within DOS's */
        *(LONG *) (void *) (build.bytes + 60) = 4; /* e_lfanew is the new SectionAlignment */
        *(LONG *) (void *) (build.bytes + 64) = 4; /* and the same for files: flat */
        build.file = (IMAGE_FILE_HEADER *) (void *) (build.bytes + 8);
        build.file->NumberOfSections = 0;
        ck_assert(parse(&build).flat);
        ck_assert_uint_eq(parse(&build).base_field, 4 + 24 + 24);
}
END_TEST

START_TEST(a_base_that_is_not_in_memory_is_not_looked_for) {
        ck_assert_uint_eq(parse(&build).base_field, PE_BUILD_NEW_HEADER + 24 + 24);
        build.wide->SizeOfHeaders = PE_BUILD_NEW_HEADER + 24 + 24 + 8;
        ck_assert_uint_eq(parse(&build).base_field, PE_BUILD_NEW_HEADER + 24 + 24);
        build.wide->SizeOfHeaders--;
        ck_assert_uint_eq(parse(&build).base_field, 0);
}
END_TEST

/* by-tests 1.11: "section flags -> initial Protect" */
START_TEST(flags_of_a_section_become_its_protection) {
        const ULONG r = IMAGE_SCN_MEM_READ, w = IMAGE_SCN_MEM_WRITE, x = IMAGE_SCN_MEM_EXECUTE;
        const ULONG s = IMAGE_SCN_MEM_SHARED;
        const struct {
                ULONG flags, plain, no_execute;
        } rows[] = {
                { 0, PAGE_NOACCESS, PAGE_NOACCESS },
                { r, PAGE_READONLY, PAGE_READONLY },
                { w, PAGE_WRITECOPY, PAGE_WRITECOPY },
                { r | w, PAGE_WRITECOPY, PAGE_WRITECOPY },
                { x, PAGE_EXECUTE, PAGE_READONLY },
                { r | x, PAGE_EXECUTE_READ, PAGE_READONLY },
                { w | x, PAGE_EXECUTE_WRITECOPY, PAGE_WRITECOPY },
                { r | w | x, PAGE_EXECUTE_WRITECOPY, PAGE_WRITECOPY },
                { s, PAGE_NOACCESS, PAGE_NOACCESS },
                { s | r, PAGE_READONLY, PAGE_READONLY },
                { s | w, PAGE_READWRITE, PAGE_READWRITE },
                { s | r | w, PAGE_READWRITE, PAGE_READWRITE },
                { s | x, PAGE_EXECUTE, PAGE_READONLY },
                { s | r | x, PAGE_EXECUTE_READ, PAGE_READONLY },
                { s | r | w | x, PAGE_EXECUTE_READWRITE, PAGE_READWRITE },
                { IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_DISCARDABLE, PAGE_NOACCESS, PAGE_NOACCESS },
        };

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                ck_assert_uint_eq(pe_protection(rows[i].flags, false), rows[i].plain);
                ck_assert_uint_eq(pe_protection(rows[i].flags, true), rows[i].no_execute);
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_loop_test(tests, every_field_that_is_reported_comes_from_its_place, 0, 4);
        tcase_add_test(tests, numbers_of_64_bits_are_taken_whole);
        tcase_add_test(tests, images_of_other_machines_are_data);
        tcase_add_test(tests, an_image_contains_code_for_any_of_four_reasons);
        tcase_add_test(tests, flags_tell_of_moving_and_of_flatness);
        tcase_add_test(tests, programs_of_dot_net_say_what_they_wish_to_be);
        tcase_add_test(tests, a_dot_net_header_that_is_nowhere_sets_no_flag);
        tcase_add_test(tests, directories_count_as_far_as_the_headers_reach);
        tcase_add_test(tests, sizes_of_image_are_reported_in_pages);
        tcase_add_test(tests, headers_may_stand_anywhere_in_the_file);
        tcase_add_test(tests, a_base_that_is_not_in_memory_is_not_looked_for);
        tcase_add_test(tests, flags_of_a_section_become_its_protection);
}

int main(void) {
        return suite_main("pe-image", 20, add);
}
