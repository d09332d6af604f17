/*
 * Twice over the table: the first walk only checks, the second changes. No target lies within the
 * table, so that the second walk sees what the first has seen.
 */

#include "pe-relocation.h"

#include <string.h>

#include "ntimage.h"
#include "ntstatus.h"

/* Where the addresses of an image that is not wide end. */
#define NARROW_END (1ull << 32)

/* What one walk over the table carries from entry to entry. */
typedef struct Walk {
        uint8_t *memory;
        const PeImage *image;
        uint64_t delta;
        bool change; /* the second walk */
} Walk;

/* One entry of a block. */
typedef struct Entry {
        unsigned type;
        uint64_t target;  /* address within the image */
        uint16_t operand; /* HIGHADJ: the next entry, whole */
} Entry;

static uint16_t load16(const uint8_t *memory) {
        uint16_t value;

        memcpy(&value, memory, sizeof(value));
        return value;
}

static uint32_t load32(const uint8_t *memory) {
        uint32_t value;

        memcpy(&value, memory, sizeof(value));
        return value;
}

static void add16(uint8_t *memory, uint32_t delta) {
        uint16_t value = (uint16_t) (load16(memory) + delta);

        memcpy(memory, &value, sizeof(value));
}

static void add32(uint8_t *memory, uint32_t delta) {
        uint32_t value = load32(memory) + delta;

        memcpy(memory, &value, sizeof(value));
}

static void add64(uint8_t *memory, uint64_t delta) {
        uint64_t value;

        memcpy(&value, memory, sizeof(value));
        value += delta;
        memcpy(memory, &value, sizeof(value));
}

/* The target is the upper half of an address whose lower half, signed, is the operand. */
static void adjust_high(uint8_t *memory, uint16_t operand, uint32_t delta) {
        uint32_t address = (uint32_t) load16(memory) << 16;
        uint16_t high;

        address += (uint32_t) (int32_t) (int16_t) operand + delta + 0x8000u;
        high = (uint16_t) (address >> 16);
        memcpy(memory, &high, sizeof(high));
}

/*
 * The operand of a MOVW or MOVT, whose 16 bits the two halfwords of encoding T3 hold in four parts
 * (ARM Architecture Reference Manual): 11110 i 10 x100 imm4, then 0 imm3 Rd imm8.
 */
