#include <stdlib.h>
#include <string.h>

#include "assert-status.h"
#include "ntimage.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-extended.h"
#include "pe-memory.h"
#include "suite.h"

/* Where these are put: in .data, whose file content is at 0x800. */
#define DEBUG_AT  PE_BUILD_DATA
#define VALUE_AT  (PE_BUILD_DATA + 0x80)
#define CONFIG_AT (PE_BUILD_DATA + 0x100)

static PeBuild build;

static uint8_t *at(uint32_t rva) {
        return build.bytes + 0x800 + (rva - PE_BUILD_DATA);
}

static uint32_t flags_of(void) {
        PeBytes bytes = { .bytes = build.bytes, .size = build.size };
        PeFile file = pe_bytes_file(&bytes);
        PeImage image;
        uint8_t *memory = NULL;
        uint32_t flags;

        ck_assert_status(pe_image_parse(&file, &image), STATUS_SUCCESS);
        memory = pe_memory_new(&image, build.bytes);
        flags = pe_extended_flags(memory, &image);
        free(memory);
        return flags;
}

static IMAGE_DEBUG_DIRECTORY *debug_new(uint32_t characteristics) {
        static IMAGE_DEBUG_DIRECTORY entries[2];

        entries[0] = (IMAGE_DEBUG_DIRECTORY){ .Type = 2 };
        entries[1] = (IMAGE_DEBUG_DIRECTORY){
                .Type = IMAGE_DEBUG_TYPE_EX_DLLCHARACTERISTICS,
                .SizeOfData = 4,
                .AddressOfRawData = VALUE_AT,
        };
        memcpy(at(VALUE_AT), &characteristics, 4);
        build.directories[IMAGE_DIRECTORY_ENTRY_DEBUG] =
                        (IMAGE_DATA_DIRECTORY){ DEBUG_AT, sizeof(entries) };
        return entries;
}

static void debug_store(const IMAGE_DEBUG_DIRECTORY *entries) {
        memcpy(at(DEBUG_AT), entries, 2 * sizeof(*entries));
}

START_TEST(each_characteristic_is_a_flag) {
        static const uint32_t rows[][2] = {
                { IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT, PE_CET_COMPATIBLE },
                { IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT_STRICT_MODE, PE_CET_STRICT },
                { IMAGE_DLLCHARACTERISTICS_EX_CET_SET_CONTEXT_IP_VALIDATION_RELAXED_MODE,
                                PE_CET_RELAXED_IP },
                { IMAGE_DLLCHARACTERISTICS_EX_CET_DYNAMIC_APIS_ALLOW_IN_PROC, PE_CET_DYNAMIC_APIS },
                { 0xFFFFFFF0, 0 },
        };

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        ck_assert_uint_eq(flags_of(), 0);
        for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                debug_store(debug_new(rows[i][0]));
                ck_assert_uint_eq(flags_of(), rows[i][1]);
        }
        pe_build_clear(&build);
}
END_TEST

START_TEST(debug_entries_outside_the_image_say_nothing) {
        IMAGE_DEBUG_DIRECTORY *entries = NULL;

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        entries = debug_new(1);
        entries[1].AddressOfRawData = PE_BUILD_IMAGE_SIZE - 3;
        debug_store(entries);
        ck_assert_uint_eq(flags_of(), 0);
        entries[1].AddressOfRawData = 0xFFFFFFFF;
        debug_store(entries);
        ck_assert_uint_eq(flags_of(), 0);
        entries[1].AddressOfRawData = VALUE_AT;
        entries[1].SizeOfData = 3;
        debug_store(entries);
        ck_assert_uint_eq(flags_of(), 0);
        build.directories[IMAGE_DIRECTORY_ENTRY_DEBUG].VirtualAddress = PE_BUILD_IMAGE_SIZE - 8;
        build.directories[IMAGE_DIRECTORY_ENTRY_DEBUG].Size = 0xFFFFFFF0;
        ck_assert_uint_eq(flags_of(), 0);
        pe_build_clear(&build);
}
END_TEST

START_TEST(guard_flags_are_where_the_form_of_header_has_them) {
        for (int wide = 0; wide < 2; wide++) {
                const uint32_t flags =
                                IMAGE_GUARD_CF_ENABLE_EXPORT_SUPPRESSION | IMAGE_GUARD_XFG_ENABLED;
                uint32_t offset = wide ? 0x90 : 0x58, size = offset + 4;

                pe_build_init(&build, wide ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386);
                memset(at(CONFIG_AT), 0, 0x100);
                memcpy(at(CONFIG_AT), &size, 4);
                memcpy(at(CONFIG_AT) + offset, &flags, 4);
                build.directories[IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG] =
                                (IMAGE_DATA_DIRECTORY){ CONFIG_AT, 0x100 };
                ck_assert_uint_eq(flags_of(), PE_EXPORT_SUPPRESSION | PE_XFG);
                size--; /* an older structure ends before them */
                memcpy(at(CONFIG_AT), &size, 4);
                ck_assert_uint_eq(flags_of(), 0);
                build.directories[IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG].VirtualAddress =
                                PE_BUILD_IMAGE_SIZE - 2;
                ck_assert_uint_eq(flags_of(), 0);
                pe_build_clear(&build);
        }
}
END_TEST

static void add_tests(TCase *tests) {
        tcase_add_test(tests, each_characteristic_is_a_flag);
        tcase_add_test(tests, debug_entries_outside_the_image_say_nothing);
        tcase_add_test(tests, guard_flags_are_where_the_form_of_header_has_them);
}

int main(void) {
        return suite_main("pe-extended", 20, add_tests);
}
