#pragma once

/*
 * Messages to a debugger
 *
 * There is none: they go to standard error, in one write a message. A message is cut off at 512
 * bytes, and then ends with a newline, as on Windows. Formats are Microsoft's without its
 * floating-point conversions: %I64d, %ws, %S, %Z (an ANSI_STRING), %wZ (a UNICODE_STRING), %p; wide
 * text becomes UTF-8.
 */

#include "ntdef.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* Levels: bits of a component's mask. Values from 32 up are masks themselves. */
#define DPFLTR_ERROR_LEVEL   0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL   2
#define DPFLTR_INFO_LEVEL    3
#define DPFLTR_MASK          0x80000000u

/* Components that are drivers' own, and the one without a name; any number up to 155 is one. */
typedef enum _DPFLTR_TYPE {
        DPFLTR_SYSTEM_ID = 0,
        DPFLTR_SMSS_ID = 1,
        DPFLTR_SETUP_ID = 2,
        DPFLTR_NTFS_ID = 3,
        DPFLTR_IHVDRIVER_ID = 77,
        DPFLTR_IHVVIDEO_ID = 78,
        DPFLTR_IHVAUDIO_ID = 79,
        DPFLTR_IHVNETWORK_ID = 80,
        DPFLTR_IHVSTREAMING_ID = 81,
        DPFLTR_IHVBUS_ID = 82,
        DPFLTR_RTLTHREADPOOL_ID = 84,
        DPFLTR_LDR_ID = 85,
        DPFLTR_DEFAULT_ID = 101,
} DPFLTR_TYPE;

/**
 * DbgPrint() - say something, whatever the masks are
 * @Format: units are bytes
 * Return: STATUS_SUCCESS, also if standard error takes nothing.
 */
ULONG NTAPI DbgPrint(PCSTR Format, ...);

/**
 * DbgPrintEx() - say something if the component's mask has its level
 * @ComponentId: 0 to 155; 0xFFFFFFFF for no component, which always speaks
 * @Level:       a bit's number, or from 32 up a mask; see NtSetDebugFilterState()
 * Return: STATUS_SUCCESS, said or not.
 */
ULONG NTAPI DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);

/* The same with a list of arguments, and with @Prefix before the text. */
ULONG NTAPI vDbgPrintEx(ULONG ComponentId, ULONG Level, PCCH Format, __builtin_ms_va_list arglist);
ULONG NTAPI vDbgPrintExWithPrefix(PCCH Prefix,
                ULONG ComponentId,
                ULONG Level,
                PCCH Format,
                __builtin_ms_va_list arglist);

/**
 * DbgPrompt() - ask whoever sits at the debugger
 * @Prompt:   is said
 * @Response: becomes empty
 * @Length:   of @Response in bytes
 * Return: 0, the length of the answer: nobody gives one.
 */
ULONG NTAPI DbgPrompt(PCCH Prompt, PCHAR Response, ULONG Length);

/**
 * NtQueryDebugFilterState() - whether a component speaks at a level
 * Return: 1 or 0 (not statuses that mean so); STATUS_INVALID_PARAMETER_1 if there is no such
 * component. At first components speak at level 0 only.
 */
NTSTATUS NTAPI NtQueryDebugFilterState(ULONG ComponentId, ULONG Level);
NTSTATUS NTAPI ZwQueryDebugFilterState(ULONG ComponentId, ULONG Level);
NTSTATUS NTAPI DbgQueryDebugFilterState(ULONG ComponentId, ULONG Level);

/**
 * NtSetDebugFilterState() - let a component speak at a level, or not
 * @ComponentId: 0xFFFFFFFF: the mask that counts for all components
 * Return: STATUS_SUCCESS; STATUS_ACCESS_DENIED without SeDebugPrivilege; STATUS_INVALID_PARAMETER_1
 * if there is no such component. On Windows masks are the system's, here each process has its own.
 */
NTSTATUS NTAPI NtSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State);
NTSTATUS NTAPI ZwSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State);
NTSTATUS NTAPI DbgSetDebugFilterState(ULONG ComponentId, ULONG Level, BOOLEAN State);

/* Breakpoints: the exception STATUS_BREAKPOINT, or in a native program SIGTRAP. */
VOID NTAPI DbgBreakPoint(VOID);
VOID NTAPI DbgUserBreakPoint(VOID);

/**
 * RtlAssert() - an assertion does not hold: says so, and breaks as DbgBreakPoint() does
 * @VoidFailedAssertion: its text
 * @VoidFileName:        where it stands
 * @LineNumber:          where it stands
 * @MutableMessage:      what to say about it, or NULL
 *
 * Windows asks at the debugger what to do; nobody can answer here.
 */
VOID NTAPI RtlAssert(PVOID VoidFailedAssertion,
                PVOID VoidFileName,
                ULONG LineNumber,
                PSTR MutableMessage);

#pragma GCC visibility pop

/* Of checked builds only. */
#if defined(DBG) && DBG
#define KdPrint(arguments)   DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define KdBreakPoint()       DbgBreakPoint()
#else
#define KdPrint(arguments)   ((void) 0)
#define KdPrintEx(arguments) ((void) 0)
#define KdBreakPoint()       ((void) 0)
#endif

#ifdef __cplusplus
}
#endif
