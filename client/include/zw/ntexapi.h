#pragma once

/*
 * Time, and what is known of the system
 *
 * Nothing here asks the daemon, but SystemProcessInformation. What holds for all services stands at
 * the top of ntobapi.h.
 */

#include "ntdef.h"
#include "ntsecurity.h"
#include "nttypes.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The time in units of 100 ns since 1601. Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION,
 * STATUS_DATATYPE_MISALIGNMENT (to 4 bytes). */
NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER SystemTime);
NTSTATUS NTAPI ZwQuerySystemTime(PLARGE_INTEGER SystemTime);

/* Return: STATUS_ACCESS_VIOLATION, or STATUS_PRIVILEGE_NOT_HELD: nobody sets Linux's clock here. */
NTSTATUS NTAPI NtSetSystemTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER PreviousTime);
NTSTATUS NTAPI ZwSetSystemTime(PLARGE_INTEGER SystemTime, PLARGE_INTEGER PreviousTime);

/**
 * NtQueryPerformanceCounter() - time that nobody sets
 * @PerformanceCounter:   gets it
 * @PerformanceFrequency: gets 10,000,000, its steps in a second, as on Windows 10; may be NULL
 * Return: STATUS_SUCCESS, STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT (to 4 bytes).
 */
NTSTATUS NTAPI NtQueryPerformanceCounter(
                PLARGE_INTEGER PerformanceCounter, PLARGE_INTEGER PerformanceFrequency);
NTSTATUS NTAPI ZwQueryPerformanceCounter(
                PLARGE_INTEGER PerformanceCounter, PLARGE_INTEGER PerformanceFrequency);

/* Milliseconds since the system started, with the time that it slept. */
ULONG NTAPI NtGetTickCount(VOID);

/* The same as the services, without a status. Return: TRUE. */
LOGICAL NTAPI RtlQueryPerformanceCounter(PLARGE_INTEGER PerformanceCounter);
LOGICAL NTAPI RtlQueryPerformanceFrequency(PLARGE_INTEGER PerformanceFrequency);
LONGLONG NTAPI RtlGetSystemTimePrecise(VOID);

/* Units of 100 ns since the system started, without the time that it slept. Return: TRUE. */
BOOLEAN NTAPI RtlQueryUnbiasedInterruptTime(PLARGE_INTEGER InterruptTime);

/**
 * NtQueryTimerResolution() - how often the clock ticks, in units of 100 ns
 * @MaximumTime: gets 156,250, the slowest
 * @MinimumTime: gets 5,000, the fastest
 * @CurrentTime: gets what NtSetTimerResolution() made of it
 *
 * Waits end sooner after their time than any of these says: Linux's clocks do not tick.
 *
 * Return: STATUS_SUCCESS, STATUS_ACCESS_VIOLATION.
 */
NTSTATUS NTAPI NtQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime);
NTSTATUS NTAPI ZwQueryTimerResolution(PULONG MaximumTime, PULONG MinimumTime, PULONG CurrentTime);

/**
 * NtSetTimerResolution() - want the clock to tick as often
 * @DesiredTime:   in units of 100 ns, made to fit between 5,000 and 156,250
 * @SetResolution: FALSE takes the wish back
 * @ActualTime:    gets how often it ticks
 *
 * Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION; STATUS_TIMER_RESOLUTION_NOT_SET if there is no
 * wish to be taken back.
 */
NTSTATUS NTAPI NtSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution, PULONG ActualTime);
NTSTATUS NTAPI ZwSetTimerResolution(ULONG DesiredTime, BOOLEAN SetResolution, PULONG ActualTime);

