#pragma once

/*
 * Words of Microsoft's compiler, said so that gcc and clang understand them
 *
 * Calling conventions: Windows on x64 has one, which is what NTAPI, __stdcall and __fastcall (and
 * their capital spellings) stand for here. __cdecl is the C library's convention, which on Linux is
 * another: `int __cdecl main(void)` and comparison functions for qsort() are what it is written at.
 *
 * Structured exception handling (__try, __except, __finally, __leave) cannot be had from gcc on
 * Linux, and clang has it for Windows only: a source that uses it does not compile. What a driver
 * guards with it, pointers that a program sent, is answered with a status by the services
 * themselves (zw_enable_fault_recovery() in zw.h).
 *
 * ALLOC_PRAGMA is not defined, so that sources leave out their #pragma alloc_text.
 */

#include "ntdef.h"

/* A compiler that is for Windows, and clang -fms-extensions, know these words themselves. */
#if !defined(_MSC_EXTENSIONS) && !defined(_WIN32)

#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long /* as LONGLONG */

#define __ptr64
#define __w64
#define __unaligned
#define __forceinline inline __attribute__((always_inline))
#define _inline inline
#define _forceinline __forceinline

#define __cdecl
#define _cdecl
#define __stdcall __attribute__((ms_abi))
#define _stdcall __stdcall
#define __fastcall __attribute__((ms_abi))
#define _fastcall __fastcall

/* __declspec(align(16)) becomes ZW_DECLSPEC_align(16); a word that is not here does not compile. */
#define __declspec(word) ZW_DECLSPEC_##word
#define ZW_DECLSPEC_align(n)       __attribute__((aligned(n)))
#define ZW_DECLSPEC_allocate(name) __attribute__((section(name)))
#define ZW_DECLSPEC_code_seg(name)
#define ZW_DECLSPEC_deprecated __attribute__((deprecated))
#define ZW_DECLSPEC_dllexport  __attribute__((visibility("default")))
#define ZW_DECLSPEC_dllimport
#define ZW_DECLSPEC_guard(kind)
#define ZW_DECLSPEC_noalias
#define ZW_DECLSPEC_noinline __attribute__((noinline))
#define ZW_DECLSPEC_noreturn __attribute__((noreturn))
#define ZW_DECLSPEC_nothrow  __attribute__((nothrow))
#define ZW_DECLSPEC_novtable
#define ZW_DECLSPEC_restrict
#define ZW_DECLSPEC_selectany __attribute__((weak))
#define ZW_DECLSPEC_thread    __thread
#define ZW_DECLSPEC_uuid(text)

#define __pragma(...)
#define __noop(...)     ((void) 0)
#define __assume(truth) ((truth) ? (void) 0 : __builtin_unreachable())
#define _alloca(size)   __builtin_alloca(size)
#endif

#ifndef _MSC_EXTENSIONS
#ifndef __debugbreak
#define __debugbreak() __asm__ volatile("int $3" : : : "memory")
#endif
#ifndef __int2c
#define __int2c() __asm__ volatile("int $0x2c" : : : "memory")
#endif
#ifndef __fastfail
#define __fastfail(reason) zw_fast_fail(reason)
#endif

/* Ends the program with STATUS_STACK_BUFFER_OVERRUN on Windows and under ntrun, else by SIGSEGV. */
__attribute__((noreturn)) FORCEINLINE void zw_fast_fail(unsigned reason) {
        __asm__ volatile("int $0x29" : : "c"(reason) : "memory");
        __builtin_unreachable();
}
#endif

#ifndef UNALIGNED
#define UNALIGNED
#endif
#define UNALIGNED64
#define RESTRICTED_POINTER __restrict
#define POINTER_64
#define CDECL        __cdecl
#define STDCALL      NTAPI
#define FASTCALL     NTAPI
#define WINAPI       NTAPI
#define CALLBACK     NTAPI
#define APIENTRY     NTAPI
#define NTAPI_INLINE NTAPI
#define WINBASEAPI
#define NTSYSAPI
#define NTSYSCALLAPI
#define NTKERNELAPI
#define NTHALAPI
#define NTPSHEDAPI

#ifndef CONST
#define CONST const
#endif
#define CRITICAL
#define NOTHING
#ifndef CFORCEINLINE
#define CFORCEINLINE FORCEINLINE
#endif

#ifdef __cplusplus
#define EXTERN_C       extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END   }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

#define DECLSPEC_ALIGN(n)   __attribute__((aligned(n)))
#define DECLSPEC_CACHEALIGN DECLSPEC_ALIGN(64)
#define DECLSPEC_DEPRECATED __attribute__((deprecated))
#define DECLSPEC_EXPORT     __attribute__((visibility("default")))
#define DECLSPEC_GUARDNOCF
#define DECLSPEC_GUARD_SUPPRESS
#define DECLSPEC_IMPORT
#define DECLSPEC_NOINITALL
#define DECLSPEC_NOINLINE __attribute__((noinline))
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_NOTHROW  __attribute__((nothrow))
#define DECLSPEC_NOVTABLE
#define DECLSPEC_SAFEBUFFERS
#define DECLSPEC_SELECTANY __attribute__((weak))
#define DECLSPEC_UUID(text)
#define STRICT_GS_CHECK

#define UNREFERENCED_LOCAL_VARIABLE(variable)     ((void) (variable))
#define DBG_UNREFERENCED_PARAMETER(parameter)     ((void) (parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(variable) ((void) (variable))
#define DEFAULT_UNREACHABLE                                                                        \
        default:                                                                                   \
                __builtin_unreachable()

#ifdef __cplusplus
#define C_ASSERT(truth) static_assert(truth, #truth)
#else
#define C_ASSERT(truth) _Static_assert(truth, #truth)
#endif
#define STATIC_ASSERT(truth) C_ASSERT(truth)
