/*
 * Headers of images, for programs
 *
 * The program may hand in any memory, whatever is in it. As on Windows nothing is known of it but
 * what it says of itself; only that its headers are headers is checked. Both kinds of images are
 * read, those of 32 bits too.
 */

#include "ldr-functions.h"
#include "ntstatus.h"
#include "relocation.h"

#define DATA_FILE        1u /* lowest bit of a base: it is the file's bytes, not mapped as image */
#define NO_RANGE_CHECK   1u
#define HEADERS_FARTHEST 0x10000000u

/* The fields that both kinds of images have at the same place. */
typedef IMAGE_NT_HEADERS64 ImageHeaders;

static const IMAGE_SECTION_HEADER *first_section(const ImageHeaders *headers) {
        return (const void *) ((const uint8_t *) &headers->OptionalHeader +
                               headers->FileHeader.SizeOfOptionalHeader);
}

/**
 * RtlImageNtHeaderEx() - where an image's headers are
 * @Flags:   1: @Size is not known, and not looked at
 * @Base:    of the image
 * @Size:    of the image, in bytes
 * @Headers: gets them; NULL on failure
 *
 * Return: STATUS_INVALID_PARAMETER for other flags, without @Headers, and for NULL and -1 as base;
 * STATUS_INVALID_IMAGE_FORMAT; STATUS_SUCCESS.
 */
NTSTATUS NTAPI RtlImageNtHeaderEx(ULONG Flags, PVOID Base, ULONGLONG Size, PVOID *Headers) {
        bool checked = !(Flags & NO_RANGE_CHECK);
        const IMAGE_DOS_HEADER *dos = Base;
        const IMAGE_NT_HEADERS64 *headers;

        if (!Headers)
                return STATUS_INVALID_PARAMETER;
        *Headers = NULL;
        if (Flags & ~NO_RANGE_CHECK || !Base || Base == (PVOID) ~(uintptr_t) 0)
                return STATUS_INVALID_PARAMETER;
        if (checked && Size < sizeof(*dos))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (dos->e_magic != IMAGE_DOS_SIGNATURE || dos->e_lfanew < 0 ||
                        (ULONG) dos->e_lfanew >= HEADERS_FARTHEST)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (checked && (ULONG) dos->e_lfanew + sizeof(ULONG) + sizeof(IMAGE_FILE_HEADER) > Size)
                return STATUS_INVALID_IMAGE_FORMAT;
        headers = (const void *) ((const uint8_t *) Base + dos->e_lfanew);
        if (headers->Signature != IMAGE_NT_SIGNATURE)
                return STATUS_INVALID_IMAGE_FORMAT;
        *Headers = (PVOID) (uintptr_t) headers;
        return STATUS_SUCCESS;
}

PVOID NTAPI RtlImageNtHeader(PVOID Base) {
        PVOID headers;

        RtlImageNtHeaderEx(NO_RANGE_CHECK, Base, 0, &headers);
        return headers;
}

/* The section that an address lies in, or NULL. @Base is not looked at, as on Windows. */
PVOID NTAPI RtlImageRvaToSection(const IMAGE_NT_HEADERS64 *Headers, PVOID Base, ULONG Rva) {
        const IMAGE_SECTION_HEADER *section = first_section(Headers);

        UNREFERENCED_PARAMETER(Base);
        for (unsigned i = 0; i < Headers->FileHeader.NumberOfSections; i++, section++)
                if (Rva >= section->VirtualAddress &&
                                Rva - section->VirtualAddress < section->SizeOfRawData)
                        return (PVOID) (uintptr_t) section;
        return NULL;
}

/**
 * RtlImageRvaToVa() - where an address is in an image's file
 * @Base:        of the file's bytes
 * @LastSection: the section that is tried first, if it is not NULL; gets the one that it is in.
 *               May be NULL
 * Return: NULL if no section has it.
 */
PVOID NTAPI RtlImageRvaToVa(
                const IMAGE_NT_HEADERS64 *Headers, PVOID Base, ULONG Rva, PVOID *LastSection) {
        const IMAGE_SECTION_HEADER *section = LastSection ? *LastSection : NULL;

        if (!section || Rva < section->VirtualAddress ||
                        Rva - section->VirtualAddress >= section->SizeOfRawData)
                section = RtlImageRvaToSection(Headers, Base, Rva);
        if (!section)
                return NULL;
        if (LastSection)
                *LastSection = (PVOID) (uintptr_t) section;
        return (uint8_t *) Base + section->PointerToRawData + (Rva - section->VirtualAddress);
}

/* Return: NULL if the image has not so many. */
static const IMAGE_DATA_DIRECTORY *find_directory(const ImageHeaders *headers, unsigned index) {
        const IMAGE_OPTIONAL_HEADER32 *narrow = (const void *) &headers->OptionalHeader;
        const IMAGE_OPTIONAL_HEADER64 *wide = &headers->OptionalHeader;

        if (wide->Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC)
                return index < wide->NumberOfRvaAndSizes ? &wide->DataDirectory[index] : NULL;
        if (narrow->Magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC)
                return index < narrow->NumberOfRvaAndSizes ? &narrow->DataDirectory[index] : NULL;
        return NULL;
}

/* In the same place in both kinds. */
static ULONG headers_size(const ImageHeaders *headers) {
        return headers->OptionalHeader.SizeOfHeaders;
}

_Static_assert(offsetof(IMAGE_OPTIONAL_HEADER32, SizeOfHeaders) ==
                                offsetof(IMAGE_OPTIONAL_HEADER64, SizeOfHeaders),
                "SizeOfHeaders");

/**
 * RtlImageDirectoryEntryToData() - where a directory of an image is
 * @Base:          of the image; with its lowest bit set it is not mapped as one
 * @MappedAsImage: whether it is mapped as one
 * @Index:         IMAGE_DIRECTORY_ENTRY_
 * @Size:          gets the directory's size; untouched if there is none
 * Return: NULL if there is none.
 */
PVOID NTAPI RtlImageDirectoryEntryToData(
                PVOID Base, BOOLEAN MappedAsImage, USHORT Index, PULONG Size) {
        bool is_file = (uintptr_t) Base & DATA_FILE || !MappedAsImage;
        uint8_t *base = (uint8_t *) ((uintptr_t) Base & ~(uintptr_t) 3);
        const ImageHeaders *headers = RtlImageNtHeader(base);
        const IMAGE_DATA_DIRECTORY *directory = headers ? find_directory(headers, Index) : NULL;

        if (!directory || directory->VirtualAddress == 0)
                return NULL;
        *Size = directory->Size;
        if (!is_file || directory->VirtualAddress < headers_size(headers))
                return base + directory->VirtualAddress;
        return RtlImageRvaToVa(headers, base, directory->VirtualAddress, NULL);
}

/**
 * LdrProcessRelocationBlock() - relocate what one block of a table is about
 * @Page:    what the entries' offsets are relative to
 * @Count:   entries
 * @Entries: type in the upper 4 bits
 * @Delta:   what is added
 * Return: what follows the entries, the next block; NULL at a type that does not exist.
 */
PVOID NTAPI LdrProcessRelocationBlock(
                ULONG_PTR Page, ULONG Count, PUSHORT Entries, LONG_PTR Delta) {
        return (PVOID) (uintptr_t) relocation_apply_block(
                        (uint8_t *) Page, Count, Entries, (uint64_t) Delta);
}