/* Those that are answered; the others have their numbers too. */
typedef enum _SYSTEM_INFORMATION_CLASS {
        SystemBasicInformation = 0,
        SystemProcessorInformation = 1,
        SystemPerformanceInformation = 2,
        SystemTimeOfDayInformation = 3,
        SystemProcessInformation = 5,
        SystemProcessorPerformanceInformation = 8,
        SystemFlagsInformation = 9,
        SystemTimeAdjustmentInformation = 28,
        SystemKernelDebuggerInformation = 35,
        SystemRangeStartInformation = 50,
        SystemRecommendedSharedDataAlignment = 58,
        SystemEmulationBasicInformation = 62,
        SystemEmulationProcessorInformation = 63,
        SystemLogicalProcessorInformation = 73, /* not answered; for NtQuerySystemInformationEx() */
        SystemCodeIntegrityInformation = 103,
        SystemLogicalProcessorAndGroupInformation = 107, /* as 73 */
        SystemKernelDebuggerInformationEx = 149,
        MaxSystemInfoClass = 256, /* one past the last of Windows 11 or a few more */
} SYSTEM_INFORMATION_CLASS;

typedef struct _SYSTEM_BASIC_INFORMATION {
        ULONG Reserved;
        ULONG MaximumIncrement; /* 156,250, the slowest timer resolution */
        ULONG PhysicalPageSize;
        ULONG NumberOfPhysicalPages;
        ULONG LowestPhysicalPage;
        ULONG HighestPhysicalPage;
        ULONG AllocationGranularity;
        ULONG_PTR LowestUserAddress;
        ULONG_PTR HighestUserAddress;
        ULONG_PTR ActiveProcessors; /* the first 64 of those that this process may use */
        CCHAR NumberOfProcessors;   /* in the mask */
} SYSTEM_BASIC_INFORMATION, *PSYSTEM_BASIC_INFORMATION;

typedef struct _SYSTEM_PROCESSOR_INFORMATION {
        USHORT ProcessorArchitecture; /* 9: x64 */
        USHORT ProcessorLevel;        /* family */
        USHORT ProcessorRevision;     /* model, stepping */
        USHORT MaximumProcessors;
        ULONG FeatureBits;
} SYSTEM_PROCESSOR_INFORMATION, *PSYSTEM_PROCESSOR_INFORMATION;

typedef struct _SYSTEM_PERFORMANCE_INFORMATION {
        LARGE_INTEGER IdleTime; /* of all processors */
        LARGE_INTEGER ReadTransferCount;
        LARGE_INTEGER WriteTransferCount;
        LARGE_INTEGER OtherTransferCount;
        ULONG ReadOperationCount;
        ULONG WriteOperationCount;
        ULONG OtherOperationCount;
        ULONG AvailablePages;
        ULONG TotalCommittedPages;
        ULONG TotalCommitLimit;
        ULONG PeakCommitment;
        ULONG Reserved[63];          /* 0 */
        ULONGLONG CcTotalDirtyPages; /* this and the following since Windows 10; 0 */
        ULONGLONG CcDirtyPageThreshold;
        LONGLONG ResidentAvailablePages;
        ULONGLONG SharedCommittedPages;
} SYSTEM_PERFORMANCE_INFORMATION, *PSYSTEM_PERFORMANCE_INFORMATION;

typedef struct _SYSTEM_TIMEOFDAY_INFORMATION {
        LARGE_INTEGER BootTime;
        LARGE_INTEGER CurrentTime;
        LARGE_INTEGER TimeZoneBias; /* what is to be added to local time */
        ULONG CurrentTimeZoneId;    /* 2 in summer time, 1 otherwise */
        ULONG Reserved;
        ULONGLONG BootTimeBias;
        ULONGLONG SleepTimeBias;
} SYSTEM_TIMEOFDAY_INFORMATION, *PSYSTEM_TIMEOFDAY_INFORMATION;

typedef struct _SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION {
        LARGE_INTEGER IdleTime;
        LARGE_INTEGER KernelTime; /* with IdleTime */
        LARGE_INTEGER UserTime;
        LARGE_INTEGER Reserved1[2]; /* time of DPCs and interrupts */
        ULONG Reserved2;            /* interrupts: 0 */
} SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION, *PSYSTEM_PROCESSOR_PERFORMANCE_INFORMATION;

