#pragma once

/*
 * Virtual memory
 *
 * A region is what one call made: memory of the process's own, or a view. What is said of a process
 * handle holds for all services here: the memory is the calling process's. Reading and writing work
 * for other processes too; everything else is STATUS_NOT_SUPPORTED for a handle to one.
 *
 * Memory that libzw did not make, such as the program's code, its heap and its stacks, is private
 * memory that is committed, each mapping of Linux a region. It may be asked about, protected,
 * locked and copied, but not freed.
 *
 * A child of fork() has its parent's private memory, as a copy, and no locks on it.
 *
 * PAGE_GUARD needs zw_enable_fault_recovery(), and is STATUS_NOT_SUPPORTED without it. The first
 * access ends the guard and is the signal SIGSEGV to the program, which may return from it; in a
 * service, it is STATUS_ACCESS_VIOLATION. Of threads that meet at a guard page, one gets the
 * signal. System calls of Linux that touch a guard page fail and do not end its guard; nor does the
 * handler of a signal that interrupts a service on memory. Where the process has as many mappings
 * as Linux lets it have, the guard pages next to a page lose their guard with it.
 *
 * Part of ntmmapi.h, which includes it.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* What NtQueryVirtualMemory() may be asked. What is not in its description is not answered. */
typedef enum _MEMORY_INFORMATION_CLASS {
        MemoryBasicInformation = 0,
        MemoryWorkingSetInformation = 1,
        MemoryMappedFilenameInformation = 2,
        MemoryRegionInformation = 3,
        MemoryWorkingSetExInformation = 4,
        MemorySharedCommitInformation = 5,
        MemoryImageInformation = 6,
        MemoryRegionInformationEx = 7,
        MemoryPrivilegedBasicInformation = 8,
        MemoryEnclaveImageInformation = 9,
        MemoryBasicInformationCapped = 10,
        MemoryPhysicalContiguityInformation = 11,
        MemoryBadInformation = 12,
        MemoryBadInformationAllProcesses = 13,
        MemoryImageExtensionInformation = 14,
        MaxMemoryInfoClass = 15,
} MEMORY_INFORMATION_CLASS;

