#pragma once

/*
 * Threads
 *
 * A thread is Linux's. It becomes an object when somebody wants a handle on it, and then ends for
 * those who have one when it ends on Linux, however it does. Its client id is four times Linux's
 * number. What holds for all services stands at the top of ntobapi.h; each has a Zw twin and, in
 * zw.h, an entry with the ordinary calling convention.
 */

#include "ntdef.h"
#include "ntsecurity.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef LONG KPRIORITY, *PKPRIORITY;

/* Those that are answered; the others have their numbers too. */
typedef enum _THREADINFOCLASS {
        ThreadBasicInformation = 0,
        ThreadTimes = 1,
        ThreadAffinityMask = 4,
        ThreadImpersonationToken = 5,
        ThreadQuerySetWin32StartAddress = 9,
        ThreadZeroTlsCell = 10,
        ThreadAmILastThread = 12,
        ThreadHideFromDebugger = 17,
        ThreadIsTerminated = 20,
        ThreadSuspendCount = 35,
        ThreadNameInformation = 38,
        MaxThreadInfoClass = 64, /* one past the last of Windows 11 or a few more */
} THREADINFOCLASS;

typedef struct _THREAD_BASIC_INFORMATION {
        NTSTATUS ExitStatus;
        PVOID TebBaseAddress;
        CLIENT_ID ClientId;
        ULONG_PTR AffinityMask;
        KPRIORITY Priority;
        LONG BasePriority;
} THREAD_BASIC_INFORMATION, *PTHREAD_BASIC_INFORMATION;

/* Of a process too. In 100 ns; the first two since 1601. */
typedef struct _KERNEL_USER_TIMES {
        LARGE_INTEGER CreateTime;
        LARGE_INTEGER ExitTime;
        LARGE_INTEGER KernelTime;
        LARGE_INTEGER UserTime;
} KERNEL_USER_TIMES, *PKERNEL_USER_TIMES;

typedef struct _THREAD_NAME_INFORMATION {
        UNICODE_STRING ThreadName;
} THREAD_NAME_INFORMATION, *PTHREAD_NAME_INFORMATION;

#define THREAD_CREATE_FLAGS_CREATE_SUSPENDED      0x00000001u
#define THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH    0x00000002u
#define THREAD_CREATE_FLAGS_HIDE_FROM_DEBUGGER    0x00000004u
#define THREAD_CREATE_FLAGS_LOADER_WORKER         0x00000010u
#define THREAD_CREATE_FLAGS_SKIP_LOADER_INIT      0x00000020u
#define THREAD_CREATE_FLAGS_BYPASS_PROCESS_FREEZE 0x00000040u

#define PS_ATTRIBUTE_CLIENT_ID   0x00010003u
#define PS_ATTRIBUTE_TEB_ADDRESS 0x00010004u

typedef struct _PS_ATTRIBUTE {
        ULONG_PTR Attribute;
        SIZE_T Size;
        __extension__ union {
                ULONG_PTR Value;
                PVOID ValuePtr;
        };
        PSIZE_T ReturnLength;
} PS_ATTRIBUTE, *PPS_ATTRIBUTE;

typedef struct _PS_ATTRIBUTE_LIST {
        SIZE_T TotalLength;
        PS_ATTRIBUTE Attributes[1];
} PS_ATTRIBUTE_LIST, *PPS_ATTRIBUTE_LIST;

typedef NTSTATUS(NTAPI *PUSER_THREAD_START_ROUTINE)(PVOID ThreadParameter);

