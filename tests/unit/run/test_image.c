/*
 * Images that are not what they say: headers, exports, imports, relocations and TLS, sound ones and
 * damaged ones. Each damage is one that a linker would not make.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "export.h"
#include "image.h"
#include "import.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "relocation.h"
#include "suite.h"
#include "tls-module.h"

/* Where a test's tables are: in .text, of which the file has all from 0x400 on. */
#define TABLES      (PE_BUILD_TEXT + 0x20)
#define PLACE(rva)  ((rva) -PE_BUILD_TEXT + 0x400)
#define NAMES       (TABLES + 0x100)
#define EXPORT_BASE 7u

static PeBuild build;
static Image image;

static void setup(void) {
        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        image = (Image){ 0 };
}

static void teardown(void) {
        image_release(&image);
        pe_build_clear(&build);
}

static void put(uint32_t rva, const void *bytes, size_t size) {
        memcpy(build.bytes + PLACE(rva), bytes, size);
}

static void put32(uint32_t rva, uint32_t value) {
        put(rva, &value, sizeof(value));
}

static void put64(uint32_t rva, uint64_t value) {
        put(rva, &value, sizeof(value));
}

static void put_text(uint32_t rva, const char *text) {
        put(rva, text, strlen(text) + 1);
}

static void lay_out(void) {
        ck_assert_status(image_lay_out(build.bytes, build.size, &image), STATUS_SUCCESS);
}

static void point(unsigned index, uint32_t rva, uint32_t size) {
        build.directories[index].VirtualAddress = rva;
        build.directories[index].Size = size;
}

START_TEST(a_sound_image_is_laid_out_with_its_content) {
        lay_out();
        ck_assert_uint_eq(image.size, PE_BUILD_IMAGE_SIZE);
        ck_assert_uint_eq(*(const uint8_t *) image_at(&image, PE_BUILD_TEXT + 5, 1),
                        pe_build_byte(0x405));
        ck_assert_uint_eq(*(const uint8_t *) image_at(&image, PE_BUILD_TEXT + 0xFFF, 1), 0);
        ck_assert_ptr_null(image_at(&image, PE_BUILD_IMAGE_SIZE - 3, 4));
        ck_assert_ptr_null(image_at(&image, 0xFFFFFFFF, 1));
        ck_assert_ptr_null(image_at(&image, PE_BUILD_TEXT, SIZE_MAX));
}
END_TEST

START_TEST(what_is_no_image_is_told) {
        build.dos->e_magic = 0x4141;
        ck_assert_status(image_lay_out(build.bytes, build.size, &image),
                        STATUS_INVALID_IMAGE_NOT_MZ);
        ck_assert_status(image_lay_out(build.bytes, 10, &image), STATUS_INVALID_IMAGE_NOT_MZ);
        build.dos->e_magic = IMAGE_DOS_SIGNATURE;
        build.file->Machine = IMAGE_FILE_MACHINE_ARM64;
        ck_assert_status(image_lay_out(build.bytes, build.size, &image),
                        STATUS_IMAGE_MACHINE_TYPE_MISMATCH);
        ck_assert_ptr_null(image.layout);
}
END_TEST

static void damage_headers(int how) {
        switch (how) {
        case 0:
                build.dos->e_lfanew = -4;
                break;
        case 1:
                build.dos->e_lfanew = 0x7FFFFFF0;
                break;
        case 2:
                build.dos->e_lfanew = (LONG) (PE_BUILD_SIZE - 8);
                break;
        case 3:
                build.file->SizeOfOptionalHeader = 20;
                break;
        case 4:
                build.wide->Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC;
                break;
        case 5:
                build.file->NumberOfSections = 0xFFFF;
                break;
        case 6:
                build.wide->SizeOfImage = 0;
                break;
        case 7:
                build.wide->SizeOfImage = 0xFFFFFFFF;
                break;
        case 8:
                build.wide->SizeOfHeaders = 0xFFFFFFFF;
                build.wide->SizeOfImage = 0x800;
                break;
        case 9:
                build.sections[1].VirtualAddress = 0;
                break;
        case 10:
                build.sections[1].VirtualAddress = 0xFFFFF000;
                break;
        case 11:
                build.sections[1].PointerToRawData = 0xFFFFFE00;
                break;
        case 12:
                build.sections[1].Misc.VirtualSize = 0xFFFFFFFF;
                break;
        default:
                build.sections[0].VirtualAddress = PE_BUILD_TEXT + 8;
                break;
        }
}

