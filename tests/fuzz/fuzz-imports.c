/*
 * What an image says of itself, as the loader of programs reads it: imports, exports, TLS,
 * resources, messages and relocations.
 *
 * The input's first byte says what the rest is. With the flag RAW it is a file as it is; else it
 * is a list of changes to a sound one that has all of these tables, seven bytes each: a place in
 * the file, how, and a number.
 *
 * Nothing is read but what can be read: the image lies in memory of its own, and what is between
 * its sections is poison. What is found lies in the image.
 */

#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONS 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define POISONS 1
#endif

#ifdef POISONS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void) (at), (void) (size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void) (at), (void) (size))
#endif

#include "export.h"
#include "fuzz.h"
#include "import.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "relocation.h"
#include "resource.h"
#include "tls-module.h"

#define RAW    0x01u
#define CHANGE 7u
#define PAGE   4096u

/* How a change is made. */
#define HOW_BYTE 0x01u
#define HOW_WORD 0x02u /* else 32 bits */
#define HOW_ADD  0x04u /* to what is there, else instead of it */

#define SIZE_MOST  (1u << 20) /* larger images are only read as far as that takes no memory */
#define STEPS_MOST 2000u      /* of one walk */
#define DELTA      0x123450000ull

/* Where the sound image has its tables: in .text, of which the file has 1 KiB from 0x400 on. */
#define IMPORTS   0x1000u
#define DELAYED   0x1060u
#define EXPORTS   0x10C0u
#define TLS       0x1160u
#define RESOURCES 0x11A0u
#define MESSAGES  0x1260u
#define TEXTS     0x12C0u

static PeBuild build;

static void put(uint32_t rva, const void *bytes, size_t size) {
        memcpy(build.bytes + (rva - PE_BUILD_TEXT + 0x400), bytes, size);
}

static void put32(uint32_t rva, uint32_t value) {
        put(rva, &value, sizeof(value));
}

static void put64(uint32_t rva, uint64_t value) {
        put(rva, &value, sizeof(value));
}

static void put_texts(void) {
        static const char texts[] =
                        "one.dll\0two.dll\0\0\0alpha\0\0\0beta\0\0gamma\0two.alpha\0two.#3";

        put(TEXTS, texts, sizeof(texts));
}

/* Of one.dll: "alpha" and number 12; of two.dll, later: "beta". */
static void put_imports(void) {
        const IMAGE_IMPORT_DESCRIPTOR descriptors[2] = { {
                        .OriginalFirstThunk = IMPORTS + 0x28,
                        .Name = TEXTS,
                        .FirstThunk = IMPORTS + 0x40,
        } };
        const IMAGE_DELAYLOAD_DESCRIPTOR delayed = {
                .Attributes.AllAttributes = 1,
                .DllNameRVA = TEXTS + 8,
                .ImportAddressTableRVA = DELAYED + 0x50,
                .ImportNameTableRVA = DELAYED + 0x40,
        };

        put(IMPORTS, descriptors, sizeof(descriptors));
        put64(IMPORTS + 0x28, TEXTS + 16);
        put64(IMPORTS + 0x30, IMAGE_ORDINAL_FLAG64 | 12);
        put64(IMPORTS + 0x38, 0);
        put(DELAYED, &delayed, sizeof(delayed));
        memset(build.bytes + 0x400 + DELAYED - PE_BUILD_TEXT + sizeof(delayed), 0,
                        0x40 - sizeof(delayed));
        put64(DELAYED + 0x40, TEXTS + 24);
        put64(DELAYED + 0x48, 0);
}

/* Functions 7 (a gap), 8 "alpha", 9 "beta", 10 and 11 forwarded, the first by "gamma". */
static void put_exports(void) {
        const IMAGE_EXPORT_DIRECTORY directory = {
                .Name = TEXTS,
                .Base = 7,
                .NumberOfFunctions = 5,
                .NumberOfNames = 3,
                .AddressOfFunctions = EXPORTS + 0x28,
                .AddressOfNames = EXPORTS + 0x40,
                .AddressOfNameOrdinals = EXPORTS + 0x50,
        };
        const uint32_t functions[] = { 0, 0x1010, 0x2010, EXPORTS + 0x60, EXPORTS + 0x70 },
                       names[] = { TEXTS + 18, TEXTS + 26, TEXTS + 32 };
        const uint16_t numbers[] = { 1, 2, 3 };

        put(EXPORTS, &directory, sizeof(directory));
        put(EXPORTS + 0x28, functions, sizeof(functions));
        put(EXPORTS + 0x40, names, sizeof(names));
        put(EXPORTS + 0x50, numbers, sizeof(numbers));
        put(EXPORTS + 0x60, "two.alpha", 10);
        put(EXPORTS + 0x70, "two.#3", 7);
}

