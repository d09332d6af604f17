#pragma once

/*
 * Assertions of Windows sources
 *
 * NT_ASSERT, NT_VERIFY and ASSERT do something in sources that are compiled with DBG=1 and are
 * nothing, or the bare condition, in all others. One that does not hold ends the program as on
 * Windows without a debugger: by the interrupt 0x2c, STATUS_ASSERTION_FAILURE.
 */

#include "ntcompiler.h"
#include "nttypes.h"

#ifdef __cplusplus
extern "C" {
#endif

FORCEINLINE VOID DbgRaiseAssertionFailure(VOID) {
        __int2c();
}

#if defined(DBG) && DBG
#define NT_ASSERT_ASSUME(truth)    ((truth) ? TRUE : (DbgRaiseAssertionFailure(), FALSE))
#define NT_ASSERT_NOASSUME(truth)  NT_ASSERT_ASSUME(truth)
#define NT_ASSERT(truth)           NT_ASSERT_ASSUME(truth)
#define NT_ASSERTMSG(text, truth)  NT_ASSERT_ASSUME(truth)
#define NT_ASSERTMSGW(text, truth) NT_ASSERT_ASSUME(truth)
#define NT_VERIFY(truth)           NT_ASSERT_ASSUME(truth)
#define NT_VERIFYMSG(text, truth)  NT_ASSERT_ASSUME(truth)
#define NT_FRE_ASSERT(truth)       NT_ASSERT_ASSUME(truth)
#define ASSERT(truth)              NT_ASSERT_ASSUME(truth)
#define ASSERTMSG(text, truth)     NT_ASSERT_ASSUME(truth)
#define RTL_SOFT_ASSERT(truth)     NT_ASSERT_ASSUME(truth)
#define RTL_SOFT_VERIFY(truth)     NT_ASSERT_ASSUME(truth)
#define RTL_VERIFY(truth)          NT_ASSERT_ASSUME(truth)
#else
#define NT_ASSERT_ASSUME(truth)    ((void) 0)
#define NT_ASSERT_NOASSUME(truth)  ((void) 0)
#define NT_ASSERT(truth)           ((void) 0)
#define NT_ASSERTMSG(text, truth)  ((void) 0)
#define NT_ASSERTMSGW(text, truth) ((void) 0)
#define NT_VERIFY(truth)           ((truth) ? TRUE : FALSE)
#define NT_VERIFYMSG(text, truth)  ((truth) ? TRUE : FALSE)
#define NT_FRE_ASSERT(truth)       ((truth) ? TRUE : (DbgRaiseAssertionFailure(), FALSE))
#define ASSERT(truth)              ((void) 0)
#define ASSERTMSG(text, truth)     ((void) 0)
#define RTL_SOFT_ASSERT(truth)     ((void) 0)
#define RTL_SOFT_VERIFY(truth)     (truth)
#define RTL_VERIFY(truth)          (truth)
#endif

#ifdef __cplusplus
}
#endif
