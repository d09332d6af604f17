#include "resource.h"

#include "ntstatus.h"
#include "upcase.h"

#define LEVEL_LANGUAGE    2u
#define HIGHEST_ID        0xFFFFu
#define PRIMARY_LANGUAGE  0x3FFu
#define LANGUAGE_ENGLISH  0x409u
#define LANGUAGES_TRIED   4u
#define OFFSET_MASK       0x7FFFFFFFu
#define MESSAGE_BLOCKS_OF 4096u

/* MESSAGE_RESOURCE_BLOCK */
typedef struct MessageBlock {
        ULONG low;
        ULONG high;
        ULONG offset;
} MessageBlock;

/* MESSAGE_RESOURCE_ENTRY; the text follows. */
typedef struct MessageEntry {
        USHORT length;
        USHORT flags;
} MessageEntry;

/* A walk through the tree of one image. */
typedef struct ResourceWalk {
        const Image *image;
        uint32_t root; /* RVA */
} ResourceWalk;

/* What a directory's entry leads to. */
typedef struct ResourceStep {
        uint32_t rva;
        bool is_directory;
} ResourceStep;

static bool read_entry(
                const ResourceWalk *walk, uint32_t at, ULONG *ret_name, ResourceStep *ret_step) {
        IMAGE_RESOURCE_DIRECTORY_ENTRY entry;
        uint64_t rva;

        if (!image_copy(walk->image, at, &entry, sizeof(entry)))
                return false;
        rva = (uint64_t) walk->root + (entry.OffsetToData & OFFSET_MASK);
        if (rva > UINT32_MAX)
                return false;
        *ret_name = entry.Name;
        ret_step->rva = (uint32_t) rva;
        ret_step->is_directory = entry.OffsetToData & IMAGE_RESOURCE_DATA_IS_DIRECTORY;
        return true;
}

static bool name_is(const ResourceWalk *walk, ULONG name, PCWSTR wanted) {
        uint64_t rva = (uint64_t) walk->root + (name & OFFSET_MASK);
        const WCHAR *units;
        USHORT n_units;
        size_t n_wanted = 0;

        /* Linkers put names at even addresses; one that is not is not read, for UTF-16 cannot be.
         */
        if (rva > UINT32_MAX - 2 || rva % sizeof(*units) != 0 ||
                        !image_copy(walk->image, (uint32_t) rva, &n_units, sizeof(n_units)))
                return false;
        units = image_at(walk->image, (uint32_t) rva + 2, n_units * sizeof(*units));
        while (n_wanted <= n_units && wanted[n_wanted])
                n_wanted++;
        return units && nt_name_equal(units, n_units, wanted, n_wanted, true);
}

/* Looks for a number or string in the directory at @at. Return: false if it is not there. */
static bool find_step(const ResourceWalk *walk, uint32_t at, ULONG_PTR wanted, ResourceStep *ret) {
        bool is_string = wanted > HIGHEST_ID;
        IMAGE_RESOURCE_DIRECTORY directory;
        unsigned first, n;

        if (!image_copy(walk->image, at, &directory, sizeof(directory)))
                return false;
        first = is_string ? 0 : directory.NumberOfNamedEntries;
        n = is_string ? directory.NumberOfNamedEntries : directory.NumberOfIdEntries;
        at += (uint32_t) sizeof(directory);
        for (unsigned i = first; i < first + n; i++) {
                ULONG name;

                if (!read_entry(walk, at + i * 8, &name, ret))
                        return false;
                if (is_string ? name & IMAGE_RESOURCE_NAME_IS_STRING &&
                                                                name_is(walk, name, (PCWSTR) wanted)
                              : name == wanted)
                        return true;
        }
        return false;
}

static bool first_step(const ResourceWalk *walk, uint32_t at, ResourceStep *ret) {
        IMAGE_RESOURCE_DIRECTORY directory;
        ULONG name;

        return image_copy(walk->image, at, &directory, sizeof(directory)) &&
               directory.NumberOfNamedEntries + directory.NumberOfIdEntries > 0 &&
               read_entry(walk, at + (uint32_t) sizeof(directory), &name, ret);
}