/* A directory with one entry, which leads to @to. */
static void put_directory(uint32_t at, uint32_t name, uint32_t to) {
        IMAGE_RESOURCE_DIRECTORY directory = { .NumberOfIdEntries = 1 };

        if (name & IMAGE_RESOURCE_NAME_IS_STRING) {
                directory.NumberOfNamedEntries = 1;
                directory.NumberOfIdEntries = 0;
        }
        put(at, &directory, sizeof(directory));
        put32(at + 16, name);
        put32(at + 20, to);
}

/* Type 11, name "AB", no language: a table with messages 5, 6 and 9. */
static void put_resources(void) {
        const IMAGE_RESOURCE_DATA_ENTRY data = { .OffsetToData = MESSAGES, .Size = 0x60 };
        const uint16_t name[] = { 2, 'A', 'B' }, lengths[] = { 8, 0, 0, 0 };
        const uint32_t table[] = { 2, 5, 6, 0x20, 9, 9, 0x30 };

        put_directory(RESOURCES, 11, IMAGE_RESOURCE_DATA_IS_DIRECTORY | 0x20);
        put_directory(RESOURCES + 0x20, IMAGE_RESOURCE_NAME_IS_STRING | 0x90,
                        IMAGE_RESOURCE_DATA_IS_DIRECTORY | 0x40);
        put_directory(RESOURCES + 0x40, 0, 0x60);
        put(RESOURCES + 0x60, &data, sizeof(data));
        put(RESOURCES + 0x90, name, sizeof(name));
        put(MESSAGES, table, sizeof(table));
        for (uint32_t at = 0x20; at < 0x40; at += 8)
                put(MESSAGES + at, lengths, sizeof(lengths));
}

static void point(unsigned index, uint32_t rva, uint32_t size) {
        build.directories[index].VirtualAddress = rva;
        build.directories[index].Size = size;
}

static void make_sound_image(void) {
        const IMAGE_TLS_DIRECTORY64 tls = {
                .StartAddressOfRawData = PE_BUILD_BASE + 0x2000,
                .EndAddressOfRawData = PE_BUILD_BASE + 0x2020,
                .AddressOfIndex = PE_BUILD_BASE + 0x2040,
                .AddressOfCallBacks = PE_BUILD_BASE + 0x2048,
                .SizeOfZeroFill = 8,
                .Characteristics = 0x00500000,
        };
        const uint16_t entries[] = { IMAGE_REL_BASED_DIR64 << 12 | 0x100,
                IMAGE_REL_BASED_HIGHLOW << 12 | 0x110, IMAGE_REL_BASED_ABSOLUTE << 12, 0 };

        pe_build_init(&build, IMAGE_FILE_MACHINE_AMD64);
        put_texts();
        put_imports();
        put_exports();
        put_resources();
        put(TLS, &tls, sizeof(tls));
        pe_build_add_block(&build, PE_BUILD_DATA, entries, 4);
        point(IMAGE_DIRECTORY_ENTRY_EXPORT, EXPORTS, 0x90);
        point(IMAGE_DIRECTORY_ENTRY_IMPORT, IMPORTS, 40);
        point(IMAGE_DIRECTORY_ENTRY_RESOURCE, RESOURCES, 0x100);
        point(IMAGE_DIRECTORY_ENTRY_TLS, TLS, sizeof(tls));
        point(IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT, DELAYED, 0x40);
}

static void apply_change(const uint8_t change[CHANGE]) {
        size_t size = change[2] & HOW_BYTE ? 1 : change[2] & HOW_WORD ? 2 : 4;
        size_t place = (change[0] | (size_t) change[1] << 8) % (build.size - 4);
        uint32_t old = 0, number;

        memcpy(&old, build.bytes + place, size);
        memcpy(&number, change + 3, sizeof(number));
        if (change[2] & HOW_ADD)
                number += old;
        memcpy(build.bytes + place, &number, size);
}