typedef struct _SYSTEM_TIME_ADJUSTMENT_INFORMATION {
        ULONG TimeAdjustment;
        ULONG TimeIncrement;
        BOOLEAN Enable;
} SYSTEM_TIME_ADJUSTMENT_INFORMATION, *PSYSTEM_TIME_ADJUSTMENT_INFORMATION;

typedef struct _SYSTEM_KERNEL_DEBUGGER_INFORMATION {
        BOOLEAN KernelDebuggerEnabled;
        BOOLEAN KernelDebuggerNotPresent;
} SYSTEM_KERNEL_DEBUGGER_INFORMATION, *PSYSTEM_KERNEL_DEBUGGER_INFORMATION;

typedef struct _SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX {
        BOOLEAN DebuggerAllowed;
        BOOLEAN DebuggerEnabled;
        BOOLEAN DebuggerPresent;
} SYSTEM_KERNEL_DEBUGGER_INFORMATION_EX, *PSYSTEM_KERNEL_DEBUGGER_INFORMATION_EX;

typedef struct _SYSTEM_CODEINTEGRITY_INFORMATION {
        ULONG Length;               /* 8; to be set by the caller */
        ULONG CodeIntegrityOptions; /* 0: nothing checks signatures */
} SYSTEM_CODEINTEGRITY_INFORMATION, *PSYSTEM_CODEINTEGRITY_INFORMATION;

typedef struct _SYSTEM_THREAD_INFORMATION {
        LARGE_INTEGER KernelTime;
        LARGE_INTEGER UserTime;
        LARGE_INTEGER CreateTime;
        ULONG WaitTime;
        PVOID StartAddress;
        CLIENT_ID ClientId;
        LONG Priority;
        LONG BasePriority;
        ULONG ContextSwitches;
        ULONG ThreadState;
        ULONG WaitReason;
} SYSTEM_THREAD_INFORMATION, *PSYSTEM_THREAD_INFORMATION;

typedef struct _SYSTEM_PROCESS_INFORMATION {
        ULONG NextEntryOffset;
        ULONG NumberOfThreads;
        LARGE_INTEGER WorkingSetPrivateSize;
        ULONG HardFaultCount;
        ULONG NumberOfThreadsHighWatermark;
        ULONGLONG CycleTime;
        LARGE_INTEGER CreateTime;
        LARGE_INTEGER UserTime;
        LARGE_INTEGER KernelTime;
        UNICODE_STRING ImageName;
        LONG BasePriority;
        HANDLE UniqueProcessId;
        HANDLE InheritedFromUniqueProcessId;
        ULONG HandleCount;
        ULONG SessionId;
        ULONG_PTR UniqueProcessKey;
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
        SIZE_T PrivatePageCount;
        LARGE_INTEGER ReadOperationCount;
        LARGE_INTEGER WriteOperationCount;
        LARGE_INTEGER OtherOperationCount;
        LARGE_INTEGER ReadTransferCount;
        LARGE_INTEGER WriteTransferCount;
        LARGE_INTEGER OtherTransferCount;
} SYSTEM_PROCESS_INFORMATION, *PSYSTEM_PROCESS_INFORMATION;

