#pragma once

/*
 * Sections and their views
 *
 * A section is memory that has a size, a protection, perhaps a name, and views: parts of it at
 * addresses of a process. Every service here has a Zw twin and, in zw.h, an entry with the ordinary
 * calling convention; all three do the same. What names and attributes may be, and the statuses for
 * them and for a daemon that cannot be reached, stands at the top of ntobapi.h.
 *
 * A section's memory is the page file's, or a file's. What Linux cannot express is enforced by
 * libzw only: the memory behind a handle with SECTION_MAP_WRITE can be read, and that behind any
 * handle be made executable.
 *
 * Sections of files. While such a section has a handle or a view, in whatever process, its file may
 * not be cut, nor deleted by NtSetInformationFile(); a section for writing keeps others from
 * opening the file without FILE_SHARE_WRITE. That binds those who use NtCreateFile(), and not Linux
 * programs: memory whose part of the file one of these has cut off cannot be touched any more
 * (SIGBUS; in a service with fault recovery, STATUS_IN_PAGE_ERROR). A page-file section cannot
 * shrink, whoever wants it. A view that a child of fork() has from its parent counts as long as the
 * parent has it.
 *
 * A file on a file system that is mounted noexec has no views that can be executed:
 * STATUS_ACCESS_DENIED.
 *
 * Images. A section made with SEC_IMAGE is a program (PE32 or PE32+) as it lies in memory: its
 * sections at their addresses, relocated to the image's base. The daemon reads the file once, for
 * all processes, as long as it does not change, and gives each image an address of its own, the one
 * that it was linked for if no other image has it: processes that map it there share its memory.
 * What is written is a view's own, but for sections of the program that are marked as shared, which
 * all views of the user's processes share. A page that was written to says so: PAGE_READWRITE. A
 * view elsewhere shows the same bytes, and whoever loads it relocates it. The file may have any
 * machine's program in it: another machine's can be mapped, as data. A table of relocations that is
 * broken makes an image stay where it was linked for, as if it had none.
 */

#include "ntdef.h"
#include "ntvirtual.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum _SECTION_INHERIT {
        ViewShare = 1, /* a child of fork() has the view too */
        ViewUnmap = 2, /* it has not */
} SECTION_INHERIT;

typedef enum _SECTION_INFORMATION_CLASS {
        SectionBasicInformation = 0,
        SectionImageInformation = 1,
        SectionRelocationInformation = 2,
        SectionOriginalBaseInformation = 3,
        SectionInternalImageInformation = 4,
} SECTION_INFORMATION_CLASS;

/* What a MEM_EXTENDED_PARAMETER of NtCreateSectionEx() is about. */
typedef enum MEM_SECTION_EXTENDED_PARAMETER_TYPE {
        MemSectionExtendedParameterInvalidType = 0,
        MemSectionExtendedParameterUserPhysicalFlags = 1,
        MemSectionExtendedParameterNumaNode = 2,
        MemSectionExtendedParameterSigningLevel = 3,
        MemSectionExtendedParameterAttributeFlags = 4,
        MemSectionExtendedParameterMax = 5,
} MEM_SECTION_EXTENDED_PARAMETER_TYPE;

typedef struct _SECTION_BASIC_INFORMATION {
        PVOID BaseAddress; /* where views of SEC_BASED are, less their offset; otherwise NULL */
        ULONG AllocationAttributes;
        LARGE_INTEGER MaximumSize; /* in bytes; of a page-file section, in whole pages */
} SECTION_BASIC_INFORMATION, *PSECTION_BASIC_INFORMATION;

typedef struct _SECTION_IMAGE_INFORMATION {
        PVOID TransferAddress;
        ULONG ZeroBits;
        SIZE_T MaximumStackSize;
        SIZE_T CommittedStackSize;
        ULONG SubSystemType;
        USHORT SubSystemMinorVersion;
        USHORT SubSystemMajorVersion;
        USHORT MajorOperatingSystemVersion;
        USHORT MinorOperatingSystemVersion;
        USHORT ImageCharacteristics;
        USHORT DllCharacteristics;
        USHORT Machine;
        BOOLEAN ImageContainsCode;
        UCHAR ImageFlags;
        ULONG LoaderFlags;
        ULONG ImageFileSize;
        ULONG CheckSum;
} SECTION_IMAGE_INFORMATION, *PSECTION_IMAGE_INFORMATION;