/* A text is in the image up to its end. */
static void check_text(const Image *image, const char *text) {
        uintptr_t place = (uintptr_t) text - (uintptr_t) image->bytes;

        MUST(place <= UINT32_MAX && image_at(image, (uint32_t) place, strlen(text) + 1));
}

static void walk_functions(const Image *image, const ImportedDll *dll) {
        uint32_t position = 0;

        check_text(image, dll->name);
        for (unsigned i = 0; i < STEPS_MOST; i++) {
                ImportedFunction function;
                NTSTATUS status = import_next_function(image, dll, &position, &function);

                MUST(status == STATUS_SUCCESS || status == STATUS_NO_MORE_ENTRIES ||
                                status == STATUS_INVALID_IMAGE_FORMAT);
                if (status != STATUS_SUCCESS)
                        return;
                MUST(position == i + 1);
                if (function.name)
                        check_text(image, function.name);
        }
}

static void walk_imports(const Image *image,
                NTSTATUS (*next)(const Image *image, uint32_t *position, ImportedDll *ret)) {
        uint32_t position = 0;

        for (unsigned i = 0; i < 64; i++) {
                ImportedDll dll;
                NTSTATUS status = next(image, &position, &dll);

                MUST(status == STATUS_SUCCESS || status == STATUS_NO_MORE_ENTRIES ||
                                status == STATUS_INVALID_IMAGE_FORMAT);
                if (status != STATUS_SUCCESS)
                        return;
                walk_functions(image, &dll);
        }
}

static void check_export(const Image *image, NTSTATUS status, const Export *found) {
        if (status != STATUS_SUCCESS) {
                MUST(status == STATUS_ENTRYPOINT_NOT_FOUND || status == STATUS_ORDINAL_NOT_FOUND ||
                                status == STATUS_INVALID_IMAGE_FORMAT);
                return;
        }
        if (found->forward)
                check_text(image, found->forward);
        else
                MUST(found->rva != 0 && found->rva < image->size);
}

static void look_up_exports(const Image *image) {
        static const char *const names[] = { "", "alpha", "beta", "gamma", "\xFF" };
        ExportTable table;
        Export found;

        if (export_table_read(image, &table) != STATUS_SUCCESS)
                return;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                for (uint32_t hint = 0; hint < 4; hint++)
                        check_export(image, export_find_name(&table, names[i], hint, &found),
                                        &found);
        check_export(image, export_find_name(&table, "alpha", UINT32_MAX, &found), &found);
        for (uint32_t i = 0; i < 16; i++) {
                check_export(image, export_find_ordinal(&table, i, &found), &found);
                check_export(image,
                                export_find_ordinal(&table, table.directory.Base + i - 2, &found),
                                &found);
        }
}

static void read_tls(const Image *image) {
        uintptr_t base = (uintptr_t) image->bytes;
        TlsModule tls;

        if (tls_module_read(image, &tls) != STATUS_SUCCESS || !tls.is_there)
                return;
        MUST(image_at(image, tls.index_rva, sizeof(ULONG)));
        MUST(tls.alignment >= 16 && tls.alignment <= 8192);
        MUST((tls.alignment & (tls.alignment - 1)) == 0);
        if (tls.template_size > 0)
                MUST(image_at(image, (uint32_t) ((uintptr_t) tls.template - base),
                                tls.template_size));
}

static void find_messages(const Image *image, uint32_t table) {
        for (ULONG id = 3; id < 12; id++) {
                uint32_t rva;
                NTSTATUS status = resource_find_message(image, table, id, &rva);
                uint16_t length;

                if (status != STATUS_SUCCESS) {
                        MUST(status == STATUS_MESSAGE_NOT_FOUND ||
                                        status == STATUS_INVALID_IMAGE_FORMAT);
                        continue;
                }
                MUST(image_copy(image, rva, &length, sizeof(length)));
                MUST(length >= 4 && image_at(image, rva, length));
        }
}

static void find_resources(const Image *image) {
        static const WCHAR name[] = u"ab", other[] = u"TEXT";
        const ULONG_PTR paths[][RESOURCE_LEVELS] = { { 11, (ULONG_PTR) name, 0x409 },
                { (ULONG_PTR) other, 1, 0 }, { 11, 1, 0 } };

        for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
                for (ULONG level = 0; level <= RESOURCE_LEVELS + 1; level++) {
                        IMAGE_RESOURCE_DATA_ENTRY data;
                        uint32_t rva;

                        if (NT_SUCCESS(resource_find(image, paths[i], level, true, &rva)))
                                MUST(image_at(image, rva, sizeof(data)));
                        if (!NT_SUCCESS(resource_find(image, paths[i], level, false, &rva)))
                                continue;
                        MUST(image_copy(image, rva, &data, sizeof(data)));
                        find_messages(image, data.OffsetToData);
                }
        }
}

