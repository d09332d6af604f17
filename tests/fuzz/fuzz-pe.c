/*
 * Programs' files: read, laid out and moved.
 *
 * The input's first byte says what the rest is. With the flag RAW it is a file as it is; else it
 * is a list of changes to a sound one, so that most of what comes out passes most checks: bits 1
 * and 2 are the machine, FLAT and BLOCKS what the file is like, and each change has six bytes,
 * where, how and a number. The upper bits say where the image is moved to.
 *
 * What is accepted keeps every promise of pe-image.h and pe-layout.h, and what is moved is what a
 * textbook makes of it; what is refused is untouched.
 */

#include <string.h>

#include "fuzz.h"
#include "ntstatus.h"
#include "pe-builder.h"
#include "pe-layout.h"
#include "pe-memory.h"
#include "pe-relocation.h"

#define RAW        0x01u
#define FLAT       0x08u
#define BLOCKS     0x10u
#define CHANGE     6u
#define NARROW_END 0x100000000ull

/* How a change is made. */
#define HOW_WORD  0x01u /* 16 bits, else 32 */
#define HOW_ADD   0x02u /* to what is there, else instead of it */
#define HOW_TABLE 0x04u /* in the relocations, else in the headers */

/* Larger images are checked only as far as that takes no memory. */
#define MEMORY_MOST (512u << 10)

static const uint16_t machines[] = {
        IMAGE_FILE_MACHINE_AMD64,
        IMAGE_FILE_MACHINE_I386,
        IMAGE_FILE_MACHINE_ARM64,
        IMAGE_FILE_MACHINE_ARMNT,
};

static bool is_known(NTSTATUS status) {
        switch (status) {
        case STATUS_SUCCESS:
        case STATUS_INVALID_FILE_FOR_SECTION:
        case STATUS_INVALID_IMAGE_NOT_MZ:
        case STATUS_INVALID_IMAGE_PROTECT:
        case STATUS_INVALID_IMAGE_WIN_16:
        case STATUS_INVALID_IMAGE_NE_FORMAT:
        case STATUS_INVALID_IMAGE_LE_FORMAT:
        case STATUS_INVALID_IMAGE_FORMAT:
                return true;
        default:
                return false;
        }
}

static void check_sections(const PeImage *image) {
        uint64_t end = image->headers_size;

        for (size_t i = 0; i < image->n_sections; i++) {
                const PeSection *section = &image->sections[i];
                uint64_t section_end = (uint64_t) section->rva + section->size;

                MUST(section_end <= image->size);
                MUST((uint64_t) section->file_offset + section->file_size <= image->file_size);
                if (image->flat)
                        continue;
                MUST(section->size > 0 && section->rva % PE_PAGE_SIZE == 0);
                MUST(section->rva >= end && section->extent >= section->size);
                MUST(section->file_size < section->size + PE_PAGE_SIZE);
                end = (uint64_t) section->rva + section->extent;
        }
}

static void check_image(const PeImage *image) {
        MUST(image->size > 0 && image->size % PE_PAGE_SIZE == 0);
        MUST(image->size < PE_IMAGE_SIZE_MOST + PE_PAGE_SIZE);
        MUST(image->headers_size <= image->size && image->base % 0x10000 == 0);
        MUST((image->section_alignment & (image->section_alignment - 1)) == 0);
        MUST(image->flat == (image->section_alignment < PE_PAGE_SIZE));
        MUST(image->base_field + (image->wide ? 8ull : 4ull) <= image->size);
        MUST(image->n_sections <= PE_SECTIONS_MOST);
        MUST((image->relocations.rva == 0) == (image->relocations.size == 0));
        MUST(image->loader_flags == (image->clr.rva != 0));
        check_sections(image);
}

static void check_layout(const PeImage *image, bool no_execute) {
        PeLayout layout;
        uint64_t end = 0;

        pe_layout(image, no_execute, &layout);
        MUST(layout.n_pieces > 0 && layout.n_pieces <= PE_PIECES_MOST);
        for (size_t i = 0; i < layout.n_pieces; i++) {
                const PePiece *piece = &layout.pieces[i];

                MUST(piece->rva == end && piece->size > 0 && piece->size % PE_PAGE_SIZE == 0);
                MUST(piece->file_size <= piece->size);
                MUST((uint64_t) piece->file_offset + piece->file_size <= image->file_size);
                MUST(!no_execute || piece->protection < PAGE_EXECUTE);
                end += piece->size;
        }
        MUST(end == image->size);
}

