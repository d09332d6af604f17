#include "file-information.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "cancellation.h"
#include "file-status.h"
#include "ntstatus.h"

#define TICKS_PER_SECOND 10000000ll
#define SECONDS_TO_1970  11644473600ll

NTSTATUS file_information_read(int fd, struct statx *ret) {
        NO_CANCELLATION_HERE;

        if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, ret) < 0)
                return file_status(errno);
        return STATUS_SUCCESS;
}

/* Moments before 1601 are none that NT knows. */
uint64_t nt_time_from_statx(const struct statx_timestamp *time) {
        int64_t seconds;

        if (__builtin_add_overflow(time->tv_sec, SECONDS_TO_1970, &seconds) || seconds < 0 ||
                        seconds >= INT64_MAX / TICKS_PER_SECOND)
                return 0;
        return (uint64_t) (seconds * TICKS_PER_SECOND + time->tv_nsec / 100);
}

struct timespec nt_time_to_timespec(uint64_t time) {
        return (struct timespec){
                .tv_sec = (time_t) (time / TICKS_PER_SECOND) - SECONDS_TO_1970,
                .tv_nsec = (long) (time % TICKS_PER_SECOND) * 100,
        };
}

static uint64_t creation_time(const struct statx *about) {
        uint64_t written = nt_time_from_statx(&about->stx_mtime);
        uint64_t changed = nt_time_from_statx(&about->stx_ctime);

        if (about->stx_mask & STATX_BTIME)
                return nt_time_from_statx(&about->stx_btime);
        return written < changed ? written : changed;
}

ULONG file_information_attributes(const struct statx *about) {
        ULONG attributes = 0;

        if (S_ISDIR(about->stx_mode))
                attributes |= FILE_ATTRIBUTE_DIRECTORY;
        if (S_ISREG(about->stx_mode))
                attributes |= FILE_ATTRIBUTE_ARCHIVE;
        if (S_ISREG(about->stx_mode) && !(about->stx_mode & 0222))
                attributes |= FILE_ATTRIBUTE_READONLY;
        return attributes ? attributes : FILE_ATTRIBUTE_NORMAL;
}

uint64_t file_information_allocation(const struct statx *about) {
        return S_ISDIR(about->stx_mode) ? 0 : about->stx_blocks * 512;
}

uint64_t file_information_size(const struct statx *about) {
        return S_ISDIR(about->stx_mode) ? 0 : about->stx_size;
}

void file_information_basic(const struct statx *about, FILE_BASIC_INFORMATION *ret) {
        *ret = (FILE_BASIC_INFORMATION){
                .CreationTime.QuadPart = (LONGLONG) creation_time(about),
                .LastAccessTime.QuadPart = (LONGLONG) nt_time_from_statx(&about->stx_atime),
                .LastWriteTime.QuadPart = (LONGLONG) nt_time_from_statx(&about->stx_mtime),
                .ChangeTime.QuadPart = (LONGLONG) nt_time_from_statx(&about->stx_ctime),
                .FileAttributes = file_information_attributes(about),
        };
}

void file_information_network_open(const struct statx *about, FILE_NETWORK_OPEN_INFORMATION *ret) {
        FILE_BASIC_INFORMATION basic;

        file_information_basic(about, &basic);
        *ret = (FILE_NETWORK_OPEN_INFORMATION){
                .CreationTime = basic.CreationTime,
                .LastAccessTime = basic.LastAccessTime,
                .LastWriteTime = basic.LastWriteTime,
                .ChangeTime = basic.ChangeTime,
                .AllocationSize.QuadPart = (LONGLONG) file_information_allocation(about),
                .EndOfFile.QuadPart = (LONGLONG) file_information_size(about),
                .FileAttributes = basic.FileAttributes,
        };
}