/* Moved there and back, an image is what it was, however often one place is relocated. */
static void relocate(const Image *image, const uint8_t *original) {
        if (relocation_check(image) != STATUS_SUCCESS)
                return;
        relocation_apply(image, DELTA);
        relocation_apply(image, (uint64_t) -DELTA);
        for (uint32_t i = 0; i < image->n_spans; i++)
                MUST(memcmp(image->bytes + image->spans[i].rva, original + image->spans[i].rva,
                                     image->spans[i].size) == 0);
}

/* Before addresses are changed in an image, its TLS directory is right for where it is. */
static void move_tls(Image *image, uint8_t *bytes) {
        const IMAGE_DATA_DIRECTORY *entry = image_directory(image, IMAGE_DIRECTORY_ENTRY_TLS);
        uint64_t delta = (uintptr_t) bytes - image->optional.ImageBase;
        IMAGE_TLS_DIRECTORY64 tls;

        if (!entry || !image_copy(image, entry->VirtualAddress, &tls, sizeof(tls)))
                return;
        tls.StartAddressOfRawData += delta;
        tls.EndAddressOfRawData += delta;
        tls.AddressOfIndex += delta;
        tls.AddressOfCallBacks += delta;
        memcpy(bytes + entry->VirtualAddress, &tls, sizeof(tls));
}

static void read_all(Image *image, const uint8_t *original, uint8_t *bytes) {
        walk_imports(image, import_next_dll);
        walk_imports(image, import_next_delayed);
        look_up_exports(image);
        find_resources(image);
        relocate(image, original);
        move_tls(image, bytes);
        read_tls(image);
}

/* The image in memory that ends where it does, and in which gaps cannot be read. */
static void read_guarded(const Image *laid_out) {
        uint8_t *bytes = aligned_alloc(PAGE, laid_out->mapped);
        Image image = *laid_out;
        uint32_t end = 0;

        MUST(bytes != NULL);
        memcpy(bytes, laid_out->bytes, laid_out->mapped);
        image.bytes = bytes;
        for (uint32_t i = 0; i < image.n_spans; i++) {
                MUST(image.spans[i].rva >= end);
                MUST(image.spans[i].size <= image.mapped - image.spans[i].rva);
                ASAN_POISON_MEMORY_REGION(bytes + end, image.spans[i].rva - end);
                end = image.spans[i].rva + image.spans[i].size;
        }
        ASAN_POISON_MEMORY_REGION(bytes + end, image.mapped - end);
        read_all(&image, laid_out->bytes, bytes);
        ASAN_UNPOISON_MEMORY_REGION(bytes, image.mapped);
        free(bytes);
}

static void read_file(const uint8_t *file, size_t size) {
        Image image = { 0 };
        NTSTATUS status = image_lay_out(file, size, &image);

        MUST(status == STATUS_SUCCESS || status == STATUS_INVALID_IMAGE_FORMAT ||
                        status == STATUS_INVALID_IMAGE_NOT_MZ ||
                        status == STATUS_IMAGE_MACHINE_TYPE_MISMATCH || status == STATUS_NO_MEMORY);
        if (status == STATUS_SUCCESS && image.mapped <= SIZE_MOST)
                read_guarded(&image);
        image_release(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        if (size == 0)
                return 0;
        if (data[0] & RAW) {
                size_t room = (size + PAGE - 1) / PAGE * PAGE;
                uint8_t *file = aligned_alloc(PAGE, room);

                MUST(file != NULL);
                memcpy(file, data + 1, size - 1);
                ASAN_POISON_MEMORY_REGION(file + size - 1, room - (size - 1));
                read_file(file, size - 1);
                ASAN_UNPOISON_MEMORY_REGION(file, room);
                free(file);
                return 0;
        }
        make_sound_image();
        for (size_t at = 1; at + CHANGE <= size; at += CHANGE)
                apply_change(data + at);
        read_file(build.bytes, build.size);
        pe_build_clear(&build);
        return 0;
}
