#include "import.h"

#include "ntstatus.h"

/* Where element @position of the directory is; 0 beyond the end of the address space. */
static uint32_t element_rva(const IMAGE_DATA_DIRECTORY *directory, uint32_t position, size_t size) {
        uint64_t rva = directory->VirtualAddress + (uint64_t) position * size;

        return rva <= UINT32_MAX ? (uint32_t) rva : 0;
}

static NTSTATUS set_name(const Image *image, uint32_t rva, ImportedDll *ret) {
        ret->name = image_text(image, rva);
        return ret->name && *ret->name ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
}

/* The directory's size is not looked at, as Windows does not: the table ends with an empty entry.
 */
NTSTATUS import_next_dll(const Image *image, uint32_t *position, ImportedDll *ret) {
        const IMAGE_DATA_DIRECTORY *directory =
                        image_directory(image, IMAGE_DIRECTORY_ENTRY_IMPORT);
        IMAGE_IMPORT_DESCRIPTOR descriptor;

        if (!directory)
                return STATUS_NO_MORE_ENTRIES;
        if (*position >= IMPORT_DLLS_MOST ||
                        !image_copy(image, element_rva(directory, *position, sizeof(descriptor)),
                                        &descriptor, sizeof(descriptor)))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (descriptor.Name == 0 || descriptor.FirstThunk == 0)
                return STATUS_NO_MORE_ENTRIES;
        (*position)++;
        *ret = (ImportedDll){
                .names = descriptor.OriginalFirstThunk ? descriptor.OriginalFirstThunk
                                                       : descriptor.FirstThunk,
                .addresses = descriptor.FirstThunk,
        };
        return set_name(image, descriptor.Name, ret);
}

NTSTATUS import_next_delayed(const Image *image, uint32_t *position, ImportedDll *ret) {
        const IMAGE_DATA_DIRECTORY *directory =
                        image_directory(image, IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT);
        IMAGE_DELAYLOAD_DESCRIPTOR descriptor;

        if (!directory)
                return STATUS_NO_MORE_ENTRIES;
        do {
                if (*position >= IMPORT_DLLS_MOST ||
                                !image_copy(image,
                                                element_rva(directory, *position,
                                                                sizeof(descriptor)),
                                                &descriptor, sizeof(descriptor)))
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (descriptor.DllNameRVA == 0)
                        return STATUS_NO_MORE_ENTRIES;
                (*position)++;
        } while (!(descriptor.Attributes.AllAttributes & 1));
        *ret = (ImportedDll){
                .names = descriptor.ImportNameTableRVA,
                .addresses = descriptor.ImportAddressTableRVA,
                .is_delayed = true,
        };
        return set_name(image, descriptor.DllNameRVA, ret);
}

NTSTATUS import_next_function(const Image *image,
                const ImportedDll *dll,
                uint32_t *position,
                ImportedFunction *ret) {
        uint64_t at = dll->names + 8ull * *position, slot = dll->addresses + 8ull * *position;
        uint64_t entry;

        if (*position >= IMPORT_FUNCTIONS_MOST || at > UINT32_MAX || slot > UINT32_MAX ||
                        !image_copy(image, (uint32_t) at, &entry, sizeof(entry)))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (entry == 0)
                return STATUS_NO_MORE_ENTRIES;
        (*position)++;
        *ret = (ImportedFunction){ .slot = (uint32_t) slot };
        if (entry & IMAGE_ORDINAL_FLAG64) {
                ret->ordinal = (uint16_t) entry;
                return STATUS_SUCCESS;
        }
        if (entry > UINT32_MAX - 2 ||
                        !image_copy(image, (uint32_t) entry, &ret->ordinal, sizeof(ret->ordinal)))
                return STATUS_INVALID_IMAGE_FORMAT;
        ret->name = image_text(image, (uint32_t) entry + 2);
        return ret->name && *ret->name ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
}