static bool may_be_moved(const PeImage *image, uint64_t base) {
        if (image->characteristics & IMAGE_FILE_RELOCS_STRIPPED)
                return base == image->base;
        return image->wide || base <= NARROW_END - image->size;
}

static void check_move(const PeImage *image, const uint8_t *bytes, uint64_t base) {
        uint8_t *memory = pe_memory_new(image, bytes), *copy = malloc(image->size);
        NTSTATUS status;

        MUST(memory && copy);
        memcpy(copy, memory, image->size);
        status = pe_relocate(memory, image, base);
        MUST((status == STATUS_CONFLICTING_ADDRESSES) == !may_be_moved(image, base));
        if (NT_SUCCESS(status) && base != image->base) {
                pe_memory_relocate(copy, image->relocations, base - image->base);
                if (image->base_field != 0)
                        memcpy(copy + image->base_field, &base, image->wide ? 8 : 4);
        } else {
                MUST(NT_SUCCESS(status) || status == STATUS_INVALID_IMAGE_FORMAT ||
                                status == STATUS_CONFLICTING_ADDRESSES);
        }
        /* The textbook has no ARM in it. */
        if (!NT_SUCCESS(status) || image->machine != IMAGE_FILE_MACHINE_ARMNT)
                MUST(memcmp(memory, copy, image->size) == 0);
        free(copy);
        free(memory);
}

static void run(const uint8_t *bytes, size_t size, uint64_t base) {
        PeBytes source = { .bytes = bytes, .size = size };
        PeFile file = pe_bytes_file(&source);
        PeImage image;
        NTSTATUS status = pe_image_parse(&file, &image);

        MUST(is_known(status));
        if (!NT_SUCCESS(status))
                return;
        check_image(&image);
        check_layout(&image, false);
        check_layout(&image, true);
        if (image.size > MEMORY_MOST)
                return;
        check_move(&image, bytes, base);
        check_move(&image, bytes, image.base);
}

static void add_blocks(PeBuild *build) {
        const uint16_t wide[] = { 0xA000, 0xAFF8, 0x3123, 0x1200, 0x2300, 0x4400, 0x8001, 0 };
        uint32_t shift = build->sections[0].VirtualAddress - PE_BUILD_TEXT;

        pe_build_add_block(build, PE_BUILD_TEXT + shift, wide, 8);
        pe_build_add_block(build, PE_BUILD_DATA + shift, wide, 6);
        pe_build_add_block(build, PE_BUILD_DATA + 0x1000 + shift, wide, 2);
}

static void change(PeBuild *build, const uint8_t *how) {
        size_t begin = how[1] & HOW_TABLE ? PE_BUILD_TABLE_PLACE : PE_BUILD_NEW_HEADER;
        size_t place = begin + how[0] % 255 * 2u; /* within 0x200 bytes, whatever the width */
        size_t width = how[1] & HOW_WORD ? 2 : 4;
        uint32_t number = 0, there = 0;

        memcpy(&number, how + 2, 4);
        memcpy(&there, build->bytes + place, width);
        if (how[1] & HOW_ADD)
                number += there;
        memcpy(build->bytes + place, &number, width);
}

static void run_changes(unsigned flags, const uint8_t *changes, size_t size, uint64_t base) {
        uint16_t machine = machines[flags >> 1 & 3];
        PeBuild build;

        if (flags & FLAT)
                pe_build_init_flat(&build, machine);
        else
                pe_build_init(&build, machine);
        if (flags & BLOCKS)
                add_blocks(&build);
        for (; size >= CHANGE; size -= CHANGE, changes += CHANGE)
                change(&build, changes);
        run(build.bytes, build.size, base);
        pe_build_clear(&build);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        const uint64_t bases[] = {
                0x10000,
                0x2A340000,
                0xFFFF0000,
                0x7FFE12340000,
                PE_BUILD_BASE,
                0xFFFFFFFFFFFF0000,
                0,
                0x140000000,
        };
        uint8_t *exact;

        if (size < 1)
                return 0;
        if (!(data[0] & RAW)) {
                run_changes(data[0], data + 1, size - 1, bases[data[0] >> 5]);
                return 0;
        }
        /* Memory of just that size, so that reading on is noticed. */
        exact = malloc(size > 1 ? size - 1 : 1);
        MUST(exact);
        memcpy(exact, data + 1, size - 1);
        run(exact, size - 1, bases[data[0] >> 5]);
        free(exact);
        return 0;
}
