#pragma once

/*
 * Windows services
 *
 * mingw-w64's headers declare some of ntdll's services under no name or only under the kernel's.
 * These are the missing ones.
 */

#include <ntifs.h>

typedef struct _SECTION_BASIC_INFORMATION {
        PVOID BaseAddress;
        ULONG AllocationAttributes;
        LARGE_INTEGER MaximumSize;
} SECTION_BASIC_INFORMATION;

typedef enum _SECTION_INFORMATION_CLASS { SectionBasicInformation } SECTION_INFORMATION_CLASS;

typedef struct _MEMORY_BASIC_INFORMATION {
        PVOID BaseAddress;
        PVOID AllocationBase;
        ULONG AllocationProtect;
        USHORT PartitionId;
        SIZE_T RegionSize;
        ULONG State;
        ULONG Protect;
        ULONG Type;
} MEMORY_BASIC_INFORMATION;

typedef enum _MEMORY_INFORMATION_CLASS { MemoryBasicInformation } MEMORY_INFORMATION_CLASS;

NTSYSAPI NTSTATUS NTAPI NtOpenSection(
                PHANDLE section, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes);
NTSYSAPI NTSTATUS NTAPI NtMapViewOfSection(HANDLE section,
                HANDLE process,
                PVOID *base,
                ULONG_PTR zero_bits,
                SIZE_T commit_size,
                PLARGE_INTEGER offset,
                PSIZE_T view_size,
                SECTION_INHERIT inherit,
                ULONG allocation_type,
                ULONG protection);
NTSYSAPI NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE process, PVOID base);
NTSYSAPI NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE process,
                PVOID base,
                MEMORY_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length);
NTSYSAPI NTSTATUS NTAPI NtProtectVirtualMemory(
                HANDLE process, PVOID *base, PSIZE_T size, ULONG protection, PULONG old);
NTSYSAPI NTSTATUS NTAPI NtQuerySection(HANDLE section,
                SECTION_INFORMATION_CLASS information_class,
                PVOID information,
                SIZE_T length,
                PSIZE_T return_length);
NTSYSAPI NTSTATUS NTAPI NtDuplicateObject(HANDLE source_process,
                HANDLE source,
                HANDLE target_process,
                PHANDLE target,
                ACCESS_MASK access,
                ULONG attributes,
                ULONG options);
NTSYSAPI NTSTATUS NTAPI NtQueryPerformanceCounter(PLARGE_INTEGER counter, PLARGE_INTEGER frequency);
NTSYSAPI NTSTATUS NTAPI NtTerminateProcess(HANDLE process, NTSTATUS status);
NTSYSAPI PVOID NTAPI RtlGetCurrentPeb(void);
