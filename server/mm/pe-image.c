/*
 * The order of checks is NT's: DOS header, new header's signature, file header, optional header,
 * then the sections one by one. Where NT's behaviour is not asserted by tests on Windows, what
 * Microsoft documents and what is known of its loader is followed: sections without gaps,
 * ascending; content from whole sectors; flat images only if address and place in the file agree.
 */

#include "pe-image.h"

#include <string.h>

#include "ntimage.h"
#include "ntstatus.h"

#define SECTOR_SIZE 512u
#define BASE_STEP   0x10000u

/* ne_exetyp of the NE header: the system that the program is for. */
#define NE_EXETYP_OFFSET  0x36u
#define NE_EXETYP_WINDOWS 2u
#define NE_EXETYP_DEV386  5u

_Static_assert(sizeof(IMAGE_DOS_HEADER) == 64, "size in the file");
_Static_assert(sizeof(IMAGE_NT_HEADERS32) == 248, "size in the file");
_Static_assert(sizeof(IMAGE_NT_HEADERS64) == 264, "size in the file");
_Static_assert(sizeof(IMAGE_SECTION_HEADER) == 40, "size in the file");
_Static_assert(sizeof(IMAGE_COR20_HEADER) == 72, "size in the file");

/* What stands at the place that e_lfanew names; which of the forms, Magic says. */
typedef union NewHeader {
        ULONG signature;
        IMAGE_NT_HEADERS32 narrow;
        IMAGE_NT_HEADERS64 wide;
        uint8_t bytes[sizeof(IMAGE_NT_HEADERS64)];
} NewHeader;

static bool is_power_of_two(uint32_t value) {
        return value != 0 && (value & (value - 1)) == 0;
}

static uint64_t round_up(uint64_t value, uint32_t alignment) {
        return (value + alignment - 1) & ~(uint64_t) (alignment - 1);
}

/* Bytes beyond the end of the file are zero, as in the last page of a mapped file. */
static NTSTATUS read_padded(const PeFile *file, uint64_t offset, void *buffer, size_t size) {
        uint64_t there = offset < file->size ? file->size - offset : 0;

        memset(buffer, 0, size);
        if (there > size)
                there = size;
        return there > 0 ? file->read(file->context, offset, buffer, (size_t) there)
                         : STATUS_SUCCESS;
}

static NTSTATUS read_dos_header(const PeFile *file, uint32_t *ret_new_header) {
        IMAGE_DOS_HEADER dos;
        NTSTATUS status;

        if (file->size == 0)
                return STATUS_INVALID_FILE_FOR_SECTION;
        status = read_padded(file, 0, &dos, sizeof(dos));
        if (!NT_SUCCESS(status))
                return status;
        if (dos.e_magic != IMAGE_DOS_SIGNATURE)
                return STATUS_INVALID_IMAGE_NOT_MZ;
        if ((uint32_t) dos.e_lfanew >= file->size)
                return STATUS_INVALID_IMAGE_PROTECT;
        *ret_new_header = (uint32_t) dos.e_lfanew;
        return STATUS_SUCCESS;
}

static NTSTATUS check_signature(const NewHeader *header) {
        const IMAGE_FILE_HEADER *file = &header->wide.FileHeader;

        if (header->signature == IMAGE_NT_SIGNATURE) {
                /* Zeros: the file ends behind the signature. */
                if (file->Machine == 0 && file->SizeOfOptionalHeader == 0)
                        return STATUS_INVALID_IMAGE_PROTECT;
                return STATUS_SUCCESS;
        }
        switch (header->signature & 0xFFFF) {
        case IMAGE_OS2_SIGNATURE:
                switch (header->bytes[NE_EXETYP_OFFSET]) {
                case NE_EXETYP_WINDOWS:
                        return STATUS_INVALID_IMAGE_WIN_16;
                case NE_EXETYP_DEV386:
                        return STATUS_INVALID_IMAGE_PROTECT;
                default:
                        return STATUS_INVALID_IMAGE_NE_FORMAT;
                }
        case IMAGE_OS2_SIGNATURE_LE:
                return STATUS_INVALID_IMAGE_LE_FORMAT;
        default:
                return STATUS_INVALID_IMAGE_PROTECT;
        }
}

