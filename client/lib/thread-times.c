#include "thread-times.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cancellation.h"
#include "cleanup.h"
#include "ntstatus.h"
#include "zw.h"

#define NT_EPOCH   116444736000000000ll /* 1970 in 100 ns since 1601 */
#define PER_SECOND 10000000ll           /* 100 ns */

unsigned thread_count_of_linux(void) {
        struct stat about;

        return stat("/proc/self/task", &about) == 0 && about.st_nlink > 2
                               ? (unsigned) about.st_nlink - 2
                               : 1;
}

/* The fields of a stat file that follow the name, which may have spaces and brackets in it. */
static bool read_stat(HANDLE id, char *text, size_t size, const char **ret_fields) {
        NO_CANCELLATION_HERE;
        autofd int fd = -1;
        char path[64];
        const char *bracket;
        ssize_t length;

        if (id)
                snprintf(path, sizeof(path), "/proc/self/task/%u/stat",
                                (unsigned) ((uintptr_t) id / 4));
        else
                snprintf(path, sizeof(path), "/proc/self/stat");
        fd = open(path, O_RDONLY | O_CLOEXEC);
        length = fd < 0 ? -1 : read(fd, text, size - 1);
        if (length <= 0)
                return false;
        text[length] = '\0';
        bracket = strrchr(text, ')');
        *ret_fields = bracket ? bracket + 1 : text;
        return bracket != NULL;
}

static int64_t now(clockid_t clock) {
        struct timespec time;

        clock_gettime(clock, &time);
        return time.tv_sec * PER_SECOND + time.tv_nsec / 100;
}

static int64_t time_of_usage(struct timeval time) {
        return time.tv_sec * PER_SECOND + time.tv_usec * 10;
}

NTSTATUS thread_times_read(HANDLE id, KERNEL_USER_TIMES *ret) {
        const char *fields;
        char text[1024];
        unsigned long user, kernel;
        unsigned long long started;
        long per_second = sysconf(_SC_CLK_TCK);
        struct rusage usage;

        if (!read_stat(id, text, sizeof(text), &fields))
                return STATUS_NOT_SUPPORTED;
        if (sscanf(fields,
                            " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d "
                            "%*d %*d %llu",
                            &user, &kernel, &started) != 3 ||
                        per_second <= 0)
                return STATUS_NOT_SUPPORTED;
        *ret = (KERNEL_USER_TIMES){
                .CreateTime.QuadPart = now(CLOCK_REALTIME) + NT_EPOCH - now(CLOCK_BOOTTIME) +
                                       (LONGLONG) started * PER_SECOND / per_second,
                .KernelTime.QuadPart = (LONGLONG) kernel * PER_SECOND / per_second,
                .UserTime.QuadPart = (LONGLONG) user * PER_SECOND / per_second,
        };
        if (!id || id == zw_thread_id()) { /* finer */
                getrusage(id ? RUSAGE_THREAD : RUSAGE_SELF, &usage);
                ret->KernelTime.QuadPart = time_of_usage(usage.ru_stime);
                ret->UserTime.QuadPart = time_of_usage(usage.ru_utime);
        }
        return STATUS_SUCCESS;
}
