/*
 * Each defect of a program's headers has its own status. "by-tests" and "by-kernel" name the rows
 * of the behaviour tables.
 */

#include <string.h>

#include "assert-status.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-memory.h"
#include "suite.h"

static PeBuild build;

static NTSTATUS parse(const PeBuild *of) {
        PeBytes bytes = { .bytes = of->bytes, .size = of->size };
        PeFile file = pe_bytes_file(&bytes);
        PeImage image, before;
        NTSTATUS status;

        memset(&image, 0xA5, sizeof(image));
        memcpy(&before, &image, sizeof(image));
        status = pe_image_parse(&file, &image);
        if (!NT_SUCCESS(status))
                ck_assert_mem_eq(&image, &before, sizeof(image));
        return status;
}

static void begin(void) {
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        ck_assert_status(parse(&build), STATUS_SUCCESS);
}

static void end(void) {
        pe_build_clear(&build);
}

static void set_signature(const char *two) {
        memcpy(build.bytes + PE_BUILD_NEW_HEADER, two, 2);
}

/* by-tests 1.9: "file empty, SEC_IMAGE" */
START_TEST(an_empty_file_is_no_file_for_a_section) {
        build.size = 0;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
}
END_TEST

/* by-tests 1.9: "e_magic not MZ"; also if the file has but one byte */
START_TEST(a_file_that_does_not_begin_with_mz_is_not_mz) {
        build.bytes[0] = 'Z';
        build.bytes[1] = 'M';
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_NOT_MZ);
        build.size = 100; /* e_lfanew would be wrong too */
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_NOT_MZ);
        build.bytes[0] = 'M';
        build.size = 1;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_NOT_MZ);
}
END_TEST

/* by-tests 1.9: "e_lfanew beyond file" */
START_TEST(a_new_header_beyond_the_file_is_a_dos_program) {
        const LONG places[] = { PE_BUILD_SIZE, 0x7FFFFFFF, -1, INT32_MIN };

        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
                build.dos->e_lfanew = places[i];
                ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_PROTECT);
        }
        build.dos->e_lfanew = PE_BUILD_SIZE - 4; /* there, but of another kind */
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_PROTECT);
}
END_TEST

START_TEST(a_file_cut_anywhere_in_its_headers_is_refused) {
        for (size_t size = 2; size < 0xC00; size++) {
                NTSTATUS status;

                build.size = size;
                status = parse(&build);
                if (size <= PE_BUILD_NEW_HEADER + 3)
                        ck_assert_status(status, STATUS_INVALID_IMAGE_PROTECT);
                else
                        ck_assert_msg(!NT_SUCCESS(status), "a file of %zu bytes", size);
        }
}
END_TEST

/* by-tests 1.9: "signature neither PE, NE, LE" and "NE signature" */
START_TEST(programs_of_other_systems_have_statuses_of_their_own) {
        uint8_t *exetyp = build.bytes + PE_BUILD_NEW_HEADER + 0x36;

        set_signature("XX");
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_PROTECT);
        set_signature("LE");
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_LE_FORMAT);
        set_signature("NE");
        *exetyp = 0;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_NE_FORMAT);
        *exetyp = 1;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_NE_FORMAT);
        *exetyp = 2;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_WIN_16);
        *exetyp = 5;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_PROTECT);
}
END_TEST

START_TEST(the_signature_must_be_all_four_bytes) {
        build.bytes[PE_BUILD_NEW_HEADER + 2] = 1;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_PROTECT);
}
END_TEST

START_TEST(a_file_header_of_nothing_is_a_dos_program) {
        build.file->Machine = 0;
        build.file->SizeOfOptionalHeader = 0;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_PROTECT);
}
END_TEST