typedef struct _MEMORY_BASIC_INFORMATION {
        PVOID BaseAddress;       /* of the page that was asked for */
        PVOID AllocationBase;    /* where its region begins; NULL if there is none */
        ULONG AllocationProtect; /* that the region was made with */
        USHORT PartitionId;      /* 0 */
        SIZE_T RegionSize;       /* of the pages from here on that are alike */
        ULONG State;             /* MEM_COMMIT, MEM_RESERVE, MEM_FREE */
        ULONG Protect;           /* 0 for what is reserved, PAGE_NOACCESS for what is free */
        ULONG Type;              /* MEM_PRIVATE, MEM_MAPPED, MEM_IMAGE; 0 for what is free */
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;

typedef struct _MEMORY_REGION_INFORMATION {
        PVOID AllocationBase;
        ULONG AllocationProtect;
        __extension__ union {
                ULONG RegionType;
                __extension__ struct {
                        ULONG Private : 1; /* 0 for private memory too, as on Windows here */
                        ULONG MappedDataFile : 1;
                        ULONG MappedImage : 1;
                        ULONG MappedPageFile : 1;  /* 0 */
                        ULONG MappedPhysical : 1;  /* 0 */
                        ULONG DirectMapped : 1;    /* 0 */
                        ULONG SoftwareEnclave : 1; /* 0 */
                        ULONG PageSize64K : 1;     /* 0 */
                        ULONG PlaceholderReservation : 1;
                        ULONG MappedAwe : 1;        /* 0 */
                        ULONG MappedWriteWatch : 1; /* 0 */
                        ULONG PageSizeLarge : 1;
                        ULONG PageSizeHuge : 1; /* 0 */
                        ULONG Reserved : 19;
                };
        };
        SIZE_T RegionSize;
        SIZE_T CommitSize; /* bytes that count as the process's memory */
        ULONG_PTR PartitionId;
        ULONG_PTR NodePreference;
} MEMORY_REGION_INFORMATION, *PMEMORY_REGION_INFORMATION;

typedef struct _MEMORY_IMAGE_INFORMATION {
        PVOID ImageBase;
        SIZE_T SizeOfImage; /* of the whole image, whatever the view shows */
        __extension__ union {
                ULONG ImageFlags;
                __extension__ struct {
                        ULONG ImagePartialMap : 1;       /* the view shows a part */
                        ULONG ImageNotExecutable : 1;    /* SEC_IMAGE_NO_EXECUTE */
                        ULONG ImageSigningLevel : 4;     /* 0 */
                        ULONG ImageExtensionPresent : 1; /* 0 */
                        ULONG ImageReserved : 25;
                };
        };
} MEMORY_IMAGE_INFORMATION, *PMEMORY_IMAGE_INFORMATION;

/* What NtSetInformationVirtualMemory() may be told: the first. */
typedef enum _VIRTUAL_MEMORY_INFORMATION_CLASS {
        VmPrefetchInformation = 0,
        VmPagePriorityInformation = 1,
        VmCfgCallTargetInformation = 2,
        VmPageDirtyStateInformation = 3,
        VmImageHotPatchInformation = 4,
        VmPhysicalContiguityInformation = 5,
        VmVirtualMachinePrepopulateInformation = 6,
        VmRemoveFromWorkingSetInformation = 7,
        MaxVmInfoClass = 8,
} VIRTUAL_MEMORY_INFORMATION_CLASS;

typedef struct _MEMORY_RANGE_ENTRY {
        PVOID VirtualAddress;
        SIZE_T NumberOfBytes;
} MEMORY_RANGE_ENTRY, *PMEMORY_RANGE_ENTRY;

typedef enum MEM_EXTENDED_PARAMETER_TYPE {
        MemExtendedParameterInvalidType = 0,
        MemExtendedParameterAddressRequirements = 1,
        MemExtendedParameterNumaNode = 2,
        MemExtendedParameterPartitionHandle = 3,
        MemExtendedParameterUserPhysicalHandle = 4,
        MemExtendedParameterAttributeFlags = 5,
        MemExtendedParameterImageMachine = 6,
        MemExtendedParameterMax = 7,
} MEM_EXTENDED_PARAMETER_TYPE;

/* Of MemExtendedParameterAttributeFlags, and of sections; none means anything on this system. */
#define MEM_EXTENDED_PARAMETER_GRAPHICS            0x01u
#define MEM_EXTENDED_PARAMETER_NONPAGED            0x02u
#define MEM_EXTENDED_PARAMETER_ZERO_PAGES_OPTIONAL 0x04u
#define MEM_EXTENDED_PARAMETER_NONPAGED_LARGE      0x08u
#define MEM_EXTENDED_PARAMETER_NONPAGED_HUGE       0x10u
#define MEM_EXTENDED_PARAMETER_SOFT_FAULT_PAGES    0x20u
#define MEM_EXTENDED_PARAMETER_EC_CODE             0x40u

typedef struct MEM_EXTENDED_PARAMETER {
        __extension__ struct {
                ULONG64 Type : 8;
                ULONG64 Reserved : 56;
        };
        __extension__ union {
                ULONG64 ULong64;
                PVOID Pointer;
                SIZE_T Size;
                HANDLE Handle;
                ULONG ULong;
        };
} MEM_EXTENDED_PARAMETER, *PMEM_EXTENDED_PARAMETER;

/* All zero is no wish. */
typedef struct _MEM_ADDRESS_REQUIREMENTS {
        PVOID LowestStartingAddress; /* a multiple of 64 KiB */
        PVOID HighestEndingAddress;  /* the last byte of a page */
        SIZE_T Alignment;            /* a power of two, 64 KiB or more */
} MEM_ADDRESS_REQUIREMENTS, *PMEM_ADDRESS_REQUIREMENTS;

/* What NtLockVirtualMemory() keeps pages in. */
#define MAP_PROCESS 1u /* the process's working set */
#define MAP_SYSTEM  2u /* memory */

/**
 * NtAllocateVirtualMemory() - reserve memory, or commit what is reserved
 * @ProcessHandle:  NtCurrentProcess()
 * @BaseAddress:    where, rounded down to 64 KiB for MEM_RESERVE and to a page for the others; NULL
 *                  in it for a free place; gets where the memory is
 * @ZeroBits:       as for NtMapViewOfSection()
 * @RegionSize:     in bytes, gets it rounded up so that the pages of both ends are in it
 * @AllocationType: MEM_RESERVE: a region, of which no page can be touched; MEM_COMMIT: pages of a
 *                  region, which are zero if they were not committed, and in any case get
 *                  @Protect; both, or MEM_COMMIT without a @BaseAddress: a region whose pages can
 *                  be used at once. With MEM_RESERVE, MEM_TOP_DOWN for the highest address that
 *                  Linux gives out. MEM_RESET alone: what is in the whole pages of the range need
 *                  not be kept; in a view it is, and pages that are not committed have nothing
 * @Protect:        PAGE_ protection, valid whatever the type. PAGE_NOCACHE is reported for the
 *                  region that was made with it, PAGE_WRITECOMBINE is dropped: Linux has one way
 *                  only to cache memory of programs
 *
 * MEM_COMMIT in a view changes its protection, within what it was mapped with. In a view of a
 * section made with SEC_RESERVE it commits the section's pages, for all its views in all processes,
 * where they have the protection of their own. Outputs are written on success only.
 *
 * MEM_LARGE_PAGES, with MEM_RESERVE and MEM_COMMIT: pages of 2 MiB that Linux keeps apart
 * (vm.nr_hugepages). They come and go as a whole.
 *
 * Return, in this order (ReactOS; statuses as in Wine's tests of ntdll): STATUS_INVALID_PARAMETER_3
 * for @ZeroBits; STATUS_INVALID_PARAMETER_5 for @AllocationType; STATUS_INVALID_PARAMETER_6 for
 * MEM_PHYSICAL that is not PAGE_READWRITE; STATUS_INVALID_PAGE_PROTECTION; STATUS_ACCESS_VIOLATION;
 * STATUS_INVALID_PARAMETER_2 if @BaseAddress is not in a program's part of the address space;
 * STATUS_INVALID_PARAMETER_4 if the end is not, or @RegionSize is 0; STATUS_INVALID_PARAMETER_3 if
 * a given place has bits that @ZeroBits excludes; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED (without PROCESS_VM_OPERATION) or
 * STATUS_NOT_SUPPORTED for @ProcessHandle; STATUS_PRIVILEGE_NOT_HELD for MEM_LARGE_PAGES without
 * SeLockMemoryPrivilege; STATUS_NOT_SUPPORTED for MEM_WRITE_WATCH, MEM_PHYSICAL and MEM_RESET_UNDO,
 * which this version cannot do; for MEM_LARGE_PAGES STATUS_INVALID_PARAMETER_5 without MEM_RESERVE,
 * STATUS_INVALID_PARAMETER_2 and STATUS_INVALID_PARAMETER_4 for a base and a size that are no
 * multiples of 2 MiB; STATUS_INVALID_PAGE_PROTECTION for copy-on-write private memory, or more than
 * a view was mapped with; STATUS_NOT_SUPPORTED for PAGE_GUARD without fault recovery, for what
 * NtProtectVirtualMemory() says so of, and to commit in a view without SECTION_MAP_WRITE whose
 * section has no handle any more: only the daemon could; STATUS_CONFLICTING_ADDRESSES if the place
 * is taken, or what is to be committed or reset is not all in one region, or a placeholder;
 * STATUS_ALREADY_COMMITTED in a view of a file; STATUS_INSUFFICIENT_RESOURCES if Linux has not so
 * many large pages free; STATUS_NO_MEMORY if there is no place; STATUS_COMMITMENT_LIMIT if Linux
 * has not so much memory; STATUS_INSUFFICIENT_RESOURCES if the process has as many mappings as
 * Linux lets it have (vm.max_map_count); STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                ULONG_PTR ZeroBits,
                PSIZE_T RegionSize,
                ULONG AllocationType,
                ULONG Protect);
NTSTATUS NTAPI ZwAllocateVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                ULONG_PTR ZeroBits,
                PSIZE_T RegionSize,
                ULONG AllocationType,
                ULONG Protect);

/**
 * NtAllocateVirtualMemoryEx() - the same, within limits
 * @ExtendedParameters:     MemExtendedParameterAddressRequirements: a MEM_ADDRESS_REQUIREMENTS
 * @ExtendedParameterCount: 0 or 1
 *
 * Under limits the place is the lowest that is free, with MEM_TOP_DOWN the highest.
 *
 * @AllocationType may also be MEM_RESERVE | MEM_RESERVE_PLACEHOLDER, with PAGE_NOACCESS: reserved
 * memory, called a placeholder, that cannot be committed, but exchanged as a whole for a region of
 * private memory by MEM_RESERVE | MEM_REPLACE_PLACEHOLDER, with MEM_COMMIT or without, or for a
 * view by NtMapViewOfSectionEx(). @BaseAddress and @RegionSize are the placeholder's then,
 * multiples of 4 KiB. NtFreeVirtualMemory() splits and joins placeholders.
 *
 * Return, before all that NtAllocateVirtualMemory() returns: STATUS_INVALID_PARAMETER for a count
 * without @ExtendedParameters, a type that does not exist or comes twice, and limits that make no
 * sense; STATUS_NOT_SUPPORTED for the other types. After the pointers: STATUS_INVALID_PARAMETER for
 * limits with a @BaseAddress. Before @ProcessHandle: STATUS_INVALID_PARAMETER for
 * MEM_RESERVE_PLACEHOLDER and MEM_REPLACE_PLACEHOLDER with other types or another protection than
 * said, and for the latter without a @BaseAddress. STATUS_CONFLICTING_ADDRESSES if no placeholder
 * has place and size.
 */
NTSTATUS NTAPI NtAllocateVirtualMemoryEx(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                ULONG AllocationType,
                ULONG PageProtection,
                PMEM_EXTENDED_PARAMETER ExtendedParameters,
                ULONG ExtendedParameterCount);
NTSTATUS NTAPI ZwAllocateVirtualMemoryEx(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                ULONG AllocationType,
                ULONG PageProtection,
                PMEM_EXTENDED_PARAMETER ExtendedParameters,
                ULONG ExtendedParameterCount);

/**
 * NtFreeVirtualMemory() - decommit or release private memory
 * @ProcessHandle: NtCurrentProcess()
 * @BaseAddress:   rounded down to a page
 * @RegionSize:    in bytes, gets it rounded up to pages; 0 in it for the whole region, at whose
 *                 beginning @BaseAddress then is
 * @FreeType:      MEM_DECOMMIT: the pages are reserved; MEM_RELEASE: they are free. What is left of
 *                 the region on both sides are regions of their own.
 *                 MEM_RELEASE | MEM_PRESERVE_PLACEHOLDER: a part of a placeholder becomes one of
 * its own; or private memory that took the place of one, all of it, becomes one again. MEM_RELEASE
 * | MEM_COALESCE_PLACEHOLDERS: two placeholders or more, without gaps, become one
 *
 * Return, in this order (ReactOS): STATUS_INVALID_PARAMETER_4 for @FreeType;
 * STATUS_ACCESS_VIOLATION; STATUS_INVALID_PARAMETER_2 and STATUS_INVALID_PARAMETER_3 if base and
 * end are not in a program's part of the address space, the latter also for no size with
 * MEM_COALESCE_PLACEHOLDERS; for @ProcessHandle as above; STATUS_MEMORY_NOT_ALLOCATED if there is
 * no region, or memory that libzw did not make; STATUS_UNABLE_TO_FREE_VM if the region ends before
 * the range does; STATUS_INVALID_PARAMETER for a view; STATUS_FREE_VM_NOT_AT_BASE;
 * STATUS_CONFLICTING_ADDRESSES for MEM_PRESERVE_PLACEHOLDER if the range is all of a placeholder,
 * or nothing that can become one, and for MEM_COALESCE_PLACEHOLDERS, of which it is all that can go
 * wrong, if the range is not of whole placeholders; STATUS_NOT_SUPPORTED for large pages, other
 * than to release the whole region; STATUS_NO_MEMORY; STATUS_INSUFFICIENT_RESOURCES if Linux cannot
 * split its mapping; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtFreeVirtualMemory(
                HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize, ULONG FreeType);
NTSTATUS NTAPI ZwFreeVirtualMemory(
                HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize, ULONG FreeType);

/**
 * NtProtectVirtualMemory() - change the protection of pages
 * @ProcessHandle: NtCurrentProcess()
 * @BaseAddress:   gets it rounded down to a page
 * @RegionSize:    in bytes, gets it rounded up to pages
 * @NewProtection: PAGE_ protection. A view may have what was granted when it was mapped: of
 *                 reading, writing the section and executing no more than its first protection had.
 *                 The modifiers PAGE_NOCACHE and PAGE_WRITECOMBINE change nothing in private memory
 * @OldProtection: gets that of the first page; PAGE_NOACCESS on failures after that of
 *                 @ProcessHandle
 *
 * Return, in this order (ReactOS; statuses as in Wine's tests of ntdll):
 * STATUS_INVALID_PAGE_PROTECTION; STATUS_ACCESS_VIOLATION; STATUS_INVALID_PARAMETER_2 and
 * STATUS_INVALID_PARAMETER_3 if base and end are not in a program's part of the address space, the
 * latter also for no size; for @ProcessHandle as above; STATUS_CONFLICTING_ADDRESSES if the range
 * is not all in one region; STATUS_INVALID_PARAMETER_4 for PAGE_NOCACHE and PAGE_WRITECOMBINE in a
 * view; STATUS_NOT_COMMITTED, in views STATUS_SECTION_PROTECTION, which is also for giving access
 * to a view that was made PAGE_NOACCESS; STATUS_INVALID_PAGE_PROTECTION for copy-on-write private
 * memory, more than a view may have, and views made with SEC_NO_CHANGE; STATUS_NOT_SUPPORTED for
 * PAGE_GUARD without fault recovery, and to make pages of a view for writing copy-on-write, or
 * share them again, after the last handle to the section is closed and the daemon has been told,
 * and in a child of fork() for its parent's views; STATUS_NOT_SUPPORTED for a part of a large page;
 * STATUS_ACCESS_DENIED if Linux lets nobody execute what is mapped there; STATUS_COMMITMENT_LIMIT;
 * STATUS_NO_MEMORY; STATUS_INSUFFICIENT_RESOURCES if Linux cannot split its mapping;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                ULONG NewProtection,
                PULONG OldProtection);
NTSTATUS NTAPI ZwProtectVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                ULONG NewProtection,
                PULONG OldProtection);

/**
 * NtQueryVirtualMemory() - what is at an address
 * @ProcessHandle:           NtCurrentProcess()
 * @BaseAddress:             any
 * @MemoryInformationClass:  MemoryBasicInformation; MemoryRegionInformation;
 * MemoryImageInformation, all zero for what is no image; MemoryMappedFilenameInformation
 * @MemoryInformation:       gets MEMORY_BASIC_INFORMATION (48 bytes); MEMORY_REGION_INFORMATION (24
 *                           bytes or more, of 48); MEMORY_IMAGE_INFORMATION (24); a UNICODE_STRING
 *                           (16), with the name and a terminator behind it: the NT name of the file
 *                           whose section the view is of, as it was opened
 * @MemoryInformationLength: in bytes
 * @ReturnLength:            gets how many were written; may be NULL; on failure it is written for a
 *                           name only, that is too long: gets how many it takes
 *
 * Pages of a copy-on-write view that have been written to are PAGE_READWRITE, or
 * PAGE_EXECUTE_READWRITE. In MEMORY_REGION_INFORMATION, CommitSize is that of committed pages for
 * private memory and copy-on-write views, in an image of pages that are copied when they are
 * written to, and 0 for other views.
 *
 * Return, in this order (ReactOS; statuses as in Wine's tests of ntdll): STATUS_INVALID_PARAMETER
 * if
 * @BaseAddress is not in a program's part of the address space; STATUS_ACCESS_VIOLATION;
 * STATUS_DATATYPE_MISALIGNMENT (to 4 bytes); STATUS_NOT_IMPLEMENTED for other classes,
 * STATUS_INVALID_INFO_CLASS for what is none; STATUS_INFO_LENGTH_MISMATCH; for @ProcessHandle as
 * above, PROCESS_QUERY_INFORMATION being the right; STATUS_INVALID_ADDRESS for region and image
 * information of a free address, and for the name of what is no view of a file;
 * STATUS_NOT_SUPPORTED for the name in a view that came from the parent of this process, or was
 * made under a daemon that is gone; STATUS_INFO_LENGTH_MISMATCH, STATUS_BUFFER_OVERFLOW for a name
 * that does not fit; STATUS_INSUFFICIENT_RESOURCES if Linux does not tell; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle,
                PVOID BaseAddress,
                MEMORY_INFORMATION_CLASS MemoryInformationClass,
                PVOID MemoryInformation,
                SIZE_T MemoryInformationLength,
                PSIZE_T ReturnLength);
NTSTATUS NTAPI ZwQueryVirtualMemory(HANDLE ProcessHandle,
                PVOID BaseAddress,
                MEMORY_INFORMATION_CLASS MemoryInformationClass,
                PVOID MemoryInformation,
                SIZE_T MemoryInformationLength,
                PSIZE_T ReturnLength);

/**
 * NtSetInformationVirtualMemory() - fetch memory before it is used
 * @ProcessHandle:       NtCurrentProcess()
 * @VmInformationClass:  VmPrefetchInformation
 * @NumberOfEntries:     how many ranges, not 0
 * @VirtualAddresses:    the ranges; pages of them where nothing is mapped are passed over
 * @VmInformation:       a ULONG, 0
 * @VmInformationLength: 4
 *
 * Linux begins to read what is not in memory, and the call does not wait for it.
 *
 * Return, in this order (statuses as in Wine's tests of ntdll): STATUS_NOT_IMPLEMENTED for other
 * classes, STATUS_INVALID_PARAMETER_2 for what is none; STATUS_INVALID_PARAMETER_3 for no ranges;
 * STATUS_INVALID_PARAMETER_5 for NULL as @VmInformation; STATUS_INVALID_PARAMETER_6;
 * STATUS_ACCESS_VIOLATION and STATUS_DATATYPE_MISALIGNMENT; STATUS_INVALID_PARAMETER_4 for a range
 * that is empty, or not in a program's part of the address space; for @ProcessHandle as above;
 * STATUS_NOT_SUPPORTED for flags in @VmInformation; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtSetInformationVirtualMemory(HANDLE ProcessHandle,
                VIRTUAL_MEMORY_INFORMATION_CLASS VmInformationClass,
                ULONG_PTR NumberOfEntries,
                PMEMORY_RANGE_ENTRY VirtualAddresses,
                PVOID VmInformation,
                ULONG VmInformationLength);
NTSTATUS NTAPI ZwSetInformationVirtualMemory(HANDLE ProcessHandle,
                VIRTUAL_MEMORY_INFORMATION_CLASS VmInformationClass,
                ULONG_PTR NumberOfEntries,
                PMEMORY_RANGE_ENTRY VirtualAddresses,
                PVOID VmInformation,
                ULONG VmInformationLength);

/**
 * NtFlushVirtualMemory() - write what has changed in a view of a file back to it
 * @ProcessHandle: NtCurrentProcess()
 * @BaseAddress:   gets it rounded down to a page
 * @RegionSize:    in bytes, gets it rounded up to pages; 0 in it for all up to the region's end
 * @IoStatus:      not written, as under Wine
 *
 * Memory without a file, and what a copy-on-write view keeps to itself, has nowhere to be written
 * to.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_PARAMETER if the range is not in a
 * program's part of the address space; for @ProcessHandle as above; STATUS_INVALID_PARAMETER if it
 * is not all in one region; STATUS_NOT_MAPPED_DATA if the file cannot be written; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                PIO_STATUS_BLOCK IoStatus);
NTSTATUS NTAPI ZwFlushVirtualMemory(HANDLE ProcessHandle,
                PVOID *BaseAddress,
                PSIZE_T RegionSize,
                PIO_STATUS_BLOCK IoStatus);

/**
 * NtLockVirtualMemory() - keep pages in memory
 * @ProcessHandle: NtCurrentProcess()
 * @BaseAddress:   gets it rounded down to a page
 * @RegionSize:    in bytes, gets it rounded up to pages
 * @MapType:       MAP_PROCESS, MAP_SYSTEM or both; all lock pages in memory
 *
 * Return, in this order: STATUS_INVALID_PARAMETER for @MapType; STATUS_ACCESS_VIOLATION;
 * STATUS_INVALID_PARAMETER if the range is not in a program's part of the address space, or empty;
 * for @ProcessHandle as above; STATUS_PRIVILEGE_NOT_HELD for MAP_SYSTEM without
 * SeLockMemoryPrivilege; STATUS_ACCESS_DENIED if not all of it is committed, in one region;
 * STATUS_ACCESS_VIOLATION for pages that nobody may touch; STATUS_WORKING_SET_QUOTA if it is more
 * than Linux lets the process lock (RLIMIT_MEMLOCK); STATUS_NO_MEMORY;
 * STATUS_INSUFFICIENT_RESOURCES if Linux cannot split its mapping; STATUS_WAS_LOCKED, a success: so
 * were some of the pages; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtLockVirtualMemory(
                HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize, ULONG MapType);
NTSTATUS NTAPI ZwLockVirtualMemory(
                HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize, ULONG MapType);

/**
 * NtUnlockVirtualMemory() - the counterpart, whatever the pages were locked with
 *
 * Return: as NtLockVirtualMemory(); STATUS_NOT_LOCKED if some of the pages are not. Of memory that
 * libzw did not make that is not known, and unlocking it succeeds.
 */
NTSTATUS NTAPI NtUnlockVirtualMemory(
                HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize, ULONG MapType);
NTSTATUS NTAPI ZwUnlockVirtualMemory(
                HANDLE ProcessHandle, PVOID *BaseAddress, PSIZE_T RegionSize, ULONG MapType);

/**
 * NtReadVirtualMemory() - copy memory of a process
 * @ProcessHandle:       with PROCESS_VM_READ; or NtCurrentProcess()
 * @BaseAddress:         what to copy
 * @Buffer:              where to
 * @NumberOfBytesToRead: how much
 * @NumberOfBytesRead:   gets how much it was, which is 0 unless it was all; may be NULL
 *
 * Another process is read if Linux lets the caller, who may be asked for the same user and more
 * (ptrace(2), "Ptrace access mode checking"). Nobody's own memory is at risk, fault recovery or
 * not.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION if either range is not in a program's part of the
 * address space, and for @NumberOfBytesRead; STATUS_SUCCESS for no bytes; for @ProcessHandle
 * STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED;
 * STATUS_PROCESS_IS_TERMINATING if the process has ended; STATUS_NOT_SUPPORTED if the daemon's
 * process numbers are not the caller's (it runs in another pid namespace); STATUS_ACCESS_DENIED if
 * Linux does not let the caller; STATUS_ACCESS_VIOLATION for @Buffer; STATUS_PARTIAL_COPY if not
 * all of the range can be read; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtReadVirtualMemory(HANDLE ProcessHandle,
                PVOID BaseAddress,
                PVOID Buffer,
                SIZE_T NumberOfBytesToRead,
                PSIZE_T NumberOfBytesRead);
NTSTATUS NTAPI ZwReadVirtualMemory(HANDLE ProcessHandle,
                PVOID BaseAddress,
                PVOID Buffer,
                SIZE_T NumberOfBytesToRead,
                PSIZE_T NumberOfBytesRead);

/**
 * NtWriteVirtualMemory() - the other way round
 * @ProcessHandle:        with PROCESS_VM_WRITE; or NtCurrentProcess()
 * @BaseAddress:          where to
 * @Buffer:               what to copy
 * @NumberOfBytesToWrite: how much
 * @NumberOfBytesWritten: gets how much it was, which is less on STATUS_PARTIAL_COPY; may be NULL
 *
 * Return: as NtReadVirtualMemory().
 */
NTSTATUS NTAPI NtWriteVirtualMemory(HANDLE ProcessHandle,
                PVOID BaseAddress,
                PVOID Buffer,
                SIZE_T NumberOfBytesToWrite,
                PSIZE_T NumberOfBytesWritten);
NTSTATUS NTAPI ZwWriteVirtualMemory(HANDLE ProcessHandle,
                PVOID BaseAddress,
                PVOID Buffer,
                SIZE_T NumberOfBytesToWrite,
                PSIZE_T NumberOfBytesWritten);

/**
 * NtAreMappedFilesTheSame() - whether two addresses are in views of the same file
 * @File1MappedAsAnImage: in a view of an image
 * @File2MappedAsFile:    in any view of the same file
 *
 * A view of a file's data in place of the first is the same as itself only.
 *
 * Return: STATUS_INVALID_ADDRESS if nothing is mapped at one of the addresses;
 * STATUS_CONFLICTING_ADDRESSES for private memory and views of page-file sections;
 * STATUS_NOT_SAME_DEVICE for other views (Wine's tests of ntdll); STATUS_INSUFFICIENT_RESOURCES if
 * Linux does not tell; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtAreMappedFilesTheSame(PVOID File1MappedAsAnImage, PVOID File2MappedAsFile);
NTSTATUS NTAPI ZwAreMappedFilesTheSame(PVOID File1MappedAsAnImage, PVOID File2MappedAsFile);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