START_TEST(damaged_headers_are_refused) {
        damage_headers(_i);
        ck_assert_status(image_lay_out(build.bytes, build.size, &image),
                        STATUS_INVALID_IMAGE_FORMAT);
        ck_assert_ptr_null(image.layout);
}
END_TEST

START_TEST(a_file_that_is_cut_off_anywhere_is_refused_or_bounded) {
        for (size_t size = 0; size < PE_BUILD_SIZE; size += 7) {
                uint8_t *copy = malloc(size + 1); /* so that a sanitizer sees the end */

                memcpy(copy, build.bytes, size);
                ck_assert(!NT_SUCCESS(image_lay_out(copy, size, &image)));
                free(copy);
        }
}
END_TEST

/* Functions 7 (a gap), 8 "alpha", 9 "beta", 10 forwarded by "gamma", 11 without a name. */
static void add_exports(void) {
        const IMAGE_EXPORT_DIRECTORY directory = {
                .Name = NAMES,
                .Base = EXPORT_BASE,
                .NumberOfFunctions = 5,
                .NumberOfNames = 3,
                .AddressOfFunctions = TABLES + 0x40,
                .AddressOfNames = TABLES + 0x60,
                .AddressOfNameOrdinals = TABLES + 0x70,
        };
        const uint16_t ordinals[] = { 1, 2, 3 };

        put(TABLES, &directory, sizeof(directory));
        put32(TABLES + 0x40, 0);
        put32(TABLES + 0x44, 0x1111);
        put32(TABLES + 0x48, 0x2222);
        put32(TABLES + 0x4C, TABLES + 0x80);
        put32(TABLES + 0x50, 0x3333);
        put32(TABLES + 0x60, NAMES);
        put32(TABLES + 0x64, NAMES + 0x10);
        put32(TABLES + 0x68, NAMES + 0x20);
        put(TABLES + 0x70, ordinals, sizeof(ordinals));
        put_text(TABLES + 0x80, "other.Function");
        put_text(NAMES, "alpha");
        put_text(NAMES + 0x10, "beta");
        put_text(NAMES + 0x20, "gamma");
        point(IMAGE_DIRECTORY_ENTRY_EXPORT, TABLES, 0x90);
}

static NTSTATUS find_name(const char *name, uint32_t hint, Export *ret) {
        ExportTable table;
        NTSTATUS status = export_table_read(&image, &table);

        return NT_SUCCESS(status) ? export_find_name(&table, name, hint, ret) : status;
}

static NTSTATUS find_ordinal(uint32_t ordinal, Export *ret) {
        ExportTable table;
        NTSTATUS status = export_table_read(&image, &table);

        return NT_SUCCESS(status) ? export_find_ordinal(&table, ordinal, ret) : status;
}

START_TEST(functions_are_found_by_name_with_any_hint) {
        Export found;

        add_exports();
        lay_out();
        for (uint32_t hint = 0; hint < 5; hint++) {
                ck_assert_status(find_name("alpha", hint, &found), STATUS_SUCCESS);
                ck_assert_uint_eq(found.rva, 0x1111);
                ck_assert_ptr_null(found.forward);
                ck_assert_status(find_name("beta", hint, &found), STATUS_SUCCESS);
                ck_assert_uint_eq(found.rva, 0x2222);
        }
        ck_assert_status(find_name("gamma", 0xFFFFFFFF, &found), STATUS_SUCCESS);
        ck_assert_str_eq(found.forward, "other.Function");
        ck_assert_status(find_name("delta", 0, &found), STATUS_ENTRYPOINT_NOT_FOUND);
        ck_assert_status(find_name("", 0, &found), STATUS_ENTRYPOINT_NOT_FOUND);
}
END_TEST