START_TEST(what_the_linker_did_not_finish_is_refused) {
        build.file->Characteristics &= (USHORT) ~IMAGE_FILE_EXECUTABLE_IMAGE;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(the_new_header_must_be_aligned) {
        memmove(build.bytes + PE_BUILD_NEW_HEADER + 2, build.bytes + PE_BUILD_NEW_HEADER, 0x200);
        build.dos->e_lfanew += 2;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

/* by-tests 1.9: "bad optional-header Magic, bad/unknown Machine, machine of other bitness" */
START_TEST(machine_and_magic_must_be_known_and_fit) {
        const USHORT machines[] = { 0, 1, 0x14D, 0x166, 0x1C0, 0x1F0, 0x200, 0x5064, 0xFFFF };
        const USHORT magics[] = { 0, 0x107, 0x10B, 0x10C, 0x30B, 0xFFFF };

        for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
                build.wide->Magic = magics[i];
                ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        }
        build.wide->Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
        for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
                build.file->Machine = machines[i];
                ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        }
        build.file->Machine = IMAGE_FILE_MACHINE_I386;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.file->Machine = IMAGE_FILE_MACHINE_ARMNT;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.file->Machine = IMAGE_FILE_MACHINE_ARM64;
        ck_assert_status(parse(&build), STATUS_SUCCESS);
}
END_TEST

/* section alignment, file alignment; PE Format: powers of two, the first at least the second */
START_TEST(alignments_that_make_no_sense_are_refused) {
        const ULONG bad[][2] = {
                { 0x1000, 0 },
                { 0x1000, 0x100 }, /* no whole sectors */
                { 0x1000, 0x201 },
                { 0x1000, 0x600 },  /* no power of two */
                { 0x1000, 0x2000 }, /* more than the sections' */
                { 0x3000, 0x200 },
                { 0, 0x200 },
                { 0, 0 },
                { 0x800, 0x200 }, /* closer than pages, and not the same */
                { 0x201, 0x201 },
        };

        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
                build.wide->SectionAlignment = bad[i][0];
                build.wide->FileAlignment = bad[i][1];
                ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        }
}
END_TEST

