#include "export.h"

#include <string.h>

#include "ntstatus.h"

NTSTATUS export_table_read(const Image *image, ExportTable *ret) {
        const IMAGE_DATA_DIRECTORY *directory =
                        image_directory(image, IMAGE_DIRECTORY_ENTRY_EXPORT);

        if (!directory)
                return STATUS_ENTRYPOINT_NOT_FOUND;
        ret->image = image;
        ret->rva = directory->VirtualAddress;
        ret->size = directory->Size;
        if (!image_copy(image, ret->rva, &ret->directory, sizeof(ret->directory)))
                return STATUS_INVALID_IMAGE_FORMAT;
        return STATUS_SUCCESS;
}

/* Element @index of the array at @rva; all arrays of a table are of small things. */
static bool read_element(
                const Image *image, uint32_t rva, uint32_t index, void *ret, uint32_t size) {
        uint64_t at = rva + (uint64_t) index * size;

        return at <= UINT32_MAX && image_copy(image, (uint32_t) at, ret, size);
}

static NTSTATUS read_export(const ExportTable *table, uint32_t index, Export *ret) {
        uint32_t rva;

        if (!read_element(table->image, table->directory.AddressOfFunctions, index, &rva,
                            sizeof(rva)))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (rva == 0)
                return STATUS_ENTRYPOINT_NOT_FOUND; /* a gap between ordinals */
        *ret = (Export){ .rva = rva, .index = index };
        if (rva >= table->rva && rva - table->rva < table->size) {
                ret->forward = image_text(table->image, rva);
                return ret->forward ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
        }
        return rva < table->image->size ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
}

/* Name @index of the list; NULL if it is not in the image. */
static const char *name_at(const ExportTable *table, uint32_t index) {
        uint32_t rva;

        if (!read_element(table->image, table->directory.AddressOfNames, index, &rva, sizeof(rva)))
                return NULL;
        return image_text(table->image, rva);
}

static NTSTATUS read_named(const ExportTable *table, uint32_t index, Export *ret) {
        uint16_t function;

        if (!read_element(table->image, table->directory.AddressOfNameOrdinals, index, &function,
                            sizeof(function)) ||
                        function >= table->directory.NumberOfFunctions)
                return STATUS_INVALID_IMAGE_FORMAT;
        return read_export(table, function, ret);
}

NTSTATUS export_find_name(const ExportTable *table, const char *name, uint32_t hint, Export *ret) {
        uint32_t first = 0, end = table->directory.NumberOfNames;
        const char *hinted = hint < end ? name_at(table, hint) : NULL;

        if (hinted && strcmp(hinted, name) == 0)
                return read_named(table, hint, ret);
        while (first < end) {
                uint32_t middle = first + (end - first) / 2;
                const char *candidate = name_at(table, middle);
                int order = candidate ? strcmp(name, candidate) : 0;

                if (!candidate)
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (order == 0)
                        return read_named(table, middle, ret);
                if (order < 0)
                        end = middle;
                else
                        first = middle + 1;
        }
        return STATUS_ENTRYPOINT_NOT_FOUND;
}

NTSTATUS export_find_ordinal(const ExportTable *table, uint32_t ordinal, Export *ret) {
        uint32_t index = ordinal - table->directory.Base;
        NTSTATUS status;

        if (ordinal < table->directory.Base || index >= table->directory.NumberOfFunctions)
                return STATUS_ORDINAL_NOT_FOUND;
        status = read_export(table, index, ret);
        return status == STATUS_ENTRYPOINT_NOT_FOUND ? STATUS_ORDINAL_NOT_FOUND : status;
}