/**
 * NtCreateThreadEx() - begin a thread of this process
 * @ThreadHandle:     gets a handle; 0 on failure
 * @DesiredAccess:    THREAD_ rights, standard and generic ones; MAXIMUM_ALLOWED
 * @ObjectAttributes: of the handle, or NULL; ObjectName is NULL: threads have no names
 * @ProcessHandle:    NtCurrentProcess(), or a handle to it with PROCESS_CREATE_THREAD
 * @StartRoutine:     what the thread runs; what it returns is its exit status
 * @Argument:         its argument
 * @CreateFlags:      THREAD_CREATE_FLAGS_CREATE_SUSPENDED: begin with a suspend count of 1;
 *                    THREAD_CREATE_FLAGS_SKIP_THREAD_ATTACH: DLLs are not told;
 *                    THREAD_CREATE_FLAGS_HIDE_FROM_DEBUGGER
 * @ZeroBits:         0; where a stack lies cannot be chosen
 * @StackSize:        what of the stack is committed: all of it is, whatever this says
 * @MaximumStackSize: its size; 0: 1 MiB, or in a native program what Linux's limit says
 * @AttributeList:    PS_ATTRIBUTE_CLIENT_ID and PS_ATTRIBUTE_TEB_ADDRESS, which are filled in; or
 *                    NULL
 *
 * Return: STATUS_ACCESS_VIOLATION; STATUS_INVALID_PARAMETER for other flags or attributes, a list
 * of odd length, or a name; STATUS_NOT_SUPPORTED for another process, ZeroBits, and flags of
 * Windows's loader; STATUS_NO_MEMORY, STATUS_INSUFFICIENT_RESOURCES if Linux gives no thread;
 * STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED for @ProcessHandle;
 * STATUS_QUOTA_EXCEEDED; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtCreateThreadEx(PHANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                HANDLE ProcessHandle,
                PVOID StartRoutine,
                PVOID Argument,
                ULONG CreateFlags,
                SIZE_T ZeroBits,
                SIZE_T StackSize,
                SIZE_T MaximumStackSize,
                PPS_ATTRIBUTE_LIST AttributeList);
NTSTATUS NTAPI ZwCreateThreadEx(PHANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                HANDLE ProcessHandle,
                PVOID StartRoutine,
                PVOID Argument,
                ULONG CreateFlags,
                SIZE_T ZeroBits,
                SIZE_T StackSize,
                SIZE_T MaximumStackSize,
                PPS_ATTRIBUTE_LIST AttributeList);

/**
 * RtlCreateUserThread() - the same, simpler
 * @ThreadSecurityDescriptor: NULL; STATUS_NOT_SUPPORTED otherwise
 * @ThreadHandle:             gets a handle with all rights, or NULL: no handle is made, and no
 *                            message sent
 * @ClientId:                 gets the thread's ids, or NULL
 */
NTSTATUS NTAPI RtlCreateUserThread(HANDLE ProcessHandle,
                PVOID ThreadSecurityDescriptor,
                BOOLEAN CreateSuspended,
                ULONG ZeroBits,
                SIZE_T MaximumStackSize,
                SIZE_T CommittedStackSize,
                PVOID StartAddress,
                PVOID Parameter,
                PHANDLE ThreadHandle,
                PCLIENT_ID ClientId);

/**
 * NtOpenThread() - open a thread
 * @ThreadHandle:     gets the handle; 0 on failure
 * @DesiredAccess:    THREAD_ rights, standard and generic ones; MAXIMUM_ALLOWED
 * @ObjectAttributes: as for NtOpenProcess()
 * @ClientId:         UniqueThread; and UniqueProcess, or 0 for whichever has the thread
 *
 * A thread of another process is found only if the daemon sees the same numbers of Linux's as that
 * process: not across pid namespaces.
 *
 * Return: as NtOpenProcess(); STATUS_INVALID_CID if there is no such thread in that process.
 */
NTSTATUS NTAPI NtOpenThread(PHANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PCLIENT_ID ClientId);
NTSTATUS NTAPI ZwOpenThread(PHANDLE ThreadHandle,
                ACCESS_MASK DesiredAccess,
                POBJECT_ATTRIBUTES ObjectAttributes,
                PCLIENT_ID ClientId);

/**
 * NtTerminateThread() - end a thread
 * @ThreadHandle: NtCurrentThread(), or a handle with THREAD_TERMINATE; NULL is the calling thread
 * @ExitStatus:   what others see of it
 *
 * The calling thread ends without a word to DLLs. One that was made suspended and has not begun
 * never will. Another one that runs cannot be ended: Linux has no such call.
 *
 * Return: STATUS_CANT_TERMINATE_SELF for NULL in the last thread; STATUS_INVALID_HANDLE,
 * STATUS_OBJECT_TYPE_MISMATCH, STATUS_ACCESS_DENIED; STATUS_SUCCESS; STATUS_NOT_SUPPORTED for
 * another thread that has begun.
 */
NTSTATUS NTAPI NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus);
NTSTATUS NTAPI ZwTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus);

/* Ends the calling thread after DLLs have been told, and with the last one the process. */
VOID NTAPI RtlExitUserThread(NTSTATUS ExitStatus) __attribute__((__noreturn__));

/**
 * NtSuspendThread(), NtResumeThread() - count up and down what keeps a thread from running
 * @ThreadHandle:         a handle with THREAD_SUSPEND_RESUME, or NtCurrentThread()
 * @PreviousSuspendCount: gets the count before; may be NULL
 *
 * A thread that has not begun can be suspended, and a thread itself; it returns when others have
 * resumed it.
 *
 * Return: STATUS_ACCESS_VIOLATION; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_ACCESS_DENIED; STATUS_THREAD_IS_TERMINATING; STATUS_SUSPEND_COUNT_EXCEEDED above 127;
 * STATUS_NOT_SUPPORTED for a thread of another process, and to suspend another one that runs;
 * STATUS_SUCCESS, also for a thread whose count is 0 already.
 */
