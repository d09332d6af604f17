#pragma once

/*
 * Processes and threads
 *
 * A process is an object here from the moment it attaches to the daemon until it has ended and its
 * last handle is closed. Its client id is the daemon's and not Linux's. Threads are in ntthread.h.
 * What holds for all services stands at the top of ntobapi.h.
 */

#include "ntdef.h"
#include "ntsecurity.h"
#include "ntthread.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Those that are answered; the others have their numbers too. */
typedef enum _PROCESSINFOCLASS {
        ProcessBasicInformation = 0,
        ProcessVmCounters = 3,
        ProcessTimes = 4,
        ProcessDebugPort = 7,
        ProcessDefaultHardErrorMode = 12,
        ProcessPriorityClass = 18,
        ProcessHandleCount = 20,
        ProcessPriorityBoost = 22,
        ProcessSessionInformation = 24,
        ProcessWow64Information = 26,
        ProcessImageFileName = 27,
        ProcessBreakOnTermination = 29,
        ProcessDebugObjectHandle = 30,
        ProcessDebugFlags = 31,
        ProcessCookie = 36,
        ProcessImageFileNameWin32 = 43,
        ProcessCommandLineInformation = 60,
        MaxProcessInfoClass = 128, /* one past the last of Windows 11 or a few more */
} PROCESSINFOCLASS;

typedef struct _PROCESS_BASIC_INFORMATION {
        NTSTATUS ExitStatus;
        PVOID PebBaseAddress;
        ULONG_PTR AffinityMask;
        KPRIORITY BasePriority;
        ULONG_PTR UniqueProcessId;
        ULONG_PTR InheritedFromUniqueProcessId;
} PROCESS_BASIC_INFORMATION, *PPROCESS_BASIC_INFORMATION;

typedef struct _VM_COUNTERS {
        SIZE_T PeakVirtualSize;
        SIZE_T VirtualSize;
        ULONG PageFaultCount;
        SIZE_T PeakWorkingSetSize;
        SIZE_T WorkingSetSize;
        SIZE_T QuotaPeakPagedPoolUsage;
        SIZE_T QuotaPagedPoolUsage;
        SIZE_T QuotaPeakNonPagedPoolUsage;
        SIZE_T QuotaNonPagedPoolUsage;
        SIZE_T PagefileUsage;
        SIZE_T PeakPagefileUsage;
} VM_COUNTERS, *PVM_COUNTERS;

#define PROCESS_PRIORITY_CLASS_NORMAL 2

typedef struct _PROCESS_PRIORITY_CLASS {
        BOOLEAN Foreground;
        UCHAR PriorityClass;
} PROCESS_PRIORITY_CLASS, *PPROCESS_PRIORITY_CLASS;

typedef struct _PROCESS_SESSION_INFORMATION {
        ULONG SessionId;
} PROCESS_SESSION_INFORMATION, *PPROCESS_SESSION_INFORMATION;