typedef struct _SECTION_INTERNAL_IMAGE_INFORMATION {
        SECTION_IMAGE_INFORMATION SectionInformation;
        __extension__ union {
                ULONG ExtendedFlags;
                __extension__ struct {
                        ULONG ImageExportSuppressionEnabled : 1;
                        ULONG ImageCetShadowStacksReady : 1;
                        ULONG ImageXfgEnabled : 1;
                        ULONG ImageCetShadowStacksStrictMode : 1;
                        ULONG ImageCetSetContextIpValidationRelaxedMode : 1;
                        ULONG ImageCetDynamicApisAllowInProc : 1;
                        ULONG ImageCetDowngradeReserved1 : 1;
                        ULONG ImageCetDowngradeReserved2 : 1;
                        ULONG Reserved : 24;
                };
        };
} SECTION_INTERNAL_IMAGE_INFORMATION, *PSECTION_INTERNAL_IMAGE_INFORMATION;

/**
 * NtCreateSection() - make a section, or open one with OBJ_OPENIF
 * @SectionHandle:         gets a handle with exactly the rights wanted
 * @DesiredAccess:         SECTION_ rights, standard and generic ones; 0 is legal
 * @ObjectAttributes:      name and attributes; NULL or no name: an unnamed section
 * @MaximumSize:           in bytes, rounded up to pages; of a file's data, in bytes exactly, NULL
 *                         or 0 for the file's size. A file that the section may write to is made as
 *                         long, and stays so if the call fails later
 * @SectionPageProtection: the most that views may have: PAGE_READONLY, PAGE_READWRITE,
 *                         PAGE_WRITECOPY, PAGE_EXECUTE, PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE,
 *                         PAGE_EXECUTE_WRITECOPY
 * @AllocationAttributes:  SEC_COMMIT, or SEC_RESERVE, whose pages are committed by
 *                         NtAllocateVirtualMemory() in a view, for all views. With either,
 *                         SEC_NOCACHE or SEC_WRITECOMBINE, which are kept and reported: Linux has
 *                         one way only to cache memory of programs; SEC_BASED: all views are at
 *                         one address, the same in all processes. With SEC_COMMIT, SEC_LARGE_PAGES.
 *                         A file's data has no memory to reserve: SEC_RESERVE and SEC_COMMIT mean
 *                         the same and are not reported. SEC_IMAGE alone, or with SEC_NOCACHE
 *                         (SEC_IMAGE_NO_EXECUTE) for views that cannot be executed
 * @FileHandle:            of the file, or NULL; with FILE_READ_DATA for PAGE_READONLY and
 *                         PAGE_WRITECOPY; FILE_READ_DATA and FILE_WRITE_DATA for PAGE_READWRITE;
 *                         FILE_EXECUTE for PAGE_EXECUTE; FILE_READ_DATA and FILE_EXECUTE for
 *                         PAGE_EXECUTE_READ and PAGE_EXECUTE_WRITECOPY; all three for
 *                         PAGE_EXECUTE_READWRITE. FILE_READ_DATA for SEC_IMAGE, whatever the
 *                         protection; with PAGE_EXECUTE, FILE_EXECUTE will do. Linux must let the
 *                         process open the file anew, for reading, and for writing if views may
 *                         write: STATUS_ACCESS_DENIED. It may be closed after the call
 *
 * What is committed is what is reported, and what other services act on. Memory of a reserved
 * section can be touched whether it is or not, as under Wine; so all of it counts for the user's
 * quota of section bytes from the start.
 *
 * Large pages are those of 2 MiB that Linux keeps apart (vm.nr_hugepages); they are set aside when
 * the section is made. Views of them begin, in the section and in memory, and end at multiples of
 * 2 MiB, and so do changes of their protection.
 *
 * Return, in this order: STATUS_INVALID_PARAMETER_6 for SEC_ flags that do not go together, or none
 * of SEC_COMMIT, SEC_RESERVE and SEC_IMAGE; STATUS_INVALID_PAGE_PROTECTION for PAGE_NOACCESS or a
 * modifier; STATUS_ACCESS_VIOLATION for @SectionHandle and @MaximumSize; STATUS_INVALID_PARAMETER_4
 * without a size and a file; STATUS_INVALID_PAGE_PROTECTION; STATUS_INVALID_PARAMETER_6 for
 * SEC_LARGE_PAGES with a file; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH or
 * STATUS_ACCESS_DENIED for @FileHandle; STATUS_INVALID_FILE_FOR_SECTION for directories, devices
 * and pipes, and for SEC_IMAGE without a file or with an empty one; STATUS_MAPPED_FILE_SIZE_ZERO
 * for an empty file without a size; STATUS_SECTION_TOO_BIG, also for more than a file has that the
 * section may not write to; STATUS_ACCESS_DENIED or STATUS_INSUFFICIENT_RESOURCES if the file
 * cannot be opened anew; for SEC_IMAGE STATUS_INVALID_IMAGE_NOT_MZ, STATUS_INVALID_IMAGE_PROTECT (a
 * DOS program), STATUS_INVALID_IMAGE_NE_FORMAT, STATUS_INVALID_IMAGE_LE_FORMAT,
 * STATUS_INVALID_IMAGE_WIN_16, STATUS_INVALID_FILE_FOR_SECTION (the file or the image ends before
 * what the headers say is in it), STATUS_INVALID_IMAGE_FORMAT (any other defect), and then
 * STATUS_SECTION_TOO_BIG for more than the image has, while a smaller size is kept and reported;
 * STATUS_SECTION_NOT_EXTENDED if it cannot be made longer (the disk is full,
 * or RLIMIT_FSIZE forbids it); STATUS_NOT_SUPPORTED for SEC_BASED with a file; without one,
 * STATUS_INVALID_PARAMETER_4 for SEC_LARGE_PAGES and a size that is not a multiple of 2 MiB;
 * STATUS_PRIVILEGE_NOT_HELD for SEC_LARGE_PAGES without SeLockMemoryPrivilege;
 * STATUS_COMMITMENT_LIMIT for SEC_COMMIT of more than the machine has of memory and swap;
 * STATUS_INSUFFICIENT_RESOURCES for SEC_RESERVE of 8 TiB and more; STATUS_QUOTA_EXCEEDED;
 * STATUS_NO_MEMORY if no address is left for SEC_BASED; STATUS_INSUFFICIENT_RESOURCES if Linux has
 * not so many large pages free; what stands at the top of ntobapi.h about @ObjectAttributes and the
 * name; STATUS_OBJECT_NAME_EXISTS, a success: the section was there, and
 * keeps its size and protection; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PLARGE_INTEGER MaximumSize,
                ULONG SectionPageProtection,
                ULONG AllocationAttributes,
                HANDLE FileHandle);
NTSTATUS NTAPI ZwCreateSection(PHANDLE SectionHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PLARGE_INTEGER MaximumSize,
                ULONG SectionPageProtection,
                ULONG AllocationAttributes,
                HANDLE FileHandle);

/**
 * NtCreateSectionEx() - the same, with more to say
 * @ExtendedParameters:     each type once. MemSectionExtendedParameterAttributeFlags may be 0,
 * which is no wish
 * @ExtendedParameterCount: how many there are
 *
 * Return: as NtCreateSection(); after what is said there of size and file,
 * STATUS_INVALID_PARAMETER for a count without @ExtendedParameters, and a type that does not exist
 * or comes twice; STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT; STATUS_NOT_SUPPORTED for
 * all other types and flags, which mean nothing on this system.
 */