/**
 * NtQuerySystemInformation() - what is known of the system
 * @SystemInformationClass:  one of those above
 * @SystemInformation:       gets it
 * @SystemInformationLength: exactly that of the structure for SystemBasicInformation,
 *                           SystemTimeAdjustmentInformation, SystemRangeStartInformation and
 *                           SystemCodeIntegrityInformation; 48 or less for
 *                           SystemTimeOfDayInformation, which is cut; room for one or more
 *                           processors for SystemProcessorPerformanceInformation; at least that of
 *                           the structure for the others
 * @ReturnLength:            gets how much was written, or, too little room given, would be; may be
 *                           NULL
 *
 * SystemProcessInformation lists the calling process only, with its threads behind it
 * (SYSTEM_THREAD_INFORMATION) and then its name. ThreadState is 5, waiting, for threads that do not
 * run, and their WaitReason 0. Times and sizes are Linux's; a field that Linux has nothing for is
 * 0.
 *
 * Return, in this order: STATUS_ACCESS_VIOLATION; STATUS_DATATYPE_MISALIGNMENT (to 4 bytes);
 * STATUS_NOT_IMPLEMENTED for other classes, STATUS_INVALID_INFO_CLASS for what is none;
 * STATUS_INFO_LENGTH_MISMATCH; STATUS_SUCCESS. (Wine's tests of ntdll.)
 */
NTSTATUS NTAPI NtQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                PVOID SystemInformation,
                ULONG SystemInformationLength,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQuerySystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                PVOID SystemInformation,
                ULONG SystemInformationLength,
                PULONG ReturnLength);

/**
 * NtQuerySystemInformationEx() - what is known of a part of the system
 *
 * No class is answered. Return: STATUS_INVALID_PARAMETER without input; STATUS_NOT_IMPLEMENTED for
 * SystemLogicalProcessorInformation and SystemLogicalProcessorAndGroupInformation;
 * STATUS_INVALID_INFO_CLASS for those that take no input.
 */
NTSTATUS NTAPI NtQuerySystemInformationEx(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                PVOID InputBuffer,
                ULONG InputBufferLength,
                PVOID SystemInformation,
                ULONG SystemInformationLength,
                PULONG ReturnLength);
NTSTATUS NTAPI ZwQuerySystemInformationEx(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                PVOID InputBuffer,
                ULONG InputBufferLength,
                PVOID SystemInformation,
                ULONG SystemInformationLength,
                PULONG ReturnLength);

/* Return: STATUS_NOT_IMPLEMENTED; STATUS_INVALID_INFO_CLASS for what is no class. */
NTSTATUS NTAPI NtSetSystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                PVOID SystemInformation,
                ULONG SystemInformationLength);
NTSTATUS NTAPI ZwSetSystemInformation(SYSTEM_INFORMATION_CLASS SystemInformationClass,
                PVOID SystemInformation,
                ULONG SystemInformationLength);

/* Whether the processor can do what one of the PF_ numbers of <winnt.h> stands for; FALSE for those
 * of other processors. */
BOOLEAN NTAPI RtlIsProcessorFeaturePresent(ULONG ProcessorFeature);

/* Which of the extended states in @FeatureMask (XSAVE's) Linux has enabled. */
ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask);

/* A number that no other call on this machine gets until it restarts. Return: STATUS_SUCCESS,
 * STATUS_ACCESS_VIOLATION. */
NTSTATUS NTAPI NtAllocateLocallyUniqueId(PLUID Luid);
NTSTATUS NTAPI ZwAllocateLocallyUniqueId(PLUID Luid);

/**
 * NtAllocateUuids() - numbers to make UUIDs of, by time
 * @Time:     gets the first time stamp of the range, in units of 100 ns since 15 October 1582
 * @Range:    gets how many time stamps the caller may use
 * @Sequence: gets the clock sequence, 14 bits, random for each process
 * @Seed:     gets the 6 bytes of the node: random for each process, with the bit set that no
 *            network card has (RFC 4122, 4.5)
 *
 * Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION; STATUS_RETRY if the clock has not moved since
 * the last range.
 */
NTSTATUS NTAPI NtAllocateUuids(PULARGE_INTEGER Time, PULONG Range, PULONG Sequence, PCHAR Seed);
NTSTATUS NTAPI ZwAllocateUuids(PULARGE_INTEGER Time, PULONG Range, PULONG Sequence, PCHAR Seed);

/* The language of everything here is English, of the United States: 0x0409. Return: STATUS_SUCCESS,
 * STATUS_ACCESS_VIOLATION. */
