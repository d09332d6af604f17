#include "futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nt-time.h"

const Deadline deadline_never = { .never = true };

Deadline deadline_of(const LARGE_INTEGER *timeout) {
        Deadline deadline = { .clock = CLOCK_MONOTONIC };
        int64_t ticks;

        if (!timeout)
                return deadline_never;
        ticks = timeout->QuadPart;
        if (ticks == 0) {
                deadline.now = true;
        } else if (ticks > 0) {
                deadline.clock = CLOCK_REALTIME;
                deadline.time = timespec_of_nt_time(ticks);
        } else {
                uint64_t span = (uint64_t) - (ticks + 1) + 1; /* INT64_MIN has no complement */

                clock_gettime(CLOCK_MONOTONIC, &deadline.time);
                deadline.time.tv_sec += (time_t) (span / NT_SECOND);
                deadline.time.tv_nsec += (long) (span % NT_SECOND) * 100;
                if (deadline.time.tv_nsec >= 1000000000) {
                        deadline.time.tv_nsec -= 1000000000;
                        deadline.time.tv_sec++;
                }
        }
        return deadline;
}

bool futex_wait(const volatile void *word, uint32_t value, const Deadline *deadline) {
        int operation = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG;
        int before = errno;
        bool in_time;

        if (deadline->now)
                return false;
        if (deadline->clock == CLOCK_REALTIME)
                operation |= FUTEX_CLOCK_REALTIME;
        in_time = syscall(SYS_futex, word, operation, value,
                                  deadline->never ? NULL : &deadline->time, NULL,
                                  FUTEX_BITSET_MATCH_ANY) == 0 ||
                  errno != ETIMEDOUT;
        errno = before;
        return in_time;
}

int futex_wake(const volatile void *word, int n) {
        int before = errno;
        long woken = syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, n, NULL, NULL, 0);

        errno = before;
        return woken > 0 ? (int) woken : 0;
}

bool semaphore_take(uint32_t *count, const Deadline *deadline) {
        uint32_t value = __atomic_load_n(count, __ATOMIC_RELAXED);

        for (;;) {
                while (value != 0) {
                        if (__atomic_compare_exchange_n(count, &value, value - 1, true,
                                            __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
                                return true;
                }
                if (!futex_wait(count, 0, deadline))
                        return false;
                value = __atomic_load_n(count, __ATOMIC_RELAXED);
        }
}

void semaphore_add(uint32_t *count, uint32_t n) {
        __atomic_fetch_add(count, n, __ATOMIC_RELEASE);
        futex_wake(count, (int) n);
}
