#include "relocation.h"

#include <string.h>

#include "ntstatus.h"

#define OFFSET_BITS 12u
#define OFFSET_MASK 0xFFFu

/* Bytes that an entry changes; 0 of a type that there is not. */
static size_t target_size(unsigned type) {
        switch (type) {
        case IMAGE_REL_BASED_HIGH:
        case IMAGE_REL_BASED_LOW:
                return 2;
        case IMAGE_REL_BASED_HIGHLOW:
                return 4;
        case IMAGE_REL_BASED_DIR64:
                return 8;
        default:
                return 0;
        }
}

static bool apply(uint8_t *at, unsigned type, uint64_t delta) {
        uint64_t value = 0;
        size_t size = target_size(type);

        if (size == 0)
                return type == IMAGE_REL_BASED_ABSOLUTE; /* padding */
        memcpy(&value, at, size);
        value += type == IMAGE_REL_BASED_HIGH ? delta >> 16 : delta;
        memcpy(at, &value, size);
        return true;
}

const uint16_t *relocation_apply_block(
                uint8_t *page, size_t n_entries, const uint16_t *entries, uint64_t delta) {
        for (size_t i = 0; i < n_entries; i++, entries++)
                if (!apply(page + (*entries & OFFSET_MASK), *entries >> OFFSET_BITS, delta))
                        return NULL;
        return entries;
}

/* Reads the head of the block at @at, which is even, as its entries are words. Return: its entries;
 * NULL at the end, with @sound saying whether that is where it should be. An empty block ends the
 * table, as linkers pad so. */
static const uint16_t *next_block(const Image *image,
                uint32_t at,
                uint32_t left,
                IMAGE_BASE_RELOCATION *ret,
                bool *sound) {
        *sound = true;
        if (left < sizeof(*ret))
                return NULL;
        *sound = image_copy(image, at, ret, sizeof(*ret));
        if (!*sound || ret->SizeOfBlock == 0)
                return NULL;
        *sound = ret->SizeOfBlock >= sizeof(*ret) && ret->SizeOfBlock <= left &&
                 ret->SizeOfBlock % 2 == 0 && at % 2 == 0 && image_at(image, at, ret->SizeOfBlock);
        return *sound ? image_at(image, at + (uint32_t) sizeof(*ret),
                                        ret->SizeOfBlock - sizeof(*ret))
                      : NULL;
}

static size_t count_entries(const IMAGE_BASE_RELOCATION *block) {
        return (block->SizeOfBlock - sizeof(*block)) / 2;
}

static bool entry_is_sound(const Image *image,
                const IMAGE_DATA_DIRECTORY *table,
                uint32_t page,
                uint16_t entry) {
        uint64_t target = (uint64_t) page + (entry & OFFSET_MASK);
        uint64_t table_end = (uint64_t) table->VirtualAddress + table->Size;
        size_t size = target_size(entry >> OFFSET_BITS);

        if (entry >> OFFSET_BITS == IMAGE_REL_BASED_ABSOLUTE)
                return true;
        return size > 0 && target <= UINT32_MAX && image_at(image, (uint32_t) target, size) &&
               (target + size <= table->VirtualAddress || target >= table_end);
}

NTSTATUS relocation_check(const Image *image) {
        const IMAGE_DATA_DIRECTORY *table = image_directory(image, IMAGE_DIRECTORY_ENTRY_BASERELOC);
        uint32_t at = table ? table->VirtualAddress : 0, left = table ? table->Size : 0;
        IMAGE_BASE_RELOCATION block;
        const uint16_t *entries;
        bool sound;

        if (image->file.Characteristics & IMAGE_FILE_RELOCS_STRIPPED)
                return STATUS_CONFLICTING_ADDRESSES;
        while ((entries = next_block(image, at, left, &block, &sound)) != NULL) {
                for (size_t i = 0; i < count_entries(&block); i++)
                        if (!entry_is_sound(image, table, block.VirtualAddress, entries[i]))
                                return STATUS_INVALID_IMAGE_FORMAT;
                at += block.SizeOfBlock;
                left -= block.SizeOfBlock;
        }
        return sound ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
}

void relocation_apply(const Image *image, uint64_t delta) {
        const IMAGE_DATA_DIRECTORY *table = image_directory(image, IMAGE_DIRECTORY_ENTRY_BASERELOC);
        uint32_t at = table ? table->VirtualAddress : 0, left = table ? table->Size : 0;
        uint8_t *bytes = (uint8_t *) (uintptr_t) image->bytes;
        IMAGE_BASE_RELOCATION block;
        const uint16_t *entries;
        bool sound;

        while ((entries = next_block(image, at, left, &block, &sound)) != NULL) {
                relocation_apply_block(bytes + block.VirtualAddress, count_entries(&block), entries,
                                delta);
                at += block.SizeOfBlock;
                left -= block.SizeOfBlock;
        }
}