/* Makes one form of both: what follows need not know whether addresses were narrow. */
static void widen(NewHeader *header) {
        const IMAGE_OPTIONAL_HEADER32 narrow = header->narrow.OptionalHeader;
        IMAGE_OPTIONAL_HEADER64 *wide = &header->wide.OptionalHeader;

        /* All from SectionAlignment to the sizes of the stack stands at the same place. */
        wide->ImageBase = narrow.ImageBase;
        wide->SizeOfStackReserve = narrow.SizeOfStackReserve;
        wide->SizeOfStackCommit = narrow.SizeOfStackCommit;
        wide->NumberOfRvaAndSizes = narrow.NumberOfRvaAndSizes;
        memcpy(wide->DataDirectory, narrow.DataDirectory, sizeof(wide->DataDirectory));
}

static NTSTATUS check_file_header(
                const IMAGE_FILE_HEADER *header, uint16_t magic, uint32_t new_header) {
        bool wide = magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;

        if (!(header->Characteristics & IMAGE_FILE_EXECUTABLE_IMAGE) || new_header % 4 != 0)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (!wide && magic != IMAGE_NT_OPTIONAL_HDR32_MAGIC)
                return STATUS_INVALID_IMAGE_FORMAT;
        switch (header->Machine) {
        case IMAGE_FILE_MACHINE_AMD64:
        case IMAGE_FILE_MACHINE_ARM64:
                return wide ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
        case IMAGE_FILE_MACHINE_I386:
        case IMAGE_FILE_MACHINE_ARMNT:
                return wide ? STATUS_INVALID_IMAGE_FORMAT : STATUS_SUCCESS;
        default:
                return STATUS_INVALID_IMAGE_FORMAT;
        }
}

static NTSTATUS check_optional_header(const IMAGE_OPTIONAL_HEADER64 *header) {
        uint32_t file_alignment = header->FileAlignment;
        uint32_t section_alignment = header->SectionAlignment;

        if (file_alignment % SECTOR_SIZE != 0 && file_alignment != section_alignment)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (!is_power_of_two(file_alignment) || !is_power_of_two(section_alignment))
                return STATUS_INVALID_IMAGE_FORMAT;
        if (section_alignment < file_alignment)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (section_alignment < PE_PAGE_SIZE && section_alignment != file_alignment)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (header->SizeOfImage == 0 || header->SizeOfImage > PE_IMAGE_SIZE_MOST)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (header->SizeOfHeaders > header->SizeOfImage || header->ImageBase % BASE_STEP != 0)
                return STATUS_INVALID_IMAGE_FORMAT;
        return STATUS_SUCCESS;
}

/*
 * SizeOfOptionalHeader says where the table of sections begins, and so how many directories there
 * can be at most; the fields before these are where they are, whatever it says.
 */
static PeDirectory directory(const NewHeader *header, bool wide, unsigned index) {
        const IMAGE_OPTIONAL_HEADER64 *optional = &header->wide.OptionalHeader;
        size_t begin = wide ? offsetof(IMAGE_OPTIONAL_HEADER64, DataDirectory)
                            : offsetof(IMAGE_OPTIONAL_HEADER32, DataDirectory);
        size_t end = begin + (index + 1) * sizeof(IMAGE_DATA_DIRECTORY);

        if (index >= optional->NumberOfRvaAndSizes ||
                        end > header->wide.FileHeader.SizeOfOptionalHeader ||
                        optional->DataDirectory[index].VirtualAddress == 0 ||
                        optional->DataDirectory[index].Size == 0)
                return (PeDirectory){ 0 };
        return (PeDirectory){
                .rva = optional->DataDirectory[index].VirtualAddress,
                .size = optional->DataDirectory[index].Size,
        };
}