NTSTATUS NTAPI NtCreateSectionEx(PHANDLE SectionHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PLARGE_INTEGER MaximumSize,
                ULONG SectionPageProtection,
                ULONG AllocationAttributes,
                HANDLE FileHandle,
                PMEM_EXTENDED_PARAMETER ExtendedParameters,
                ULONG ExtendedParameterCount);
NTSTATUS NTAPI ZwCreateSectionEx(PHANDLE SectionHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PLARGE_INTEGER MaximumSize,
                ULONG SectionPageProtection,
                ULONG AllocationAttributes,
                HANDLE FileHandle,
                PMEM_EXTENDED_PARAMETER ExtendedParameters,
                ULONG ExtendedParameterCount);

/**
 * NtOpenSection() - open a section by its name
 * @SectionHandle:    gets the handle; to be closed with NtClose()
 * @DesiredAccess:    SECTION_ rights, standard and generic ones; MAXIMUM_ALLOWED for all that the
 *                    section allows
 * @ObjectAttributes: the name
 *
 * Return: STATUS_SUCCESS, or a failure of those at the top of ntobapi.h; among them
 * STATUS_OBJECT_NAME_NOT_FOUND, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED,
 * STATUS_INVALID_HANDLE.
 */
NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes);
NTSTATUS NTAPI ZwOpenSection(PHANDLE SectionHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes);