static uint32_t load_thumb_operand(const uint8_t *memory) {
        uint32_t first = load16(memory), second = load16(memory + 2);

        return (first & 0xF) << 12 | (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8 |
               (second & 0xFF);
}

static void store_thumb_operand(uint8_t *memory, uint32_t operand) {
        uint16_t first = (uint16_t) ((load16(memory) & ~0x040Fu) | (operand >> 12 & 0xF) |
                                     (operand >> 11 & 1) << 10);
        uint16_t second = (uint16_t) ((load16(memory + 2) & ~0x70FFu) | (operand >> 8 & 7) << 12 |
                                      (operand & 0xFF));

        memcpy(memory, &first, sizeof(first));
        memcpy(memory + 2, &second, sizeof(second));
}

/* The target is a MOVW with the lower half of an address, then a MOVT with the upper one. */
static void add_thumb(uint8_t *memory, uint32_t delta) {
        uint32_t address = load_thumb_operand(memory) | load_thumb_operand(memory + 4) << 16;

        address += delta;
        store_thumb_operand(memory, address & 0xFFFF);
        store_thumb_operand(memory + 4, address >> 16);
}

/* Bytes that a relocation changes; 0 if the type is none that @machine has. */
static unsigned target_size(unsigned type, uint16_t machine) {
        switch (type) {
        case IMAGE_REL_BASED_HIGH:
        case IMAGE_REL_BASED_LOW:
        case IMAGE_REL_BASED_HIGHADJ:
                return 2;
        case IMAGE_REL_BASED_HIGHLOW:
                return 4;
        case IMAGE_REL_BASED_DIR64:
                return 8;
        case IMAGE_REL_BASED_THUMB_MOV32:
                return machine == IMAGE_FILE_MACHINE_ARMNT ? 8 : 0;
        default:
                return 0;
        }
}

static bool entry_is_sound(const PeImage *image, const Entry *entry) {
        unsigned size = target_size(entry->type, image->machine);
        uint64_t end = entry->target + size;
        uint64_t table_end = (uint64_t) image->relocations.rva + image->relocations.size;

        return size > 0 && end <= image->size &&
               (end <= image->relocations.rva || entry->target >= table_end);
}

static void apply(const Walk *walk, const Entry *entry) {
        uint8_t *target = walk->memory + entry->target;
        uint32_t delta = (uint32_t) walk->delta;

        switch (entry->type) {
        case IMAGE_REL_BASED_HIGH:
                add16(target, delta >> 16);
                break;
        case IMAGE_REL_BASED_LOW:
                add16(target, delta);
                break;
        case IMAGE_REL_BASED_HIGHADJ:
                adjust_high(target, entry->operand, delta);
                break;
        case IMAGE_REL_BASED_HIGHLOW:
                add32(target, delta);
                break;
        case IMAGE_REL_BASED_THUMB_MOV32:
                add_thumb(target, delta);
                break;
        default:
                add64(target, walk->delta);
                break;
        }
}

/* @entries: the @n_entries words behind the head of the block of the page at @page */
static bool walk_block(const Walk *walk, uint32_t page, const uint8_t *entries, size_t n_entries) {
        for (size_t i = 0; i < n_entries; i++) {
                uint16_t word = load16(entries + 2 * i);
                Entry entry = { .type = word >> 12, .target = (uint64_t) page + (word & 0xFFFu) };

                if (entry.type == IMAGE_REL_BASED_ABSOLUTE)
                        continue; /* padding */
                if (entry.type == IMAGE_REL_BASED_HIGHADJ) {
                        if (++i >= n_entries)
                                return false;
                        entry.operand = load16(entries + 2 * i);
                }
                if (!walk->change && !entry_is_sound(walk->image, &entry))
                        return false;
                if (walk->change)
                        apply(walk, &entry);
        }
        return true;
}

static bool walk_table(const Walk *walk) {
        const uint8_t *table = walk->memory + walk->image->relocations.rva;
        uint32_t left = walk->image->relocations.size;

        while (left >= sizeof(IMAGE_BASE_RELOCATION)) {
                IMAGE_BASE_RELOCATION block;

                memcpy(&block, table, sizeof(block));
                if (block.SizeOfBlock == 0)
                        return true;
                if (block.SizeOfBlock < sizeof(block) || block.SizeOfBlock > left ||
                                block.SizeOfBlock % 2 != 0)
                        return false;
                if (!walk_block(walk, block.VirtualAddress, table + sizeof(block),
                                    (block.SizeOfBlock - sizeof(block)) / 2))
                        return false;
                table += block.SizeOfBlock;
                left -= block.SizeOfBlock;
        }
        return true;
}

static void set_base(uint8_t *memory, const PeImage *image, uint64_t base) {
        if (image->base_field != 0)
                memcpy(memory + image->base_field, &base, image->wide ? 8 : 4);
}

NTSTATUS pe_relocate(uint8_t *memory, const PeImage *image, uint64_t base) {
        Walk walk = { .memory = memory, .image = image, .delta = base - image->base };
        const PeDirectory *table = &image->relocations;

        if (image->characteristics & IMAGE_FILE_RELOCS_STRIPPED)
                return walk.delta == 0 ? STATUS_SUCCESS : STATUS_CONFLICTING_ADDRESSES;
        if (!image->wide && base > NARROW_END - image->size)
                return STATUS_CONFLICTING_ADDRESSES;
        if ((uint64_t) table->rva + table->size > image->size || !walk_table(&walk))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (walk.delta == 0)
                return STATUS_SUCCESS;
        walk.change = true;
        walk_table(&walk);
        set_base(memory, image, base);
        return STATUS_SUCCESS;
}
