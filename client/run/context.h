#pragma once

/*
 * Exceptions as Windows lays them out
 *
 * EXCEPTION_RECORD and CONTEXT of x64, and how they are made of what a signal handler of Linux
 * gets, or of the registers of whoever calls.
 */

#include <ucontext.h>

#include "ntdef.h"

#define EXCEPTION_NONCONTINUABLE_FLAG 0x1u
#define EXCEPTION_SOFTWARE_FLAG       0x80u /* raised by a function, not by the processor */
#define EXCEPTION_PARAMETERS_MAX      15u

/* EXCEPTION_RECORD */
typedef struct ExceptionRecord ExceptionRecord;
struct ExceptionRecord {
        NTSTATUS code;
        ULONG flags;
        ExceptionRecord *nested;
        PVOID address;
        ULONG n_parameters;
        ULONG_PTR parameters[EXCEPTION_PARAMETERS_MAX];
};

_Static_assert(sizeof(ExceptionRecord) == 0x98, "EXCEPTION_RECORD");

#define CONTEXT_AMD64_BIT         0x00100000u
#define CONTEXT_CONTROL_PART      (CONTEXT_AMD64_BIT | 0x01u)
#define CONTEXT_INTEGER_PART      (CONTEXT_AMD64_BIT | 0x02u)
#define CONTEXT_SEGMENTS_PART     (CONTEXT_AMD64_BIT | 0x04u)
#define CONTEXT_FLOATING_PART     (CONTEXT_AMD64_BIT | 0x08u)
#define CONTEXT_FULL_PARTS        (CONTEXT_CONTROL_PART | CONTEXT_INTEGER_PART | CONTEXT_FLOATING_PART)
#define CONTEXT_FULL_AND_SEGMENTS (CONTEXT_FULL_PARTS | CONTEXT_SEGMENTS_PART)

/* The order of the sixteen integer registers in a CONTEXT, which is the processor's. */
typedef enum ContextRegister {
        CONTEXT_RAX,
        CONTEXT_RCX,
        CONTEXT_RDX,
        CONTEXT_RBX,
        CONTEXT_RSP,
        CONTEXT_RBP,
        CONTEXT_RSI,
        CONTEXT_RDI,
        CONTEXT_R8,
        CONTEXT_R9,
        CONTEXT_R10,
        CONTEXT_R11,
        CONTEXT_R12,
        CONTEXT_R13,
        CONTEXT_R14,
        CONTEXT_R15,
        CONTEXT_N_REGISTERS
} ContextRegister;

/* CONTEXT. Aligned to 16 bytes, as on Windows. */
typedef struct Context {
        ULONGLONG homes[6];
        ULONG flags;
        ULONG mxcsr;
        USHORT cs, ds, es, fs, gs, ss;
        ULONG eflags;
        ULONGLONG dr[6]; /* 0 to 3, 6, 7 */
        ULONGLONG integer[CONTEXT_N_REGISTERS];
        ULONGLONG rip;
        UCHAR fxsave[512] __attribute__((aligned(16))); /* XMM_SAVE_AREA32 */
        UCHAR vector_registers[26][16];
        ULONGLONG vector_control;
        ULONGLONG debug_control;
        ULONGLONG last_branch_to_rip;
        ULONGLONG last_branch_from_rip;
        ULONGLONG last_exception_to_rip;
        ULONGLONG last_exception_from_rip;
} Context;

_Static_assert(offsetof(Context, flags) == 0x30, "CONTEXT.ContextFlags");
_Static_assert(offsetof(Context, cs) == 0x38, "CONTEXT.SegCs");
_Static_assert(offsetof(Context, eflags) == 0x44, "CONTEXT.EFlags");
_Static_assert(offsetof(Context, integer) == 0x78, "CONTEXT.Rax");
_Static_assert(offsetof(Context, rip) == 0xF8, "CONTEXT.Rip");
_Static_assert(offsetof(Context, fxsave) == 0x100, "CONTEXT.FltSave");
_Static_assert(offsetof(Context, vector_registers) == 0x300, "CONTEXT.VectorRegister");
_Static_assert(offsetof(Context, debug_control) == 0x4A8, "CONTEXT.DebugControl");
_Static_assert(sizeof(Context) == 0x4D0, "CONTEXT");

/* The context of a thread that a signal interrupted. For signal handlers. */
void context_from_signal(const ucontext_t *thread, Context *ret);

/**
 * context_capture() - RtlCaptureContext: the registers of whoever calls, as they are after the call
 * @context: gets CONTROL, INTEGER, SEGMENTS and FLOATING_POINT, and flags that say so; what is not
 *           captured is left alone, debug registers among it
 */
VOID NTAPI context_capture(Context *context);