/**
 * NtMapViewOfSection() - make a view
 * @SectionHandle:      with SECTION_MAP_READ for PAGE_NOACCESS, PAGE_READONLY and PAGE_WRITECOPY;
 *                      SECTION_MAP_WRITE for PAGE_READWRITE; SECTION_MAP_READ and
 *                      SECTION_MAP_EXECUTE for PAGE_EXECUTE, PAGE_EXECUTE_READ and
 *                      PAGE_EXECUTE_WRITECOPY; SECTION_MAP_WRITE and SECTION_MAP_EXECUTE for
 *                      PAGE_EXECUTE_READWRITE
 * @ProcessHandle:      NtCurrentProcess()
 * @BaseAddress:        where, a multiple of 64 KiB; NULL in it for a free place, which it gets. A
 *                      section made with SEC_BASED has its own: its views are there, plus their
 *                      offset, whatever is in it
 * @ZeroBits:           1 to 21: so many high bits of a 32-bit address must be 0; 32 and more: a
 *                      mask that the address must fit under, of which only the leading zeros count;
 *                      0: no limit
 * @CommitSize:         at most the view's size, and 0 for a file's section without MEM_RESERVE. So
 *                      much of a section made with SEC_RESERVE is committed, from the view's
 *                      beginning on
 * @SectionOffset:      where the view begins in the section, a multiple of 64 KiB; NULL for 0
 * @ViewSize:           in bytes, gets it rounded up to pages; 0 in it for all that follows the
 *                      offset. The last page of a file has zeros after its end
 * @InheritDisposition: what becomes of the view in a child of fork()
 * @AllocationType:     0; MEM_TOP_DOWN for the highest address that Linux gives out; SEC_NO_CHANGE;
 *                      MEM_LARGE_PAGES, of no effect on a section without large pages, as on
 *                      Windows; MEM_RESERVE: the view may be larger than the section of a file that
 *                      it may write to. What is beyond cannot be touched before the section is
 *                      extended
 * @Win32Protect:       PAGE_ protection. PAGE_NOCACHE is kept, and added for a section made with
 *                      SEC_NOCACHE: Linux has no uncached memory for programs. With PAGE_GUARD, the
 *                      first access to each page of the view is an alarm (ntvirtual.h)
 *
 * A view of an image without a wish is at the image's base, plus @SectionOffset, if that is free
 * and below the limit. The protection that is asked for only says which rights the handle must
 * have: pages have those of the program's sections, and can have all that PAGE_EXECUTE_WRITECOPY
 * allows. What can be asked for is the image, whatever size the section was made with.
 *
 * A place without a wish is where Linux puts mappings; under @ZeroBits it is the lowest that is
 * free. Outputs are written on success only. Writes to a PAGE_WRITECOPY view stay private to it.
 *
 * Return, in this order (ReactOS's tests, taken from Windows): STATUS_INVALID_PARAMETER_8 for
 * @InheritDisposition; STATUS_INVALID_PARAMETER_9 for @AllocationType;
 * STATUS_INVALID_PAGE_PROTECTION; STATUS_ACCESS_VIOLATION for the pointers;
 * STATUS_INVALID_PARAMETER_3 if the place is not in a program's part of the address space;
 * STATUS_INVALID_PARAMETER_4 for @ZeroBits; for @ProcessHandle STATUS_INVALID_HANDLE if it is not
 * one, STATUS_OBJECT_TYPE_MISMATCH if it is, of another type, STATUS_ACCESS_DENIED without
 * PROCESS_VM_OPERATION, STATUS_NOT_SUPPORTED if it is another process; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED for @SectionHandle; STATUS_MAPPED_ALIGNMENT;
 * STATUS_INVALID_PARAMETER_9 for MEM_RESERVE without a file, STATUS_SECTION_PROTECTION with one
 * that the section may not write to; STATUS_SECTION_PROTECTION if the section was made with less;
 * STATUS_INVALID_VIEW_SIZE beyond the section's end, STATUS_INVALID_PARAMETER at its very end;
 * STATUS_INVALID_PARAMETER_5 for @CommitSize; STATUS_INVALID_PARAMETER_10 for PAGE_WRITECOMBINE
 * without a file; STATUS_NOT_SUPPORTED for PAGE_GUARD without fault recovery;
 * STATUS_CONFLICTING_ADDRESSES if the place is taken; STATUS_NO_MEMORY if there is none,
 * also for a based section that @ZeroBits excludes;
 * STATUS_INSUFFICIENT_RESOURCES if there is no descriptor left for the section's memory, or the
 * process has as many mappings as Linux lets it have (vm.max_map_count); STATUS_SUCCESS. Of an
 * image, STATUS_SECTION_PROTECTION for MEM_RESERVE and STATUS_INVALID_PARAMETER for a placeholder's
 * place; and the successes STATUS_IMAGE_NOT_AT_BASE if it is elsewhere than at its base, and,
 * wherever it is, STATUS_IMAGE_MACHINE_TYPE_MISMATCH if it is no x86-64 program. Of a section with
 * large pages, STATUS_MAPPED_ALIGNMENT and STATUS_INVALID_VIEW_SIZE are for all that
 * is not a multiple of 2 MiB.
 */
NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle,
                HANDLE ProcessHandle,
                PVOID *BaseAddress,
                ULONG_PTR ZeroBits,
                SIZE_T CommitSize,
                PLARGE_INTEGER SectionOffset,
                PSIZE_T ViewSize,
                SECTION_INHERIT InheritDisposition,
                ULONG AllocationType,
                ULONG Win32Protect);
NTSTATUS NTAPI ZwMapViewOfSection(HANDLE SectionHandle,
                HANDLE ProcessHandle,
                PVOID *BaseAddress,
                ULONG_PTR ZeroBits,
                SIZE_T CommitSize,
                PLARGE_INTEGER SectionOffset,
                PSIZE_T ViewSize,
                SECTION_INHERIT InheritDisposition,
                ULONG AllocationType,
                ULONG Win32Protect);

/**
 * NtMapViewOfSectionEx() - make a view within limits, or in the place of a placeholder
 * @SectionHandle:          as for NtMapViewOfSection()
 * @ProcessHandle:          NtCurrentProcess()
 * @BaseAddress:            the same; with MEM_REPLACE_PLACEHOLDER, where the placeholder begins
 * @SectionOffset:          the same; with MEM_REPLACE_PLACEHOLDER a multiple of 4 KiB
 * @ViewSize:               the same; with MEM_REPLACE_PLACEHOLDER, the placeholder's
 * @AllocationType:         the same, and MEM_REPLACE_PLACEHOLDER: the view takes the place of a
 *                          placeholder (NtAllocateVirtualMemoryEx()), exactly
 * @PageProtection:         the same
 * @ExtendedParameters:     each type once. MemExtendedParameterAddressRequirements: a
 *                          MEM_ADDRESS_REQUIREMENTS without an alignment;
 *                          MemExtendedParameterImageMachine: 0, or a machine whose programs run
 *                          here; MemExtendedParameterAttributeFlags: 0
 * @ExtendedParameterCount: how many there are
 *
 * A child of fork() has the view too, as with ViewShare.
 *
 * Return: as NtMapViewOfSection(), but before all that, in this order (Wine's tests of ntdll):
 * STATUS_INVALID_PARAMETER for a count without @ExtendedParameters, a type that does not exist or
 * comes twice, limits that make no sense, and an alignment; STATUS_NOT_SUPPORTED for the other
 * types, machines and flags; STATUS_INVALID_PARAMETER for @AllocationType. After
 * STATUS_INVALID_PARAMETER_3, STATUS_INVALID_PARAMETER for limits with a @BaseAddress.
 * STATUS_CONFLICTING_ADDRESSES if no placeholder has place and size.
 */
NTSTATUS NTAPI NtMapViewOfSectionEx(HANDLE SectionHandle,
                HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PLARGE_INTEGER SectionOffset,
                PSIZE_T ViewSize,
                ULONG AllocationType,
                ULONG PageProtection,
                PMEM_EXTENDED_PARAMETER ExtendedParameters,
                ULONG ExtendedParameterCount);
NTSTATUS NTAPI ZwMapViewOfSectionEx(HANDLE SectionHandle,
                HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PLARGE_INTEGER SectionOffset,
                PSIZE_T ViewSize,
                ULONG AllocationType,
                ULONG PageProtection,
                PMEM_EXTENDED_PARAMETER ExtendedParameters,
                ULONG ExtendedParameterCount);

