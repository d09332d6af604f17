#pragma once

/*
 * What drivers expect of <wdm.h>
 *
 * Only what there is: a declaration here has a function behind it. Sources that use wide literals
 * are compiled with -fshort-wchar (pkg-config zw-wdk), which makes L"" a string of WCHAR.
 */

#include <string.h>

#include "ntdef.h"
#include "ntmmapi.h"
#include "ntobapi.h"
#include "ntrtl.h"
#include "ntstatus.h"

#ifndef CONST
#define CONST const
#endif

#ifndef PAGE_SHIFT
#define PAGE_SHIFT 12
#endif
#ifndef PAGE_SIZE
#define PAGE_SIZE 4096
#endif
#define ROUND_TO_PAGES(size) (((ULONG_PTR) (size) + 4095) & ~(ULONG_PTR) 4095)
#define BYTES_TO_PAGES(size) (((size) >> 12) + ((size) % 4096 != 0))
#define BYTE_OFFSET(address) ((ULONG) ((ULONG_PTR) (address) % 4096))
#define PAGE_ALIGN(address)  ((PVOID) ((ULONG_PTR) (address) & ~(ULONG_PTR) 4095))

#define PASSIVE_LEVEL  0
#define APC_LEVEL      1
#define DISPATCH_LEVEL 2

/* Code here is never paged, and the services run at PASSIVE_LEVEL only. */
#define PAGED_CODE()        ((void) 0)
#define PAGED_CODE_LOCKED() ((void) 0)

#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlFillMemory(destination, length, fill)   memset((destination), (fill), (length))
#define RtlZeroMemory(destination, length)         memset((destination), 0, (length))
#define RtlEqualMemory(left, right, length)        (memcmp((left), (right), (length)) == 0)

/* Annotations of Windows sources; they say nothing to this compiler. */
#define NTSYSAPI
#define NTSYSCALLAPI
#define NTKERNELAPI
#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(size)
#define _In_reads_opt_(size)
#define _In_reads_bytes_(size)
#define _In_reads_bytes_opt_(size)
#define _Out_
#define _Out_opt_
#define _Out_writes_(size)
#define _Out_writes_opt_(size)
#define _Out_writes_bytes_(size)
#define _Out_writes_bytes_opt_(size)
#define _Out_writes_bytes_to_(size, count)
#define _Outptr_
#define _Outptr_result_maybenull_
#define _Outptr_result_bytebuffer_(size)
#define _Inout_
#define _Inout_opt_
#define _Inout_updates_(size)
#define _Inout_updates_bytes_(size)
#define _Reserved_
#define _Ret_maybenull_
#define _Success_(expression)
#define _Check_return_
#define _Must_inspect_result_
#define _Use_decl_annotations_
#define _Function_class_(name)
#define _IRQL_requires_(level)
#define _IRQL_requires_max_(level)
#define _IRQL_requires_min_(level)
#define _IRQL_requires_same_
#define _When_(condition, annotations)
#define _Analysis_assume_(expression)

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/**
 * ExGetPreviousMode() - whom the calling thread's Nt calls are made for
 *
 * Return: KernelMode in a thread of a kernel persona (zw.h), unless zw_set_previous_mode() said
 * otherwise; UserMode in every other process.
 */
KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