static void take_headers(PeImage *image, const NewHeader *header, uint32_t new_header) {
        const IMAGE_OPTIONAL_HEADER64 *optional = &header->wide.OptionalHeader;
        uint64_t field = (uint64_t) new_header +
                         (image->wide ? offsetof(IMAGE_NT_HEADERS64, OptionalHeader.ImageBase)
                                      : offsetof(IMAGE_NT_HEADERS32, OptionalHeader.ImageBase));

        image->base = optional->ImageBase;
        image->size = (uint32_t) round_up(optional->SizeOfImage, PE_PAGE_SIZE);
        image->headers_size = optional->SizeOfHeaders;
        image->section_alignment = optional->SectionAlignment;
        image->flat = optional->SectionAlignment < PE_PAGE_SIZE;
        if (field + (image->wide ? 8 : 4) <= (image->flat ? image->size : image->headers_size))
                image->base_field = (uint32_t) field;
        image->entry_point = optional->AddressOfEntryPoint;
        image->relocations = directory(header, image->wide, IMAGE_DIRECTORY_ENTRY_BASERELOC);
        image->debug = directory(header, image->wide, IMAGE_DIRECTORY_ENTRY_DEBUG);
        image->load_config = directory(header, image->wide, IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
        image->clr = directory(header, image->wide, IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR);
        image->stack_reserve = optional->SizeOfStackReserve;
        image->stack_commit = optional->SizeOfStackCommit;
        image->checksum = optional->CheckSum;
        image->subsystem = optional->Subsystem;
        image->subsystem_minor = optional->MinorSubsystemVersion;
        image->subsystem_major = optional->MajorSubsystemVersion;
        image->system_major = optional->MajorOperatingSystemVersion;
        image->system_minor = optional->MinorOperatingSystemVersion;
        image->characteristics = header->wide.FileHeader.Characteristics;
        image->dll_characteristics = optional->DllCharacteristics;
        image->machine = header->wide.FileHeader.Machine;
        image->contains_code = optional->SizeOfCode != 0 || optional->AddressOfEntryPoint != 0 ||
                               image->flat;
        image->loader_flags = image->clr.rva != 0;
}

/* Nothing is moved in a flat image: its memory is its file, so that both must agree. */
static NTSTATUS take_flat_section(PeImage *image, const IMAGE_SECTION_HEADER *header) {
        if (header->VirtualAddress != header->PointerToRawData ||
                        header->Misc.VirtualSize > header->SizeOfRawData)
                return STATUS_INVALID_IMAGE_FORMAT;
        if ((uint64_t) header->VirtualAddress + header->SizeOfRawData > image->size)
                return STATUS_INVALID_FILE_FOR_SECTION;
        image->sections[image->n_sections++] = (PeSection){
                .rva = header->VirtualAddress,
                .size = header->SizeOfRawData,
                .extent = header->SizeOfRawData,
                .file_offset = header->PointerToRawData,
                .file_size = header->SizeOfRawData,
                .characteristics = header->Characteristics,
        };
        return STATUS_SUCCESS;
}

/*
 * Content begins at a whole sector, whatever the header says, and ends where the alignment within
 * the file has it, but not behind the file or the section's last page.
 */
static void take_content(PeSection *section,
                const IMAGE_SECTION_HEADER *header,
                uint32_t file_alignment,
                uint64_t file_size) {
        uint64_t pages = round_up(section->size, PE_PAGE_SIZE);
        uint64_t begin = header->PointerToRawData / SECTOR_SIZE * SECTOR_SIZE;
        uint64_t end = round_up((uint64_t) header->PointerToRawData + header->SizeOfRawData,
                        file_alignment);

        if (header->PointerToRawData == 0 || header->SizeOfRawData == 0)
                return;
        if (end > file_size)
                end = file_size;
        section->file_offset = (uint32_t) begin;
        section->file_size = (uint32_t) (end - begin < pages ? end - begin : pages);
}

/* @end: where the section before, or the headers, end; sections leave no gaps. */
static NTSTATUS take_section(PeImage *image,
                const IMAGE_SECTION_HEADER *header,
                uint32_t file_alignment,
                uint64_t end) {
        PeSection section = {
                .rva = header->VirtualAddress,
                .size = header->Misc.VirtualSize != 0 ? header->Misc.VirtualSize
                                                      : header->SizeOfRawData,
                .characteristics = header->Characteristics,
        };
        uint64_t extent = round_up(section.size, image->section_alignment);

        if (section.size == 0 || section.rva != end)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (round_up((uint64_t) section.rva + section.size, PE_PAGE_SIZE) > image->size)
                return STATUS_INVALID_FILE_FOR_SECTION;
        section.extent = (uint32_t) extent;
        take_content(&section, header, file_alignment, image->file_size);
        image->sections[image->n_sections++] = section;
        return STATUS_SUCCESS;
}

static NTSTATUS take_sections(PeImage *image,
                const IMAGE_SECTION_HEADER *headers,
                size_t n_headers,
                uint32_t file_alignment) {
        uint64_t end = round_up(image->headers_size, image->section_alignment);

        for (size_t i = 0; i < n_headers; i++) {
                const IMAGE_SECTION_HEADER *header = &headers[i];
                uint64_t content_end = (uint64_t) header->PointerToRawData + header->SizeOfRawData;
                NTSTATUS status;

                if (content_end > UINT32_MAX)
                        return STATUS_INVALID_IMAGE_FORMAT;
                if (header->PointerToRawData != 0 && header->SizeOfRawData != 0 &&
                                content_end > image->file_size)
                        return STATUS_INVALID_FILE_FOR_SECTION;
                status = image->flat ? take_flat_section(image, header)
                                     : take_section(image, header, file_alignment, end);
                if (!NT_SUCCESS(status))
                        return status;
                if (header->Characteristics & IMAGE_SCN_MEM_EXECUTE)
                        image->contains_code = true;
                end = (uint64_t) image->sections[i].rva + image->sections[i].extent;
        }
        return STATUS_SUCCESS;
}

static NTSTATUS read_sections(
                const PeFile *file, PeImage *image, const NewHeader *header, uint32_t new_header) {
        IMAGE_SECTION_HEADER headers[PE_SECTIONS_MOST];
        size_t n_headers = header->wide.FileHeader.NumberOfSections;
        uint64_t offset = (uint64_t) new_header + offsetof(IMAGE_NT_HEADERS64, OptionalHeader) +
                          header->wide.FileHeader.SizeOfOptionalHeader;
        size_t size = n_headers * sizeof(headers[0]);
        NTSTATUS status = STATUS_SUCCESS;

        if (n_headers > PE_SECTIONS_MOST)
                return STATUS_INVALID_IMAGE_FORMAT;
        if (n_headers == 0)
                return STATUS_SUCCESS;
        if (offset + size > file->size)
                return STATUS_INVALID_FILE_FOR_SECTION;
        status = file->read(file->context, offset, headers, size);
        if (!NT_SUCCESS(status))
                return status;
        return take_sections(image, headers, n_headers, header->wide.OptionalHeader.FileAlignment);
}

/* Where in the file the byte at @rva comes from; false if it comes from nowhere. */
static bool find_in_file(const PeImage *image, uint32_t rva, size_t size, uint64_t *ret_offset) {
        uint64_t end = (uint64_t) rva + size;

        if (end <= (image->flat ? image->size : image->headers_size)) {
                *ret_offset = rva;
                return true;
        }
        for (size_t i = 0; i < image->n_sections; i++) {
                const PeSection *section = &image->sections[i];

                if (rva >= section->rva && end <= (uint64_t) section->rva + section->file_size) {
                        *ret_offset = (uint64_t) section->file_offset + (rva - section->rva);
                        return true;
                }
        }
        return false;
}

/*
 * Code that runs on any processor: a 32-bit image of runtime 2.5 or later says what it wishes to be
 * on a 64-bit system.
 */
static uint8_t clr_flags(const PeImage *image, const IMAGE_COR20_HEADER *clr) {
        uint32_t version = (uint32_t) clr->MajorRuntimeVersion << 16 | clr->MinorRuntimeVersion;

        if (!(clr->Flags & COMIMAGE_FLAGS_ILONLY))
                return 0;
        if (image->machine != IMAGE_FILE_MACHINE_I386 || version < 0x20005)
                return IMAGE_INFO_COM_PLUS_IL_ONLY;
        if (clr->Flags & COMIMAGE_FLAGS_32BITPREFERRED)
                return IMAGE_INFO_COM_PLUS_IL_ONLY | IMAGE_INFO_COM_PLUS_PREFER_32BIT;
        if (clr->Flags & COMIMAGE_FLAGS_32BITREQUIRED)
                return IMAGE_INFO_COM_PLUS_IL_ONLY;
        return IMAGE_INFO_COM_PLUS_IL_ONLY | IMAGE_INFO_COM_PLUS_NATIVE_READY;
}

static NTSTATUS take_flags(const PeFile *file, PeImage *image) {
        IMAGE_COR20_HEADER clr;
        uint64_t offset = 0;
        NTSTATUS status = STATUS_SUCCESS;

        if (image->flat)
                image->image_flags |= IMAGE_INFO_IMAGE_MAPPED_FLAT;
        if (image->clr.rva == 0) {
                if ((image->dll_characteristics & IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE) &&
                                image->contains_code && !image->flat)
                        image->image_flags |= IMAGE_INFO_IMAGE_DYNAMICALLY_RELOCATED;
                return STATUS_SUCCESS;
        }
        if (!find_in_file(image, image->clr.rva, sizeof(clr), &offset))
                return STATUS_SUCCESS;
        status = read_padded(file, offset, &clr, sizeof(clr));
        if (NT_SUCCESS(status))
                image->image_flags |= clr_flags(image, &clr);
        return status;
}

NTSTATUS pe_image_parse(const PeFile *file, PeImage *ret) {
        PeImage image = { .file_size = file->size };
        NewHeader header;
        uint32_t new_header = 0;
        NTSTATUS status = read_dos_header(file, &new_header);

        if (NT_SUCCESS(status))
                status = read_padded(file, new_header, &header, sizeof(header));
        if (NT_SUCCESS(status))
                status = check_signature(&header);
        if (NT_SUCCESS(status))
                status = check_file_header(&header.wide.FileHeader,
                                header.wide.OptionalHeader.Magic, new_header);
        if (!NT_SUCCESS(status))
                return status;

        image.wide = header.wide.OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
        if (!image.wide)
                widen(&header);
        status = check_optional_header(&header.wide.OptionalHeader);
        if (!NT_SUCCESS(status))
                return status;
        take_headers(&image, &header, new_header);
        status = read_sections(file, &image, &header, new_header);
        if (NT_SUCCESS(status))
                status = take_flags(file, &image);
        if (!NT_SUCCESS(status))
                return status;

        *ret = image;
        return STATUS_SUCCESS;
}

NTSTATUS pe_image_map_status(const PeImage *image) {
        return image->machine == IMAGE_FILE_MACHINE_AMD64 ? STATUS_SUCCESS
                                                          : STATUS_IMAGE_MACHINE_TYPE_MISMATCH;
}

ULONG pe_protection(ULONG characteristics, bool no_execute) {
        bool shared = characteristics & IMAGE_SCN_MEM_SHARED;
        bool execute = characteristics & IMAGE_SCN_MEM_EXECUTE;

        if (no_execute && execute) {
                execute = false;
                characteristics |= IMAGE_SCN_MEM_READ;
        }
        if (characteristics & IMAGE_SCN_MEM_WRITE) {
                if (execute)
                        return shared ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_WRITECOPY;
                return shared ? PAGE_READWRITE : PAGE_WRITECOPY;
        }
        if (characteristics & IMAGE_SCN_MEM_READ)
                return execute ? PAGE_EXECUTE_READ : PAGE_READONLY;
        return execute ? PAGE_EXECUTE : PAGE_NOACCESS;
}
