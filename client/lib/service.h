#pragma once

/*
 * Services
 *
 * Each service exists three times under one body: zw_close() with the ordinary calling convention
 * is the body, and NtClose() and ZwClose() with Microsoft's call it. NtClose() keeps the thread's
 * PreviousMode, ZwClose() has KernelMode in a kernel persona, and is the same as NtClose() in every
 * other process, as in ntdll.
 */

#include "previous-mode.h"

/**
 * SERVICE() - the two entries with Microsoft's calling convention
 * @name:       without Nt or Zw
 * @body:       the zw_ function
 * @parameters: of all three, in brackets
 * @arguments:  their names, in brackets
 *
 * The body is called from here only once: a function with this convention that calls an ordinary
 * one saves ten vector registers, which is most of what an entry costs.
 */
#define SERVICE(name, body, parameters, arguments)                                                 \
        NTSTATUS NTAPI Nt##name parameters {                                                       \
                return body arguments;                                                             \
        }                                                                                          \
        NTSTATUS NTAPI Zw##name parameters {                                                       \
                bool before = previous_mode_enter_kernel();                                        \
                NTSTATUS status = body arguments;                                                  \
                                                                                                   \
                previous_mode_restore(before);                                                     \
                return status;                                                                     \
        }                                                                                          \
        _Static_assert(true, "a semicolon follows")
