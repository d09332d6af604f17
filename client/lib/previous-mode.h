#pragma once

/*
 * PreviousMode
 *
 * Who a thread's calls are made for. In an ordinary process that is UserMode, always. The threads
 * of a kernel persona begin in KernelMode, as system threads do; a program that plays user mode
 * before a driver changes that for the thread, and each Zw service changes it back for as long as
 * it lasts.
 */

#include <stdatomic.h>
#include <stdbool.h>

#include "ntdef.h"

/* Whether the process is a kernel persona; set by connection.c. */
extern _Atomic bool kernel_persona;

/* What the thread of a kernel persona plays: false is KernelMode. */
extern __thread bool playing_user_mode __attribute__((tls_model("initial-exec")));

/* Whether the calling thread's PreviousMode is KernelMode. */
static inline bool previous_mode_is_kernel(void) {
        return __builtin_expect(atomic_load_explicit(&kernel_persona, memory_order_relaxed), 0) &&
               !playing_user_mode;
}

/* Whether it is UserMode in a process that has kernel addresses and kernel handles. */
static inline bool previous_mode_is_played(void) {
        return playing_user_mode && atomic_load_explicit(&kernel_persona, memory_order_relaxed);
}

/* Makes it KernelMode in a kernel persona. Return: for previous_mode_restore(). */
static inline bool previous_mode_enter_kernel(void) {
        bool before = false;

        if (__builtin_expect(atomic_load_explicit(&kernel_persona, memory_order_relaxed), 0)) {
                before = playing_user_mode;
                playing_user_mode = false;
        }
        return before;
}

/* For calls that say their mode themselves. Return: for previous_mode_leave(). */
static inline bool previous_mode_enter(bool kernel) {
        bool before = playing_user_mode;

        playing_user_mode = !kernel;
        return before;
}

static inline void previous_mode_leave(bool before) {
        playing_user_mode = before;
}

static inline void previous_mode_restore(bool before) {
        if (__builtin_expect(before, 0))
                playing_user_mode = true;
}
