#pragma once

/*
 * Stopping threads
 *
 * When a process ends on Windows, its other threads are ended first, and what they were doing is
 * left as it was; then the DLLs are told. Linux cannot end single threads, but a signal can stop
 * them, where they run code of the program. A thread that is inside a function of ours may hold a
 * lock that is still needed: it is asked again for a moment, and then left to itself. Most such
 * threads wait for something that does not come any more.
 */

/* The calling thread can be stopped from now on, or no more. */
void thread_stop_enter(void);
void thread_stop_leave(void);

/* Stops all others that can be stopped. */
void thread_stop_all_others(void);
