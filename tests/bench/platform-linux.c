#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "platform.h"

ULONGLONG platform_clock(void) {
        struct timespec now;

        clock_gettime(CLOCK_MONOTONIC, &now);
        return (ULONGLONG) now.tv_sec * 1000000000u + (ULONGLONG) now.tv_nsec;
}

ULONG platform_read(char *buffer, ULONG size) {
        ssize_t n;

        do
                n = read(STDIN_FILENO, buffer, size);
        while (n < 0 && errno == EINTR);
        return n > 0 ? (ULONG) n : 0;
}

void platform_write(const char *text, ULONG size) {
        if (write(STDOUT_FILENO, text, size) != (ssize_t) size)
                _exit(1);
}

int main(void) {
        return bench_main();
}
