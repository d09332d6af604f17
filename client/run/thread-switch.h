#pragma once

/*
 * Changing stacks
 *
 * A thread of Linux leaves its own stack for the program's, and comes back to it when the program's
 * part of the thread is over, from whatever depth: the frames between are the program's, which
 * nobody here can unwind.
 */

/* Where a thread left its own stack. */
typedef struct SwitchPoint {
        void *stack_pointer;
} SwitchPoint;

/**
 * thread_switch_call() - call a function on another stack
 * @point:     filled in
 * @stack_top: one past the highest byte, aligned to 16
 * @function:  does not return: thread_switch_return() ends it
 * @argument:  its argument
 */
void thread_switch_call(
                SwitchPoint *point, void *stack_top, void (*function)(void *), void *argument);

/* thread_switch_call() returns, with all registers that its caller may rely on. */
_Noreturn void thread_switch_return(const SwitchPoint *point);
