#pragma once

/*
 * Portable executables: what the headers of a Windows program look like in its file
 *
 * NT's names, sizes and values. Every field lies at its natural alignment, so the structs are the
 * bytes of the file (little-endian, as this machine is); copy out of the file, never cast into it.
 * Source: "PE Format" of Microsoft's documentation.
 */

#include "ntdef.h"

#define IMAGE_DOS_SIGNATURE    0x5A4Du     /* MZ */
#define IMAGE_OS2_SIGNATURE    0x454Eu     /* NE */
#define IMAGE_OS2_SIGNATURE_LE 0x454Cu     /* LE */
#define IMAGE_NT_SIGNATURE     0x00004550u /* PE, two zeros */

typedef struct _IMAGE_DOS_HEADER {
        USHORT e_magic;
        USHORT e_cblp;
        USHORT e_cp;
        USHORT e_crlc;
        USHORT e_cparhdr;
        USHORT e_minalloc;
        USHORT e_maxalloc;
        USHORT e_ss;
        USHORT e_sp;
        USHORT e_csum;
        USHORT e_ip;
        USHORT e_cs;
        USHORT e_lfarlc;
        USHORT e_ovno;
        USHORT e_res[4];
        USHORT e_oemid;
        USHORT e_oeminfo;
        USHORT e_res2[10];
        LONG e_lfanew;
} IMAGE_DOS_HEADER;

#define IMAGE_FILE_MACHINE_I386  0x014Cu
#define IMAGE_FILE_MACHINE_ARMNT 0x01C4u
#define IMAGE_FILE_MACHINE_AMD64 0x8664u
#define IMAGE_FILE_MACHINE_ARM64 0xAA64u

#define IMAGE_FILE_RELOCS_STRIPPED     0x0001u
#define IMAGE_FILE_EXECUTABLE_IMAGE    0x0002u
#define IMAGE_FILE_LARGE_ADDRESS_AWARE 0x0020u
#define IMAGE_FILE_DLL                 0x2000u

typedef struct _IMAGE_FILE_HEADER {
        USHORT Machine;
        USHORT NumberOfSections;
        ULONG TimeDateStamp;
        ULONG PointerToSymbolTable;
        ULONG NumberOfSymbols;
        USHORT SizeOfOptionalHeader;
        USHORT Characteristics;
} IMAGE_FILE_HEADER;

typedef struct _IMAGE_DATA_DIRECTORY {
        ULONG VirtualAddress;
        ULONG Size;
} IMAGE_DATA_DIRECTORY;

#define IMAGE_NUMBEROF_DIRECTORY_ENTRIES     16
#define IMAGE_DIRECTORY_ENTRY_EXPORT         0
#define IMAGE_DIRECTORY_ENTRY_IMPORT         1
#define IMAGE_DIRECTORY_ENTRY_RESOURCE       2
#define IMAGE_DIRECTORY_ENTRY_BASERELOC      5
#define IMAGE_DIRECTORY_ENTRY_DEBUG          6
#define IMAGE_DIRECTORY_ENTRY_TLS            9
#define IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG    10
#define IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT   13
#define IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR 14

#define IMAGE_NT_OPTIONAL_HDR32_MAGIC 0x010Bu
#define IMAGE_NT_OPTIONAL_HDR64_MAGIC 0x020Bu

#define IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE 0x0040u

