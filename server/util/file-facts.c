#include "file-facts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "ntstatus.h"
#include "status.h"

#define NS_PER_S 1000000000ull

NTSTATUS file_facts_read(int fd, FileFactsHow how, FileFacts *ret) {
        int sync = how == FILE_FACTS_KNOWN ? AT_STATX_DONT_SYNC : AT_STATX_SYNC_AS_STAT;
        struct statx about;
        int flags = fcntl(fd, F_GETFL);
        bool is_open = flags >= 0 && !(flags & O_PATH);

        if (flags < 0 || statx(fd, "", AT_EMPTY_PATH | sync,
                                         STATX_TYPE | STATX_MODE | STATX_INO | STATX_SIZE |
                                                         STATX_CTIME,
                                         &about) < 0)
                return nt_status_from_errno(errno);
        *ret = (FileFacts){
                .identity.device = makedev(about.stx_dev_major, about.stx_dev_minor),
                .identity.inode = about.stx_ino,
                .size = about.stx_size,
                .ctime = (uint64_t) about.stx_ctime.tv_sec * NS_PER_S + about.stx_ctime.tv_nsec,
                .mode = about.stx_mode,
                .readable = is_open && (flags & O_ACCMODE) != O_WRONLY,
                .writable = is_open && (flags & O_ACCMODE) != O_RDONLY,
        };
        return STATUS_SUCCESS;
}
