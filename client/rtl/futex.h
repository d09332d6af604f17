#pragma once

/*
 * Waiting in Linux for a word to change
 *
 * All of a process's own: no word here is shared with another process.
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "ntdef.h"

/* When a wait ends: @clock's time, or never. */
typedef struct Deadline {
        bool never;
        bool now; /* not to wait at all */
        clockid_t clock;
        struct timespec time;
} Deadline;

/* The point in time that an NT timeout says; NULL is never. */
Deadline deadline_of(const LARGE_INTEGER *timeout);

/* A wait that ends when somebody wakes it. */
extern const Deadline deadline_never;

/**
 * futex_wait() - wait while a word has a value
 * @word:     aligned to 4
 * @value:    it has
 * @deadline: when to stop waiting
 *
 * Return: false if the time is over; true otherwise, whether it changed or not. errno is kept.
 */
bool futex_wait(const volatile void *word, uint32_t value, const Deadline *deadline);

/* Wakes up to @n waiting threads. The word is not touched and may be gone. errno is kept. Return:
 * how many were woken. */
int futex_wake(const volatile void *word, int n);

#define FUTEX_ALL INT32_MAX

/* Waits until @count is not 0, and takes 1 of it. Return: false if the time was over first. */
bool semaphore_take(uint32_t *count, const Deadline *deadline);

/* Adds @n, and wakes as many. */
void semaphore_add(uint32_t *count, uint32_t n);

/* Lets another thread of the same core go on while this one looks again and again. */
static inline void spin_pause(void) {
        __builtin_ia32_pause();
}