/**
 * NtOpenProcess() - open a process
 * @ProcessHandle:    gets the handle; 0 on failure
 * @DesiredAccess:    PROCESS_ rights, standard and generic ones; MAXIMUM_ALLOWED
 * @ObjectAttributes: of the handle: OBJ_INHERIT, and OBJ_KERNEL_HANDLE from the kernel. Nothing
 *                    else in it is looked at, but that ObjectName is NULL: processes have no names
 * @ClientId:         UniqueProcess, of which the low two bits are ignored; UniqueThread is 0
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_INVALID_PARAMETER_MIX with a name, or
 * without a @ClientId (as Microsoft documents); STATUS_INVALID_CID if there is no such process, and
 * for any UniqueThread; STATUS_INVALID_PARAMETER for OBJ_PERMANENT, OBJ_EXCLUSIVE and OBJ_OPENIF,
 * which processes refuse; STATUS_ACCESS_DENIED, also for no access wanted (Wine's tests of ntdll);
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtOpenProcess(PHANDLE ProcessHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PCLIENT_ID ClientId);
NTSTATUS NTAPI ZwOpenProcess(PHANDLE ProcessHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PCLIENT_ID ClientId);

/**
 * NtQueryInformationProcess() - what is known of a process
 * @ProcessHandle:            NtCurrentProcess(), or a handle with PROCESS_QUERY_LIMITED_INFORMATION
 * @ProcessInformationClass:  of every process: ProcessBasicInformation, ProcessHandleCount (ULONG),
 *                            ProcessSessionInformation; and what is the same for all here:
 *                            ProcessPriorityClass (normal), ProcessPriorityBoost (ULONG: 0),
 *                            ProcessWow64Information (ULONG_PTR: 0), ProcessBreakOnTermination
 *                            (ULONG: 0), ProcessDebugPort (HANDLE: 0), ProcessDebugFlags (ULONG:
 * 1). Of the calling process only: ProcessVmCounters, ProcessTimes, ProcessDefaultHardErrorMode,
 * ProcessCookie (ULONG); ProcessImageFileName, ProcessImageFileNameWin32 and
 *                            ProcessCommandLineInformation: a UNICODE_STRING, and its units
 * @ProcessInformation:       gets it
 * @ProcessInformationLength: exactly that of the structure; for a string, room for it
 * @ReturnLength:             gets that length, on failure too; may be NULL
 *
 * In basic information ExitStatus is STATUS_PENDING while the process runs; PebBaseAddress is that
 * of the calling process in the host of a Windows program, else NULL; BasePriority is 8, that of
 * every process whose priority nobody has changed; AffinityMask says on which of the first 64
 * processors the calling process may run, and is 0 for another process.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT (to 4 bytes);
 * STATUS_NOT_IMPLEMENTED for other classes, STATUS_INVALID_INFO_CLASS for what is none;
 * STATUS_INFO_LENGTH_MISMATCH; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH;
 * STATUS_ACCESS_DENIED; STATUS_PORT_NOT_SET for ProcessDebugObjectHandle, since nothing is debugged
 * here; STATUS_NOT_SUPPORTED for what is told of the calling process only, but
 * STATUS_INVALID_PARAMETER for a cookie; STATUS_SUCCESS. (Wine's tests of ntdll; order as in
 * ReactOS.)
 */
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE ProcessHandle,
                PROCESSINFOCLASS ProcessInformationClass,
                PVOID ProcessInformation,
                ULONG ProcessInformationLength,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQueryInformationProcess(HANDLE ProcessHandle,
                PROCESSINFOCLASS ProcessInformationClass,
                PVOID ProcessInformation,
                ULONG ProcessInformationLength,
                PULONG ReturnLength);

/**
 * NtSetInformationProcess() - change a process
 * @ProcessHandle:            NtCurrentProcess(), or a handle to it with PROCESS_SET_INFORMATION
 * @ProcessInformationClass:  ProcessDefaultHardErrorMode (ULONG); ProcessPriorityClass, of which
 *                            there is but the normal one
 * @ProcessInformation:       it
 * @ProcessInformationLength: exactly that of the structure
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_NOT_IMPLEMENTED for other classes,
 * STATUS_INVALID_INFO_CLASS for what is none; STATUS_INFO_LENGTH_MISMATCH; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_NOT_SUPPORTED for another process and
 * for another priority; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtSetInformationProcess(HANDLE ProcessHandle,
                PROCESSINFOCLASS ProcessInformationClass,
                PVOID ProcessInformation,
                ULONG ProcessInformationLength);
NTSTATUS NTAPI ZwSetInformationProcess(HANDLE ProcessHandle,
                PROCESSINFOCLASS ProcessInformationClass,
                PVOID ProcessInformation,
                ULONG ProcessInformationLength);

/**
 * NtTerminateProcess() - end a process
 * @ProcessHandle: NtCurrentProcess(), or a handle with PROCESS_TERMINATE. NULL: all threads of this
 *                 process but the calling one stop where they are; only the host of a Windows
 *                 program can do that
 * @ExitStatus:    what others see of it; Linux gets its low 8 bits
 *
 * The calling process ends at once: nothing that it registered with atexit() runs. Another one gets
 * SIGKILL from the daemon.
 *
 * Return: STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED, also if the
 * daemon may not; STATUS_PROCESS_IS_TERMINATING; STATUS_NOT_SUPPORTED for NULL in a native program,
 * and for a process that the daemon cannot see; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI ZwTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus);

/* Tells the DLLs of a Windows program, and ends the process. A native one runs what it registered
 * with atexit(), as exit() does. */
VOID NTAPI RtlExitUserProcess(NTSTATUS ExitStatus) __attribute__((__noreturn__));

/**
 * NtFlushInstructionCache() - what was written is what runs
 * @ProcessHandle: NtCurrentProcess(), or a handle with PROCESS_VM_WRITE
 *
 * On x86-64 that is always so, in other processes too. Return: STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtFlushInstructionCache(HANDLE ProcessHandle, PVOID BaseAddress, SIZE_T Length);
NTSTATUS NTAPI ZwFlushInstructionCache(HANDLE ProcessHandle, PVOID BaseAddress, SIZE_T Length);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