NTSTATUS NTAPI NtQueryDefaultLocale(BOOLEAN UserProfile, PLCID DefaultLocaleId);
NTSTATUS NTAPI ZwQueryDefaultLocale(BOOLEAN UserProfile, PLCID DefaultLocaleId);
NTSTATUS NTAPI NtQueryDefaultUILanguage(LANGID *DefaultUILanguageId);
NTSTATUS NTAPI ZwQueryDefaultUILanguage(LANGID *DefaultUILanguageId);
NTSTATUS NTAPI NtQueryInstallUILanguage(LANGID *InstallUILanguageId);
NTSTATUS NTAPI ZwQueryInstallUILanguage(LANGID *InstallUILanguageId);

/**
 * NtDisplayString() - show text where a native program of Windows has the boot screen
 * @String: goes to the process's standard output, as UTF-8
 *
 * Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION, STATUS_DATATYPE_MISALIGNMENT;
 * STATUS_INVALID_PARAMETER for an odd length; STATUS_NO_MEMORY; why it could not be written.
 */
NTSTATUS NTAPI NtDisplayString(PUNICODE_STRING String);
NTSTATUS NTAPI ZwDisplayString(PUNICODE_STRING String);

typedef enum _HARDERROR_RESPONSE_OPTION {
        OptionAbortRetryIgnore,
        OptionOk,
        OptionOkCancel,
        OptionRetryCancel,
        OptionYesNo,
        OptionYesNoCancel,
        OptionShutdownSystem,
        OptionOkNoWait,
        OptionCancelTryContinue,
} HARDERROR_RESPONSE_OPTION;

typedef enum _HARDERROR_RESPONSE {
        ResponseReturnToCaller,
        ResponseNotHandled,
        ResponseAbort,
        ResponseCancel,
        ResponseIgnore,
        ResponseNo,
        ResponseOk,
        ResponseRetry,
        ResponseYes,
        ResponseTryAgain,
        ResponseContinue,
} HARDERROR_RESPONSE;

/**
 * NtRaiseHardError() - tell the user of an error
 * @ErrorStatus:                what happened
 * @NumberOfParameters:         at most 4
 * @UnicodeStringParameterMask: which of them are strings
 * @Parameters:                 read, and shown to nobody
 * @ValidResponseOptions:       a HARDERROR_RESPONSE_OPTION
 * @Response:                   gets ResponseReturnToCaller: nobody is there to answer
 *
 * Return: STATUS_INVALID_PARAMETER_2; STATUS_INVALID_PARAMETER_4 for parameters that are not there;
 * STATUS_INVALID_PARAMETER_5; STATUS_ACCESS_VIOLATION; STATUS_PRIVILEGE_NOT_HELD for
 * OptionShutdownSystem; STATUS_SUCCESS.
 */
NTSTATUS NTAPI NtRaiseHardError(NTSTATUS ErrorStatus,
                ULONG NumberOfParameters,
                ULONG UnicodeStringParameterMask,
                PULONG_PTR Parameters,
                ULONG ValidResponseOptions,
                PULONG Response);
NTSTATUS NTAPI ZwRaiseHardError(NTSTATUS ErrorStatus,
                ULONG NumberOfParameters,
                ULONG UnicodeStringParameterMask,
                PULONG_PTR Parameters,
                ULONG ValidResponseOptions,
                PULONG Response);

typedef enum _SHUTDOWN_ACTION {
        ShutdownNoReboot,
        ShutdownReboot,
        ShutdownPowerOff,
} SHUTDOWN_ACTION;

/* Return: STATUS_INVALID_PARAMETER for no action, or STATUS_PRIVILEGE_NOT_HELD. */
NTSTATUS NTAPI NtShutdownSystem(SHUTDOWN_ACTION Action);
NTSTATUS NTAPI ZwShutdownSystem(SHUTDOWN_ACTION Action);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