/* The language that is wanted, its neutral kind, no language, English, and then any. */
static bool find_language(
                const ResourceWalk *walk, uint32_t at, ULONG_PTR wanted, ResourceStep *ret) {
        const ULONG_PTR tries[LANGUAGES_TRIED] = { wanted & HIGHEST_ID, wanted & PRIMARY_LANGUAGE,
                0, LANGUAGE_ENGLISH };

        for (unsigned i = 0; i < LANGUAGES_TRIED; i++)
                if (find_step(walk, at, tries[i], ret))
                        return true;
        return first_step(walk, at, ret);
}

static NTSTATUS walk_path(const ResourceWalk *walk,
                const ULONG_PTR *path,
                ULONG level,
                bool directory,
                ResourceStep *ret) {
        static const NTSTATUS failures[RESOURCE_LEVELS] = { STATUS_RESOURCE_TYPE_NOT_FOUND,
                STATUS_RESOURCE_NAME_NOT_FOUND, STATUS_RESOURCE_LANG_NOT_FOUND };

        *ret = (ResourceStep){ .rva = walk->root, .is_directory = true };
        for (ULONG i = 0; i < level; i++) {
                uint32_t at = ret->rva;

                if (!ret->is_directory)
                        return STATUS_RESOURCE_DATA_NOT_FOUND;
                if (i == LEVEL_LANGUAGE ? !find_language(walk, at, path[i], ret)
                                        : !find_step(walk, at, path[i], ret))
                        return failures[i];
        }
        if (level > 0 && ret->is_directory != directory)
                return failures[level - 1];
        return STATUS_SUCCESS;
}

NTSTATUS resource_find(const Image *image,
                const ULONG_PTR *path,
                ULONG n_levels,
                bool directory,
                uint32_t *ret) {
        const IMAGE_DATA_DIRECTORY *entry = image_directory(image, IMAGE_DIRECTORY_ENTRY_RESOURCE);
        ResourceWalk walk = { .image = image };
        ResourceStep step;
        NTSTATUS status;

        if (n_levels > RESOURCE_LEVELS)
                return STATUS_INVALID_PARAMETER;
        if (!entry)
                return STATUS_RESOURCE_DATA_NOT_FOUND;
        walk.root = entry->VirtualAddress;
        status = walk_path(&walk, path, n_levels, directory, &step);
        if (!NT_SUCCESS(status))
                return status;
        if (!image_at(image, step.rva, sizeof(IMAGE_RESOURCE_DATA_ENTRY)))
                return STATUS_INVALID_IMAGE_FORMAT;
        *ret = step.rva;
        return STATUS_SUCCESS;
}

/* Entry @index of those at @at. */
static NTSTATUS find_in_block(const Image *image, uint32_t at, ULONG index, uint32_t *ret) {
        for (;;) {
                MessageEntry entry;

                if (!image_copy(image, at, &entry, sizeof(entry)) || entry.length < sizeof(entry) ||
                                !image_at(image, at, entry.length))
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (index-- == 0) {
                        *ret = at;
                        return STATUS_SUCCESS;
                }
                at += entry.length;
        }
}

NTSTATUS resource_find_message(const Image *image, uint32_t table, ULONG id, uint32_t *ret) {
        ULONG n_blocks;

        if (!image_copy(image, table, &n_blocks, sizeof(n_blocks)))
                return STATUS_INVALID_IMAGE_FORMAT;
        for (ULONG i = 0; i < n_blocks && i < MESSAGE_BLOCKS_OF; i++) {
                MessageBlock block;
                uint64_t at = (uint64_t) table + sizeof(n_blocks) + i * sizeof(block);

                if (at > UINT32_MAX || !image_copy(image, (uint32_t) at, &block, sizeof(block)))
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (id < block.low || id > block.high)
                        continue;
                at = (uint64_t) table + block.offset;
                return at > UINT32_MAX ? STATUS_INVALID_IMAGE_FORMAT
                                       : find_in_block(image, (uint32_t) at, id - block.low, ret);
        }
        return STATUS_MESSAGE_NOT_FOUND;
}