/**
 * NtUnmapViewOfSection() - end a view
 * @ProcessHandle: NtCurrentProcess()
 * @BaseAddress:   any address in the view; all of it goes
 *
 * Needs no daemon: views are the process's own, and can be unmapped when it is gone. When the last
 * view of a file's section goes that has no handle any more, the file is free when the call
 * returns.
 *
 * Return, in this order: STATUS_NOT_MAPPED_VIEW if @BaseAddress is not in a program's part of the
 * address space; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED or
 * STATUS_NOT_SUPPORTED for @ProcessHandle, as above; STATUS_NOT_MAPPED_VIEW if there is no view;
 * STATUS_INSUFFICIENT_RESOURCES if Linux cannot split its mapping; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress);
NTSTATUS NTAPI ZwUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress);

/**
 * NtUnmapViewOfSectionEx() - end a view, or make its place a placeholder again
 * @ProcessHandle: NtCurrentProcess()
 * @BaseAddress:   any address in the view; all of it goes
 * @Flags:         MEM_PRESERVE_PLACEHOLDER: what took the place of a placeholder is one again;
 *                 MEM_UNMAP_WITH_TRANSIENT_BOOST: the pages are needed soon, which changes nothing
 *                 here: Linux keeps them in memory as it would
 *
 * Return: STATUS_INVALID_PARAMETER for other @Flags; as NtUnmapViewOfSection();
 * STATUS_CONFLICTING_ADDRESSES for MEM_PRESERVE_PLACEHOLDER if the view replaced none, and it
 * stays.
 */
NTSTATUS NTAPI NtUnmapViewOfSectionEx(HANDLE ProcessHandle, PVOID BaseAddress, ULONG Flags);
NTSTATUS NTAPI ZwUnmapViewOfSectionEx(HANDLE ProcessHandle, PVOID BaseAddress, ULONG Flags);

/**
 * NtExtendSection() - make a section of a file's data larger, and its file with it
 * @SectionHandle: with SECTION_EXTEND_SIZE
 * @NewSectionSize: in bytes; gets the size that the section has now
 *
 * A size that is not above the section's changes nothing; a negative one is below any. The file is
 * made longer if it has to be. Views do not grow, but for what those made with MEM_RESERVE have
 * room for.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_SECTION_NOT_EXTENDED for a page-file
 * section and an image, and if the file cannot be made longer; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtExtendSection(HANDLE SectionHandle, PLARGE_INTEGER NewSectionSize);
NTSTATUS NTAPI ZwExtendSection(HANDLE SectionHandle, PLARGE_INTEGER NewSectionSize);

/**
 * NtQuerySection() - what a section is
 * @SectionHandle:            with SECTION_QUERY
 * @SectionInformationClass:  SectionBasicInformation; of an image also SectionImageInformation,
 *                            SectionRelocationInformation, SectionOriginalBaseInformation,
 *                            SectionInternalImageInformation
 * @SectionInformation:       gets SECTION_BASIC_INFORMATION (24 bytes); SECTION_IMAGE_INFORMATION
 *                            (64); ULONG_PTR (8), how far the image's base is from the one that it
 *                            was linked for; PVOID (8), that one; or
 *                            SECTION_INTERNAL_IMAGE_INFORMATION (72)
 * @SectionInformationLength: in bytes, so many or more
 * @ReturnLength:             gets how many were written; may be NULL
 *
 * The size of a file's section is the one that it was made with or extended to, exactly, whatever
 * the file's is. Asking for it is a message, as others may have extended it. What is asked about an
 * image is one message for the first time.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION, and for image information of more than 4 GiB too;
 * STATUS_DATATYPE_MISALIGNMENT; STATUS_INVALID_INFO_CLASS; STATUS_INFO_LENGTH_MISMATCH;
 * STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED;
 * STATUS_SECTION_NOT_IMAGE; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle,
                SECTION_INFORMATION_CLASS SectionInformationClass,
                PVOID SectionInformation,
                SIZE_T SectionInformationLength,
                PSIZE_T ReturnLength);
NTSTATUS NTAPI ZwQuerySection(HANDLE SectionHandle,
                SECTION_INFORMATION_CLASS SectionInformationClass,
                PVOID SectionInformation,
                SIZE_T SectionInformationLength,
                PSIZE_T ReturnLength);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