typedef struct _IMAGE_OPTIONAL_HEADER32 {
        USHORT Magic;
        UCHAR MajorLinkerVersion;
        UCHAR MinorLinkerVersion;
        ULONG SizeOfCode;
        ULONG SizeOfInitializedData;
        ULONG SizeOfUninitializedData;
        ULONG AddressOfEntryPoint;
        ULONG BaseOfCode;
        ULONG BaseOfData;
        ULONG ImageBase;
        ULONG SectionAlignment;
        ULONG FileAlignment;
        USHORT MajorOperatingSystemVersion;
        USHORT MinorOperatingSystemVersion;
        USHORT MajorImageVersion;
        USHORT MinorImageVersion;
        USHORT MajorSubsystemVersion;
        USHORT MinorSubsystemVersion;
        ULONG Win32VersionValue;
        ULONG SizeOfImage;
        ULONG SizeOfHeaders;
        ULONG CheckSum;
        USHORT Subsystem;
        USHORT DllCharacteristics;
        ULONG SizeOfStackReserve;
        ULONG SizeOfStackCommit;
        ULONG SizeOfHeapReserve;
        ULONG SizeOfHeapCommit;
        ULONG LoaderFlags;
        ULONG NumberOfRvaAndSizes;
        IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER32;

typedef struct _IMAGE_OPTIONAL_HEADER64 {
        USHORT Magic;
        UCHAR MajorLinkerVersion;
        UCHAR MinorLinkerVersion;
        ULONG SizeOfCode;
        ULONG SizeOfInitializedData;
        ULONG SizeOfUninitializedData;
        ULONG AddressOfEntryPoint;
        ULONG BaseOfCode;
        ULONGLONG ImageBase;
        ULONG SectionAlignment;
        ULONG FileAlignment;
        USHORT MajorOperatingSystemVersion;
        USHORT MinorOperatingSystemVersion;
        USHORT MajorImageVersion;
        USHORT MinorImageVersion;
        USHORT MajorSubsystemVersion;
        USHORT MinorSubsystemVersion;
        ULONG Win32VersionValue;
        ULONG SizeOfImage;
        ULONG SizeOfHeaders;
        ULONG CheckSum;
        USHORT Subsystem;
        USHORT DllCharacteristics;
        ULONGLONG SizeOfStackReserve;
        ULONGLONG SizeOfStackCommit;
        ULONGLONG SizeOfHeapReserve;
        ULONGLONG SizeOfHeapCommit;
        ULONG LoaderFlags;
        ULONG NumberOfRvaAndSizes;
        IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER64;

typedef struct _IMAGE_NT_HEADERS32 {
        ULONG Signature;
        IMAGE_FILE_HEADER FileHeader;
        IMAGE_OPTIONAL_HEADER32 OptionalHeader;
} IMAGE_NT_HEADERS32;

typedef struct _IMAGE_NT_HEADERS64 {
        ULONG Signature;
        IMAGE_FILE_HEADER FileHeader;
        IMAGE_OPTIONAL_HEADER64 OptionalHeader;
} IMAGE_NT_HEADERS64;

#define IMAGE_SIZEOF_SHORT_NAME 8

#define IMAGE_SCN_CNT_CODE               0x00000020u
#define IMAGE_SCN_CNT_INITIALIZED_DATA   0x00000040u
#define IMAGE_SCN_CNT_UNINITIALIZED_DATA 0x00000080u
#define IMAGE_SCN_MEM_DISCARDABLE        0x02000000u
#define IMAGE_SCN_MEM_SHARED             0x10000000u
#define IMAGE_SCN_MEM_EXECUTE            0x20000000u
#define IMAGE_SCN_MEM_READ               0x40000000u
#define IMAGE_SCN_MEM_WRITE              0x80000000u

typedef struct _IMAGE_SECTION_HEADER {
        UCHAR Name[IMAGE_SIZEOF_SHORT_NAME];
        union {
                ULONG PhysicalAddress;
                ULONG VirtualSize;
        } Misc;
        ULONG VirtualAddress;
        ULONG SizeOfRawData;
        ULONG PointerToRawData;
        ULONG PointerToRelocations;
        ULONG PointerToLinenumbers;
        USHORT NumberOfRelocations;
        USHORT NumberOfLinenumbers;
        ULONG Characteristics;
} IMAGE_SECTION_HEADER;

#define IMAGE_DEBUG_TYPE_EX_DLLCHARACTERISTICS 20u

#define IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT                                 0x01u
#define IMAGE_DLLCHARACTERISTICS_EX_CET_COMPAT_STRICT_MODE                     0x02u
#define IMAGE_DLLCHARACTERISTICS_EX_CET_SET_CONTEXT_IP_VALIDATION_RELAXED_MODE 0x04u
#define IMAGE_DLLCHARACTERISTICS_EX_CET_DYNAMIC_APIS_ALLOW_IN_PROC             0x08u

typedef struct _IMAGE_DEBUG_DIRECTORY {
        ULONG Characteristics;
        ULONG TimeDateStamp;
        USHORT MajorVersion;
        USHORT MinorVersion;
        ULONG Type;
        ULONG SizeOfData;
        ULONG AddressOfRawData;
        ULONG PointerToRawData;
} IMAGE_DEBUG_DIRECTORY;

/* Of the load configuration's GuardFlags. */
#define IMAGE_GUARD_CF_ENABLE_EXPORT_SUPPRESSION 0x00008000u
#define IMAGE_GUARD_XFG_ENABLED                  0x00800000u

/* A block of the table of base relocations; 16-bit entries follow: type in the upper 4 bits. */
typedef struct _IMAGE_BASE_RELOCATION {
        ULONG VirtualAddress;
        ULONG SizeOfBlock;
} IMAGE_BASE_RELOCATION;

#define IMAGE_REL_BASED_ABSOLUTE    0u
#define IMAGE_REL_BASED_HIGH        1u
#define IMAGE_REL_BASED_LOW         2u
#define IMAGE_REL_BASED_HIGHLOW     3u
#define IMAGE_REL_BASED_HIGHADJ     4u
#define IMAGE_REL_BASED_THUMB_MOV32 7u /* only of IMAGE_FILE_MACHINE_ARMNT */
#define IMAGE_REL_BASED_DIR64       10u

#define COMIMAGE_FLAGS_ILONLY         0x00000001u
#define COMIMAGE_FLAGS_32BITREQUIRED  0x00000002u
#define COMIMAGE_FLAGS_32BITPREFERRED 0x00020000u

typedef struct _IMAGE_COR20_HEADER {
        ULONG cb;
        USHORT MajorRuntimeVersion;
        USHORT MinorRuntimeVersion;
        IMAGE_DATA_DIRECTORY MetaData;
        ULONG Flags;
        ULONG EntryPointToken;
        IMAGE_DATA_DIRECTORY Resources;
        IMAGE_DATA_DIRECTORY StrongNameSignature;
        IMAGE_DATA_DIRECTORY CodeManagerTable;
        IMAGE_DATA_DIRECTORY VTableFixups;
        IMAGE_DATA_DIRECTORY ExportAddressTableJumps;
        IMAGE_DATA_DIRECTORY ManagedNativeHeader;
} IMAGE_COR20_HEADER;

/* What an image offers. A function whose address lies in the directory itself is forwarded: there
 * is the text "MODULE.Function" or "MODULE.#Ordinal". */
typedef struct _IMAGE_EXPORT_DIRECTORY {
        ULONG Characteristics;
        ULONG TimeDateStamp;
        USHORT MajorVersion;
        USHORT MinorVersion;
        ULONG Name;
        ULONG Base; /* ordinal of the first function */
        ULONG NumberOfFunctions;
        ULONG NumberOfNames;
        ULONG AddressOfFunctions;
        ULONG AddressOfNames;        /* sorted */
        ULONG AddressOfNameOrdinals; /* for each name, the number of its function */
} IMAGE_EXPORT_DIRECTORY;

/* What an image takes from one DLL. */
typedef struct _IMAGE_IMPORT_DESCRIPTOR {
        __extension__ union {
                ULONG Characteristics; /* 0 of the last one */
                ULONG OriginalFirstThunk;
        };
        ULONG TimeDateStamp;
        ULONG ForwarderChain;
        ULONG Name;
        ULONG FirstThunk;
} IMAGE_IMPORT_DESCRIPTOR;

#define IMAGE_ORDINAL_FLAG64 0x8000000000000000ull

/* The same for what is bound when it is first called. */
typedef struct _IMAGE_DELAYLOAD_DESCRIPTOR {
        union {
                ULONG AllAttributes; /* 1: the rest are addresses relative to the image */
                __extension__ struct {
                        ULONG RvaBased : 1;
                        ULONG ReservedAttributes : 31;
                };
        } Attributes;
        ULONG DllNameRVA;
        ULONG ModuleHandleRVA;
        ULONG ImportAddressTableRVA;
        ULONG ImportNameTableRVA;
        ULONG BoundImportAddressTableRVA;
        ULONG UnloadInformationTableRVA;
        ULONG TimeDateStamp;
} IMAGE_DELAYLOAD_DESCRIPTOR;

/* All of these are addresses, not relative to the image. */
typedef struct _IMAGE_TLS_DIRECTORY64 {
        ULONGLONG StartAddressOfRawData;
        ULONGLONG EndAddressOfRawData;
        ULONGLONG AddressOfIndex;
        ULONGLONG AddressOfCallBacks; /* ends with 0 */
        ULONG SizeOfZeroFill;
        ULONG Characteristics; /* IMAGE_SCN_ALIGN_ in bits 20 to 23 */
} IMAGE_TLS_DIRECTORY64;

/* A level of the tree of resources; its entries follow, named ones first, then numbered ones. */
typedef struct _IMAGE_RESOURCE_DIRECTORY {
        ULONG Characteristics;
        ULONG TimeDateStamp;
        USHORT MajorVersion;
        USHORT MinorVersion;
        USHORT NumberOfNamedEntries;
        USHORT NumberOfIdEntries;
} IMAGE_RESOURCE_DIRECTORY;

#define IMAGE_RESOURCE_NAME_IS_STRING    0x80000000u
#define IMAGE_RESOURCE_DATA_IS_DIRECTORY 0x80000000u

typedef struct _IMAGE_RESOURCE_DIRECTORY_ENTRY {
        ULONG Name;
        ULONG OffsetToData;
} IMAGE_RESOURCE_DIRECTORY_ENTRY;

typedef struct _IMAGE_RESOURCE_DATA_ENTRY {
        ULONG OffsetToData; /* relative to the image */
        ULONG Size;
        ULONG CodePage;
        ULONG Reserved;
} IMAGE_RESOURCE_DATA_ENTRY;

/* Bits of ImageFlags in SECTION_IMAGE_INFORMATION; the names are ours, NT has bit-fields there. */
#define IMAGE_INFO_COM_PLUS_NATIVE_READY       0x01u
#define IMAGE_INFO_COM_PLUS_IL_ONLY            0x02u
#define IMAGE_INFO_IMAGE_DYNAMICALLY_RELOCATED 0x04u
#define IMAGE_INFO_IMAGE_MAPPED_FLAT           0x08u
#define IMAGE_INFO_BASE_BELOW_4GB              0x10u
#define IMAGE_INFO_COM_PLUS_PREFER_32BIT       0x20u