START_TEST(functions_are_found_by_number) {
        Export found;

        add_exports();
        lay_out();
        ck_assert_status(find_ordinal(EXPORT_BASE + 4, &found), STATUS_SUCCESS);
        ck_assert_uint_eq(found.rva, 0x3333);
        ck_assert_status(find_ordinal(EXPORT_BASE, &found), STATUS_ORDINAL_NOT_FOUND);
        ck_assert_status(find_ordinal(EXPORT_BASE - 1, &found), STATUS_ORDINAL_NOT_FOUND);
        ck_assert_status(find_ordinal(EXPORT_BASE + 5, &found), STATUS_ORDINAL_NOT_FOUND);
}
END_TEST

START_TEST(without_exports_nothing_is_found) {
        Export found;

        lay_out();
        ck_assert_status(find_name("alpha", 0, &found), STATUS_ENTRYPOINT_NOT_FOUND);
}
END_TEST

START_TEST(damaged_exports_are_refused) {
        static const uint32_t fields[] = { TABLES + 0x1C, TABLES + 0x20, TABLES + 0x24,
                TABLES + 0x48, TABLES + 0x64 };
        Export found;

        add_exports();
        put32(fields[_i], 0xFFFFFFF0);
        lay_out();
        ck_assert_status(find_name("beta", 1, &found), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(a_number_of_exports_that_cannot_be_leads_nowhere) {
        Export found;

        add_exports();
        put32(TABLES + 0x14, 0xFFFFFFFF); /* functions */
        put32(TABLES + 0x18, 0xFFFFFFFF); /* names */
        lay_out();
        ck_assert_status(find_name("nobody", 0xFFFFFFF0, &found), STATUS_INVALID_IMAGE_FORMAT);
        ck_assert_status(find_ordinal(0xFFFFFFF0, &found), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

/* Of dll "other": "named" with hint 3, and number 12. */
static void add_imports(void) {
        const IMAGE_IMPORT_DESCRIPTOR descriptor = {
                .OriginalFirstThunk = TABLES + 0x40,
                .Name = NAMES,
                .FirstThunk = TABLES + 0x60,
        }, end = { .OriginalFirstThunk = 0 };
        const uint16_t hint = 3;

        put(TABLES, &descriptor, sizeof(descriptor));
        put(TABLES + sizeof(descriptor), &end, sizeof(end));
        put64(TABLES + 0x40, NAMES + 0x10);
        put64(TABLES + 0x48, IMAGE_ORDINAL_FLAG64 | 12);
        put64(TABLES + 0x50, 0);
        put_text(NAMES, "other.dll");
        put(NAMES + 0x10, &hint, sizeof(hint));
        put_text(NAMES + 0x12, "named");
        point(IMAGE_DIRECTORY_ENTRY_IMPORT, TABLES, 40);
}

/* Walks all. Return: how the walk ended. */
static NTSTATUS walk_imports(unsigned *ret_functions) {
        NTSTATUS status;

        *ret_functions = 0;
        for (uint32_t position = 0;;) {
                ImportedDll dll;

                status = import_next_dll(&image, &position, &dll);
                for (uint32_t at = 0; status == STATUS_SUCCESS;) {
                        ImportedFunction function;

                        status = import_next_function(&image, &dll, &at, &function);
                        *ret_functions += status == STATUS_SUCCESS;
                        if (status == STATUS_NO_MORE_ENTRIES) {
                                status = STATUS_SUCCESS;
                                break;
                        }
                }
                if (status != STATUS_SUCCESS)
                        return status;
        }
}

START_TEST(imports_are_names_and_numbers) {
        ImportedDll dll;
        ImportedFunction function;
        uint32_t position = 0, at = 0;

        add_imports();
        lay_out();
        ck_assert_status(import_next_dll(&image, &position, &dll), STATUS_SUCCESS);
        ck_assert_str_eq(dll.name, "other.dll");
        ck_assert_status(import_next_function(&image, &dll, &at, &function), STATUS_SUCCESS);
        ck_assert_str_eq(function.name, "named");
        ck_assert_uint_eq(function.ordinal, 3);
        ck_assert_uint_eq(function.slot, TABLES + 0x60);
        ck_assert_status(import_next_function(&image, &dll, &at, &function), STATUS_SUCCESS);
        ck_assert_ptr_null(function.name);
        ck_assert_uint_eq(function.ordinal, 12);
        ck_assert_uint_eq(function.slot, TABLES + 0x68);
        ck_assert_status(
                        import_next_function(&image, &dll, &at, &function), STATUS_NO_MORE_ENTRIES);
        ck_assert_status(import_next_dll(&image, &position, &dll), STATUS_NO_MORE_ENTRIES);
}
END_TEST

START_TEST(without_imports_there_are_none) {
        unsigned n;

        lay_out();
        ck_assert_status(walk_imports(&n), STATUS_NO_MORE_ENTRIES);
        ck_assert_uint_eq(n, 0);
}
END_TEST

static void damage_imports(int how) {
        switch (how) {
        case 0:
                put32(TABLES, 0xFFFFFFF8); /* names */
                break;
        case 1:
                put32(TABLES + 12, 0xFFFFFFF0); /* the DLL's name */
                break;
        case 2:
                put64(TABLES + 0x40, 0x123456789);
                break;
        case 3:
                put64(TABLES + 0x40, 0xFFFFFFFF);
                break;
        case 4:
                put64(TABLES + 0x40, PE_BUILD_IMAGE_SIZE - 1);
                break;
        case 5:
                put_text(NAMES, "");
                break;
        case 6:
                put_text(NAMES + 0x12, "");
                break;
        default:
                point(IMAGE_DIRECTORY_ENTRY_IMPORT, PE_BUILD_IMAGE_SIZE - 8, 40);
                break;
        }
}

START_TEST(damaged_imports_are_refused) {
        unsigned n;

        add_imports();
        damage_imports(_i);
        lay_out();
        ck_assert_status(walk_imports(&n), STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

START_TEST(addresses_are_relocated) {
        const uint16_t entries[] = { IMAGE_REL_BASED_DIR64 << 12 | 0x30,
                IMAGE_REL_BASED_HIGHLOW << 12 | 0x40, IMAGE_REL_BASED_ABSOLUTE << 12 };
        uint64_t wide;
        uint32_t narrow;

        put64(PE_BUILD_TEXT + 0x30, 0x10001234);
        put32(PE_BUILD_TEXT + 0x40, 0x10004321);
        pe_build_add_block(&build, PE_BUILD_TEXT, entries, 3);
        lay_out();
        ck_assert_status(relocation_check(&image), STATUS_SUCCESS);
        relocation_apply(&image, 0x7000000000);
        ck_assert(image_copy(&image, PE_BUILD_TEXT + 0x30, &wide, sizeof(wide)));
        ck_assert(image_copy(&image, PE_BUILD_TEXT + 0x40, &narrow, sizeof(narrow)));
        ck_assert_uint_eq(wide, 0x7010001234);
        ck_assert_uint_eq(narrow, 0x10004321);
}
END_TEST

START_TEST(damaged_relocations_are_refused) {
        uint16_t entry = IMAGE_REL_BASED_DIR64 << 12 | 0xFFC;
        uint32_t page = PE_BUILD_TEXT;

        if (_i == 0)
                page = PE_BUILD_IMAGE_SIZE - 0x1000; /* the target's end is outside */
        if (_i == 1)
                page = 0xFFFFF000;
        if (_i == 2)
                entry = 6 << 12; /* no type of x86-64 */
        if (_i == 3)
                page = PE_BUILD_TABLE - 0xFFC; /* the table itself */
        pe_build_add_block(&build, page, &entry, 1);
        if (_i == 4)
                build.directories[IMAGE_DIRECTORY_ENTRY_BASERELOC].Size = 0xFFFFFFFF;
        if (_i == 5)
                build.directories[IMAGE_DIRECTORY_ENTRY_BASERELOC].VirtualAddress = 0xFFFFFFF0;
        if (_i == 6)
                build.file->Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
        lay_out();
        ck_assert_status(relocation_check(&image),
                        _i == 6   ? STATUS_CONFLICTING_ADDRESSES
                        : _i == 4 ? STATUS_SUCCESS /* an empty block ends the table */
                                  : STATUS_INVALID_IMAGE_FORMAT);
}
END_TEST

/* The directory with the addresses of what is mapped where the test has it. */
static void add_tls(uint32_t start, uint32_t end, uint32_t index, uint32_t callbacks) {
        IMAGE_TLS_DIRECTORY64 directory;
        uint64_t base;

        point(IMAGE_DIRECTORY_ENTRY_TLS, TABLES, sizeof(directory));
        lay_out();
        base = (uintptr_t) image.bytes;
        directory = (IMAGE_TLS_DIRECTORY64){
                .StartAddressOfRawData = base + start,
                .EndAddressOfRawData = base + end,
                .AddressOfIndex = base + index,
                .AddressOfCallBacks = callbacks ? base + callbacks : 0,
                .SizeOfZeroFill = 8,
                .Characteristics = 0x00700000, /* 64 bytes */
        };
        memcpy(image.layout + TABLES, &directory, sizeof(directory));
}

START_TEST(static_tls_is_read) {
        TlsModule tls;

        add_tls(PE_BUILD_DATA, PE_BUILD_DATA + 24, PE_BUILD_DATA + 0x100, PE_BUILD_DATA + 0x108);
        ck_assert_status(tls_module_read(&image, &tls), STATUS_SUCCESS);
        ck_assert(tls.is_there);
        ck_assert_uint_eq(tls.template_size, 24);
        ck_assert_uint_eq(tls.zeros, 8);
        ck_assert_uint_eq(tls.alignment, 64);
        ck_assert_uint_eq(tls.index_rva, PE_BUILD_DATA + 0x100);
        ck_assert_uint_eq(tls.callbacks, PE_BUILD_DATA + 0x108);
}
END_TEST

START_TEST(damaged_tls_is_refused) {
        const uint32_t outside = PE_BUILD_IMAGE_SIZE;
        TlsModule tls;

        if (_i == 0)
                add_tls(PE_BUILD_DATA, PE_BUILD_DATA - 1, PE_BUILD_DATA, 0);
        if (_i == 1)
                add_tls(PE_BUILD_DATA, outside + 1, PE_BUILD_DATA, 0);
        if (_i == 2)
                add_tls(PE_BUILD_DATA, PE_BUILD_DATA + 1, outside - 3, 0);
        if (_i == 3)
                add_tls(outside, outside + 8, PE_BUILD_DATA, 0);
        ck_assert_status(tls_module_read(&image, &tls), STATUS_INVALID_IMAGE_FORMAT);
        ck_assert(!tls.is_there);
}
END_TEST

static void add(TCase *tests) {
        tcase_add_checked_fixture(tests, setup, teardown);
        tcase_add_test(tests, a_sound_image_is_laid_out_with_its_content);
        tcase_add_test(tests, what_is_no_image_is_told);
        tcase_add_loop_test(tests, damaged_headers_are_refused, 0, 14);
        tcase_add_test(tests, a_file_that_is_cut_off_anywhere_is_refused_or_bounded);
        tcase_add_test(tests, functions_are_found_by_name_with_any_hint);
        tcase_add_test(tests, functions_are_found_by_number);
        tcase_add_test(tests, without_exports_nothing_is_found);
        tcase_add_loop_test(tests, damaged_exports_are_refused, 0, 5);
        tcase_add_test(tests, a_number_of_exports_that_cannot_be_leads_nowhere);
        tcase_add_test(tests, imports_are_names_and_numbers);
        tcase_add_test(tests, without_imports_there_are_none);
        tcase_add_loop_test(tests, damaged_imports_are_refused, 0, 8);
        tcase_add_test(tests, addresses_are_relocated);
        tcase_add_loop_test(tests, damaged_relocations_are_refused, 0, 7);
        tcase_add_test(tests, static_tls_is_read);
        tcase_add_loop_test(tests, damaged_tls_is_refused, 0, 4);
}

int main(void) {
        return suite_main("image", 20, add);
}
