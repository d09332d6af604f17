#include "pe-builder.h"

#include <stdlib.h>
#include <string.h>

static const IMAGE_SECTION_HEADER standard_sections[] = {
        {
                        .Name = ".text",
                        .Misc.VirtualSize = 0x234,
                        .VirtualAddress = PE_BUILD_TEXT,
                        .SizeOfRawData = 0x400,
                        .PointerToRawData = 0x400,
                        .Characteristics = IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE |
                                           IMAGE_SCN_MEM_READ,
        },
        {
                        .Name = ".data",
                        .Misc.VirtualSize = 0x1800,
                        .VirtualAddress = PE_BUILD_DATA,
                        .SizeOfRawData = 0x200,
                        .PointerToRawData = 0x800,
                        .Characteristics = IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ |
                                           IMAGE_SCN_MEM_WRITE,
        },
        {
                        .Name = ".reloc",
                        .Misc.VirtualSize = 0x200,
                        .VirtualAddress = PE_BUILD_TABLE,
                        .SizeOfRawData = 0x200,
                        .PointerToRawData = PE_BUILD_TABLE_PLACE,
                        .Characteristics = IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ |
                                           IMAGE_SCN_MEM_DISCARDABLE,
        },
};

/* Both forms of the optional header have these names. */
#define FILL_OPTIONAL_HEADER(header, magic)                                                        \
        do {                                                                                       \
                (header)->Magic = (magic);                                                         \
                (header)->SizeOfCode = 0x400;                                                      \
                (header)->AddressOfEntryPoint = PE_BUILD_TEXT + 0x10;                              \
                (header)->ImageBase = PE_BUILD_BASE;                                               \
                (header)->SectionAlignment = 0x1000;                                               \
                (header)->FileAlignment = 0x200;                                                   \
                (header)->MajorOperatingSystemVersion = 4;                                         \
                (header)->MinorOperatingSystemVersion = 1;                                         \
                (header)->MajorSubsystemVersion = 5;                                               \
                (header)->MinorSubsystemVersion = 2;                                               \
                (header)->SizeOfImage = PE_BUILD_IMAGE_SIZE;                                       \
                (header)->SizeOfHeaders = PE_BUILD_HEADERS;                                        \
                (header)->CheckSum = 0x12345678;                                                   \
                (header)->Subsystem = 3;                                                           \
                (header)->DllCharacteristics = IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE;              \
                (header)->SizeOfStackReserve = 0x200000;                                           \
                (header)->SizeOfStackCommit = 0x3000;                                              \
                (header)->NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;                  \
        } while (0)

static void place_headers(PeBuild *build, uint16_t machine) {
        uint8_t *header = build->bytes + PE_BUILD_NEW_HEADER;
        uint8_t *optional = header + offsetof(IMAGE_NT_HEADERS64, OptionalHeader);

        build->dos = (IMAGE_DOS_HEADER *) (void *) build->bytes;
        build->file = (IMAGE_FILE_HEADER *) (void *) (header + 4);
        if (machine == IMAGE_FILE_MACHINE_I386 || machine == IMAGE_FILE_MACHINE_ARMNT) {
                build->narrow = (IMAGE_OPTIONAL_HEADER32 *) (void *) optional;
                build->directories = build->narrow->DataDirectory;
                build->sections = (IMAGE_SECTION_HEADER *) (void *) (build->narrow + 1);
        } else {
                build->wide = (IMAGE_OPTIONAL_HEADER64 *) (void *) optional;
                build->directories = build->wide->DataDirectory;
                build->sections = (IMAGE_SECTION_HEADER *) (void *) (build->wide + 1);
        }
}

void pe_build_init(PeBuild *ret, uint16_t machine) {
        const ULONG signature = IMAGE_NT_SIGNATURE;

        *ret = (PeBuild){ .bytes = calloc(1, PE_BUILD_SIZE), .size = PE_BUILD_SIZE };
        if (!ret->bytes)
                abort();
        place_headers(ret, machine);
        for (size_t i = PE_BUILD_HEADERS; i < PE_BUILD_TABLE_PLACE; i++)
                ret->bytes[i] = pe_build_byte(i);
        ret->dos->e_magic = IMAGE_DOS_SIGNATURE;
        ret->dos->e_lfanew = PE_BUILD_NEW_HEADER;
        memcpy(ret->bytes + PE_BUILD_NEW_HEADER, &signature, sizeof(signature));
        ret->file->Machine = machine;
        ret->file->NumberOfSections = 3;
        ret->file->Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE | IMAGE_FILE_DLL;
        ret->file->SizeOfOptionalHeader = ret->narrow ? sizeof(*ret->narrow) : sizeof(*ret->wide);
        if (ret->narrow)
                FILL_OPTIONAL_HEADER(ret->narrow, IMAGE_NT_OPTIONAL_HDR32_MAGIC);
        else
                FILL_OPTIONAL_HEADER(ret->wide, IMAGE_NT_OPTIONAL_HDR64_MAGIC);
        memcpy(ret->sections, standard_sections, sizeof(standard_sections));
}

void pe_build_init_flat(PeBuild *ret, uint16_t machine) {
        pe_build_init(ret, machine);
        if (ret->narrow) {
                ret->narrow->SectionAlignment = 0x200;
                ret->narrow->SizeOfImage = PE_BUILD_SIZE;
        } else {
                ret->wide->SectionAlignment = 0x200;
                ret->wide->SizeOfImage = PE_BUILD_SIZE;
        }
        for (unsigned i = 0; i < 3; i++) {
                ret->sections[i].VirtualAddress = ret->sections[i].PointerToRawData;
                ret->sections[i].Misc.VirtualSize = ret->sections[i].SizeOfRawData;
        }
}

void pe_build_clear(PeBuild *build) {
        free(build->bytes);
        *build = (PeBuild){ 0 };
}

uint8_t pe_build_byte(size_t place) {
        return (uint8_t) (place * 7 + place / 256 + 1);
}

void pe_build_add_block(PeBuild *build, uint32_t page, const uint16_t *entries, size_t n_entries) {
        IMAGE_DATA_DIRECTORY *table = &build->directories[IMAGE_DIRECTORY_ENTRY_BASERELOC];
        uint8_t *place = build->bytes + PE_BUILD_TABLE_PLACE + table->Size;
        const IMAGE_BASE_RELOCATION block = {
                .VirtualAddress = page,
                .SizeOfBlock = (ULONG) (sizeof(block) + n_entries * 2),
        };

        if (place + block.SizeOfBlock > build->bytes + PE_BUILD_SIZE)
                abort();
        memcpy(place, &block, sizeof(block));
        memcpy(place + sizeof(block), entries, n_entries * 2);
        table->VirtualAddress = build->sections[2].VirtualAddress;
        table->Size += block.SizeOfBlock;
}