NTSTATUS NTAPI NtSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSTATUS NTAPI ZwSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSTATUS NTAPI NtResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);
NTSTATUS NTAPI ZwResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount);

/**
 * NtQueryInformationThread() - what is known of a thread
 * @ThreadHandle:            NtCurrentThread(), or a handle with THREAD_QUERY_LIMITED_INFORMATION or
 *                           THREAD_QUERY_INFORMATION; ThreadQuerySetWin32StartAddress,
 *                           ThreadAmILastThread and ThreadHideFromDebugger take the latter
 * @ThreadInformationClass:  ThreadBasicInformation; ThreadTimes; ThreadQuerySetWin32StartAddress
 *                           (PVOID); ThreadAmILastThread, ThreadIsTerminated, ThreadSuspendCount
 *                           (ULONG); ThreadHideFromDebugger (BOOLEAN); ThreadNameInformation
 * @ThreadInformation:       gets it
 * @ThreadInformationLength: exactly that of the structure; for a name, room for it
 * @ReturnLength:            gets the length, on failure too; may be NULL
 *
 * What only the thread's own process knows (all but ids, exit status and ThreadIsTerminated) is
 * STATUS_NOT_SUPPORTED for a thread of another process, but in ThreadBasicInformation it is 0.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT;
 * STATUS_NOT_IMPLEMENTED for other classes, STATUS_INVALID_INFO_CLASS for what is none;
 * STATUS_INFO_LENGTH_MISMATCH; STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH;
 * STATUS_ACCESS_DENIED; STATUS_BUFFER_TOO_SMALL for a name; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtQueryInformationThread(HANDLE ThreadHandle,
                THREADINFOCLASS ThreadInformationClass,
                PVOID ThreadInformation,
                ULONG ThreadInformationLength,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQueryInformationThread(HANDLE ThreadHandle,
                THREADINFOCLASS ThreadInformationClass,
                PVOID ThreadInformation,
                ULONG ThreadInformationLength,
                PULONG ReturnLength);

/**
 * NtSetInformationThread() - change a thread
 * @ThreadHandle:            NtCurrentThread(), or a handle with THREAD_SET_INFORMATION; for a name
 *                           THREAD_SET_LIMITED_INFORMATION will do
 * @ThreadInformationClass:  ThreadImpersonationToken (a HANDLE: the token to impersonate with, or
 *                           NULL to stop it); ThreadQuerySetWin32StartAddress (PVOID);
 *                           ThreadAffinityMask (ULONG_PTR); ThreadHideFromDebugger (nothing);
 *                           ThreadNameInformation; ThreadZeroTlsCell (ULONG: the TLS slot that is
 *                           0 from now on in all threads; @ThreadHandle is not looked at)
 * @ThreadInformation:       it
 * @ThreadInformationLength: of it
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT;
 * STATUS_NOT_IMPLEMENTED for other classes, STATUS_INVALID_INFO_CLASS for what is none;
 * STATUS_INFO_LENGTH_MISMATCH; STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH,
 * STATUS_ACCESS_DENIED; STATUS_INVALID_PARAMETER for a mask without a processor, a TLS slot that is
 * none, a name of odd length; STATUS_NOT_SUPPORTED for any token, since threads do not impersonate
 * here, for a thread of another process, and for TLS slots in a program without TEBs;
 * STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtSetInformationThread(HANDLE ThreadHandle,
                THREADINFOCLASS ThreadInformationClass,
                PVOID ThreadInformation,
                ULONG ThreadInformationLength);
NTSTATUS NTAPI ZwSetInformationThread(HANDLE ThreadHandle,
                THREADINFOCLASS ThreadInformationClass,
                PVOID ThreadInformation,
                ULONG ThreadInformationLength);

/**
 * NtDelayExecution() - wait
 * @Alertable:     there are no APCs yet: an alertable wait is one as any
 * @DelayInterval: in 100 ns: negative from now on, positive until then (since 1601), 0: let others
 *                 run
 *
 * Return: STATUS_ACCESS_VIOLATION; STATUS_SUCCESS. A wait until the end of time ends with the
 * process.
 */
NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval);
NTSTATUS NTAPI ZwDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER DelayInterval);

/* Lets others run. Always STATUS_SUCCESS: Linux does not say whether there were any. */
NTSTATUS NTAPI NtYieldExecution(VOID);
NTSTATUS NTAPI ZwYieldExecution(VOID);

/* The processor that the calling thread ran on a moment ago. */
ULONG NTAPI NtGetCurrentProcessorNumber(VOID);
ULONG NTAPI ZwGetCurrentProcessorNumber(VOID);

/* All other threads of the process have passed a memory barrier. */
VOID NTAPI NtFlushProcessWriteBuffers(VOID);
VOID NTAPI ZwFlushProcessWriteBuffers(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