START_TEST(sizes_and_base_of_the_image_are_checked) {
        build.wide->SizeOfImage = 0;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.wide->SizeOfImage = PE_IMAGE_SIZE_MOST + 1;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.wide->SizeOfImage = UINT32_MAX;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.wide->SizeOfImage = PE_IMAGE_SIZE_MOST;
        ck_assert_status(parse(&build), STATUS_SUCCESS);
        build.wide->SizeOfHeaders = PE_BUILD_HEADERS;
        build.wide->ImageBase += 0x1000;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(headers_longer_than_the_image_are_refused) {
        build.file->NumberOfSections = 0;
        build.wide->SizeOfImage = 0x400;
        ck_assert_status(parse(&build), STATUS_SUCCESS);
        build.wide->SizeOfHeaders = 0x401;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(more_sections_than_windows_loads_are_refused) {
        build.file->NumberOfSections = PE_SECTIONS_MOST + 1;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.file->NumberOfSections = 0xFFFF;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

/* by-tests 1.9: "section table or raw data beyond the file / image end" */
START_TEST(what_lies_beyond_the_file_or_the_image_is_refused) {
        build.file->SizeOfOptionalHeader = PE_BUILD_SIZE - PE_BUILD_NEW_HEADER - 24 - 119;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
        build.file->SizeOfOptionalHeader = 0xFFFF;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
        build.file->SizeOfOptionalHeader = sizeof(*build.wide);
        build.size--;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
        build.size++;
        ck_assert_status(parse(&build), STATUS_SUCCESS);
        build.wide->SizeOfImage = PE_BUILD_TABLE;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
        build.wide->SizeOfImage = PE_BUILD_TABLE + 1; /* rounded up to its page */
        ck_assert_status(parse(&build), STATUS_SUCCESS);
        build.sections[2].Misc.VirtualSize = UINT32_MAX;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
}
END_TEST

START_TEST(content_that_wraps_round_is_refused) {
        build.sections[1].PointerToRawData = 0xFFFFFE00;
        build.sections[1].SizeOfRawData = 0x200;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.sections[1].SizeOfRawData = 0x1FF;
        ck_assert_status(parse(&build), STATUS_INVALID_FILE_FOR_SECTION);
}
END_TEST

START_TEST(sections_with_gaps_overlaps_or_in_disorder_are_refused) {
        IMAGE_SECTION_HEADER text = build.sections[0];

        build.sections[0].VirtualAddress = 0; /* over the headers */
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.sections[0].VirtualAddress = 0x1010;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.sections[0] = build.sections[1];
        build.sections[1] = text;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.sections[1] = build.sections[0];
        build.sections[0] = text;
        build.sections[0].Misc.VirtualSize = 0x1001; /* into the next */
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.sections[0].Misc.VirtualSize = 0x1000;
        ck_assert_status(parse(&build), STATUS_SUCCESS);
        build.sections[1].Misc.VirtualSize = 0x1000; /* leaves a page */
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
        build.sections[1].Misc.VirtualSize = 0x1800;
        build.wide->SizeOfHeaders = 0x1001; /* into the first section */
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(a_section_without_memory_and_content_is_refused) {
        build.sections[2].Misc.VirtualSize = 0;
        build.sections[2].SizeOfRawData = 0;
        ck_assert_status(parse(&build), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(a_flat_image_whose_memory_is_not_its_file_is_refused) {
        PeBuild flat;

        pe_build_init_flat(&flat, IMAGE_FILE_MACHINE_AMD64);
        ck_assert_status(parse(&flat), STATUS_SUCCESS);
        flat.sections[1].VirtualAddress += 0x200;
        ck_assert_status(parse(&flat), STATUS_INVALID_IMAGE_FORMAT);
        flat.sections[1].VirtualAddress -= 0x200;
        flat.sections[1].Misc.VirtualSize++;
        ck_assert_status(parse(&flat), STATUS_INVALID_IMAGE_FORMAT);
        flat.sections[1].Misc.VirtualSize -= 2;
        ck_assert_status(parse(&flat), STATUS_SUCCESS);
        flat.wide->SizeOfImage = 0x1000;
        flat.sections[2].SizeOfRawData = 0x201;
        ck_assert_status(parse(&flat), STATUS_INVALID_FILE_FOR_SECTION);
        pe_build_clear(&flat);
}
END_TEST

static NTSTATUS fail_to_read(void *context, uint64_t offset, void *buffer, size_t size) {
        unsigned *n_left = context;

        if ((*n_left)-- == 0)
                return STATUS_FILE_LOCK_CONFLICT;
        memcpy(buffer, build.bytes + offset, size);
        return STATUS_SUCCESS;
}

START_TEST(what_reading_fails_with_is_the_answer) {
        PeImage image;

        build.directories[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].VirtualAddress = PE_BUILD_CLR;
        build.directories[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].Size = 72;
        for (unsigned i = 0; i < 5; i++) {
                unsigned n_left = i;
                PeFile file = { .read = fail_to_read, .context = &n_left, .size = build.size };

                ck_assert_status(pe_image_parse(&file, &image),
                                i < 4 ? STATUS_FILE_LOCK_CONFLICT : STATUS_SUCCESS);
        }
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, begin, end);
        tcase_add_test(tests, an_empty_file_is_no_file_for_a_section);
        tcase_add_test(tests, a_file_that_does_not_begin_with_mz_is_not_mz);
        tcase_add_test(tests, a_new_header_beyond_the_file_is_a_dos_program);
        tcase_add_test(tests, a_file_cut_anywhere_in_its_headers_is_refused);
        tcase_add_test(tests, programs_of_other_systems_have_statuses_of_their_own);
        tcase_add_test(tests, the_signature_must_be_all_four_bytes);
        tcase_add_test(tests, a_file_header_of_nothing_is_a_dos_program);
        tcase_add_test(tests, what_the_linker_did_not_finish_is_refused);
        tcase_add_test(tests, the_new_header_must_be_aligned);
        tcase_add_test(tests, machine_and_magic_must_be_known_and_fit);
        tcase_add_test(tests, alignments_that_make_no_sense_are_refused);
        tcase_add_test(tests, sizes_and_base_of_the_image_are_checked);
        tcase_add_test(tests, headers_longer_than_the_image_are_refused);
        tcase_add_test(tests, more_sections_than_windows_loads_are_refused);
        tcase_add_test(tests, what_lies_beyond_the_file_or_the_image_is_refused);
        tcase_add_test(tests, content_that_wraps_round_is_refused);
        tcase_add_test(tests, sections_with_gaps_overlaps_or_in_disorder_are_refused);
        tcase_add_test(tests, a_section_without_memory_and_content_is_refused);
        tcase_add_test(tests, a_flat_image_whose_memory_is_not_its_file_is_refused);
        tcase_add_test(tests, what_reading_fails_with_is_the_answer);
}

int main(void) {
        return suite_main("pe-defects", 20, add);
}
