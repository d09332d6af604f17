/*
 * Resources of modules, for programs
 *
 * A tree of three levels: type, name, language. The path to an entry has a number for each, or the
 * address of a string with a NUL.
 */

#include <string.h>

#include "ldr-functions.h"
#include "loader.h"
#include "module-map.h"
#include "ntstatus.h"
#include "upcase.h"
#include "zw.h"

#define LEVELS            3u
#define LEVEL_LANGUAGE    2u
#define HIGHEST_ID        0xFFFFu
#define PRIMARY_LANGUAGE  0x3FFu
#define LANGUAGE_ENGLISH  0x409u
#define LANGUAGES_TRIED   4u
#define OFFSET_MASK       0x7FFFFFFFu
#define BASE_FLAGS        3u /* low bits of a base: the file is mapped for data only */
#define MESSAGE_NAME      1u
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

/* Reads what is mapped at @base, a module or not. */
static NTSTATUS read_image(PVOID base, Image *ret) {
        MEMORY_REGION_INFORMATION region;
        const Module *module;
        bool known = false;
        NTSTATUS status;

        module_table_lock();
        module = base ? module_find_base(base) : module_first();
        if (module) {
                *ret = module->image;
                known = true;
        }
        module_table_unlock();
        if (known)
                return STATUS_SUCCESS;
        status = zw_query_virtual_memory(NtCurrentProcess(), base, MemoryRegionInformation, &region,
                        sizeof(region), NULL);
        if (!NT_SUCCESS(status) || region.AllocationBase != base)
                return STATUS_RESOURCE_DATA_NOT_FOUND;
        return module_read_view(base, region.RegionSize, ret);
}

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

        if (rva > UINT32_MAX - 2 || !image_copy(walk->image, (uint32_t) rva, &n_units, 2))
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
        static const NTSTATUS failures[LEVELS] = { STATUS_RESOURCE_TYPE_NOT_FOUND,
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

static NTSTATUS find_resource(
                PVOID handle, const ULONG_PTR *path, ULONG level, bool directory, PVOID *ret) {
        const IMAGE_DATA_DIRECTORY *entry;
        ResourceWalk walk;
        ResourceStep step;
        Image image;
        NTSTATUS status;

        if (level > LEVELS)
                return STATUS_INVALID_PARAMETER;
        status = read_image((PVOID) ((uintptr_t) handle & ~(uintptr_t) BASE_FLAGS), &image);
        if (!NT_SUCCESS(status))
                return status;
        entry = image_directory(&image, IMAGE_DIRECTORY_ENTRY_RESOURCE);
        if (!entry)
                return STATUS_RESOURCE_DATA_NOT_FOUND;
        walk = (ResourceWalk){ .image = &image, .root = entry->VirtualAddress };
        status = walk_path(&walk, path, level, directory, &step);
        if (!NT_SUCCESS(status))
                return status;
        if (!image_at(&image, step.rva, sizeof(IMAGE_RESOURCE_DATA_ENTRY)))
                return STATUS_INVALID_IMAGE_FORMAT;
        *ret = (PVOID) (uintptr_t) (image.bytes + step.rva);
        return STATUS_SUCCESS;
}

/**
 * LdrFindResource_U() - find a resource
 * @Handle: base of a module, NULL for the program, or of an image that is mapped
 * @Path:   type, name, language: numbers, or addresses of strings. A language that is not there is
 *          the next best one
 * @Level:  how many of them
 * @Entry:  gets its IMAGE_RESOURCE_DATA_ENTRY
 *
 * Return: STATUS_INVALID_PARAMETER for more than 3 levels; STATUS_RESOURCE_DATA_NOT_FOUND without
 * resources; STATUS_RESOURCE_TYPE_NOT_FOUND, STATUS_RESOURCE_NAME_NOT_FOUND,
 * STATUS_RESOURCE_LANG_NOT_FOUND, also for what is a directory; STATUS_INVALID_IMAGE_FORMAT;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrFindResource_U(PVOID Handle, const ULONG_PTR *Path, ULONG Level, PVOID *Entry) {
        return find_resource(Handle, Path, Level, false, Entry);
}

/* The same for a directory. */
NTSTATUS NTAPI LdrFindResourceDirectory_U(
                PVOID Handle, const ULONG_PTR *Path, ULONG Level, PVOID *Directory) {
        return find_resource(Handle, Path, Level, true, Directory);
}

/**
 * LdrAccessResource() - where a resource's bytes are
 * @Handle:  as above; with its lowest bit set it is the file's bytes, not mapped as an image
 * @Entry:   from LdrFindResource_U()
 * @Address: gets where they are; may be NULL
 * @Size:    gets how many; may be NULL
 * Return: STATUS_RESOURCE_DATA_NOT_FOUND if no section has them; STATUS_SUCCESS.
 */
NTSTATUS NTAPI LdrAccessResource(
                PVOID Handle, const IMAGE_RESOURCE_DATA_ENTRY *Entry, PVOID *Address, PULONG Size) {
        uint8_t *base = (uint8_t *) ((uintptr_t) Handle & ~(uintptr_t) BASE_FLAGS);
        const IMAGE_NT_HEADERS64 *headers;
        PVOID at;

        if (!Address && !Size)
                return STATUS_SUCCESS;
        at = base + Entry->OffsetToData;
        if ((uintptr_t) Handle & 1) {
                headers = RtlImageNtHeader(base);
                at = headers ? RtlImageRvaToVa(headers, base, Entry->OffsetToData, NULL) : NULL;
        }
        if (!at)
                return STATUS_RESOURCE_DATA_NOT_FOUND;
        if (Address)
                *Address = at;
        if (Size)
                *Size = Entry->Size;
        return STATUS_SUCCESS;
}

/* Entry @index of those at @at. */
static NTSTATUS find_message(const Image *image, uint32_t at, ULONG index, PVOID *ret) {
        for (;;) {
                MessageEntry entry;

                if (!image_copy(image, at, &entry, sizeof(entry)) || entry.length < sizeof(entry) ||
                                !image_at(image, at, entry.length))
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (index-- == 0) {
                        *ret = (PVOID) (uintptr_t) (image->bytes + at);
                        return STATUS_SUCCESS;
                }
                at += entry.length;
        }
}

static NTSTATUS find_in_blocks(const Image *image, uint32_t table, ULONG id, PVOID *ret) {
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
                                       : find_message(image, (uint32_t) at, id - block.low, ret);
        }
        return STATUS_MESSAGE_NOT_FOUND;
}

/**
 * RtlFindMessage() - find a text in a table of messages
 * @Handle:   as LdrFindResource_U()
 * @Type:     of the resource: 11
 * @Language: of the text
 * @Id:       of the message
 * @Entry:    gets MESSAGE_RESOURCE_ENTRY
 * Return: as LdrFindResource_U(); STATUS_MESSAGE_NOT_FOUND.
 */
NTSTATUS NTAPI RtlFindMessage(PVOID Handle, ULONG Type, ULONG Language, ULONG Id, PVOID *Entry) {
        const ULONG_PTR path[LEVELS] = { Type, MESSAGE_NAME, Language };
        IMAGE_RESOURCE_DATA_ENTRY data;
        PVOID resource;
        Image image;
        NTSTATUS status = find_resource(Handle, path, LEVELS, false, &resource);

        if (!NT_SUCCESS(status))
                return status;
        status = read_image((PVOID) ((uintptr_t) Handle & ~(uintptr_t) BASE_FLAGS), &image);
        if (!NT_SUCCESS(status))
                return status;
        memcpy(&data, resource, sizeof(data));
        return find_in_blocks(&image, data.OffsetToData, Id, Entry);
}
